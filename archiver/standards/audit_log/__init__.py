"""The log of a store, as text: canonical lines, entries chained by their digests, Merkle trees over results of audits.

Turns bytes into values and back; reads no file, no clock and no key.
"""
