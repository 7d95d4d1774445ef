"""Virus checks by ClamAV, one file a way to reach it.

:mod:`clamd <archiver.storage.screening.clamd>` takes the bytes while they are copied,
:mod:`clamscan <archiver.storage.screening.clamscan>` reads the copy. Says what an engine answered and never makes an
answer up: what was not screened to its end is not called clean.
"""
