"""Crosswalks: a description in another vocabulary, one file a target.

A member is a module that keeps :class:`archiver.crosswalks.contract.Crosswalk`: pure functions (they open nothing,
fetch nothing and know no clock) and its table of terms as data. ``convert`` gives the record together with every value
it could not carry and everything the target demands that the record lacks; where records of the target come in too, the
member has ``read``.

Adding a target is one file and one line below.
"""

from __future__ import annotations

CROSSWALKS: dict[str, str] = {
    "bibtex": "archiver.crosswalks.bibtex",
    "csl_json": "archiver.crosswalks.csl_json",
    "datacite": "archiver.crosswalks.datacite",
    "datacite_json": "archiver.crosswalks.datacite_json",
    "dataverse": "archiver.crosswalks.dataverse",
    "dspace": "archiver.crosswalks.dspace",
    "ead3": "archiver.crosswalks.ead3",
    "internet_archive": "archiver.crosswalks.internet_archive",
    "inveniordm": "archiver.crosswalks.inveniordm",
    "mods": "archiver.crosswalks.mods",
    "oai_dc": "archiver.crosswalks.oai_dc",
    "schema_org": "archiver.crosswalks.schema_org",
}
"""Name of the vocabulary -> module; imported only when it is asked for."""

ENTRY_POINT_GROUP = "archiver.crosswalks"
"""Where packages of other people name theirs; a name of ours stays ours."""
