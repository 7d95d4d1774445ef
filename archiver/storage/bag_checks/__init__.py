"""The rules a bag is checked by: one rule or a small group a file, each giving findings, none printing or stopping.

:mod:`archiver.storage.bag_reader` runs them in order over one :class:`~archiver.storage.bag_checks.opened.OpenBag`.
"""
