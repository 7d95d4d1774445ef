"""Targets that packages are deposited with: one interface (contract), a journal, one file a target."""
