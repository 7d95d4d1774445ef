"""What every crosswalk gives back: the record, what it could not carry, what the target asks for and lacks.

Values and the ledger that keeps the account; no vocabulary is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from archiver.model import Description, Statement

NO_PLACE = "it has no place for this term"


class UnreadableRecordError(ValueError):
    """The bytes are no record of the vocabulary; the message goes on after the file's name and a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A value, or a part of one, that the target's record does not hold."""

    statement: Statement
    part: Literal["value", "language", "detail"] = "value"
    """``language``: the value itself is there, its tag is not; ``detail``: it is there in a form that says less."""

    reason: str = NO_PLACE
    """Why, in words that go on after the target's name and a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """A value that stands in the record in the target's own form."""

    statement: Statement
    text: str
    """As it stands there: ``eng`` for ``en``, ``CC-BY-4.0`` for the licence's address."""

    part: Literal["value", "language"] = "value"
    """``language``: not the value but its tag stands there so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Something the target demands that the record lacks. No crosswalk makes it up."""

    field: str
    """The target's own name of it: ``publicationYear``."""

    message: str
    """One sentence: what is demanded, and what stands in its place where something must."""

    terms: tuple[str, ...] = ()
    """DCMI terms of which any one would answer it; empty when only the target's own form can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """One description in the target's vocabulary, accounted for."""

    data: bytes
    """The record in the target's own serialisation."""

    further: tuple[tuple[str, bytes], ...] = ()
    """Files that the target wants beside it, name and content: DSpace has one a metadata schema."""

    losses: tuple[Loss, ...] = ()
    """In the order of the description's statements."""

    demands: tuple[Demand, ...] = ()
    rewritten: tuple[Rewriting, ...] = ()
    """Values carried whole in another form; every other value stands in the record as it is written."""

    @property
    def lost_terms(self) -> tuple[str, ...]:
        """Terms with a value that the record does not hold, in the order of the DCMI term list."""
        lost = {loss.statement.term for loss in self.losses if loss.part == "value"}
        return tuple(sorted(lost, key=lambda term: (TERM_ORDER.get(term, len(TERM_ORDER)), term)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value of a record, as a DCMI term."""

    term: str
    text: str
    language: str | None = None
    """As the record writes it, unchecked."""

    line: int | None = None
    """From 1; None where the reader knows none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadValue:
    """One value of a record that no DCMI term stands for."""

    name: str
    """The target's own name of the field: ``dc.description.sponsorship``, ``mods:part``."""

    text: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a record states, and what it states that was not understood."""

    values: tuple[ReadValue, ...] = ()
    other: tuple[UnreadValue, ...] = ()


class Crosswalk(Protocol):
    """One member of the family: a module, or any object with these names. Everything it does is pure."""

    TITLE: str
    """For people: ``MODS 3.8``."""

    SUFFIX: str
    """How the file's name ends: ``.mods.xml``."""

    TABLE: Mapping[str, str]
    """DCMI term -> the target's field, in its own names; a term that is not here is never carried."""

    convert: Callable[[Description], Conversion]
    """The whole record, whatever the values are; the same description gives the same bytes."""

    crosswalk: Callable[[Description], bytes]
    """Its data alone."""

    lost_terms: Callable[[Description], tuple[str, ...]]
    """Its lost terms alone."""

    demands: Callable[[Description], tuple[Demand, ...]]
    """Its demands alone."""


class ReadableCrosswalk(Crosswalk, Protocol):
    """A crosswalk that reads the target's records too."""

    read: Callable[[bytes], Reading]
    """Raises :class:`UnreadableRecordError` when the bytes are no such record."""


class Ledger:
    """Keeps the account of one conversion: what nobody took is lost, and is said to be."""

    def __init__(self, description: Description) -> None:
        self._statements = tuple(s for s in description.statements if s.text.strip())
        self._left = set(range(len(self._statements)))
        self._losses: list[Loss] = []
        self._rewritten: list[Rewriting] = []
        self._demands: list[Demand] = []

    def take(self, *terms: str) -> Iterator[Statement]:
        """Yield the statements of these terms that nobody took, in order; the caller writes each or loses it."""
        for place, statement in enumerate(self._statements):
            if statement.term in terms and place in self._left:
                self._left.discard(place)
                yield statement

    def see(self, *terms: str) -> tuple[Statement, ...]:
        """Return the statements of these terms; they stay to be taken."""
        return tuple(s for s in self._statements if s.term in terms)

    def lose(self, statement: Statement, reason: str) -> None:
        """Say that a value that was taken is not in the record."""
        self._losses.append(Loss(statement=statement, reason=reason))

    def lose_language(self, statement: Statement, reason: str = "it has no place for the language of this") -> None:
        """Say that a value stands there without its language tag; one that has none loses none."""
        if statement.language:
            self._losses.append(Loss(statement=statement, part="language", reason=reason))

    def rewrite(self, statement: Statement, text: str) -> str:
        """Say that a value stands there as ``text``, and return that."""
        if text != statement.text:
            self._rewritten.append(Rewriting(statement=statement, text=text))
        return text

    def reduce(self, statement: Statement, text: str) -> str:
        """Say that a value stands there as ``text``, which says less, and return that."""
        if text != statement.text:
            self._losses.append(Loss(statement=statement, part="detail", reason=f"it stands there as {text}"))
        return self.rewrite(statement, text)

    def rewrite_language(self, statement: Statement, text: str) -> str:
        """Say that the tag of a value stands there as ``text``, and return that."""
        self._rewritten.append(Rewriting(statement=statement, text=text, part="language"))
        return text

    def demand(self, field: str, message: str, *terms: str) -> None:
        """Say what the target demands that the record lacks."""
        self._demands.append(Demand(field=field, message=message, terms=terms))

    def close(self, data: bytes, further: tuple[tuple[str, bytes], ...] = ()) -> Conversion:
        """Return the conversion; what was never taken is lost."""
        losses = [*self._losses, *(Loss(statement=self._statements[place]) for place in sorted(self._left))]
        places = {statement: place for place, statement in reversed(tuple(enumerate(self._statements)))}
        losses.sort(key=lambda loss: (places[loss.statement], loss.part))
        return Conversion(
            data=data,
            further=further,
            losses=tuple(dict.fromkeys(losses)),
            demands=tuple(dict.fromkeys(self._demands)),
            rewritten=tuple(self._rewritten),
        )


def views(
    convert: Callable[[Description], Conversion],
) -> tuple[
    Callable[[Description], bytes],
    Callable[[Description], tuple[str, ...]],
    Callable[[Description], tuple[Demand, ...]],
]:
    """Return ``crosswalk``, ``lost_terms`` and ``demands`` of a member, for those who ask for one thing alone."""

    def crosswalk(description: Description) -> bytes:
        """Return the record in the target's own serialisation."""
        return convert(description).data

    def lost_terms(description: Description) -> tuple[str, ...]:
        """Return the terms with a value that the record does not hold, in the order of the DCMI term list."""
        return convert(description).lost_terms

    def demands(description: Description) -> tuple[Demand, ...]:
        """Return what the target demands that the record lacks."""
        return convert(description).demands

    return crosswalk, lost_terms, demands
