"""Objects and storage roots made by hand, with nothing of the code under test: what reading them must find."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

USER = {"name": "Ann", "address": "mailto:ann@example.org"}


def make_root(root: Path, layout: Mapping[str, Any] | None = None, ocfl: str = "1.1") -> Path:
    """Make an empty storage root.

    Args:
        root: the folder to make.
        layout: the extension's ``config.json``, with its ``extensionName``.
        ocfl: its version.
    """
    root.mkdir(parents=True)
    (root / f"0=ocfl_{ocfl}").write_text(f"ocfl_{ocfl}\n")
    if layout:
        name = layout["extensionName"]
        (root / "ocfl_layout.json").write_text(json.dumps({"extension": name, "description": "as it says"}))
        (root / "extensions" / name).mkdir(parents=True)
        (root / "extensions" / name / "config.json").write_text(json.dumps(layout))
    return root


def make_object(
    folder: Path, identifier: str, *states: Mapping[str, bytes], algorithm: str = "sha512", ocfl: str = "1.1"
) -> Path:
    """Make one object; each state is a version: logical path -> content, deduplicated as OCFL does."""
    manifest: dict[str, list[str]] = {}
    versions: dict[str, dict[str, Any]] = {}
    for number, state in enumerate(states, 1):
        held: dict[str, list[str]] = {}
        for path, content in state.items():
            digest = hashlib.new(algorithm, content).hexdigest()
            held.setdefault(digest, []).append(path)
            if digest not in manifest:
                manifest[digest] = [f"v{number}/content/{path}"]
                file = folder / f"v{number}" / "content" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
        versions[f"v{number}"] = {
            "created": f"2026-01-{number:02}T12:00:00Z",
            "state": held,
            "message": f"version {number}",
            "user": USER,
        }
        inventory = {
            "id": identifier,
            "type": f"https://ocfl.io/{ocfl}/spec/#inventory",
            "digestAlgorithm": algorithm,
            "head": f"v{number}",
            "manifest": manifest,
            "versions": versions,
        }
        write_inventories([folder, folder / f"v{number}"], inventory)
    (folder / f"0=ocfl_object_{ocfl}").write_text(f"ocfl_object_{ocfl}\n")
    return folder


def write_inventories(folders: Sequence[Path], inventory: Mapping[str, Any]) -> None:
    """Write one inventory and its sidecar into each folder."""
    data = json.dumps(inventory, indent=1).encode()
    algorithm = str(inventory["digestAlgorithm"])
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "inventory.json").write_bytes(data)
        digest = hashlib.new(algorithm, data).hexdigest()
        (folder / f"inventory.json.{algorithm}").write_text(f"{digest} inventory.json\n")


def read_inventory(folder: Path) -> dict[str, Any]:
    """Return the inventory of a folder."""
    value: dict[str, Any] = json.loads((folder / "inventory.json").read_text(encoding="utf-8"))
    return value
