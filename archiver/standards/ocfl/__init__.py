"""OCFL 1.1 (https://ocfl.io/1.1/spec/): inventories, layouts, declarations, as text and values; touches no file."""
