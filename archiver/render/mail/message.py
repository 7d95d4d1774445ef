"""One e-mail message (``message/rfc822``, .eml) made ready to be laid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.mail.findings import unreadable
from archiver.render.mail.headers import field, is_message
from archiver.render.mail.page import Page
from archiver.render.mail.parts import MOST_PARTS, TooManyPartsError, parse
from archiver.render.mail.showing import Reader

if TYPE_CHECKING:
    from archiver.model import RenderRequest


class EmailMessage:
    """The renderer of ``message/rfc822``."""

    name = "email"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        page = Page(request.name)
        try:
            message = parse(request.content.lstrip(b"\r\n"))
            if not is_message(message):
                raise UnreadableTextError(unreadable(request.name, "it has no header field that e-mail has"))
            Reader(page, request).message(message, level=1)
        except TooManyPartsError:
            cause = f"the message has more than {MOST_PARTS:,} parts, or they lie too deep inside one another"
            raise UnreadableTextError(unreadable(request.name, cause)) from None
        except RecursionError:
            raise UnreadableTextError(unreadable(request.name, "its parts lie too deep inside one another")) from None
        return PreparedDocument(
            body=page.body,
            text=page.text,
            title=page.fit(field(message, "Subject")) or None,
            language=field(message, "Content-Language").partition(",")[0].strip() or None,
            blank_pages=page.blank_pages,
            notes=page.notes,
            findings=page.findings,
            attached=tuple(page.attached),
        )


RENDERER = EmailMessage()
