"""`stay_in_subshell`, against the ipykernel that is installed, and against others that it must leave alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import comm
import pytest
from ipykernel.comm.comm import BaseComm
from ipykernel.kernelbase import Kernel

from domsync_jupyter.transports.kernel_subshell import stay_in_subshell


@pytest.fixture
def kernel_comm(monkeypatch: pytest.MonkeyPatch) -> BaseComm:
    """A comm of ipykernel's, without a kernel."""
    monkeypatch.setattr(comm, "get_comm_manager", comm._get_comm_manager)
    return BaseComm(target_name="jupyter.widget")  # type: ignore[no-untyped-call]


def test_ipykernel_is_of_the_kind_that_is_known(kernel_comm: Any) -> None:
    """If this fails, see how the new ipykernel chooses the thread of a comm's message, and say so in the docs."""
    before = kernel_comm._reply_subshell_for
    kernel_comm._reply_subshell_id = "another"
    assert before({}, "sent to") == "another", "what ipykernel 7.4 does by itself"
    assert stay_in_subshell(kernel_comm)
    assert kernel_comm._reply_subshell_for({}, "sent to") == "sent to"
    assert kernel_comm._reply_subshell_for({"content": {"id": "x"}}, None) is None
    assert stay_in_subshell(kernel_comm), "it may be called again"


def test_ipykernel_asks_the_comm() -> None:
    assert "_reply_subshell_for" in Kernel.shell_channel_thread_main.__code__.co_consts


@pytest.mark.parametrize(
    "other",
    [
        None,
        SimpleNamespace(),
        SimpleNamespace(_reply_subshell_for="text"),
        SimpleNamespace(_reply_subshell_for=lambda data: None),
        SimpleNamespace(_reply_subshell_for=lambda data, default, message: None),
        SimpleNamespace(_reply_subshell_for=lambda header, default: None),
    ],
)
def test_a_comm_of_another_kind_is_left_alone(other: Any) -> None:
    before = getattr(other, "_reply_subshell_for", None)
    assert not stay_in_subshell(other)
    assert getattr(other, "_reply_subshell_for", None) is before
