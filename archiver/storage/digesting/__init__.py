"""Digests of many files side by side: processes that read and hash, given their work in batches over pipes.

The processes are forked from this one while it has a single thread, read nothing but what the bag's own ``read`` gives
them, and are gone when the call that made them returns. Where forking is not safe nothing is lost: the caller reads.
"""
