"""Kills a whole ``archiver deposit`` at a system call, goes on with ``deposit resume``, and looks what came of it."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

from archiver.steps.bags.api import make_bag
from tests.faults.on_this_machine import KILL, ON_DISK
from tests.faults.traced import Call, calls_in
from tests.stories.commands import Archiver, Ran
from tests.stories.tracing import ORDER
from tests.stories.trees import contents

_ITS_OWN = ("deposits/", "incoming", "one.receipts")
"""What a deposit writes to, beside the target."""

_TAKES_TIME = {"SOURCE_DATE_EPOCH": "", **ORDER}


class KilledCommand:
    """One bag and one watched folder, to which it is deposited again and again."""

    def __init__(self, archiver: Archiver, strace: str, place: Path) -> None:
        """Deposit it undisturbed, and learn the calls that it takes.

        Args:
            archiver: the command.
            strace: the tracer.
            place: an empty folder.
        """
        self._archiver, self._strace, self._place = archiver, strace, place
        (place / "source").mkdir()
        (place / "source" / "letter.bin").write_bytes(b"a letter\n" * 5000)
        make_bag(place / "source", place / "one", bag_info=[("External-Identifier", "urn:example:one")])
        table = '[targets.in]\nkind = "watched-folder"\nfolder = "incoming"\nretry_wait = 0.01\n'
        (place / "archiver.toml").write_text(table, encoding="utf-8")
        self._anew()
        assert self._run("one", "--to", "in").status == 0
        self._anew()
        log = place / "log"
        traced = ["-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(ON_DISK)}"]
        ran = self._run("one", "--to", "in", prefix=traced)
        assert ran.status == 0, ran.stderr
        self._whole = self._handed_over()
        self._receipts = self._receipt_count()
        self.calls = self._ours(log)

    def killed_at(self, call: Call) -> list[str]:
        """Kill it there and go on; return what is not as it is without the kill."""
        self._anew()
        options = ["-o", "/dev/null", "-e", f"trace={call.name}", "-e", f"inject={call.name}:{KILL}:when={call.when}"]
        ran = self._run("one", "--to", "in", prefix=options)
        wrong = []
        if ran.status not in {0, -signal.SIGKILL, 128 + signal.SIGKILL}:
            wrong.append(f"it ended with {ran.status}: {ran.stderr[-300:]}")
        resumed = self._run("resume", "--json")
        if resumed.status:
            wrong.append(f"resume ended with {resumed.status}: {resumed.stderr[-300:]}")
        # It was killed before it had written down that there is anything to do.
        if not self._states():
            self._run("one", "--to", "in")
        if self._states() != ["verified"]:
            wrong.append(f"the deposits are {self._states()}")
        if self._handed_over() != self._whole:
            wrong.append("what was handed over is not what is handed over undisturbed")
        if self._receipt_count() < self._receipts:
            wrong.append("it has no receipt")
        return [f"{call.name} {call.when} {call.told[:200]}: {one}" for one in wrong]

    def _handed_over(self) -> dict[str, str]:
        """Return what lies at the target.

        Notes of the target hold times, and are compared by their names.
        """
        found = contents(self._place / "incoming")
        return {path: "" if path.endswith(".json") else state for path, state in found.items()}

    def _receipt_count(self) -> int:
        return len(list(self._place.glob("one.receipts/*")))

    def _states(self) -> list[str]:
        ran = self._run("status", "--json")
        return [one["state"] for one in ran.objects]

    def _anew(self) -> None:
        for name in ("incoming", "deposits", "one.receipts"):
            shutil.rmtree(self._place / name, ignore_errors=True)
        (self._place / "incoming").mkdir()

    def _run(self, *words: str, prefix: list[str] | None = None) -> Ran:
        tracer = [self._strace, "-f", *prefix] if prefix else []
        return self._archiver("deposit", *words, cwd=self._place, changes=_TAKES_TIME, prefix=tracer)

    def _ours(self, log: Path) -> list[Call]:
        return [call for call in calls_in(log) if any(name in call.told for name in _ITS_OWN)]
