"""Why a file was not fetched: values that carry the cause in words, and say whose fault it is."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """What kind of failure it was; each is a finding's code."""

    HOST_NOT_NAMED = "host-not-named"
    SCHEME = "scheme"
    URL = "url"
    ADDRESS = "address"
    LIMIT = "limit"
    PLACE = "place"
    REMOTE_FAILED = "remote-failed"
    REMOTE_REDIRECTED = "remote-redirected"
    REMOTE_TOO_LONG = "remote-too-long"
    REMOTE_ENCODED = "remote-encoded"
    REMOTE_WRONG = "remote-wrong"


class FetchFailure(Exception):  # noqa: N818 - it is a result that travels as an exception
    """A file cannot be fetched, now or by asking again."""

    def __init__(self, cause: Cause, words: str, *, silent: bool = False) -> None:
        """Keep the cause.

        Args:
            cause: its kind.
            words: part of a sentence that begins with the file's name and a colon.
            silent: whether the host gave no answer at all.
        """
        self.cause = cause
        self.words = words
        self.silent = silent
        super().__init__(words)


class TryAgain(Exception):  # noqa: N818 - a state, no error
    """A request did not bring the whole file, and another one may."""

    def __init__(self, words: str, *, after: float | None = None, silent: bool = False, restart: bool = False) -> None:
        """Keep why.

        Args:
            words: as in :class:`FetchFailure`.
            after: seconds that the server asks to wait; None when it says nothing.
            silent: whether the host gave no answer at all.
            restart: whether what is here of the file has to be dropped.
        """
        self.words = words
        self.after = after
        self.silent = silent
        self.restart = restart
        super().__init__(words)
