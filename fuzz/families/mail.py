"""Messages and mailboxes, from bytes to the page that is laid out: each becomes one, or is refused in words."""

from __future__ import annotations

from collections.abc import Callable

from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.mail.mbox import RENDERER as MBOX
from archiver.render.mail.message import RENDERER as EML
from fuzz.holds import findings_hold, holds
from fuzz.target import Target
from tests.render.mail.letters import ask, full, letter, mailbox

_TOKENS = (
    *(b"From: ", b"Subject: ", b"Content-Type: ", b"Content-Transfer-Encoding: ", b"Content-Disposition: attachment"),
    *(b"multipart/mixed; boundary=x", b"multipart/alternative", b"multipart/related", b"message/rfc822", b"text/html"),
    *(b"; charset=", b"utf-7", b"utf-16", b"idna", b"punycode", b"zlib", b"x-none", b"base64", b"quoted-printable"),
    *(b"\n--x\n", b"\n--x--\n", b"\n\n", b"\n ", b"=?utf-8?Q?", b"=?utf-8?B?", b"?=", b"=E9", b"filename*=utf-8''%E9"),
    *(
        b"filename*0=a; filename*1=b",
        b"\n\nFrom a Tue Mar  5 14:30:00 2002\n",
        b"cid:map",
        b"<img src=cid:map>",
        b"begin 644 a\n",
    ),
)


def _target(name: str, prepare: Callable[[bytes], PreparedDocument], *seeds: bytes) -> Target:
    def check(data: bytes) -> None:
        try:
            document = prepare(data)
        except UnreadableTextError as refused:
            findings_hold([refused.finding])
            return
        findings_hold(document.findings)
        document.body.encode("utf-8")
        holds("<script" not in document.body, "a script is on the page")
        holds('src="http' not in document.body, "the page points elsewhere")

    return Target(name=name, seeds=seeds, tokens=_TOKENS, check=check, share=0.1)


def _short() -> bytes:
    message = letter()
    message.set_content("Liebe Grüße\n")
    return message.as_bytes()


TARGETS = (
    _target("mail-message", lambda data: EML.prepare(ask(data)), full(), _short()),
    _target("mail-mbox", lambda data: MBOX.prepare(ask(data, "a.mbox")), mailbox(full(), _short(), _short())),
)
