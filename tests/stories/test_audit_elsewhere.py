"""``archiver audit`` over a store in a bucket: the same answers, from a server that may go away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.storage.stores.stored_objects import make_object, make_root

if TYPE_CHECKING:
    from tests.judges.seaweedfs import ObjectStore
    from tests.stories.commands import Archiver

LETTER = "v1/content/letter.bin"
CLOCKED = {"SOURCE_DATE_EPOCH": ""}


def name(number: int) -> str:
    return f"urn:uuid:00000000-0000-0000-0000-{number:012}"


def test_a_store_in_a_bucket_is_audited(archiver: Archiver, tmp_path: Path, object_store: ObjectStore) -> None:
    root = make_root(tmp_path / "made")
    for number in range(12):
        make_object(
            root / f"{number:02}", name(number), [{"bagit.txt": b"BagIt", "letter.bin": bytes([number]) * 9000}]
        )
    (root / "03" / LETTER).write_bytes(b"other")
    (root / "05" / LETTER).unlink()
    bucket = object_store.upload(root)
    (tmp_path / "archiver.toml").write_text(object_store.configuration)
    words = ("audit", "--store", bucket, "--records", "records", "--json")
    ran = archiver(*words, cwd=tmp_path, changes=CLOCKED)
    assert ran.status == 1, ran.stderr
    outcomes = {one["identifier"]: one["outcome"] for one in ran.objects}
    assert outcomes.pop(name(3)) == "damaged"
    assert outcomes.pop(name(5)) == "missing"
    assert sorted(outcomes) == sorted(name(number) for number in range(12) if number not in {3, 5})
    assert set(outcomes.values()) == {"ok"}
    (tmp_path / "archiver.toml").write_text(object_store.configuration.replace("127.0.0.1:", "127.0.0.1:1"))
    ran = archiver(*words, cwd=tmp_path, changes=CLOCKED)
    (only,) = [one for one in ran.objects if one["identifier"] is None]
    assert [one["code"] for one in only["findings"]] == ["store-unreachable"]
    assert len(ran.objects) == 1
