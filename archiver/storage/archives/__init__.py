"""Bags inside tar, tar.gz, tar.zst and zip files, read in place: nothing is ever unpacked, and nothing written.

Every leaf reads one format and hands its entries to :mod:`archiver.storage.archives.entries`, which decides what of
them is the bag. The formats are parsed here: the standard library's readers hold a million entries in gigabytes, and
trust what an archive says of itself further than a stranger's archive may be trusted.
"""
