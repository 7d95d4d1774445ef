import pytest

from archiver.crosswalks.places import box_text, parse_place, point_text


def test_a_point_and_a_box_have_coordinates() -> None:
    point = parse_place("name=Perth, W.A.; east=115.85717; north=-31.95301")
    assert (point.name, point.point) == ("Perth, W.A.", (115.85717, -31.95301))
    box = parse_place("northlimit=5; southlimit=-5; westlimit=110; eastlimit=120")
    assert (box.name, box.box) == (None, (110.0, 120.0, -5.0, 5.0))


@pytest.mark.parametrize(
    "text",
    [
        *("Almaty", "east=1", "east=1; north=2; units=m", "east=200; north=2", "east=one; north=2", "a=b=c; ;"),
        "east=1; north=2; " * 100,
    ],
)
def test_what_is_neither_is_a_name(text: str) -> None:
    place = parse_place(text)
    assert (place.name, place.point, place.box) == (text, None, None)


def test_what_is_written_is_read_again() -> None:
    assert parse_place(point_text("A", "1.5", "-2.0")).point == (1.5, -2.0)
    assert parse_place(box_text("", "1", "2", "3", "4")).box == (1.0, 2.0, 3.0, 4.0)
