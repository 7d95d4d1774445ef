"""Dataverse by its native API, built on its documented interface and not yet run against a live server."""
