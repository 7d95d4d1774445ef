"""Tests of locks on the objects of a store."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from archiver.storage.stores.locks import object_lock
from archiver.storage.stores.place import store_place

if TYPE_CHECKING:
    from pathlib import Path


def test_two_runs_on_one_object_come_one_after_the_other(tmp_path: Path) -> None:
    place = store_place(tmp_path / "store")
    events: list[str] = []
    waits = threading.Event()

    def waiting() -> None:
        events.append("waits")
        waits.set()

    def second() -> None:
        with object_lock(place, "urn:a", waiting):
            events.append("second")

    with ThreadPoolExecutor(1) as executor:
        with object_lock(place, "urn:a"):
            done = executor.submit(second)
            assert waits.wait(20)
            events.append("first ends")
        done.result(20)
    assert events == ["waits", "first ends", "second"]


def test_runs_on_two_objects_do_not_wait_for_each_other(tmp_path: Path) -> None:
    place = store_place(tmp_path / "store")
    with object_lock(place, "urn:a"), object_lock(place, "urn:b", _fail):
        pass
    with object_lock(place, "\udcff", _fail):
        assert [entry.name for entry in place.locks.iterdir()] == ["objects"]


def _fail() -> None:
    raise AssertionError("nobody else holds it")
