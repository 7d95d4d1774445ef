"""Where one deposit goes on: its addresses, as they are remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from archiver.standards.sword import DepositReceipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The addresses of one deposit."""

    edit: str
    """Edit-IRI: the deposit itself."""

    media: str
    """EM-IRI: takes the file."""

    add: str
    """SE-IRI: takes the request that completes."""

    state: str | None = None
    """Of a document of the server's own that states how far it is."""

    statement: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """Return it as JSON values."""
        return asdict(self)


def place_from_receipt(receipt: DepositReceipt) -> Place | None:
    """Return the place that a receipt names; None: it names too little."""
    if not (receipt.edit and receipt.media and receipt.add):
        return None
    return Place(
        edit=receipt.edit,
        media=receipt.media,
        add=receipt.add,
        state=receipt.links.get("alternate"),
        statement=receipt.statement,
    )


def place_from_memory(value: object) -> Place | None:
    """Return the place that was remembered; None: there is none."""
    if not isinstance(value, Mapping):
        return None
    return Place(**{str(key): text for key, text in value.items()})
