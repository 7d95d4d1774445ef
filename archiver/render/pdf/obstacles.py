"""What keeps a PDF from being PDF/A, in words a person can act on, from what the validator found.

Knows the clauses of ISO 19005-2; judges nothing itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pikepdf.pdfa import Finding

    from archiver.render.pdf.inspection import PdfTraits

_NAMED = 4
_FONTS = "fonts that are not in the file"
_STREAM_NAME = re.compile(r"(?:stream )?<[\w.]+ object at 0x[0-9a-f]+>(?::\s*)?")
"""How a file is called that was read from memory: by a place that is another one in each process."""

# Pattern over "rule where message", first match wins -> words.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"bad_alloc|MemoryError", "more in it than the memory that a rendering may use"),
    (r":6\.2\.11\.4\.1-1|not embedded", _FONTS),
    (r"Separation|DeviceN|NChannel", "spot colours"),
    (r"DeviceCMYK", "CMYK colours without a profile that says which inks are meant"),
    (r":6\.2\.4\.3|DeviceRGB|DeviceGray", "colours without a profile that says what they look like"),
    (r":6\.2\.4|:6\.2\.3|colour-space|icc", "colour profiles or colour spaces of an unusual kind"),
    (r"/OCProperties|optional content", "layers"),
    (r"/AcroForm|:6\.4\.", "form fields"),
    (r":6\.1\.13-11", "pages larger than 14,400 or smaller than 3 points"),
    (r":6\.1\.13|:6\.1\.12|limit|depth", "values beyond what PDF/A allows, or nested too deeply"),
    (r"Annot|:6\.3\.", "annotations of a kind PDF/A does not allow or without an appearance"),
    (r"/OpenAction|/AA\b|:6\.5\.|Action", "actions that PDF/A does not allow"),
    (r"atterns are not", "patterns"),
    (r"[Ss]hading", "colour gradients"),
    (r"embedded-file|associated-files|EmbeddedFile|AssociatedFile|:6\.8", "attachments"),
    (r"JPX|JPEG 2000", "pictures in JPEG 2000"),
    (r":6\.2\.8|Image|image", "pictures that are not stored as PDF/A wants"),
    (r":6\.2\.9|PostScript|/PS\b|/Ref\b", "PostScript or parts of other files"),
    (r":6\.2\.5|ExtGState|:6\.2\.10|blend", "transparency or transfer functions that PDF/A does not allow"),
    (r":6\.2\.2", "pages that use resources they do not name"),
    (r":6\.2\.11|[Ff]ont", "fonts that are not as they must be"),
    (r":6\.6|XMP|Metadata|metadata", "metadata that are not as they must be"),
    (r":6\.1\.7|filter", "streams compressed in a way PDF/A does not allow"),
    (r"StructTree|StructElem|MarkInfo|role", "a structure tree that is not as it must be"),
)
_PATTERNS = tuple((re.compile(pattern), words) for pattern, words in _WORDS)


def obstacles(found: Sequence[Finding], traits: PdfTraits) -> str:
    """Say what is in the way: ``fonts that are not in the file (Helvetica, Courier); layers``.

    Args:
        found: by the validator, at least one thing.
        traits: of the document, which knows the fonts' names.
    """
    words = list(dict.fromkeys(_in_words(finding) for finding in found))
    named = [_with_fonts(one, traits) for one in words[:_NAMED]]
    more = len(words) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def is_unreadable(found: Sequence[Finding]) -> bool:
    """Tell whether the validator could not even read the file."""
    return any(finding.rule == "pikepdf:internal" for finding in found)


def is_only_unknown(found: Sequence[Finding]) -> bool:
    """Tell whether nothing found breaks PDF/A: the validator met what it does not know, and so cannot judge."""
    return all(finding.kind == "unsupported" and not _is_font_outside(finding) for finding in found)


def first_found(findings: Iterable[Finding]) -> str:
    """Return the validator's own words for a check's detail: the first few findings, and how many more."""
    said = [plain(str(finding)) for finding in findings]
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return "; ".join(said[:_NAMED]) + more


def plain(said: str) -> str:
    """Return what a library said, on one line, without addresses in memory; it may quote what a stranger wrote."""
    return printable(" ".join(_STREAM_NAME.sub("", said).split()))


def _is_font_outside(finding: Finding) -> bool:
    # Some fonts need not be embedded, so the validator calls it unknown; the fonts of text that is seen must be.
    return finding.rule.endswith(":6.2.11.4.1-1")


def _in_words(finding: Finding) -> str:
    told = f"{finding.rule} {finding.where} {finding.message}"
    return next((words for pattern, words in _PATTERNS if pattern.search(told)), plain(finding.message)[:200])


def _with_fonts(words: str, traits: PdfTraits) -> str:
    if words != _FONTS or not traits.fonts:
        return words
    names = sorted(traits.fonts)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{words} ({', '.join(names[:_NAMED])}{more})"
