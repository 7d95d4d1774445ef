"""Parity: PAR2 sets over the versions of stored packages, from which damaged files are computed anew.

A set is made over *shards*: the files of one version folder, one after another, cut into pieces of some gigabytes. So
the part of them that may be lost is the same whatever the number and size of the files, no name of a file is ever given
to the program, and plain par2 heals the shards without this one (docs/repair.md says how).
"""
