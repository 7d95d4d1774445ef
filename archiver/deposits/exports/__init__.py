"""Targets that are folders of this machine, in a form that other systems import: written whole, then read back.

``layout`` says what an export holds, ``target`` writes and compares it, and each form is one file.
"""
