"""A package's PREMIS 3.0 record: what its files are, what was done to them, by whom, and what may be done with them.

``record`` writes a package's record from ``elements``; ``received`` and ``rights`` write what came along with its
documents, which ``reading`` and ``rights_rows`` read; ``licences`` makes rights of what descriptions state. ``stored``
writes what was done to packages after they were sealed, in the stores that keep them. Nothing here reads a file or a
clock.
"""

from __future__ import annotations

from archiver.standards.premis.received import Received
from archiver.standards.premis.record import CONVERTED, FLAVOUR_NOTE, making_events, premis_chunks, premis_xml

__all__ = ["CONVERTED", "FLAVOUR_NOTE", "Received", "making_events", "premis_chunks", "premis_xml"]
