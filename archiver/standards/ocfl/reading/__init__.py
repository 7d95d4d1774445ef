"""Inventories from bytes that strangers wrote, with every rule of OCFL 1.0 and 1.1 that one can break by itself."""
