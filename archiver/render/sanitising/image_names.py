"""Which images of an item a page in it may mean: names compared with names.

Pure, and cheap enough for the process that reads the documents; the page's markup is not parsed here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable

EXTENSIONS = (".png", ".jpg", ".jpeg", ".gif", ".webp")

# Where the last word of a file's name may begin: white space, and what stands around names in markup.
_APART = re.compile(r"""[\s"'()<>\[\]{}|`/\\?#=,;&\0]+""")
_UNREADABLE = "\ufffd"


def may_be_shown(content: bytes) -> Callable[[str], bool]:
    """Return the question whether a page may mean an image of some path: yes too often rather than too seldom.

    Args:
        content: of the page, in any charset that agrees with ASCII; searched once.
    """
    words = _APART.split(unquote(content.decode("utf-8", "replace")))
    meant = frozenset(folded(word) for word in words if word.lower().endswith(EXTENSIONS))
    legacy = any(_UNREADABLE in word for word in meant)

    def asked(path: str) -> bool:
        word = folded(_APART.split(path)[-1])
        return word in meant or (legacy and not word.isascii())

    return asked


def folded(path: str) -> str:
    """Return a path without what file systems differ in: case and normalisation."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
