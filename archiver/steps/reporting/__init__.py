"""What ``archiver report`` does: gathers what catalogues and logs know of stores, and writes it in the form asked for.

It changes no store and checks nothing: it tells what checks found.
"""
