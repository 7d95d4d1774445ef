"""A second client of SWORD v2: what a server offers and holds, as the protocol's own project reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.judges.verdict import JUDGES, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Sequence


def ask_sword2(url: str, user: str, password: str, lists: Sequence[str], home: Path) -> dict[str, Any]:
    """Ask a server.

    Args:
        url: of the service document.
        user: of the server.
        password: of that user.
        lists: addresses that give the addresses of files as JSON.
        home: an existing folder that the client may write to.

    Returns:
        ``collections``: address -> title and packagings; ``held``: address of a list -> SHA-512 of each of its files;
        ``largest``: what the service document says of it.

    Raises:
        JudgeBrokenError: it could not.
    """
    asked = {"url": url, "user": user, "password": password, "lists": list(lists)}
    runner = Path(__file__).with_name("sword2_runner.py")
    said = run([JUDGES / "sword2" / "bin" / "python", "-P", runner], home=home, text=json.dumps(asked))
    if said.returncode:
        raise JudgeBrokenError(said.stderr[-4000:])
    told: dict[str, Any] = json.loads(said.stdout)
    return told
