from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.standards.bag_info import parse_bag_info
from archiver.standards.bag_info_revision import revise_bag_info

LABELS = st.sampled_from(["Contact-Name", "contact-name", "Title", "X-Note"])
LINES = st.lists(
    st.one_of(
        st.tuples(LABELS, st.sampled_from([":", ": ", " :\t"]), st.text("ab\x0b\u2028 ", max_size=8)).map("".join),
        st.sampled_from(["  goes on", "\tmore", "", "   "]),
    )
)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        pytest.param("", [("A", "1")], "A: 1\n", id="a new file"),
        pytest.param("A: 1\r\nB:2\r\n", [("C", "3")], "A: 1\r\nB:2\r\nC: 3\n", id="other lines as they are"),
        pytest.param("A: 1\n go\n\ton\nB: 2", [("a", "x")], "a: x\nB: 2\n", id="what goes on goes away too"),
        pytest.param("A: 1\nB: 2\nA: 3\n", [("A", "x"), ("A", "y")], "A: x\nA: y\nB: 2\n", id="repeats"),
        pytest.param("A:  two\u2028parts \n", [("B", "")], "A:  two\u2028parts \nB: \n", id="no other line end"),
        pytest.param("A: 1\rB: 2\r", [("B", "x\ny")], "A: 1\rB: x\n  y\n", id="old Macintosh"),
    ],
)
def test_single_elements_are_set(text: str, values: list[tuple[str, str]], expected: str) -> None:
    assert revise_bag_info(text, values) == expected


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_what_is_not_set_is_read_back_as_it_was(lines: list[str], end: str, ended: bool) -> None:  # noqa: FBT001
    text = end.join(lines) + (end if ended else "")
    before, after = parse_bag_info(text), parse_bag_info(revise_bag_info(text, [("Contact-Name", "new")]))
    others = [field for field in before.fields if field[0].lower() != "contact-name"]
    assert [field for field in after.fields if field[0].lower() != "contact-name"] == others
    assert after.values("Contact-Name") == ("new",)
