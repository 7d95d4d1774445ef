from __future__ import annotations

import hashlib
import random
import time
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

import pikepdf
import pytest

from archiver.model import RenderResult
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.mail.mailbox import messages
from archiver.render.mail.mbox import MOST_MESSAGES
from archiver.render.mail.mbox import RENDERER as MBOX
from archiver.render.mail.message import RENDERER as EML
from archiver.render.sandbox import render
from tests.render.mail.letters import ask, full, letter, mailbox, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def eml(content: bytes) -> PreparedDocument:
    return EML.prepare(ask(content))


def plain(headers: bytes, body: bytes) -> bytes:
    return b"From: a@example.org\r\n" + headers + b"\r\n\r\n" + body


def codes(document: PreparedDocument | RenderResult) -> set[str]:
    return {finding.code for finding in document.findings}


def refusal(content: bytes, name: str = "a.eml") -> str:
    with pytest.raises(UnreadableTextError) as refused:
        (MBOX if name.endswith(".mbox") else EML).prepare(ask(content, name))
    assert refused.value.finding.code == "email-unreadable"
    return refused.value.finding.message


def test_headers_stand_first_decoded_and_in_order() -> None:
    text = eml(full()).text
    assert text.startswith(
        "Fährplan für den Ausflug\nFrom Zoë Müller <zoe@example.org>\nTo Иван Петров <ivan@example.org>"
    )
    places = [text.index(f"\n{name} ") for name in ("From", "To", "Cc", "Date", "Subject", "Message-ID", "X-Mailer")]
    assert places == sorted(places)


def test_the_richer_alternative_is_shown_harmless_with_its_pictures() -> None:
    document = eml(full())
    assert document.text.count("Liebe") == 1
    assert "<b>Grüße</b>" in document.body
    assert document.body.count("data:image/png;base64") == 1
    assert "alert" not in document.body
    assert "host.invalid" not in document.body
    assert "html-external-resource" in codes(document)
    assert any("the one shown is multipart/related" in note for note in document.notes)


def test_a_saved_page_shows_the_pictures_it_was_saved_with() -> None:
    page = letter("A saved page")
    page.set_content('<img src="http://host.invalid/a.png"><img src="http://host.invalid/b.png">', subtype="html")
    page.add_related(picture(), "image", "png")
    page.get_payload()[1]["Content-Location"] = "http://host.invalid/a.png"  # type: ignore[index]
    document = eml(page.as_bytes())
    assert document.body.count("data:image/png;base64") == 1
    assert "Attachments" not in document.text
    assert "host.invalid" not in document.body.partition("Other header fields")[0]
    assert ["b.png" in one.message and "a.png" not in one.message for one in document.findings] == [True]


def test_attachments_are_listed_with_type_size_and_digest() -> None:
    text = eml(full()).text
    digest = hashlib.sha256(b"%PDF-1.4 not really").hexdigest()
    assert f"Plan Größe.pdf application/pdf 19 bytes {digest}" in text
    assert "data.csv text/csv" in text
    assert "map" not in text.replace("Karte", "").partition("Attachments")[2].partition("Other")[0]


def test_a_message_inside_is_shown_with_its_headers() -> None:
    document = eml(full())
    assert "<h2>An older message</h2>" in document.body
    assert "What was said before." in document.text


def test_title_and_language_are_the_messages_own() -> None:
    message = letter()
    message.set_content("x")
    message["Content-Language"] = "de, en"
    document = eml(message.as_bytes())
    assert (document.title, document.language) == ("Fährplan für den Ausflug", "de")


@pytest.mark.parametrize(
    ("headers", "body", "text", "code"),
    [
        pytest.param(b"", "naïve".encode(), "naïve", None, id="UTF-8 that says nothing"),
        pytest.param(
            b"Content-Type: text/plain; charset=koi8-r", "Привет".encode("koi8-r"), "Привет", None, id="KOI8-R"
        ),
        pytest.param(b"Content-Type: text/plain; charset=iso-8859-1", b"\x93x\x94", "“x”", None, id="called Latin 1"),
        pytest.param(
            b"Content-Type: text/plain; charset=x-none", "é".encode(), "é", "email-charset-wrong", id="unknown charset"
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8",
            "Größe und Länge über alles, schöne Grüße".encode("cp1252") * 5,
            "Größe und",
            "email-charset-wrong",
            id="not the charset it says",
        ),
        pytest.param(
            b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
            b"w6k=\r\n!!!",
            "é",
            None,
            id="base64 with rubbish",
        ),
        pytest.param(b"Content-Transfer-Encoding: quoted-printable", b"caf=C3=A9 =\r\nx", "café x", None, id="QP"),
        pytest.param(b"Content-Transfer-Encoding: x-none", b"words", "words", None, id="unknown encoding"),
    ],
)
def test_texts_are_decoded(headers: bytes, body: bytes, text: str, code: str | None) -> None:
    document = eml(plain(headers, body))
    assert text in document.text
    assert code is None or code in codes(document)
    assert code is not None or "email-charset-wrong" not in codes(document)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"Subject: =?utf-8?B?w6k=?= =?utf-8?Q?=C3=A8?=", "éè"),
        (b"Subject: =?x-none?Q?=C3=A9?=", "é"),
        (b"Subject: =?utf-8?B?!!!?=", "=?utf-8?B?!!!?="),
        (b"Subject: caf\xc3\xa9", "café"),
        (b"Subject: caf\xe9", "café"),
        (b"Subject: a\r\n  b\r\n\tc", "a b c"),
        (b"Subject: \x00\x1b[31mred", "[31mred"),
    ],
)
def test_header_fields_are_read_whatever_they_hold(raw: bytes, shown: str) -> None:
    assert f"Subject {shown}\n" in eml(plain(raw, b"x")).text


def test_what_is_encrypted_is_said() -> None:
    sealed = plain(b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"0")
    document = eml(sealed)
    assert "email-encrypted" in codes(document)
    assert "smime.p7m" in document.text


def test_very_many_and_very_long_fields_are_cut_and_said() -> None:
    document = eml(plain(b"\r\n".join(b"Received: by x" for _ in range(1000)), b"x"))
    assert "700 header fields" in next(one.message for one in document.findings if one.code == "email-shortened")
    assert "email-shortened" in codes(eml(plain(b"To: " + b"a@b, " * 9000, b"x")))


def test_a_mailbox_shows_every_message_under_its_heading() -> None:
    second = letter("Second")
    second.set_content("From the beginning\n\nFrom here to there\n")
    document = MBOX.prepare(
        ask(mailbox(full(), second.as_bytes().replace(b"\r\nFrom the", b"\r\n>From the")), "a.mbox")
    )
    assert document.text.startswith("a.mbox\n2 messages\n")
    assert document.body.count("<h2>") == 2
    assert "<h3>An older message</h3>" in document.body
    assert "From the beginning" in document.text
    assert ">From the" not in document.text
    assert "From here to there" in document.text
    assert document.body.count("page break") == 1


def test_messages_are_taken_apart_at_their_lines() -> None:
    box = mailbox(b"A: 1\n\nx\n>>From y\n", b"B: 2\n\nFrom nobody\n")
    assert list(messages(box)) == [b"A: 1\n\nx\n>From y\n\n", b"B: 2\n\nFrom nobody\n\n"]
    assert list(messages(box.replace(b"\n", b"\r\n")))[1].startswith(b"B: 2")


@pytest.mark.parametrize("content", [b"", b"just words\n", b"\x00\x01\x02" * 50, b"key: value\n\nbody"])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    assert "no header field" in refusal(content)
    assert "no message begins" in refusal(content, "a.mbox")


def test_bombs_are_refused_in_words_and_soon() -> None:
    started = time.process_time()
    deep = b"From: a@b\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(1900)
    )
    enclosed = b"From: a@b\n" + b"Content-Type: message/rfc822\n\n" * 20_000
    assert "deep" in refusal(deep)
    assert "deep" in refusal(enclosed)
    assert "more than 2,000 parts" in refusal(b"From: a@b\n" + b"Content-Type: x; boundary=y\n" * 3000)
    many = b"From: a@b\nContent-Type: multipart/mixed; boundary=y\n\n" + b"--y\n\n" * 5000
    assert "more than 2,000 parts" in refusal(many)
    assert "rendered at most" in refusal(mailbox(*[b"From: a@b\n\n"] * (MOST_MESSAGES + 1)), "a.mbox")
    assert time.process_time() - started < 20


def test_a_field_of_very_many_words_is_laid_out_in_time() -> None:
    started = time.process_time()
    result = render(ask(plain(b"Message-ID: " + b"< " * 3000, b"words\n")))
    assert result.status == "rendered", result
    assert time.process_time() - started < 20  # a minute where the width of the column is worked out from the words


def test_a_name_of_very_many_words_is_laid_out_in_time() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("words\n")
    message.add_attachment(b"a", maintype="text", subtype="plain", filename="< " * 1500)
    started = time.process_time()
    result = render(ask(message.as_bytes()))
    assert result.status == "rendered", result
    assert time.process_time() - started < 20


def test_rendered_and_judged(verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path) -> None:
    image = letter("A picture")
    image.set_content(picture("blue"), "image", "png", disposition="inline", filename="x.png")
    contents = {"a.eml": full(), "b.eml": image.as_bytes(), "c.mbox": mailbox(full(), image.as_bytes(), full())}
    files = []
    for name, content in contents.items():
        result = render(ask(content, name))
        assert (result.status, result.flavour, result.validated) == ("rendered", "2u", True)
        assert result.pdf == render(ask(content, name)).pdf
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(result.pdf or b"")
    assert set(verapdf_judge(files).values()) == {True}


def test_attachments_are_embedded_where_the_flavour_allows_it(
    verapdf_judge: Callable[..., dict[Path, bool]], tmp_path: Path
) -> None:
    assert eml(full()).attached == ()
    request = ask(mailbox(full(), full()), "a.mbox", "3u")
    result = render(request)
    assert (result.status, result.flavour) == ("rendered", "3u"), result.findings
    assert result.pdf == render(request).pdf
    file = tmp_path / "a.pdf"
    file.write_bytes(result.pdf or b"")
    with pikepdf.open(file) as pdf:
        names = ["2 Plan Größe.pdf", "2 data.csv", "Plan Größe.pdf", "data.csv"]
        assert sorted(pdf.attachments) == names
        assert pdf.attachments[names[0]].get_file().read_bytes() == b"%PDF-1.4 not really"
        assert str(pdf.attachments[names[0]].obj.AFRelationship) == "/Supplement"
        assert str(pdf.attachments[names[0]].get_file().obj.Params.ModDate) == "D:20020305133000Z"
    assert verapdf_judge([file], flavour="3u") == {file: True}


@pytest.mark.parametrize("date", [b"", b"yesterday", b"Tue, 05 Mar 9999 14:30:00 -2359"])
def test_attachments_of_a_message_without_a_date_are_only_listed(date: bytes) -> None:
    content = full().replace(b"Tue, 05 Mar 2002 14:30:00 +0100", date)
    document = EML.prepare(ask(content, flavour="3u"))
    assert document.attached == ()
    assert "Plan Größe.pdf application/pdf 19 bytes" in document.text
    assert any("without a date" in note for note in document.notes)


def test_mutated_messages_end_in_a_page_or_a_refusal() -> None:
    chance = random.Random(7)  # noqa: S311 - chance that can be repeated
    tokens = [
        b"\n\n",
        b"--",
        b"=?",
        b"?=",
        b"\xff",
        b"\0",
        b"boundary=",
        b"charset=",
        b"Content-Type: ",
        b";",
        b'"',
        b"=\n",
    ]
    for number in range(150):
        content = bytearray(full() if number % 2 else mailbox(full(), full()))
        for _ in range(chance.choice((1, 5, 30))):
            at = chance.randrange(len(content))
            content[at : at + chance.randrange(6)] = chance.choice([*tokens, bytes([chance.randrange(256)])])
        name = "a.eml" if number % 2 else "a.mbox"
        renderer = EML if number % 2 else MBOX
        try:
            document = renderer.prepare(ask(bytes(content), name))
        except UnreadableTextError as refused:
            assert refused.finding.code == "email-unreadable"  # noqa: PT017 - refusing is one of two good ends
        else:
            assert document == renderer.prepare(ask(bytes(content), name))
            assert "<script" not in document.body


def test_a_bare_message_of_another_program_is_shown() -> None:
    message = EmailMessage(policy=SMTP)
    message["To"] = "x@example.org"
    assert "(no subject)" in eml(message.as_bytes()).text
