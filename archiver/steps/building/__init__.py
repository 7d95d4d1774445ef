"""What ``archiver build`` does: a package for each item of a source folder, planned, run, and gone on with."""
