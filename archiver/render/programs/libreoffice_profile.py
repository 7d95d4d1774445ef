"""The settings and fonts LibreOffice runs with: no macro, no link followed, nothing asked, nothing remembered.

Paths and names as in LibreOffice's own schema of its configuration (officecfg/registry/schema).
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

_COMMON: Final = "/org.openoffice.Office.Common"

_SETTINGS: Final = (
    (f"{_COMMON}/Misc", "FirstRun", "false"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
    # Very high: only macros from trusted places, and there is none; then none at all.
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "DisableActiveContent", "true"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_COMMON}/Security/Scripting", "CheckDocumentEvents", "true"),
    (f"{_COMMON}/Save/Document", "AutoSave", "false"),
    (f"{_COMMON}/History", "PickListSize", "0"),
    # What a document links to stays as it was when the document was saved. In Calc, 1 is never.
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    ("/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"),
)


def _item(path: str, name: str, value: str) -> str:
    return (
        f'<item oor:path="{escape(path)}"><prop oor:name="{escape(name)}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>"
    )


PROFILE: Final = "\n".join(
    [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">',
        *(_item(*setting) for setting in _SETTINGS),
        "</oor:items>",
        "",
    ]
)
"""Text of ``registrymodifications.xcu``."""

# The machine's own fonts, since documents name them, but for those that PDF/A validators refuse as LibreOffice embeds
# them: outlines traced from pixels, Type 1, colour, and variable fonts.
FONTS: Final = "\n".join(
    [
        '<?xml version="1.0"?>',
        '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
        "<fontconfig>",
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
        "<selectfont><rejectfont>",
        *(f"<glob>{one}</glob>" for one in ("*unifont*", "*.pf[ab]", "*.t1", "*.pcf*", "*.bdf*", "*Emoji*")),
        *(f'<pattern><patelt name="{name}"><bool>true</bool></patelt></pattern>' for name in ("variable", "color")),
        "</rejectfont></selectfont>",
        "<config><rescan><int>0</int></rescan></config>",
        "</fontconfig>",
        "",
    ]
)
"""Text of ``fonts.conf``."""
