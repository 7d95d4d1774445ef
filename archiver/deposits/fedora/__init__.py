"""Fedora 6: one container a package, made with its file in one transaction."""
