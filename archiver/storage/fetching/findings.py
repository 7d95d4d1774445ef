"""What is said of a bag whose files were fetched, or were not."""

from __future__ import annotations

from pathlib import Path

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.fetching.failures import Cause, FetchFailure


def file_not_fetched(path: str, failure: FetchFailure) -> Finding:
    """Return the finding on one file."""
    name = printable(path)
    return _OF_CAUSE[failure.cause](name, f"{name} was not fetched: {failure.words}.")


def _host_not_named(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-host-not-named",
        file=name,
        message=message,
        fix="If you trust the host, name it with --fetch-host and run the same command again.",
    )


def _scheme(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-scheme-refused",
        file=name,
        message=message,
        fix="Ask the sender for https addresses; --fetch-scheme http allows http, which anybody on the way can read.",
    )


def _url(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-url-refused",
        file=name,
        message=message,
        fix="Get the file in another way, put it in its place in the bag, and verify again.",
    )


def _address(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-address-refused",
        file=name,
        message=message,
        fix="If the host is a server of your own network, name it with --fetch-private-host; if not, do not fetch "
        "this bag.",
    )


def _limit(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-limit-reached",
        file=name,
        message=message,
        fix="If you expect as much, raise --fetch-max-bytes and run the same command again.",
    )


def _place(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-place-refused",
        file=name,
        message=message,
        fix="Look at what stands at that place in the bag, and that you may write there; then run the same command "
        "again.",
    )


def _remote_failed(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-remote-failed",
        file=name,
        message=message,
        fix="Run the same command again later: it goes on where it stopped. Ask the sender if the file is gone.",
    )


def _remote_redirected(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-remote-redirected",
        file=name,
        message=message,
        fix="Ask the sender for the address the file really has.",
    )


def _remote_too_long(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-remote-too-long",
        file=name,
        message=message,
        fix="The server has another file than the bag means: ask the sender.",
    )


def _remote_encoded(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-remote-encoded",
        file=name,
        message=message,
        fix="Ask whoever runs the server to send the file as it is, or get it in another way.",
    )


def _remote_wrong(name: str, message: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="fetch-remote-wrong",
        file=name,
        message=message,
        fix="The server has another file than the bag means, which was thrown away: ask the sender.",
    )


_OF_CAUSE = {
    Cause.HOST_NOT_NAMED: _host_not_named,
    Cause.SCHEME: _scheme,
    Cause.URL: _url,
    Cause.ADDRESS: _address,
    Cause.LIMIT: _limit,
    Cause.PLACE: _place,
    Cause.REMOTE_FAILED: _remote_failed,
    Cause.REMOTE_REDIRECTED: _remote_redirected,
    Cause.REMOTE_TOO_LONG: _remote_too_long,
    Cause.REMOTE_ENCODED: _remote_encoded,
    Cause.REMOTE_WRONG: _remote_wrong,
}


def nothing_fetched(bag: Path, reason: str, fix: str) -> Finding:
    """Return the finding on a bag for which nothing was fetched; ``reason`` is the end of a sentence."""
    return Finding(
        severity=Severity.ERROR,
        code="fetch-not-started",
        file=None,
        message=f"Nothing was fetched for {printable(str(bag))}: {reason}.",
        fix=fix,
    )


def disk_refused(words: str, left: int) -> Finding:
    """Return the finding on a disk that took no more; ``left`` files were not fetched because of it."""
    return Finding(
        severity=Severity.ERROR,
        code="fetch-disk-refused",
        file=None,
        message=f"Fetching stopped with {left} files to go: {words}.",
        fix="Make room on the disk or check it, and run the same command again: it goes on where it stopped.",
    )


def fetched(count: int, octets: int) -> Finding:
    """Return the finding that tells what was fetched."""
    files = f"{count} file" if count == 1 else f"{count} files"
    return Finding(
        severity=Severity.INFO,
        code="fetch-done",
        file=None,
        message=f"{files} with {octets} bytes were fetched, compared with every manifest and put in their places.",
        fix="Nothing to do.",
    )
