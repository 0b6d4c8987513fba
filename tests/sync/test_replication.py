"""Whatever is done to a document, and whatever happens on the way: a viewer ends up with the same tree."""

from __future__ import annotations

import random
import threading

from hypothesis import HealthCheck, given, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domsync_jupyter.dom import Document
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from tests.sync.follower import Follower
from tests.sync.programs import Program

SEEDS = strategies.integers(0, 2**32 - 1)
WINDOWS = strategies.sampled_from([1, 2, 8])
WHICH = strategies.integers(0, 3)


class Replication(RuleBasedStateMachine):
    """One document that is changed all the time, and viewers in every condition."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document()
        self.program = Program(self.document)
        self.followers: list[Follower] = []
        #: Followers whose socket is away.
        self.away: list[Follower] = []

    @initialize(seeds=strategies.lists(SEEDS, max_size=20), window=WINDOWS)
    def begin(self, seeds: list[int], window: int) -> None:
        for seed in seeds:
            self.program.step(seed)
        self.mirror = Mirror.of(self.document)
        self.followers.append(Follower(self.mirror, Limits(window_frames=window)))

    @rule(seeds=strategies.lists(SEEDS, min_size=1, max_size=8))
    def mutate(self, seeds: list[int]) -> None:
        for seed in seeds:
            self.program.step(seed)

    @rule(seeds=strategies.lists(SEEDS, max_size=5))
    def mutate_in_batch(self, seeds: list[int]) -> None:
        self.mirror.collect()
        queued = [len(follower.session._outbox) for follower in self.followers]
        with self.document.batch():
            for seed in seeds:
                self.program.step(seed)
                self.mirror.collect()
                assert [len(follower.session._outbox) for follower in self.followers] == queued

    @rule(seed=SEEDS)
    def look(self, seed: int) -> None:
        self.program.random.seed(seed)
        self.program.look()

    @rule()
    def collect(self) -> None:
        self.mirror.collect()

    @precondition(lambda self: self.followers)
    @rule(which=WHICH, ack=strategies.booleans(), urgent=strategies.sampled_from([False, False, True]))
    def pump(self, which: int, ack: bool, urgent: bool) -> None:
        follower = self._follower(which)
        follower.pump(urgent=urgent)
        if ack:
            follower.ack()

    @precondition(lambda self: self.followers)
    @rule(which=WHICH)
    def check_one(self, which: int) -> None:
        self._follower(which).check()

    @precondition(lambda self: self.followers)
    @rule(which=WHICH, seed=SEEDS, text=strategies.sampled_from(["", "typed", "typed too"]))
    def person_types(self, which: int, seed: int, text: str) -> None:
        follower = self._follower(which)
        controls = [
            number for number, node in follower.replica.nodes.items() if node.tag in ("input", "textarea")
        ]
        if controls:
            follower.type(random.Random(seed).choice(controls), text)

    @precondition(lambda self: self.followers)
    @rule(which=WHICH)
    def process_what_was_typed(self, which: int) -> None:
        self._follower(which).process()

    @precondition(lambda self: len(self.followers) < 4)
    @rule(window=WINDOWS)
    def viewer_comes(self, window: int) -> None:
        self.followers.append(Follower(self.mirror, Limits(window_frames=window)))

    @precondition(lambda self: self.followers)
    @rule(which=WHICH)
    def viewer_goes(self, which: int) -> None:
        follower = self._follower(which)
        self.followers.remove(follower)
        follower.session.close()

    @precondition(lambda self: self.followers)
    @rule(which=WHICH)
    def viewer_reports_a_fault(self, which: int) -> None:
        self._follower(which).fault()

    @precondition(lambda self: self.followers)
    @rule(which=WHICH)
    def page_goes_away(self, which: int) -> None:
        follower = self._follower(which)
        self.followers.remove(follower)
        self.away.append(follower)
        follower.process()
        follower.session.suspend()

    @precondition(lambda self: self.away)
    @rule(which=WHICH)
    def page_comes_back(self, which: int) -> None:
        follower = self.away.pop(which % len(self.away))
        self.followers.append(follower)
        follower.hello()

    @invariant()
    def nobody_who_is_away_gets_anything(self) -> None:
        for follower in self.away:
            assert follower.pump(urgent=True) == []

    def teardown(self) -> None:
        for follower in self.away:
            follower.hello()
            self.followers.append(follower)
        # Everyone's edits first: they change what the others have to show.
        for follower in self.followers:
            follower.settle()
        for follower in self.followers:
            follower.check()
            assert follower.pump() == [], "nothing changed, so there is nothing to say"

    def _follower(self, which: int) -> Follower:
        return self.followers[which % len(self.followers)]


TestReplication = Replication.TestCase
TestReplication.settings = settings(
    max_examples=250, stateful_step_count=50, suppress_health_check=[HealthCheck.too_slow]
)


@given(seed=SEEDS)
@settings(max_examples=250)
def test_long_programs_replicate(seed: int) -> None:
    rnd = random.Random(seed)
    document = Document()
    program = Program(document, seed)
    for _ in range(rnd.randrange(30)):
        program.step()
    mirror = Mirror.of(document)
    followers = [Follower(mirror, Limits(window_frames=rnd.choice([1, 2, 8]))) for _ in range(3)]
    for _ in range(100):
        program.step()
        if rnd.random() < 0.3:
            mirror.collect()
        for follower in followers:
            if rnd.random() < 0.3:
                follower.pump()
                if rnd.random() < 0.4:
                    follower.ack()
    for follower in followers:
        follower.check()


@given(seed=SEEDS)
@settings(max_examples=250)
def test_nodes_may_go_from_one_document_to_another(seed: int) -> None:
    rnd = random.Random(seed)
    programs = [Program(Document(), seed), Program(Document(), seed + 1)]
    shared = [*programs[0].pool, *programs[1].pool]
    followers = []
    for program in programs:
        program.pool = shared
        mirror = Mirror.of(program.document)
        followers += [Follower(mirror, Limits(window_frames=size)) for size in (1, 8)]
    for _ in range(60):
        rnd.choice(programs).step()
        follower = rnd.choice(followers)
        if rnd.random() < 0.3:
            follower.mirror.collect()
        if rnd.random() < 0.3:
            follower.pump()
        if rnd.random() < 0.2:
            follower.ack()
    for follower in followers:
        follower.check()


def test_text_that_was_changed_and_carried_off_while_a_viewer_was_slow() -> None:
    document = Document()
    paragraph, quote = document.createElement("p", innerText="old"), document.createElement("q")
    document.getRootElement().append(paragraph, quote)
    mirror = Mirror.of(document)
    slow, quick = Follower(mirror, Limits(window_frames=1)), Follower(mirror)
    slow.pump()
    quick.pump()
    paragraph.textContent = "new"
    mirror.collect()
    text = paragraph.firstChild
    assert text is not None
    quote.appendChild(text)
    paragraph.parentNode.removeChild(paragraph)  # type: ignore[union-attr]  # it has one
    slow.check()
    quick.check()


def test_snapshot_after_the_only_viewer_typed() -> None:
    document = Document()
    control = document.createElement("input")
    document.getRootElement().appendChild(control)
    mirror = Mirror.of(document)
    follower = Follower(mirror)
    follower.pump()
    follower.type(2, "typed")
    follower.process()
    follower.fault()
    follower.check()
    assert follower.replica.nodes[2].properties == {"value": "typed"}


def test_threads_may_change_one_document_while_it_is_mirrored() -> None:
    document = Document()
    root = document.getRootElement()
    sections = [document.createElement("section") for _ in range(3)]
    root.append(*sections)
    mirror = Mirror.of(document)
    followers = [Follower(mirror), Follower(mirror, Limits(window_frames=1))]
    failures: list[BaseException] = []

    def change(number: int) -> None:
        # Each thread has nodes of its own, and takes part in what all of them do to the root's children.
        program = Program(document, number)
        program.pool = [sections[number]]
        try:
            for _ in range(300):
                program.step()
                root.appendChild(sections[number])
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=change, args=[number]) for number in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for follower in followers:
            mirror.collect()
            follower.pump()
            follower.ack()
    for thread in threads:
        thread.join()
    assert failures == []
    for follower in followers:
        follower.check()
