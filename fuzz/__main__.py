"""``bin/fuzz``: malformed input for every parser, or for those named; one line a target, and what failed.

``bin/fuzz`` runs all targets; ``--runs`` and ``--minutes`` say how long; ``--list`` names them. ``bin/fuzz routes``
runs those that go from a document to its rendition, 200 documents each. ``bin/fuzz faults`` makes every write-side
system call of the commands that write bags or work on stores fail, one at a time. ``bin/fuzz damage [CORRUPTIONS]``
damages a store at random: audits find all of it. ``bin/fuzz years [PACKAGES [YEARS]]`` lets years of audits pass.
``bin/fuzz store [PACKAGES]`` stores 10,000 and compares what comes back; ``bin/fuzz together [MINUTES]`` lets two
adders and an auditor work on one store. ``bin/fuzz deposits [TARGET...]`` disturbs deposits with each target.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from pathlib import Path

from fuzz.running import Failure, Outcome, fuzz, the_input
from fuzz.target import Target

RUNS = 50_000
_SHOWN = 2000
"""Bytes of an input that are printed."""


def targets() -> dict[str, Target]:
    """Return every target by its name, family by family."""
    families = sorted(file.stem for file in (Path(__file__).parent / "families").glob("*.py"))
    modules = [importlib.import_module(f"fuzz.families.{family}") for family in families]
    return {target.name: target for module in modules for target in module.TARGETS}


def main(arguments: list[str]) -> int:
    """Run what ``arguments`` ask for and return the exit status: 1 when something failed."""
    if arguments[:1] == ["deposits"]:
        from fuzz.deposits import deposits  # noqa: PLC0415 - it needs pytest and servers, and the rest does not

        return deposits(arguments[1:])
    known = targets()
    asked = _options().parse_args(arguments)
    if asked.target[:1] and asked.target[0] in _OTHERS:
        return _other(asked.target[0], asked.target[1:])
    if asked.list:
        print("\n".join(known))
        return 0
    if asked.target == ["routes"]:
        asked.target = [target.name for target in known.values() if target.route]
    unknown = [name for name in asked.target if name not in known]
    if unknown:
        print(f"there is no target {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    chosen = [known[name] for name in asked.target or known]
    if asked.index is not None:
        return _again(chosen[0], asked.seed, asked.index)
    print(f"seed {asked.seed}")
    total, started, failed = 0, time.monotonic(), False
    for number, target in enumerate(chosen):
        until = None
        runs = max(1, round(asked.runs * target.share))
        if asked.minutes:
            left = started + 60 * asked.minutes - time.monotonic()
            until, runs = time.monotonic() + left / (len(chosen) - number), sys.maxsize
        outcome = fuzz(target, runs=runs, seed=asked.seed, until=until)
        _tell(outcome)
        total += outcome.inputs
        failed |= bool(outcome.failures)
    print(f"{'in all':<22} {total:>9} inputs in {time.monotonic() - started:.1f} s")
    return int(failed)


_OTHERS = ("faults", "damage", "years", "store", "together")
"""What is no parser and gets no input."""


def _other(name: str, arguments: list[str]) -> int:
    if name == "faults":
        from fuzz.faults import sweep  # noqa: PLC0415 - it needs strace, and the rest does not

        return sweep(arguments)
    if name == "damage":
        from fuzz.damage import damage  # noqa: PLC0415 - it needs the catalogue, and the rest does not

        return damage(arguments)
    if name in {"store", "together"}:
        from fuzz import stores  # noqa: PLC0415 - it needs the judges, and the rest does not

        return stores.round_trip(arguments) if name == "store" else stores.together(arguments)
    from fuzz.years import years  # noqa: PLC0415 - same

    return years(arguments)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", help="all when none is named")
    parser.add_argument(
        "--runs", type=int, default=RUNS, help="inputs for each target (%(default)s); slow ones get less"
    )
    parser.add_argument("--minutes", type=float, help="instead of --runs: for all targets together")
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same inputs")
    parser.add_argument("--index", type=int, help="print and run one input of the target named")
    parser.add_argument("--list", action="store_true", help="name the targets")
    return parser


def _tell(outcome: Outcome) -> None:
    rate = outcome.inputs / max(outcome.seconds, 0.001)
    print(
        f"{outcome.target:<22} {outcome.inputs:>9} inputs {rate:>9.0f}/s  {len(outcome.failures)} failures", flush=True
    )
    for failure in outcome.failures:
        _describe(outcome.target, failure)


def _describe(target: str, failure: Failure) -> None:
    cut = " (cut)" if len(failure.data) > _SHOWN else ""
    print(f"  {failure.what}\n  {target} --index {failure.index}: {len(failure.data)} bytes{cut}, in hexadecimal")
    print(f"  {failure.data[:_SHOWN].hex()}")
    print("    " + failure.told.rstrip().replace("\n", "\n    "))


def _again(target: Target, seed: int, index: int) -> int:
    data = the_input(target, seed, index)
    print(data)
    target.check(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
