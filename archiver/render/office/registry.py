"""The office formats by PRONOM identifier, media type and extension: their part of the family's registry."""

from __future__ import annotations

# Name -> (module, PRONOM identifiers, media types, extensions). PRONOM identifiers as signature file 125 gives them.
OFFICE_MEMBERS: dict[str, tuple[str, frozenset[str], frozenset[str], frozenset[str]]] = {
    "docx": (
        "archiver.render.office.docx",
        # 523, 597 and 599 are its forms with macros and as a template; 494 is any encrypted OOXML document.
        frozenset({"fmt/412", "fmt/494", "fmt/523", "fmt/597", "fmt/599"}),
        frozenset({"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}),
        frozenset({".docx", ".docm", ".dotx", ".dotm"}),
    ),
    "odt": (
        "archiver.render.office.odt",
        frozenset({"fmt/136", "fmt/290", "fmt/291", "fmt/1756"}),
        frozenset({"application/vnd.oasis.opendocument.text"}),
        frozenset({".odt"}),
    ),
    "rtf": (
        "archiver.render.office.rtf",
        frozenset({"fmt/45", "fmt/50", "fmt/52", "fmt/53", "fmt/355", "fmt/969"}),
        frozenset({"application/rtf", "text/rtf"}),
        frozenset({".rtf"}),
    ),
    "doc": (
        "archiver.render.office.doc",
        frozenset({"fmt/38", "fmt/39", "fmt/40", "fmt/609", "fmt/754", "fmt/755"}),
        frozenset({"application/msword"}),
        frozenset({".doc"}),
    ),
    "pptx": (
        "archiver.render.office.pptx",
        frozenset({"fmt/215", "fmt/487", "fmt/629", "fmt/630", "fmt/631", "fmt/633"}),
        frozenset({"application/vnd.openxmlformats-officedocument.presentationml.presentation"}),
        frozenset({".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"}),
    ),
    "ppt": (
        "archiver.render.office.ppt",
        frozenset({"fmt/125", "fmt/126"}),
        frozenset({"application/vnd.ms-powerpoint"}),
        frozenset({".ppt"}),
    ),
    "odp": (
        "archiver.render.office.odp",
        frozenset({"fmt/138", "fmt/292", "fmt/293", "fmt/1754"}),
        frozenset({"application/vnd.oasis.opendocument.presentation"}),
        frozenset({".odp"}),
    ),
}
