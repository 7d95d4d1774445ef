"""The tag files that seal a bag, as bytes: wherever the payload lies, in a folder or in an archive, they are the same.

Reads and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from archiver.standards import bagit
from archiver.storage.source_files import ReadDocument


def tag_files(
    payload: Mapping[str, ReadDocument],
    algorithms: Sequence[str],
    bag_info: Iterable[tuple[str, str]],
    others: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Return every tag file of a BagIt 1.0 bag (RFC 8493 section 2), tag manifests last.

    Args:
        payload: path below ``data/`` -> what was written, in the order of the manifests' lines.
        algorithms: of every manifest, as in hashlib.
        bag_info: labels and values in order; Payload-Oxum is added.
        others: tag files beside the usual ones, such as ``fetch.txt``: name -> content.

    Returns:
        Name -> content, in the order of writing.
    """
    octets = sum(seen.size for seen in payload.values())
    fields = [*bag_info, ("Payload-Oxum", f"{octets}.{len(payload)}")]
    tags = {"bagit.txt": bagit.BAGIT_TXT, "bag-info.txt": bagit.bag_info_text(fields).encode()}
    listed_payload = [(bagit.written_path(f"{bagit.PAYLOAD_PREFIX}{path}"), payload[path]) for path in sorted(payload)]
    for algorithm in algorithms:
        lines = [f"{seen.digests[algorithm]}  {path}\n" for path, seen in listed_payload]
        tags[f"manifest-{manifest_name(algorithm)}.txt"] = "".join(lines).encode()
    tags.update(others or {})
    listed = dict(tags)
    for algorithm in algorithms:
        digests = [
            (name, hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()) for name, data in listed.items()
        ]
        tags[f"tagmanifest-{manifest_name(algorithm)}.txt"] = bagit.manifest_text(digests).encode()
    return tags


def manifest_name(algorithm: str) -> str:
    """Return how manifest file names spell one of hashlib's algorithms: ``sha3256`` (RFC 8493 section 2.4)."""
    return algorithm.lower().replace("_", "").replace("-", "")
