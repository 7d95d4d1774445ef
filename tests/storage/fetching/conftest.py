"""What fetching tests share: a certificate authority, servers it vouches for, rules that let them be asked."""

from __future__ import annotations

import dataclasses
import ssl
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

import pytest
import trustme

from archiver.storage.fetching.completing import complete_bag
from archiver.storage.fetching.holey import look_for_holes
from archiver.storage.fetching.rules import FetchRules, Timing
from tests.storage.fetching.servers import FileServer, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from archiver.model import Finding


class Serve(Protocol):
    """Starts a server that speaks https."""

    def __call__(self, files: Mapping[str, bytes], *, name: str = "localhost", tls: bool = True) -> FileServer: ...


class Complete(Protocol):
    """Completes a bag; every server that was started may be asked, unless ``rules`` say otherwise."""

    def __call__(self, bag: Path, *, timing: Timing | None = None, **rules: object) -> tuple[Finding, ...]: ...


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def servers() -> list[FileServer]:
    return []


@pytest.fixture
def serve(authority: trustme.CA, servers: list[FileServer]) -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(files: Mapping[str, bytes], *, name: str = "localhost", tls: bool = True) -> FileServer:
            server = stack.enter_context(serving(files, authority if tls else None, name))
            servers.append(server)
            return server

        yield start


@pytest.fixture
def pauses() -> list[float]:
    """Return the seconds that were to be waited for so far; nobody waits for them."""
    return []


@pytest.fixture
def timing(pauses: list[float]) -> Timing:
    return Timing(clock=time.monotonic, chance=lambda: 0.5, pause=lambda _, seconds: pauses.append(seconds))


@pytest.fixture
def progress() -> list[int]:
    return []


@pytest.fixture
def complete(
    authority: trustme.CA, servers: list[FileServer], timing: Timing, progress: list[int]
) -> Callable[..., tuple[Finding, ...]]:
    def run(bag: Path, *, timing: Timing | None = timing, **rules: object) -> tuple[Finding, ...]:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        default = FetchRules(
            tls=context,
            hosts=frozenset(),
            private_hosts=frozenset(server.place for server in servers),
            schemes=frozenset({"https", "http"}),
        )
        changed = dataclasses.replace(default, **rules)  # type: ignore[arg-type]
        assert timing is not None
        return complete_bag(look_for_holes(bag), changed, timing, progress.append)

    return run
