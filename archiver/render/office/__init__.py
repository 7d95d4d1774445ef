"""Documents of office programs: what LibreOffice may be given of them, and whether what it made of them is kept.

One file a format; what they share stands beside them. Nothing here starts a program: see
:mod:`archiver.render.programs`.
"""
