from archiver.crosswalks.bibtex import crosswalk, demands
from archiver.model import Description
from tests.crosswalks.records import LETTER, description


def test_a_record_becomes_one_entry() -> None:
    entry = crosswalk(LETTER).decode()
    assert entry.startswith("@misc{curie-1923,\n")
    assert "  author = {Curie, Marie and {Abai Kunanbaiuly}},\n" in entry
    assert "  title = {{A letter}},\n" in entry
    assert "  year = {1923},\n  month = {may},\n" in entry
    assert "  doi = {10.5555/12345678}\n}\n" in entry


def test_what_latex_would_take_for_its_own_is_escaped() -> None:
    entry = crosswalk(description(("title", "100% {a} & b_c $d #1 ~ ^ \\ \n end"))).decode()
    assert r"{{100\% \{a\} \& b\_c \$d \#1 \textasciitilde{} \textasciicircum{} \textbackslash{} end}}" in entry


def test_a_body_with_and_in_its_name_is_one_author() -> None:
    assert "author = {{Smith and Sons}}" in crosswalk(description(("creator", "Smith and Sons"))).decode()


def test_the_key_has_ascii_alone() -> None:
    assert crosswalk(description(("title", "Café – a list"))).startswith(b"@misc{cafe-a-list,")
    assert crosswalk(description(("title", "Хроника"))).startswith(b"@misc{item,")


def test_what_styles_warn_of_is_told() -> None:
    assert [demand.field for demand in demands(Description())] == ["title", "author", "year"]
