"""Deposits from end to end: packages made ready, sent to targets, and receipts of what they hold."""
