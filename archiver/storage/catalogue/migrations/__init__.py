"""How the tables of a catalogue came to be, step by step; run in code by :mod:`archiver.storage.catalogue.opening`."""
