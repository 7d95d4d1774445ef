"""What the tests of HTTP share: an attempt that only writes down, surroundings, and servers that follow a script."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pytest
import trustme

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.http.client import HttpClient
from archiver.deposits.http.sending import Access
from archiver.deposits.surroundings import Folders, PackageStore, Surroundings
from tests.deposits.http.servers import Answer, ScriptedServer, Tls, serving

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.model.deposits import Exchange, Parcel

TOKEN = "a token/that nobody+else knows"  # noqa: S105 - of servers that live as long as a test
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Noted:
    """An attempt that writes down what it is told."""

    intents: list[str] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    bytes: int = 0
    memory: Mapping[str, object] = field(default_factory=dict)
    in_doubt: tuple[str, ...] = ()

    @property
    def parcel(self) -> Parcel:
        raise NotImplementedError

    def remember(self, **values: object) -> None:
        self.memory = {**self.memory, **values}

    @contextlib.contextmanager
    def intend(self, action: str, **detail: object) -> Iterator[None]:
        self.intents.append(f"{action} {detail['request']}")
        yield
        self.intents.append(f"{action} ended")

    def moved(self, count: int) -> None:
        self.bytes += count

    def keep(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def now(self) -> datetime:
        return NOW


class _Reader:
    def reader(self, file: Path) -> contextlib.AbstractContextManager[BinaryIO]:
        return file.open("rb")


def _no_store(settings: TargetSettings) -> PackageStore:
    raise NotImplementedError(settings.name)


SURROUNDINGS = Surroundings(
    secret=lambda name: TOKEN,  # noqa: ARG005 - the interface
    now=lambda: NOW,
    environment={},
    folders=cast("Folders", _Reader()),
    store=_no_store,
)


@dataclass
class Desk:
    """Makes servers and clients for a test."""

    stack: ExitStack
    attempt: Noted = field(default_factory=Noted)

    @property
    def given(self) -> Attempt:
        return self.attempt

    def serve(self, answer: Answer, tls: Tls | None = None) -> ScriptedServer:
        return self.stack.enter_context(serving(ScriptedServer(answer, tls)))

    def client(
        self,
        url: str,
        *,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        **changes: Any,  # noqa: ANN401
    ) -> HttpClient:
        table = Table(name="targets.attic", values={"url": url}, file="archiver.toml")
        settings = TargetSettings(name="attic", kind="tests", own=table, timeout=10.0)
        access = Access(url=url, headers={"Authorization": f"Bearer {TOKEN}"})
        made = HttpClient(
            replace(settings, **changes),
            replace(SURROUNDINGS, environment=environment or {}),
            access,
            clock=clock,
        )
        self.stack.callback(made.close)
        return made


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(stack)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return path
