"""A BagIt profile as a value, and its JSON. Knows nothing of how sloppily profiles are written, nor of bags."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal

IDENTIFIER_LABEL = "BagIt-Profile-Identifier"
"""In ``bag-info.txt`` of every bag that keeps to a profile, and in the profile itself."""

Serialization = Literal["required", "optional", "forbidden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRule:
    """What the section ``Bag-Info`` asks of one label of ``bag-info.txt``."""

    label: str
    required: bool = False
    recommended: bool = False
    """No part of BagIt Profiles, and in use: its absence is worth a warning."""

    values: tuple[str, ...] = ()
    """The only ones that may stand there; empty when any may."""

    repeatable: bool = True
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BagProfile:
    """What one profile asks of every bag (BagIt Profiles 1.4.0, "Implementation Details").

    Of a list that is None the profile says nothing, which permits everything; an empty one permits nothing.
    """

    name: str
    """What messages call it: the name of its file; printable."""

    about: tuple[tuple[str, str], ...] = ()
    """``BagIt-Profile-Info``: (label, value), in order."""

    labels: tuple[LabelRule, ...] = ()
    """``Bag-Info``, in order; each label once."""

    manifests_required: tuple[str, ...] = ()
    """Algorithms as in manifest file names, lower case: ``sha512``."""

    manifests_allowed: tuple[str, ...] | None = None
    tag_manifests_required: tuple[str, ...] = ()
    tag_manifests_allowed: tuple[str, ...] | None = None
    allow_fetch: bool = True
    fetch_required: bool = False
    data_empty: bool = False
    serialization: Serialization = "optional"
    accept_serialization: tuple[str, ...] = ()
    """Media types in lower case; empty when any will do."""

    accept_bagit_version: tuple[str, ...] = ()
    """Empty when any will do."""

    tag_files_required: tuple[str, ...] = ()
    """Paths from the bag's folder."""

    tag_files_allowed: tuple[str, ...] | None = None
    """Paths and patterns."""

    payload_files_required: tuple[str, ...] = ()
    """Paths from the bag's folder; one that ends in ``/`` is a folder with something in it."""

    payload_files_allowed: tuple[str, ...] | None = None
    earlier: tuple[BagProfile, ...] = field(default=(), compare=False)
    """Versions before this one, for bags that name them; no part of the JSON."""

    def version_for(self, named: Collection[str]) -> BagProfile:
        """Return the version of this profile that a bag is to be judged by.

        Args:
            named: identifiers of profiles that the bag names.
        """
        if self.identifier in named:
            return self
        return next((one for one in self.earlier if one.identifier in named), self)

    @property
    def identifier(self) -> str | None:
        """The URI that bags name the profile by; None when it has none."""
        return next((value for label, value in self.about if label == IDENTIFIER_LABEL), None)


def profile_json(profile: BagProfile) -> str:
    """Write a profile as JSON, as BagIt Profiles 1.4.0 has it; what the profile does not ask for is left out.

    Returns:
        The text, indented by two spaces, ended by LF; the name of the profile is no part of it.
    """
    tree: dict[str, Any] = {"BagIt-Profile-Info": dict(profile.about)}
    if profile.labels:
        tree["Bag-Info"] = {rule.label: _label_json(rule) for rule in profile.labels}
    for key, required, allowed in (
        ("Manifests", profile.manifests_required, profile.manifests_allowed),
        ("Tag-Manifests", profile.tag_manifests_required, profile.tag_manifests_allowed),
        ("Tag-Files", profile.tag_files_required, profile.tag_files_allowed),
        ("Payload-Files", profile.payload_files_required, profile.payload_files_allowed),
    ):
        if required or key == "Manifests":  # some readers of profiles look into that list without asking
            tree[f"{key}-Required"] = list(required)
        if allowed is not None:
            tree[f"{key}-Allowed"] = list(allowed)
    tree["Allow-Fetch.txt"] = profile.allow_fetch
    if profile.fetch_required:
        tree["Fetch.txt-Required"] = True
    if profile.data_empty:
        tree["Data-Empty"] = True
    tree["Serialization"] = profile.serialization
    if profile.accept_serialization:
        tree["Accept-Serialization"] = list(profile.accept_serialization)
    if profile.accept_bagit_version:
        tree["Accept-BagIt-Version"] = list(profile.accept_bagit_version)
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def _label_json(rule: LabelRule) -> dict[str, Any]:
    found: dict[str, Any] = {"required": rule.required}
    if rule.recommended:
        found["recommended"] = True
    if rule.values:
        found["values"] = list(rule.values)
    if not rule.repeatable:
        found["repeatable"] = False
    if rule.description is not None:
        found["description"] = rule.description
    return found
