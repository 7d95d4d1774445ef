"""veraPDF as the second judge of PDF/A: one process for a whole build, asked about one file after another.

Starting Java takes seconds and judging a file a tenth of one, so the process stays: veraPDF's server mode reads a path
a line and answers with the path of its report. It runs in a folder of its own, with limited memory and a time limit for
each file; it is started anew when it dies. Never changes a PDF, and never says passed when veraPDF did not.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from archiver.model import Check

CHECK = "pdfa-verapdf"
"""Name of the check."""

SECONDS = 120.0
"""Wall time one file may take."""

_ARGUMENTS = ("--servermode", "--format", "json", "--flavour", "0", "--maxfailuresdisplayed", "1", "--loglevel", "0")
"""Flavour 0: as the file declares, so that one process judges all of them; what it was judged as is compared."""

_JAVA = "-Xmx768m -XX:+UseSerialGC -Duser.home={home} -Djava.io.tmpdir={home}"
_NO_PDF = b"%PDF-1.7\n"
"""The file a server is started with: it must be there, and its answer is thrown away."""

_STARTS = 5
"""How often it may be started, in all: a file that kills it costs a start, a program that never works the rest."""

_LARGEST_REPORT = 8 << 20
_NAMED = 3


class _GoneError(Exception):
    """It ended, or does not answer in time; the message says which."""


class VeraPdf:
    """One veraPDF, asked from any thread; one file at a time."""

    def __init__(self, program: str, folder: Path, timeout: float = SECONDS) -> None:
        """Take note of where it is; nothing is started yet.

        Args:
            program: path of the ``verapdf`` command.
            folder: a private folder that does not exist yet, for its files; its maker removes it.
            timeout: seconds of wall time a file may take.
        """
        self._program = program
        self._folder = folder
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._starts = 0
        self._answers_due = 0
        self._files = 0
        self._why_gone = ""
        self._asked = threading.Lock()

    def start(self) -> None:
        """Begin to load it, in the background."""
        with self._asked:
            self._start()

    def _start(self) -> None:
        if self._process is not None or self._starts == _STARTS:
            return
        self._folder.mkdir(exist_ok=True)
        first = self._folder / "first.pdf"
        first.write_bytes(_NO_PDF)
        home = str(self._folder.resolve())
        self._starts += 1
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the program the user named or has on PATH
                [self._program, *_ARGUMENTS, str(first.resolve())],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=home,
                env={**os.environ, "HOME": home, "TMPDIR": home, "JAVA_TOOL_OPTIONS": _JAVA.format(home=home)},
                start_new_session=True,  # an interrupt is for the user's own process; a kill reaches what it started
            )
        except OSError as error:
            self._starts = _STARTS
            self._why_gone = f"it cannot be started: {error.strerror}"
            return
        self._unread, self._answers_due = b"", 1

    def check(self, pdf: bytes | Path, flavour: str) -> Check:
        """Judge one file.

        Args:
            pdf: its bytes, or where it is.
            flavour: that it must be compliant with; a stronger level of the same part that it declares will do.

        Returns:
            The check ``pdfa-verapdf``; None when veraPDF gave no verdict, and the detail says why.
        """
        with self._asked:
            return self._checked(pdf, flavour)

    def _checked(self, pdf: bytes | Path, flavour: str) -> Check:
        self._files += 1
        file = self._folder / f"{self._files}.pdf"
        try:
            self._start()
            if isinstance(pdf, Path):
                file.symlink_to(pdf)
            else:
                file.write_bytes(pdf)
            report = self._report(file)
        except _GoneError as gone:
            return Check(name=CHECK, passed=None, tool="veraPDF", detail=str(gone))
        except OSError as error:
            return Check(name=CHECK, passed=None, tool="veraPDF", detail=f"it could not be asked: {error.strerror}")
        finally:
            file.unlink(missing_ok=True)
        return verdict(report, flavour)

    def kill(self) -> None:
        """Kill the process, whatever it is doing; may be called from another thread, :meth:`close` follows."""
        process = self._process
        if process is not None and process.returncode is None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and what it started."""
        self.kill()
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()

    def _report(self, file: Path) -> dict[str, Any]:
        """Have it judge ``file`` and read its report; an empty one when there is none.

        Raises:
            _GoneError: it ended or is late; it is stopped then.
        """
        if self._process is None or self._process.stdin is None:
            raise _GoneError(self._why_gone or "it ended too often to be started again")
        deadline = time.monotonic() + self._timeout
        try:
            self._process.stdin.write(f"{file.absolute()}\n".encode())
            self._process.stdin.flush()
            self._answers_due += 1
            while self._answers_due:
                answer = self._answer(deadline)
                self._answers_due -= 1
                try:
                    text = _read(answer)
                finally:
                    answer.unlink(missing_ok=True)
        except (OSError, _GoneError) as error:
            self.close()
            self._why_gone = str(error) if isinstance(error, _GoneError) else "it ended without an answer"
            raise _GoneError(self._why_gone) from error
        try:
            found = json.loads(text)["report"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _answer(self, deadline: float) -> Path:
        """Wait for a line that names a report in our folder; what else it prints is of no interest."""
        while True:
            line, end, rest = self._unread.partition(b"\n")
            if end:
                self._unread = rest
                named = Path(os.fsdecode(line.strip()))
                if named.suffix == ".xml" and named.parent == self._folder.resolve():
                    return named
                continue
            self._unread += self._read_more(deadline)

    def _read_more(self, deadline: float) -> bytes:
        if self._process is None or self._process.stdout is None:
            raise _GoneError("it is not running")
        ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise _GoneError(f"it took longer than {self._timeout:g} seconds and was stopped")
        data = os.read(self._process.stdout.fileno(), 1 << 16)
        if not data:
            raise _GoneError("it ended without an answer")
        return data


def verdict(report: dict[str, Any], flavour: str) -> Check:
    """Read one of its reports on one file.

    Args:
        report: value of ``report`` in its JSON; empty when it gave none.
        flavour: that the file must be compliant with.
    """
    try:
        (job,) = report["jobs"]
        releases = {one["id"]: one["version"] for one in report["buildInformation"]["releaseDetails"]}
        tool = f"veraPDF {releases['apps']}"
        results = {_judged_as(one): one for one in job.get("validationResult") or ()}
        if not results:
            return _unread_file(job, tool)
        failed = [_broken_rule(rule) for one in results.values() for rule in one["details"]["ruleSummaries"]]
        compliant = all(one["compliant"] is True for one in results.values())
        finished = all(one["jobEndStatus"] == "normal" for one in results.values())
    except (KeyError, TypeError, ValueError, AttributeError):
        return Check(name=CHECK, passed=None, tool="veraPDF", detail="it gave no report that can be read")
    names = " and ".join(sorted(results))
    if not finished:
        return Check(name=CHECK, passed=None, tool=tool, detail=f"it did not finish judging it as PDF/A-{names}")
    if not any(_includes(judged, flavour) for judged in results):
        return Check(name=CHECK, passed=False, tool=tool, detail=f"it declares PDF/A-{names}, not PDF/A-{flavour}")
    if compliant:
        return Check(name=CHECK, passed=True, tool=tool, detail=f"compliant with PDF/A-{names}")
    more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    detail = f"not compliant with PDF/A-{names}: {'; '.join(failed[:_NAMED])}{more}"
    return Check(name=CHECK, passed=False, tool=tool, detail=detail)


def _judged_as(result: dict[str, Any]) -> str:
    """Return the flavour in the name of a profile: ``PDF/A-2u validation profile``."""
    return str(result["profileName"]).split()[0].removeprefix("PDF/A-").lower()


def _includes(judged: str, flavour: str) -> bool:
    """ISO 19005-2 clause 5: what meets level A meets U, and what meets U meets B."""
    levels = "bua"
    if judged == flavour:
        return True
    if judged[:1] != flavour[:1] or judged[1:] not in levels or flavour[1:] not in levels:
        return False
    return levels.index(judged[1:]) > levels.index(flavour[1:]) if judged[1:] and flavour[1:] else False


def _broken_rule(rule: dict[str, Any]) -> str:
    return f"{rule['specification']} {rule['clause']}, test {rule['testNumber']}: {rule['description']}"[:300]


def _unread_file(job: dict[str, Any], tool: str) -> Check:
    what = job["taskException"]
    said = str(what.get("exceptionMessage", ""))[:200]
    if what["type"] == "PARSE":
        return Check(name=CHECK, passed=False, tool=tool, detail=f"it cannot be read as a PDF: {said}")
    return Check(name=CHECK, passed=None, tool=tool, detail=f"it broke down ({what['type']}): {said}")


def _read(report: Path) -> str:
    try:
        if report.stat().st_size > _LARGEST_REPORT:
            return ""
        return report.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
