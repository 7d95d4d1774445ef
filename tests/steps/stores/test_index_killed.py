"""An index that is killed, at every transaction it writes: the old catalogue stays, or the new one is there."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from archiver.model import FixityOutcome
from archiver.steps.stores.indexing import index_store
from archiver.storage.stores.place import store_place
from tests.steps.stores.test_indexing import NOW, audit, bag, check, order, rows
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from pathlib import Path


def test_old_or_new_and_never_a_third(tmp_path: Path, checkout: Path) -> None:
    root = make_root(tmp_path / "store")
    make_object(root / "one", "urn:x:one", bag())
    place = store_place(root)
    index_store(order(place))
    audit(place, "run-1", check("one", FixityOutcome.DAMAGED, NOW))
    make_object(root / "two", "urn:x:two", bag(b=b"More\n"))
    program = [sys.executable, "-P", "-m", "tests.steps.stores.killed_index", str(root)]
    ran = subprocess.run(
        program, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(checkout)}
    )
    assert ran.returncode == 0, ran.stderr
    states = [(kind, int(packages)) for _, kind, packages in map(str.split, ran.stdout.splitlines())]
    assert len(states) > 5
    first_new = [kind for kind, _ in states].index("new")
    assert set(states[:first_new]) == {("old", 1)}
    assert set(states[first_new:]) == {("new", 2)}
    new = rows(place)
    place.catalogue.unlink()
    index_store(order(place))
    assert rows(place) == new  # nothing of the killed ones is left
