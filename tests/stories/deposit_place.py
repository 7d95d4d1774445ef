"""A working folder to deposit from: two bags, and an archiver.toml with a target that a plug-in brings."""

from __future__ import annotations

import contextlib
import json
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.steps.bags.api import make_bag
from tests.stories.drop_box import plug_in

if TYPE_CHECKING:
    from tests.stories.commands import Archiver, Ran

TOKEN = "t0ken-0f-the-b0x"  # noqa: S105 - of these tests alone
NAMES = ("one", "two")


@dataclass(slots=True)
class DepositPlace:
    """The folder, and the command in it. SOURCE_DATE_EPOCH is not set: deposits take time."""

    archiver: Archiver
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Make the bags, the plug-in, and the token that the box asks for."""
        self.environment = plug_in(self.folder / "plug-in") | {"SOURCE_DATE_EPOCH": ""}
        for name in NAMES:
            source = self.folder / "sources" / name
            source.mkdir(parents=True)
            (source / "letter.bin").write_bytes(name.encode() * 60_000)
            label = ("External-Identifier", f"urn:example:{name}")
            make_bag(source, self.folder / "packages" / name, bag_info=[label])
        self.keep_token(TOKEN)
        self.configure()

    def keep_token(self, token: str) -> None:
        """Have the box ask for a token."""
        (self.folder / "token-of-the-box").write_text(token, encoding="utf-8")

    def configure(self, *lines: str) -> None:
        """Write archiver.toml, with further lines in the table of the box."""
        table = ["[targets.box]", 'kind = "drop-box"', 'folder = "box"', 'token_from = "stdin"', "retry_wait = 0.01"]
        (self.folder / "archiver.toml").write_text("\n".join([*table, *lines]) + "\n", encoding="utf-8")

    def __call__(self, *words: str | Path, typed: str = f"{TOKEN}\n", cwd: Path | None = None) -> Ran:
        """Run ``archiver deposit`` with words."""
        return self.archiver("deposit", *words, cwd=cwd or self.folder, changes=self.environment, typed=typed)

    @contextlib.contextmanager
    def started(self, *words: str | Path) -> Iterator[subprocess.Popen[str]]:
        """Start ``archiver deposit`` with words, the token typed; it is stopped when the block ends."""
        running = subprocess.Popen(
            [*self.archiver.command, "deposit", *map(str, words)],
            cwd=self.folder,
            env=self.archiver.environment(self.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert running.stdin is not None
        try:
            running.stdin.write(f"{TOKEN}\n")
            running.stdin.flush()
            yield running
        finally:
            running.kill()
            running.communicate()

    def status(self) -> list[dict[str, Any]]:
        """Return what ``archiver deposit status --json`` says."""
        ran = self("status", "--json")
        return [json.loads(line) for line in ran.stdout.splitlines()]

    def held(self) -> dict[str, bytes]:
        """Return what the box holds: bag -> the bytes of its letter."""
        found = {}
        for tar in sorted((self.folder / "box").glob("*.tar")):
            with tarfile.open(tar) as opened:
                letter = opened.extractfile(f"{tar.stem}/data/letter.bin")
                assert letter is not None
                found[tar.stem] = letter.read()
        return found
