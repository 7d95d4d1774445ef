"""The standards, pure: text or bytes to values and back. Nothing here opens a file, asks a clock or a network."""
