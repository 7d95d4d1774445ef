"""The media types that archives of bags go by. Looks at names alone."""

from __future__ import annotations

_TAR_GZIP = frozenset(
    {
        *("application/gzip", "application/x-gzip", "application/tar+gzip", "application/x-tar+gzip"),
        *("application/x-tgz", "application/x-tar-gz", "application/x-gtar-compressed"),
        "application/x-compressed-tar",
    }
)
_TAR_ZSTANDARD = frozenset({"application/zstd", "application/x-zstd", "application/x-zstd-compressed-tar"})
_TYPES = {
    ".zip": frozenset({"application/zip", "application/x-zip", "application/x-zip-compressed"}),
    ".tar": frozenset({"application/tar", "application/x-tar"}),
    ".tar.gz": _TAR_GZIP,
    ".tgz": _TAR_GZIP,
    ".tar.zst": _TAR_ZSTANDARD,
    ".tzst": _TAR_ZSTANDARD,
}
_WORDS = {
    "zip": "application/zip",
    "tar": "application/tar",
    "tar.gz": "application/gzip",
    "tgz": "application/gzip",
    "gz": "application/gzip",
    "gzip": "application/gzip",
}


def media_types(name: str) -> frozenset[str]:
    """Return the media types that an archive goes by, all that are in use; empty when its kind is not known.

    Args:
        name: of the archive's file: its extension decides.
    """
    lower = name.lower()
    return next((types for end, types in _TYPES.items() if lower.endswith(end)), frozenset())


def media_type_of_word(word: str) -> str | None:
    """Return the media type that a profile means with ``zip``, ``.tar`` or ``tgz``; None when it means none."""
    return _WORDS.get(word.lower().lstrip("."))


def is_accepted(types: frozenset[str], accepted: tuple[str, ...]) -> bool:
    """Tell whether a profile accepts an archive that goes by ``types``; ``*`` and ``application/*`` accept more."""
    return any(one in types or _is_wider(one, types) for one in accepted)


def _is_wider(accepted: str, types: frozenset[str]) -> bool:
    if accepted in {"*", "*/*"}:
        return True
    return accepted.endswith("/*") and any(one.startswith(accepted[:-1]) for one in types)
