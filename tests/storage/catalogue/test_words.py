"""How texts and search texts are parted into words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.storage.catalogue.words import Phrase, phrases, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße ÉCOLE naïve", ["strasse", "ecole", "naive"]),
        ("Ёлка и Йод", ["елка", "и", "иод"]),
        ("foo-bar_baz.txt", ["foo", "bar", "baz", "txt"]),
        ("日本語 text", ["日", "本", "語", "text"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("שָׁלוֹם", ["שלום"]),
        ("ﬁnance №5", ["finance", "no5"]),
        ("\0\ud800'\"*", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("two words", (Phrase(words=("two",)), Phrase(words=("words",)))),
        ('"two words" more', (Phrase(words=("two", "words")), Phrase(words=("more",)))),
        ('"never closed', (Phrase(words=("never", "closed")),)),
        ("begin*", (Phrase(words=("begin",), begins=True),)),
        ("AND or NOT", (Phrase(words=("and",)), Phrase(words=("or",)), Phrase(words=("not",)))),
        ("a-b", (Phrase(words=("a", "b")),)),
        (' "" * ^ ', ()),
    ],
)
def test_what_is_asked_for(text: str, asked: tuple[Phrase, ...]) -> None:
    assert phrases(text) == asked


@given(st.text())
def test_words_are_made_of_letters_digits_and_marks_alone(text: str) -> None:
    for word in words_of(text):
        assert not set(word) & set(" '\"\\&|!():*<>\0")
        assert word.encode()
