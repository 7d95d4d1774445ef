"""The tag files of a bag made anew after its payload changed: in its own version and encoding, or taken to BagIt 1.0.

Turns what was read into bytes; reads and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archiver.standards import bagit
from archiver.standards.bag_info_revision import revise_bag_info
from archiver.standards.bagit_paths import encode_path, encode_path_before_1_0, unsafe_reason
from archiver.storage.bag_tags import manifest_name


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlan:
    """What the new tag files are to say."""

    number: tuple[int, int]
    """The BagIt version that the bag will have."""

    encoding: str
    """Python's name of the encoding of the tag files."""

    declaration: bytes
    """``bagit.txt``."""

    info_file: str
    info_text: str
    """What ``bag-info.txt`` says now; empty where there is none."""

    labels: Sequence[tuple[str, str]]
    """To be set in it."""

    fetch: bytes | None
    """``fetch.txt``, where its encoding changes."""

    payload: Mapping[str, Mapping[str, str]]
    """Path from the bag's root -> hashlib's name -> digest."""

    algorithms: Sequence[str]
    """Of the payload manifests."""

    tag_algorithms: Sequence[str]
    kept: Mapping[str, Mapping[str, str]]
    """The tag files that stay as they are: path -> hashlib's name -> digest."""


def revised_tags(plan: TagPlan) -> dict[str, bytes]:
    """Return every new tag file: name -> content, tag manifests last.

    Raises:
        ValueError: a path or a label cannot be written; the message names it.
        UnicodeEncodeError: the encoding has no way to write a name.
    """
    encode = encode_path if plan.number >= (1, 0) else encode_path_before_1_0
    tags = {
        "bagit.txt": plan.declaration,
        plan.info_file: revise_bag_info(plan.info_text, plan.labels).encode(plan.encoding),
    }
    if plan.fetch is not None:
        tags["fetch.txt"] = plan.fetch
    for algorithm in plan.algorithms:
        entries = [(path, digests[algorithm]) for path, digests in plan.payload.items()]
        text = bagit.manifest_text(entries, encode=encode)
        tags[f"manifest-{manifest_name(algorithm)}.txt"] = text.encode(plan.encoding)
    made = dict(tags)
    for algorithm in plan.tag_algorithms:
        listed = {name: hashlib.new(algorithm, data, usedforsecurity=False).hexdigest() for name, data in made.items()}
        listed |= {path: digests[algorithm] for path, digests in plan.kept.items() if can_be_listed(path)}
        text = bagit.manifest_text(listed.items(), encode=encode)
        tags[f"tagmanifest-{manifest_name(algorithm)}.txt"] = text.encode(plan.encoding)
    return tags


def can_be_listed(path: str) -> bool:
    """Tell whether a line of a manifest can name a path so that it is read back."""
    return unsafe_reason(path) is None and path[0] not in " \t*"
