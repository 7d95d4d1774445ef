"""The fuzzer sees what it is for: exceptions, hangs, memory, the death of the process; and goes on after each."""

from __future__ import annotations

import json
import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fuzz.mutation import MUCH, malformed
from fuzz.running import the_input
from fuzz.target import Target

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import json, os, select
from fuzz.running import Limits, fuzz
from fuzz.target import Target

def check(data):
    {body}

target = Target(name="planted", seeds=(b"one two three\\n",), tokens=(b"BOOM",), check=check)
outcome = fuzz(target, runs={runs}, seed=1, limits=Limits(seconds=0.1, waiting=0.3, memory=64 << 20, shrinking=60))
failures = [[failure.what, failure.data.hex(), failure.index] for failure in outcome.failures]
print(json.dumps([outcome.inputs, failures]))
"""


def planted(checkout: Path, body: str, runs: int = 300) -> tuple[int, list[list[Any]]]:
    """Fuzz a check with ``body``, in a process of one thread, and return the number of inputs and the failures."""
    command = [sys.executable, "-P", "-c", SCRIPT.format(body=body, runs=runs)]
    ended = subprocess.run(command, cwd=checkout, capture_output=True, encoding="utf-8", check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    inputs, failures = json.loads(ended.stdout)
    return inputs, failures


def test_an_exception_is_told_once_with_the_smallest_input(checkout: Path) -> None:
    inputs, failures = planted(checkout, 'if b"BOOM" in data: raise KeyError(data)')
    assert inputs == 300
    (failure,) = failures
    assert failure[0].startswith("KeyError at ")
    assert bytes.fromhex(failure[1]) == b"BOOM"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param("while data.count(b'BOOM'): pass", "HungError", id="a loop that swallows nothing"),
        pytest.param(
            "while b'BOOM' in data:\n        try: os.getpid()\n        except Exception: pass", "HungError", id="a loop"
        ),
        pytest.param("if b'BOOM' in data: select.select([], [], [])", "HungError", id="waiting"),
        pytest.param("x = b'BOOM' in data and bytearray(1 << 30)", "MemoryError", id="memory"),
        pytest.param("if b'BOOM' in data: os.kill(os.getpid(), 11)", "killed by SIGSEGV", id="a crash in C"),
        pytest.param("if b'BOOM' in data: os._exit(7)", "the process ended with status 7", id="an exit"),
    ],
)
def test_what_is_worse_than_an_exception(checkout: Path, body: str, what: str) -> None:
    inputs, failures = planted(checkout, body, runs=40)
    assert inputs == 40
    assert [failure[0] for failure in failures] == [what]
    assert b"BOOM" in bytes.fromhex(failures[0][1])


def test_a_check_that_holds_has_no_failure(checkout: Path) -> None:
    assert planted(checkout, "return") == (300, [])


def test_the_same_seed_gives_the_same_inputs() -> None:
    target = Target(name="a", seeds=(b"one\ntwo\n", b"\0"), tokens=(b"x",), check=lambda _: None)
    first = [the_input(target, 1, index) for index in range(200)]
    assert first == [the_input(target, 1, index) for index in range(200)]
    assert first != [the_input(target, 2, index) for index in range(200)]
    assert len(set(first)) > 150


def test_inputs_are_bounded() -> None:
    target = Target(name="a", seeds=(b"a" * 1000,), tokens=(b"x" * 1000,), check=lambda _: None)
    chance = Random(1)  # noqa: S311 - chance that can be repeated
    assert max(len(malformed(target, chance)) for _ in range(3000)) <= MUCH
