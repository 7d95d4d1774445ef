"""Messages made by the tests: what mail programs write, and what they should not have written."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

from PIL import Image

from archiver.model import Description, RenderRequest


def picture(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 20), colour).save(out, "PNG")
    return out.getvalue()


def letter(subject: str = "Fährplan für den Ausflug") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = "Zoë Müller <zoe@example.org>"
    message["To"] = '"Иван Петров" <ivan@example.org>, list@example.org'
    message["Cc"] = "archive@example.org"
    message["Subject"] = subject
    message["Date"] = "Tue, 05 Mar 2002 14:30:00 +0100"
    message["Message-ID"] = "<20020305.1@example.org>"
    message["X-Mailer"] = "Mutt 1.3"
    return message


def full() -> bytes:
    """Return a message with alternatives, a picture in its text, attachments, and a message inside it."""
    message = letter()
    message.set_content("Liebe Grüße\n\n-- \nZoë\n")
    message.add_alternative(
        '<p>Liebe <b>Grüße</b> <img src="cid:map" alt="Karte"><img src="http://host.invalid/pixel.gif"></p>'
        "<script>alert(1)</script>",
        subtype="html",
    )
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(picture(), "image", "png", cid="<map>")  # type: ignore[union-attr]
    message.add_attachment(b"%PDF-1.4 not really", "application", "pdf", filename="Plan Größe.pdf")
    message.add_attachment("a,b\n1,2\n", subtype="csv", filename="data.csv")
    inner = letter("An older message")
    inner.set_content("What was said before.\n")
    message.add_attachment(inner)
    return message.as_bytes()


def mailbox(*contents: bytes) -> bytes:
    return b"".join(
        b"From zoe@example.org Tue Mar  5 14:30:00 2002\n" + one.replace(b"\r\n", b"\n") + b"\n" for one in contents
    )


def ask(content: bytes, name: str = "a.eml", flavour: str = "2u") -> RenderRequest:
    return RenderRequest(
        name=name,
        content=content,
        media_type="application/mbox" if name.endswith(".mbox") else "message/rfc822",
        puid=None,
        description=Description(),
        identifier="urn:uuid:1a9c8f5e-0000-4000-8000-000000000000",
        flavour=flavour,
    )
