"""What the layout engine does more often than it must, done once: parsed styles, faces, line breaks, glyphs, pages.

Everything here gives what the engine itself would give, sooner. Nothing is kept from one document for the next but what
follows from the machine's fonts and from a style sheet's text, so that a PDF's bytes depend on its document alone.
Imported by :mod:`archiver.render.pdfa` alone; these modules and that one are the only ones that know WeasyPrint.
"""
