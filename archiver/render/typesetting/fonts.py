"""Which fonts a rendition may use: pinned families, a last resort that has a glyph for nearly everything, nothing else.

Writes the fontconfig configuration a rendering child uses instead of the machine's own, and tells what is missing.
Never installs a font, and never lets in one that makes the bytes depend on the machine: variable fonts and colour
bitmaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.render.typesetting.font_families import FALLBACK

if TYPE_CHECKING:
    from collections.abc import Iterable

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
SYSTEM_CACHE = "/var/cache/fontconfig"

SANS = ("Noto Sans",)
SERIF = ("Noto Serif", "Noto Sans", "Noto Serif CJK SC")
MONOSPACE = ("Noto Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans")
"""The three faces a page is set in; what they lack comes from :mod:`archiver.render.typesetting.font_families`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontPackage:
    """One Debian package of fonts, and a file that shows it is there."""

    package: str
    """Name for ``apt-get install``."""

    file: str
    """A file it holds, somewhere below the font folders."""

    gives: str
    """What is lost without it."""

    needed: bool
    """Without it no rendition is made; the others only widen what can be shown."""


PACKAGES = (
    FontPackage(
        package="fonts-noto-core", file="NotoSans-Regular.ttf", gives="Latin, Cyrillic, Arabic, ...", needed=True
    ),
    FontPackage(
        package="fonts-noto-mono", file="NotoSansMono-Regular.ttf", gives="fixed-width text and code", needed=False
    ),
    FontPackage(
        package="fonts-noto-cjk", file="NotoSansCJK-Regular.ttc", gives="Chinese, Japanese, Korean", needed=False
    ),
    FontPackage(package="fonts-dejavu-core", file="DejaVuSans.ttf", gives="symbols", needed=False),
    FontPackage(package="fonts-symbola", file="Symbola_hint.ttf", gives="emoji, as outlines", needed=False),
    FontPackage(package="fonts-unifont", file="unifont.otf", gives="a last resort for rare characters", needed=False),
)

# File name patterns, below the font folders, of what may be used: static outlines.
_ACCEPTED = (
    "Noto*-Regular.ttf",
    "Noto*-Bold.ttf",
    "Noto*-Italic.ttf",
    "Noto*-BoldItalic.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJK-Bold.ttc",
    "NotoSerifCJK-Regular.ttc",
    "NotoSerifCJK-Bold.ttc",
    "DejaVuS*.ttf",
    "Symbola*.?tf",
    "unifont.otf",
    "unifont_upper.otf",
)
# Every other font file is rejected by its extension: a bare ``*`` would reject the folders too. Fontconfig's patterns
# know ``*`` and ``?`` alone.
_EXTENSIONS = ("?tf", "?TF", "?tc", "?TC", "pf?", "PF?", "pcf*", "bdf*", "woff*", "dfont", "t1", "afm")


@dataclass(frozen=True, slots=True, kw_only=True)
class FontReport:
    """What a rendition can be set in on this machine."""

    found: tuple[str, ...]
    """Packages whose fonts are there."""

    missing: tuple[FontPackage, ...]

    @property
    def usable(self) -> bool:
        """True when renditions can be made at all."""
        return not any(package.needed for package in self.missing)


def installed_fonts(folders: Iterable[str] = FONT_FOLDERS) -> FontReport:
    """Look for the pinned families below ``folders``.

    Args:
        folders: font folders of the machine, searched to any depth.

    Returns:
        What is there, and for the rest the package to install.
    """
    names = {path.name for folder in folders for path in Path(folder).rglob("*.[ot]t[fc]")}
    found = tuple(package.package for package in PACKAGES if package.file in names)
    return FontReport(found=found, missing=tuple(package for package in PACKAGES if package.package not in found))


def fontconfig_configuration(cache: str, folders: Iterable[str] = FONT_FOLDERS) -> str:
    """Return the text of a ``fonts.conf`` that knows the pinned families alone.

    Args:
        cache: folder for the cache of this configuration, written to only when the machine has none that fits.
        folders: font folders of the machine.

    Returns:
        XML of the fontconfig DTD.
    """
    folders = tuple(folders)
    accepted = [_glob(f"{folder}/*/{pattern}") for folder in folders for pattern in _ACCEPTED]
    fallback = "".join(f"<string>{family}</string>" for family in FALLBACK)
    others = "".join(_glob(f"*.{extension}") for extension in _EXTENSIONS)
    return "\n".join(
        [
            '<?xml version="1.0"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            *(f"<dir>{escape(folder, quote=False)}</dir>" for folder in folders),
            f"<cachedir>{escape(SYSTEM_CACHE, quote=False)}</cachedir>",
            f"<cachedir>{escape(cache, quote=False)}</cachedir>",
            # A name that is accepted is not rejected by name; a property that is rejected stays so.
            f"<selectfont><acceptfont>{''.join(accepted)}</acceptfont><rejectfont>{others}</rejectfont></selectfont>",
            *(f"<selectfont><rejectfont>{_property(name)}</rejectfont></selectfont>" for name in ("variable", "color")),
            f'<match target="pattern"><edit name="family" mode="append_last" binding="weak">{fallback}</edit></match>',
            "<config><rescan><int>0</int></rescan></config>",
            "</fontconfig>",
            "",
        ]
    )


def _glob(pattern: str) -> str:
    return f"<glob>{escape(pattern, quote=False)}</glob>"


def _property(name: str) -> str:
    return f'<pattern><patelt name="{name}"><bool>true</bool></patelt></pattern>'
