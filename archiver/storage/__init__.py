"""Bytes on disk: reading sources safely, writing durably, bags. Nothing here knows what a description says."""
