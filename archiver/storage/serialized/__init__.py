"""Bags written straight into tar, tar.gz and zip files, each byte of the payload once, with the same bytes each time.

A leaf writes one format; reading is :mod:`archiver.storage.archives`' matter. Nothing is published here.
"""
