"""Programs that make a PDF of a document: how each is found, asked, and locked in while it works.

They run beside the rendering workers, which may start no program; nothing here judges what they make.
"""
