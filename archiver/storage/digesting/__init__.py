"""Digests of many files side by side: processes that read and hash, given their work in batches over pipes.

The processes are forked from this one while it has a single thread, read nothing but what the ``read`` they were made
with gives them, and are gone when the crew is. Where forking is not safe nothing is lost: the caller reads.
"""
