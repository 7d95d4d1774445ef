"""OCFL storage roots: on a disk, or read in an object store."""
