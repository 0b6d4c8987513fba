"""The processes of one measurement: a system's server, and what it and the page's renderer spend."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self

import psutil

from benchmarks.side_by_side.environments import ROOT
from benchmarks.side_by_side.systems import System
from scripts.lab_server import HOST, LabServer, free_port

__all__ = ["Cpu", "Lab", "Server", "received_over_tcp", "serving"]

START_SECONDS = 60
STOP_SECONDS = 4


class Lab(LabServer):
    """A JupyterLab of any environment, whose kernels can import the benchmark's apps."""

    def __init__(self, python: Path, root: Path, state: Path) -> None:
        super().__init__(root, state)
        self._python = python

    def _command(self) -> list[str]:
        return [str(self._python), *super()._command()[1:]]

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"PYTHONPATH": str(ROOT)}


class Server:
    """A running system: its port, its process, and its JupyterLab if it has one."""

    def __init__(self, port: int, pid: int | None, lab: Lab | None = None) -> None:
        self.port, self.pid, self.lab = port, pid, lab


@contextmanager
def serving(system: System, work: Path, log: IO[str]) -> Iterator[Server]:
    """Run the system's server, if it has one, in the folder ``work``; stop it and its children afterwards.

    Raises:
        RuntimeError: If it does not start.
    """
    if system.in_lab:
        lab = Lab(system.python, work / "notebooks", work / "state")
        with lab:
            assert lab.process is not None
            yield Server(lab.port, lab.process.pid, lab)
        return
    port = free_port()
    if not system.command:
        yield Server(port, None)
        return
    process = subprocess.Popen(
        [system.python, *(part.format(port=port) for part in system.command)],
        cwd=work,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for the driver, which then stops it
    )
    try:
        _wait_for_port(port, process)
        yield Server(port, process.pid)
    finally:
        _stop(process)


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        if _listens(port, process.pid):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not listen within {START_SECONDS} s")


def _listens(port: int, pid: int) -> bool:
    """Whether one of the tree's processes listens there; asking the port itself would be a first client."""
    for process in _tree(pid):
        try:
            connections = process.net_connections("tcp")
        except psutil.Error:
            continue
        if any(c.status == psutil.CONN_LISTEN and c.laddr[:2] == (HOST, port) for c in connections):
            return True
    return False


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def _stop(process: subprocess.Popen[bytes]) -> None:
    family = _tree(process.pid) if process.poll() is None else []
    for number in (signal.SIGTERM, signal.SIGKILL):
        for member in family:
            try:
                member.send_signal(number)
            except psutil.Error:
                continue
        _, family = psutil.wait_procs(family, timeout=STOP_SECONDS)
    process.wait(timeout=STOP_SECONDS)


class Cpu:
    """Milliseconds of processor that some processes have used, by the scheduler's own count."""

    def __init__(self, processes: Iterable[psutil.Process]) -> None:
        self._pids = [process.pid for process in processes]

    @classmethod
    def of_tree(cls, pid: int | None) -> Self:
        return cls([] if pid is None else _tree(pid))

    @classmethod
    def of_renderers(cls) -> Self:
        """Of the renderers of the browsers that this process started."""
        return cls(process for process in _tree(os.getpid()) if _is_renderer(process))

    def ms(self) -> float:
        nanoseconds = 0
        for pid in self._pids:
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    nanoseconds += int((task / "schedstat").read_text().split()[0])
            except (OSError, IndexError, ValueError):
                continue  # it ended meanwhile, or this is not Linux
        return nanoseconds / 1e6


def _is_renderer(process: psutil.Process) -> bool:
    try:
        return "--type=renderer" in process.cmdline()
    except psutil.Error:
        return False


def received_over_tcp(port: int) -> int | None:
    """Bytes that this machine's clients have received from that port, as TCP counted them; ``None`` without ``ss``."""
    ss = shutil.which("ss")
    if ss is None:
        return None
    command = [ss, "-tinH", "state", "established", f"dport = :{port}"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    words = (word.partition(":") for word in printed.split())
    return sum(int(value) for name, _, value in words if name == "bytes_received")
