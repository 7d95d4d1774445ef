"""Packages made ready to be sent: verified and digested while they are read, written into one file where that is asked.

The package is never written to. What is made lies in a folder of its own that is there whole or not at all.
"""
