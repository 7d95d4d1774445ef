"""Copies: where the good bytes of a damaged package may be found. One file a kind of place; each only offers.

What is offered counts for nothing until its digest is the one that is wanted (``copying``).
"""
