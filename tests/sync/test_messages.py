"""The envelopes: what is let in, and what is refused with which code."""

from __future__ import annotations

import json
import typing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages

#: What both halves read.
VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "wire" / "messages.json").read_text())
UPSTREAM = typing.get_args(messages.Upstream)

VALID = [
    '[0,1,"",0,"why"]',
    '[1,1,0,"click",1,{"bubbles":true,"clientX":1.5,"key":null},[2,"value","x"],[2,"this.value","x"]]',
    '[2,1,0,[2,"selectedOptions",[1,2]]]',
    "[3,0]",
    '[4,"pagehide"]',
    '[5,1,0,"data"]',
    '[6,"token",4]',
    '[7,"token",0]',
    '[8,"frame","there is no node 9"]',
    "[9,1,true,null]",
    "[10,4]",
]
INVALID = [
    "", "null", "{}", "[]", '"x"', "1", "[", "[0", "[99,1]", "[-1]", '["0",1,"",0,""]', "[3]", "[3,0,0]",
    "[3,null]",
    '[3,"0"]', "[3,1.5]", "[3,-1]", "[3,9007199254740992]", "[3,1e400]", "[3,true]", '[0,1,"",0]',
    '[0,"1","",0,""]',
    '[4,null]', '[5,1,0,{"a":1}]', '[1,1,0,"click",1,[],[],[]]', '[1,1,0,"click",1.5,{},[],[]]',
    '[1,1,0,"click",1,{"a":{}},[],[]]', '[1,1,0,"click",1,{},[{}],[]]', '[1,1,0,"click",1,{},[[[]]],[]]',
    '[4,"\\ud800"]', "[" * 10_000, '[5,1,0,"\x00"]', "[3,0]x", "NaN", "[3,NaN]",
]  # fmt: skip


@pytest.mark.parametrize("text", VALID, ids=lambda text: text[:12])
def test_round_trip(text: str) -> None:
    message = messages.decode(text)
    assert messages.encode(message).decode() == text
    assert messages.decode(text.encode()) == message


def test_every_message_is_tried() -> None:
    assert {type(messages.decode(text)) for text in VALID} >= set(UPSTREAM)


@pytest.mark.parametrize("text", INVALID, ids=lambda text: repr(text[:30]))
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        messages.decode(text)
    assert caught.value.code == 1007


@pytest.mark.parametrize("data", [b"\xff", b'[4,"\xff"]', b'[4,"\xed\xa0\x80"]', b"\x00"])
def test_what_is_not_utf8_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        messages.decode(data)
    assert caught.value.code == 1007


@pytest.mark.parametrize(
    "text",
    [
        f'[0,1,"{"x" * 257}",0,""]',
        f'[0,1,"",0,"{"x" * 4097}"]',
        f'[1,1,0,"{"x" * 257}",1,{{}},[],[]]',
        f'[1,1,0,"x",1,{{{",".join(f"{json.dumps(str(n))}:1" for n in range(257))}}},[],[]]',
        f"[2,1,0,[{','.join('1' * 30_001)}]]",
        f'[6,"{"x" * 257}"]',
        f'[8,"x","{"x" * 4097}"]',
    ],
    ids=lambda text: text[:12],
)
def test_what_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(ProtocolError):
        messages.decode(text)


@given(st.text())
def test_any_text_is_a_message_or_refused(text: str) -> None:
    accepted_or_refused(text)


JSON = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.recursive(JSON, st.lists, max_leaves=20))
def test_any_json_is_a_message_or_refused(value: Any) -> None:
    accepted_or_refused(json.dumps(value))


def accepted_or_refused(text: str) -> None:
    code = None
    try:
        messages.decode(text)
    except ProtocolError as error:
        code = error.code
    assert code in (None, 1007)


def test_downstream_tags() -> None:
    sent = [
        messages.Welcome(1, "id", 1, 0, {}), messages.Frame(1, 0, msgspec.Raw(b"[]")),
        messages.Snapshot(1, 0, msgspec.Raw(b"[]")), messages.Ack(0), messages.Close(1000, ""),
        messages.Text(1, 0, 1, "x"), messages.Ping("x", 0), messages.Pong("x", 0),
        messages.Notice("error", "a", "b", 1), messages.Ask(1, 2, "get", "x", []), messages.Resend(0),
        messages.Check(1, [1], 0),
    ]  # fmt: skip
    assert [json.loads(messages.encode(message))[0] for message in sent] == list(range(12))


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector["direction"] == "up"],
    ids=lambda vector: vector["name"],
)
def test_vectors_upstream(vector: dict[str, Any]) -> None:
    """What the page's half encodes."""
    text = json.dumps(vector["message"], ensure_ascii=False)
    if "invalid" in vector:
        with pytest.raises(ProtocolError) as caught:
            check(messages.decode(text))
        assert str(caught.value.code) == vector["invalid"]
        return
    decoded = messages.decode(text)
    fields = msgspec.to_builtins(decoded)
    assert [type(decoded).__name__, *fields[1:]] == list(vector["fields"].values())
    assert list(decoded.__struct_fields__) == list(vector["fields"])[1:]
    assert json.loads(messages.encode(decoded)) == vector["message"]


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector["direction"] == "down" and "fields" in vector],
    ids=lambda vector: vector["name"],
)
def test_vectors_downstream(vector: dict[str, Any]) -> None:
    """What the page's half decodes."""
    tag, *values = vector["fields"].values()
    kind = getattr(messages, tag)
    assert list(kind.__struct_fields__) == list(vector["fields"])[1:]
    if "ops" in kind.__struct_fields__:
        values[-1] = msgspec.Raw(json.dumps(values[-1]).encode())
    assert json.loads(messages.encode(kind(*values))) == vector["message"]


def test_every_message_has_a_vector() -> None:
    names = {kind.__name__ for kind in UPSTREAM}
    assert {
        vector["fields"]["tag"] for vector in VECTORS if vector["direction"] == "up" and "fields" in vector
    } == names


def check(message: messages.Upstream) -> None:
    """What is refused because it is not spoken here is refused right after decoding."""
    if isinstance(message, messages.Hello):
        message.check_version()
