"""A mailbox (``application/mbox``) made ready to be laid out: a heading and a page for each message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.mail.findings import unreadable
from archiver.render.mail.mailbox import count, messages
from archiver.render.mail.page import Page
from archiver.render.mail.parts import MOST_PARTS, TooManyPartsError, parse
from archiver.render.mail.showing import Reader

if TYPE_CHECKING:
    from archiver.model import RenderRequest

MOST_MESSAGES = 1000
"""Of one mailbox; more would take longer than a rendering may."""


class Mailbox:
    """The renderer of ``application/mbox``."""

    name = "mbox"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        number = count(request.content)
        if not number:
            raise UnreadableTextError(unreadable(request.name, "no message begins in it: no line `From ...`"))
        if number > MOST_MESSAGES:
            cause = f"the mailbox has {number:,} messages; {MOST_MESSAGES:,} are rendered at most"
            raise UnreadableTextError(unreadable(request.name, cause))
        page = Page(request.name)
        page.heading(1, page.fit(request.name.rpartition("/")[2]))
        page.line("1 message" if number == 1 else f"{number:,} messages")
        reader = Reader(page, request)
        try:
            for place, content in enumerate(messages(request.content)):
                reader.message(parse(content), level=2, new_page=place > 0)
        except TooManyPartsError:
            cause = f"its messages have more than {MOST_PARTS:,} parts, or they lie too deep inside one another"
            raise UnreadableTextError(unreadable(request.name, cause)) from None
        except RecursionError:
            raise UnreadableTextError(unreadable(request.name, "parts lie too deep inside one another")) from None
        return PreparedDocument(
            body=page.body,
            text=page.text,
            blank_pages=page.blank_pages,
            notes=page.notes,
            findings=page.findings,
            attached=tuple(page.attached),
        )


RENDERER = Mailbox()
