"""The log of a store and the results of its audits, on disk, beside the store.

Appends under a lock, durably, and never changes what was written: what a kill or a power cut tore off is put aside, and
the log says so.
"""
