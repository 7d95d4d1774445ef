"""Profiles in the form of DART, the desktop tool: other spellings of the keys, and a list of tags of every tag file.

APTrust and Beyond the Repository publish theirs so. Turned into the sections of BagIt Profiles here; what has no place
in them is said.
"""

from __future__ import annotations

from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles.forms import Forms, shown
from archiver.standards.bagit_profiles.tag_files import is_bagit_file

_SECTIONS = {
    "acceptBagItVersion": "Accept-BagIt-Version",
    "acceptSerialization": "Accept-Serialization",
    "allowFetchTxt": "Allow-Fetch.txt",
    "manifestsAllowed": "Manifests-Allowed",
    "manifestsRequired": "Manifests-Required",
    "serialization": "Serialization",
    "tagFilesAllowed": "Tag-Files-Allowed",
    "tagFilesRequired": "Tag-Files-Required",
    "tagManifestsAllowed": "Tag-Manifests-Allowed",
    "tagManifestsRequired": "Tag-Manifests-Required",
}
_ABOUT = {
    "bagItProfileIdentifier": "BagIt-Profile-Identifier",
    "bagItProfileVersion": "BagIt-Profile-Version",
    "contactEmail": "Contact-Email",
    "contactName": "Contact-Name",
    "externalDescription": "External-Description",
    "sourceOrganization": "Source-Organization",
    "version": "Version",
}
_ASKING = {"allowMiscDirectories": False, "allowMiscTopLevelFiles": False, "tarDirMustMatchName": True}
"""Keys of its own that ask something of a bag, and the value that does."""


def is_dart_form(tree: dict[str, object]) -> bool:
    """Tell whether a profile's JSON is in the form of DART."""
    return "bagItProfileInfo" in tree and ("tags" in tree or "acceptBagItVersion" in tree)


def dart_sections(tree: dict[str, object], forms: Forms) -> dict[str, object]:
    """Return what a profile in the form of DART says, under the specification's keys."""
    forms.odd("the whole", "it is in the form of DART, and not of BagIt Profiles", "read as what DART means by it")
    about = forms.table(tree["bagItProfileInfo"], "bagItProfileInfo")
    # There, a list or text that was left empty asks for nothing.
    found: dict[str, object] = {
        section: _without_empty(tree[key]) for key, section in _SECTIONS.items() if tree.get(key) not in ([], "", None)
    }
    found["BagIt-Profile-Info"] = {name: about[key] for key, name in _ABOUT.items() if about.get(key) not in ("", None)}
    found |= _tags(tree.get("tags"), forms, found)
    for key, asking in _ASKING.items():
        if tree.get(key) is asking:
            forms.add(_not_checked(forms.file, f"the key {shown(key)}"))
    return found


def _without_empty(value: object) -> object:
    return [entry for entry in value if entry != ""] if isinstance(value, list) else value


def _tags(tags: object, forms: Forms, found: dict[str, object]) -> dict[str, object]:
    """Return the rules on labels; other tag files that hold required ones are required themselves."""
    labels: dict[str, object] = {}
    files: dict[str, None] = {}
    others: dict[str, None] = {}
    for tag in tags if isinstance(tags, list) else []:
        section = forms.table(tag, "tags")
        file, name = (str(section.get(key) or "").strip() for key in ("tagFile", "tagName"))
        if file.lower() == "bag-info.txt" and name:
            rule = {key: section[key] for key in ("required", "values") if section.get(key) not in ([], "", None)}
            labels.setdefault(name, rule)
        elif file and not is_bagit_file(file):
            others[file] = None
            if section.get("required") is True:
                files[file] = None
    for file in others:
        forms.add(_not_checked(forms.file, f"the labels of {shown(file)}"))
    required = found.get("Tag-Files-Required", [])
    named = required if isinstance(required, list) else [required]
    return {"Bag-Info": labels, "Tag-Files-Required": [*named, *files]}


def _not_checked(file: str, what: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="profile-key-unknown",
        file=file,
        message=f"{file}: what it asks by {what} has no place in BagIt Profiles 1.4.0 and was not checked.",
        fix="Check by hand what it asks for.",
    )
