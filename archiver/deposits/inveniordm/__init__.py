"""Deposits with InvenioRDM, and with Zenodo, which is one: drafts, files, publishing, by its REST interface."""
