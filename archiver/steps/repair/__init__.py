"""What ``archiver repair`` and ``archiver protect`` do: damage that heals, from copies and from parity."""
