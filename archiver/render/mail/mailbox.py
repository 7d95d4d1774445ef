"""A mailbox in the mbox format taken apart into its messages (RFC 4155 and the forms that came before it).

Pure: bytes to bytes. A message begins at a line ``From ...`` at the start of the file, or after a blank line and with
a time in it: other lines of a text may begin so, and not every program quotes them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN = re.compile(rb"(?:\AFrom |(?:(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,400}\d:\d\d)[^\r\n]{0,400}\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def messages(content: bytes) -> Iterator[bytes]:
    """Yield each message, without its ``From `` line, lines quoted as ``>From `` restored.

    Args:
        content: the whole mailbox.
    """
    starts = list(_BEGIN.finditer(content))
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(content)
        yield _QUOTED.sub(rb"\1", content[start.end() : end])


def count(content: bytes) -> int:
    """Return the number of messages."""
    return sum(1 for _ in _BEGIN.finditer(content))
