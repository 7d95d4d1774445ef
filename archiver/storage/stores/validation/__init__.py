"""Whether a storage root and its objects are what OCFL 1.0 and 1.1 ask for: every rule, each finding with its code.

Reads only, and never through a link. One file a part: the object's own small files, its version folders, its earlier
inventories, its content, the root around it.
"""
