"""What this program is called in what it writes. Imports nothing that takes time."""

from __future__ import annotations

from archiver import __version__

PROGRAM = f"Archiver {__version__}"
"""Name and version, as agents of events give them."""

SOFTWARE_AGENT = f"{PROGRAM} (preservation-archiver)"
"""The same with the name of the distribution, for ``Bag-Software-Agent``."""
