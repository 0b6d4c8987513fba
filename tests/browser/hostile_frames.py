"""What an applier may be told that is wrong: frames of real programs, spoilt in a few places, and random ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

from domsync_jupyter import Document
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from tests.browser.canonical import shown
from tests.sync.follower import Follower
from tests.sync.programs import Program

__all__ = ["SEQ", "group"]

#: Stands in a message where the page puts the number that is the next one.
SEQ = "@"
VECTORS = [
    vector["message"]
    for vector in json.loads((Path(__file__).parents[1] / "wire" / "messages.json").read_text())
    # A session that is closed is closed.
    if vector["direction"] == "down" and vector["message"][0] != 4
]
NUMBERS = [
    0, 1, -1, 2, -2, 3, 4, 5, 7, 8, 10, 12, 99, 2**31, 2**32, 2**53 - 1, -(2**53) + 1, 2**53, 2**54, 2**60,
    -(2**60), 2**64, 0.5, 1e308, -1e308,
]  # fmt: skip
STRINGS = [
    "", "a", "#text", "#comment", "p", "div", "select", "option", "input", "table", "x-thing", "script",
    "SCRIPT", "svg:script", "template", "dialog", "details", "onclick", "ONCLICK", "onerror", "xlink:onload",
    "srcdoc", "class", "style", "id", "root", "value", "checked", "selectedIndex", "selectedOptions", "open",
    "innerHTML", "outerHTML", "textContent", "constructor", "__proto__", "prototype", "toString", "focus", "click",
    "show", "showModal", "close", "reset", "remove", "append", "insertAdjacentHTML", "setAttribute", "eval", "input",
    "keydown", "this.value", "event.view.eval", "this.ownerDocument.defaultView",
    "<img src=x onerror='hacked = 1'>", "<script>hacked = 1</script>", "hacked = 1", "javascript:hacked=1",
    "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml", "\0", "\n", "é", "\U0001f600", "x" * 5_000, " ",
]  # fmt: skip
#: How often each op is chosen, and the kinds of its operands.
OPS: list[tuple[int, str]] = [
    (1, "ns"), (2, "nnsnn"), (2, "nnsnnc"), (2, "nnnnn"), (3, "nnN"), (4, "N"), (5, "n"), (6, "nt"),
    (7, "ntt"), (8, "ntv"), (9, "nL"), (10, "ntV"), (11, "n"), (12, ""), (13, "v"), (0, "v"),
]  # fmt: skip


def group(rnd: Random, count: int) -> dict[str, Any]:
    """A program: how it begins, its frames, how it ends as a snapshot, the tree; and so many bad messages."""
    document = Document()
    program = Program(document, rnd.randrange(2**31), resets=False)
    for _ in range(rnd.randrange(25)):
        program.step()
    mirror = Mirror.of(document)
    follower = Follower(mirror, Limits(check_frames=1, window_frames=1_000))
    begin = follower.pump()
    follower.ack()
    frames: list[list[Any]] = []
    for _ in range(rnd.randrange(2, 6)):
        for _ in range(rnd.randrange(1, 8)):
            program.step()
        mirror.collect()
        frames += follower.pump()
        follower.ack()
    end = Follower(mirror, Limits(check_frames=1)).pump()
    good = [message[3] for message in [*begin, *frames] if message[0] in (1, 2)]
    return {
        "begin": begin,
        "frames": frames,
        "end": next(message[3] for message in end if message[0] == 2),
        "tree": shown(document.getRootElement()),
        "bad": [bad(rnd, good) for _ in range(count)],
    }


def bad(rnd: Random, good: list[Any]) -> str:
    """One message, as text."""
    choice = rnd.random()
    if choice < 0.6:
        return written([rnd.choice([1, 1, 1, 2]), SEQ, 0, spoilt(rnd, rnd.choice(good), good)])
    if choice < 0.85:
        ops = [item for _ in range(rnd.randrange(1, 6)) for item in random_op(rnd)]
        return written([rnd.choice([1, 1, 1, 2]), SEQ, 0, ([11, 1] if rnd.random() < 0.2 else []) + ops])
    if choice < 0.95:
        message = spoilt(rnd, rnd.choice(VECTORS), VECTORS)
        # What closes a session ends it, which is as it should be.
        return written(message if message[:1] != [4] else [])
    text = written([1, SEQ, 0, rnd.choice(good)])
    at = rnd.randrange(len(text) + 1)
    depth = rnd.choice([10, 1_000, 30_000])
    return rnd.choice(
        [text[:at], text[at:], text[:at] + rnd.choice(STRINGS) + text[at:], "[" * depth, "[" * depth + "]" * depth,
         "", "null", "{}", "1", f"[1,{SEQ},0,{'[' * depth}{']' * depth}]"]
    )  # fmt: skip


def written(message: Any) -> str:
    return json.dumps(message, separators=(",", ":")).replace(f'"{SEQ}"', SEQ)


def spoilt(rnd: Random, value: list[Any], others: list[Any]) -> list[Any]:
    """A copy that differs in a few places, anywhere in it."""
    value = copy.deepcopy(value)
    for _ in range(rnd.choice([1, 1, 1, 2, 5])):
        place = value
        while inner := [item for item in place if isinstance(item, list) and item]:
            if rnd.random() < 0.3:
                break
            place = rnd.choice(inner)
        if not place:
            place.append(scalar(rnd))
            continue
        at = rnd.randrange(len(place))
        match rnd.randrange(9):
            case 0 | 1:
                place[at] = scalar(rnd)
            case 2:
                del place[at]
            case 3:
                place.insert(at, copy.deepcopy(place[at]))
            case 4:
                other = rnd.randrange(len(place))
                place[at], place[other] = place[other], place[at]
            case 5:
                place[at] = [place[at]] if rnd.random() < 0.5 else {"a": place[at]}
            case 6:
                del place[at:]
            case 7:
                place[at:at] = copy.deepcopy(rnd.choice(others))[: rnd.randrange(1, 8)]
            case 8 if type(place[at]) is int and abs(place[at]) < 2**20:
                place[at] += rnd.choice([-1, 1, 2])
            case _:
                place.insert(at, scalar(rnd))
    return value


def random_op(rnd: Random) -> list[Any]:
    code, operands = rnd.choice(OPS)
    return [code, *(operand(rnd, kind) for kind in operands)]


def operand(rnd: Random, kind: str) -> Any:
    if rnd.random() < 0.05:
        return scalar(rnd)
    numbers = [rnd.randrange(-3, 40) for _ in range(rnd.randrange(4))]
    values = [scalar(rnd) for _ in range(rnd.randrange(3))]
    match kind:
        case "n":
            return rnd.randrange(-3, 40) if rnd.random() < 0.9 else rnd.choice(NUMBERS)
        case "N":
            return numbers
        case "t":
            return rnd.choice([rnd.choice(STRINGS), ["http://www.w3.org/2000/svg", rnd.choice(STRINGS)]])
        case "s":
            return spec(rnd, rnd.choice([1, 2, 3, 100]))
        case "c":
            return rnd.choice([values, numbers, rnd.choice(NUMBERS)])
        case "L":
            return [[rnd.choice(STRINGS), rnd.randrange(-1, 32), *values] for _ in range(rnd.randrange(3))]
        case "V":
            return values
        case _:
            return rnd.choice([scalar(rnd), values, numbers])


def spec(rnd: Random, depth: int) -> Any:
    if depth <= 0 or rnd.random() < 0.1:
        return [rnd.choice(["#text", "#comment"]), rnd.choice([0, *STRINGS])]
    kids = [spec(rnd, depth - 1)] if depth > 3 else [spec(rnd, depth - 1) for _ in range(rnd.randrange(3))]
    attributes = [rnd.choice(STRINGS), rnd.choice([0, *STRINGS])] if rnd.random() < 0.3 else []
    properties = [rnd.choice(STRINGS)] if rnd.random() < 0.1 else []
    return [operand(rnd, "t"), attributes, properties, operand(rnd, "L"), rnd.choice([0, "text", kids, kids])]


def scalar(rnd: Random) -> Any:
    return rnd.choice([rnd.choice(NUMBERS), rnd.choice(STRINGS), rnd.choice(STRINGS), None, True, [], {}])
