"""Crosswalks: a description in another vocabulary, one file a target.

A member is a module with two functions, both pure (they open nothing, fetch nothing and know no clock):

``crosswalk(description: Description) -> bytes``
    The whole record in the target's own serialisation, valid against the target's schema whatever the values are;
    the same description gives the same bytes.

``lost_terms(description: Description) -> tuple[str, ...]``
    The terms it states that the target has no place for, in the order of the DCMI term list: what is lost is said.

Adding a target is one file and one line below.
"""

from __future__ import annotations

CROSSWALKS: dict[str, str] = {
    "oai_dc": "archiver.crosswalks.oai_dc",
}
"""Name of the vocabulary -> module; imported only when it is asked for."""
