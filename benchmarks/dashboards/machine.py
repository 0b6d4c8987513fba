"""What the dashboards show: figures and processes of this machine, read with psutil. All four of them use it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd  # type: ignore[import-untyped]
import psutil

__all__ = ["CORES", "TOTAL", "Reading", "processes", "read_for_ever"]

CORES = psutil.cpu_count() or 1
#: Gigabytes.
TOTAL = psutil.virtual_memory().total / 1e9


@dataclass(frozen=True)
class Reading:
    """What was read at one time.

    Attributes:
        time: When, in seconds since 1970.
        cores: The load of each core, in per cent.
        memory: What is used, in gigabytes.
        disk: The part of the disk that is used, in per cent.
        rates: Megabytes a second that were read, written, received and sent.
        processes: A data frame with the columns pid, threads, cpu, memory and process.
    """

    time: float
    cores: list[float]
    memory: float
    disk: float
    rates: dict[str, float]
    processes: pd.DataFrame

    @property
    def cpu(self) -> float:
        """The load of all cores, in per cent."""
        return sum(self.cores) / len(self.cores)


def read_for_ever() -> Iterator[Reading]:
    """Yield readings. Rates and loads are those since the one before, so one thread asks for all."""
    then, before = time.monotonic(), _counters()
    psutil.cpu_percent(percpu=True)
    processes()
    time.sleep(0.5)
    while True:
        now, after = time.monotonic(), _counters()
        yield Reading(
            time.time(),
            psutil.cpu_percent(percpu=True),
            TOTAL - psutil.virtual_memory().available / 1e9,
            psutil.disk_usage("/").percent,
            {name: (after[name] - before[name]) / (now - then) / 1e6 for name in after},
            processes(),
        )
        then, before = now, after


def processes() -> pd.DataFrame:
    """What runs now, but for the operating system's own processes and those that are hidden from us."""
    wanted = ["pid", "num_threads", "cpu_percent", "memory_info", "name"]
    infos = [process.info for process in psutil.process_iter(wanted)]
    return pd.DataFrame(
        [
            (pid, threads, percent, memory.rss / 1e6, name)
            for pid, threads, percent, memory, name in (map(info.get, wanted) for info in infos)
            if memory and memory.rss
        ],
        columns=["pid", "threads", "cpu", "memory", "process"],
    )


def _counters() -> dict[str, int]:
    disk, net = psutil.disk_io_counters(), psutil.net_io_counters()
    read, written = (disk.read_bytes, disk.write_bytes) if disk else (0, 0)
    return {"read": read, "written": written, "received": net.bytes_recv, "sent": net.bytes_sent}
