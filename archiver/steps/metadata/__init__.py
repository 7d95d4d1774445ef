"""Work on descriptions with nothing built: check them, make a sheet, give back what packages state, cross records over.

One file a subcommand of ``archiver metadata``, and what those need; nothing outside this room imports from it but the
command line.
"""
