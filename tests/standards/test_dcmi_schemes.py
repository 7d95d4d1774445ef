from __future__ import annotations

import pytest

from archiver.standards.dcmi_schemes import is_meant_as_period, judge_place, period_fault


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        # The examples of the DCMI Point and DCMI Box Encoding Schemes.
        ("name=Perth, W.A.; east=115.85717; north=-31.95301", "Point"),
        ("east=148.26218; north=-36.45746; elevation=2228; name=Mt. Kosciusko", "Point"),
        ("projection=UTM zone 50 south; name=Bridgetown, W.A.; units=m; east=444000; north=6237000", "Point"),
        ("name=Western Australia; northlimit=-13.5; southlimit=-35.5; westlimit=112.5; eastlimit=129", "Box"),
        (
            "projection=UTM zone 50 south; units=m; northlimit=6240; southlimit=6230; westlimit=440; eastlimit=450",
            "Box",
        ),
        ("northlimit=-60;southlimit=-90;westlimit=170;eastlimit=-170;", "Box"),
    ],
)
def test_good_places(text: str, scheme: str) -> None:
    verdict = judge_place(text)
    assert verdict is not None
    assert (verdict.scheme, verdict.fault) == (scheme, None)


@pytest.mark.parametrize("text", ["Perth, W.A.", "", "East = West; north of it", "a=b", "east=" * 2000])
def test_words_are_no_coordinates(text: str) -> None:
    verdict = judge_place(text)
    assert verdict is None or verdict.fault is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("east=115", "has no north"),
        ("name=X; northlimit=1; southlimit=0", "no eastlimit and no westlimit"),
        ("east=115,8; north=-31", "its east '115,8' is no decimal number"),
        ("east=200; north=0", "its east is beyond 180 degrees"),
        ("east=0; north=91", "its north is beyond 90 degrees"),
        ("east=0; north=0; height=3", "'height' is none of its components"),
        ("east=0; north=0; 3 km", "'3 km' is none"),
        ("east=0; north=0; east=1", "east stands twice"),
        ("northlimit=0; southlimit=1; westlimit=0; eastlimit=1", "southlimit lies north"),
        ("northlimit=x; southlimit=1; westlimit=0; eastlimit=1", "its northlimit 'x' is no"),
    ],
)
def test_bad_places(text: str, fault: str) -> None:
    verdict = judge_place(text)
    assert verdict is not None
    assert fault in (verdict.fault or "")


@pytest.mark.parametrize(
    "text",
    [
        # The examples of the DCMI Period Encoding Scheme.
        "name=The Great Depression; start=1929; end=1939;",
        "start=Cambrian period; scheme=Geological timescale; name=Phanerozoic Eon;",
        "start=1999-09-25T14:20+10:00; end=1999-09-25T16:40+10:00; scheme=W3C-DTF;",
        "start=1953",
        "end=1964; name=a\\;b",
        "start=1953; end=1953-04",
    ],
)
def test_good_periods(text: str) -> None:
    assert is_meant_as_period(text)
    assert period_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("start=soon", "'soon' is no W3CDTF date"),
        ("start=1964; end=1953", "ends before it begins"),
        ("start=; end=; name=X", "neither a start nor an end"),
        ("start=1953; begin=1", "'begin' is none of its components"),
    ],
)
def test_bad_periods(text: str, fault: str) -> None:
    assert is_meant_as_period(text)
    assert fault in (period_fault(text) or "")


def test_words_are_no_period() -> None:
    assert not is_meant_as_period("The Thaw")
