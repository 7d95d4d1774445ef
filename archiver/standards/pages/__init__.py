"""Pages for people, in HTML that is complete in itself: no script, nothing fetched, WCAG 2.2 AA.

``markup`` escapes, ``words`` says things, ``style`` is the look of every page; ``preview`` is a package's page, and
``store_report`` and its kin what there is to say of stores. Nothing here reads a file or a clock.
"""
