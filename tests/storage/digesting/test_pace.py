"""Reading that leaves room for others: never faster than asked for, and last in the queues."""

from __future__ import annotations

import subprocess
import sys

import pytest

from archiver.storage.digesting.pace import Pace


class Time:
    """A clock that goes on only while somebody waits for it."""

    def __init__(self) -> None:
        self.now = 100.0

    def wait(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def test_no_more_than_the_rate_is_let_through() -> None:
    time = Time()
    pace = Pace(1000, clock=lambda: time.now, sleep=time.wait)
    for _ in range(50):
        pace(100)
    assert time.now - 100 == pytest.approx(5.0 - 0.25)


def test_time_that_went_unused_is_not_saved_up() -> None:
    time = Time()
    pace = Pace(1000, clock=lambda: time.now, sleep=time.wait)
    time.now += 3600
    for _ in range(50):
        pace(100)
    assert time.now - 3700 == pytest.approx(5.0 - 0.25)


def test_a_piece_larger_than_a_second_has_is_let_through() -> None:
    time = Time()
    Pace(10, clock=lambda: time.now, sleep=time.wait)(1000)
    assert time.now - 100 == pytest.approx(99.75)


@pytest.mark.skipif(sys.platform != "linux", reason="ionice is of Linux")
def test_a_process_that_gives_way_is_last_in_the_queues() -> None:
    program = (
        "import os, subprocess\nfrom archiver.storage.digesting.pace import give_way\ngive_way()\ngive_way()\n"
        "print(os.nice(0), subprocess.run(['ionice', '-p', str(os.getpid())], capture_output=True, text=True).stdout)"
    )
    ran = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["19", "idle"]
