"""Raster images made into PDF/A: read, brought to colours and samples a PDF has, written one picture a page.

Never scales a picture, never compresses one with loss, never guesses words in it.
"""
