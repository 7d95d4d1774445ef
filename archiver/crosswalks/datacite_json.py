"""DataCite 4.6 in JSON, as its REST API takes the attributes of a DOI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Reading, UnreadableRecordError, views
from archiver.crosswalks.datacite_reading import read_record
from archiver.crosswalks.datacite_record import datacite_record
from archiver.crosswalks.datacite_terms import TABLE
from archiver.crosswalks.json_records import json_bytes, json_value

if TYPE_CHECKING:
    from archiver.model import Description

__all__ = ["SUFFIX", "TABLE", "TITLE", "convert", "crosswalk", "demands", "lost_terms", "read"]

TITLE = "DataCite 4.6 (JSON)"
SUFFIX = ".datacite.json"


def convert(description: Description) -> Conversion:
    """Write the attributes of one DOI; without a DOI in the record there is no ``doi``: DataCite may assign one."""
    record, ledger = datacite_record(description)
    return ledger.close(json_bytes(record))


crosswalk, lost_terms, demands = views(convert)


def read(data: bytes) -> Reading:
    """Read the attributes of one DOI, alone or as the REST API answers them (``data.attributes``).

    Raises:
        UnreadableRecordError: no JSON, or no object with titles, creators or a DOI.
    """
    value = json_value(data)
    while isinstance(value, dict) and len(value) < 8 and isinstance(value.get("data", value.get("attributes")), dict):
        value = value.get("data", value.get("attributes"))
    if not isinstance(value, dict) or not {"titles", "creators", "doi", "types"} & set(value):
        raise UnreadableRecordError("is no record of DataCite: it has neither titles nor creators nor a doi")
    return read_record(value)
