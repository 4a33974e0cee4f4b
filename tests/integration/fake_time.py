"""A clock for what waits: no test has to."""

from dataclasses import dataclass, field


@dataclass
class FakeTime:
    """A clock that only moves when somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.slept.append(seconds)
        self.now += seconds
