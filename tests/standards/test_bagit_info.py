from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bagit import bag_info_text, parse_bag_info, parse_payload_oxum


def test_order_repeats_and_case() -> None:
    info = parse_bag_info("Contact-Name: A\r\ncontact-name:\tB\rTitle : x: y\nContact-Name: A\n")
    assert info.fields == (("Contact-Name", "A"), ("contact-name", "B"), ("Title", "x: y"), ("Contact-Name", "A"))
    assert info.values("CONTACT-NAME") == ("A", "B", "A")
    assert not info.findings


def test_continuation_keeps_the_line_break() -> None:
    assert parse_bag_info("A: one\n\t two\nB: x\u2028 y\n").fields == (("A", "one\ntwo"), ("B", "x\u2028 y"))


@pytest.mark.parametrize("text", [" starts indented\n", "no colon\n", ": no label\n"])
def test_bad_lines_are_findings(text: str) -> None:
    (finding,) = parse_bag_info("Good: x\n" * (text[0] != " ") + text).findings
    assert finding.code == "bag-info-syntax"
    assert "line " in finding.message


@given(st.text())
def test_any_text_parses(text: str) -> None:
    parse_bag_info(text)
    parse_payload_oxum(text)


def test_many_continued_lines_take_linear_time() -> None:
    info = parse_bag_info("A: x\n" + " y\n" * 300_000)
    assert len(info.fields[0][1]) == 1 + 2 * 300_000


@given(st.lists(st.tuples(st.sampled_from(["A", "B-c"]), st.text())))
def test_no_value_forges_a_label(fields: list[tuple[str, str]]) -> None:
    read = parse_bag_info(bag_info_text(fields))
    assert [label for label, _ in read.fields] == [label for label, _ in fields]
    assert not read.findings
    assert not any(line.startswith("Payload-Oxum") for line in bag_info_text(fields).splitlines())


@pytest.mark.parametrize("label", ["", "a:b", "a\nb", " a", "a\u2028b"])
def test_bad_labels_are_refused(label: str) -> None:
    with pytest.raises(ValueError, match="cannot be a label"):
        bag_info_text([(label, "x")])


@pytest.mark.parametrize(
    ("text", "oxum"),
    [
        ("279164409832.1198", (279164409832, 1198)),
        ("0.0", (0, 0)),
        ("1", None),
        ("1.2.3", None),
        ("-1.2", None),
        ("\u0661.\u0662", None),
    ],
)
def test_payload_oxum(text: str, oxum: tuple[int, int] | None) -> None:
    assert parse_payload_oxum(text) == oxum
