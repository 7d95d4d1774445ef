"""Receipts of deposits: what they say, where they are kept, and how they are found again."""
