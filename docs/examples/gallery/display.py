"""Display: figures, progress, a log, Markdown and code."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

from domsync_jupyter.components import (
    Button,
    Card,
    Code,
    Column,
    Grid,
    LogView,
    Markdown,
    ProgressBar,
    Row,
    Spinner,
    Stat,
    track,
)

if TYPE_CHECKING:
    from domsync_jupyter import Event
    from domsync_jupyter.components.component import Parent

TEXT = """\
### What was measured

The catalyst doubles the yield at **60 °C**; above that it ~~helps~~ decays.
See [the method](https://en.wikipedia.org/wiki/Catalysis).

| Warmth | Yield | Change |
|-------:|------:|:------:|
| 40 °C  | 31 %  | +4 %   |
| 60 °C  | 64 %  | +33 %  |
| 80 °C  | 12 %  | −52 %  |

1. Heat slowly, by `2 K/min`.
2. Stop when it turns blue.
"""
SOURCE = '''\
from dataclasses import dataclass

@dataclass
class Sample:
    """One measurement."""
    warmth: float  # in °C
    amount: float = 0.0

def mean(samples: list[Sample]) -> float:
    if not samples:
        raise ValueError("no samples")
    return sum(each.amount for each in samples) / len(samples)

print(f"{mean([Sample(60, 0.64)]):.1%}")
'''


def build(parent: Parent) -> None:
    """Put the demonstration into `parent`."""
    page = Column(parent, gap="16px")
    figures = Grid(page, "repeat(auto-fit, minmax(150px, 1fr))", gap="16px")
    Stat(Card(figures), "Yield", 0.64, delta=0.33, format=".0%")
    Stat(Card(figures), "Samples", 12_480, delta=310)
    Stat(Card(figures), "Energy", "4.2 kWh", delta="+0.3 kWh", lower_is_better=True)
    Stat(Card(figures), "Failures", 3, delta=-2, lower_is_better=True)

    both = Grid(page, min_width="340px", gap="16px")
    progress = Column(Card(both, "Progress"), gap="18px")
    bars = Column(progress)
    ProgressBar(bars, "Heating", value=42, max=60).text = "42 of 60 °C"
    ProgressBar(bars, "Waiting for the sensor", value=None)
    for number in track(range(250), bars, "Checked"):
        sha256(bytes(400_000))
        if number == 160:
            break
    for _ in track(range(250), bars, "Read"):
        sha256(bytes(400_000))
    state = Row(progress, align="center", justify="space-between")
    Spinner(state, "Measuring …")

    log = LogView(Card(both, "Log"), height="220px", max_lines=500)
    log.append("12:00:01 heater on")
    log.append("12:00:02 sensor 3 has value 17.25, which is what it had before", "debug")
    log.append("12:04:40 60 °C reached", "good")
    log.append("12:09:13 sensor 2 is late", "warn")
    log.append("12:09:59 sensor 2 does not answer", "bad")

    async def run(event: Event) -> None:
        async for number in track(range(40), bars, "New samples"):
            log.append(f"sample {number} is read")
            await asyncio.sleep(0.05)

    Button(state, "Read samples", run, kind="primary")
    Markdown(Card(both, "Markdown"), TEXT)
    Code(Card(both, "Code"), SOURCE)
