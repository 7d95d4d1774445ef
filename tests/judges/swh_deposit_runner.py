"""Makes the tables, the collections and the users of a SWORD server; run by the Python of ``.judges/swh-deposit``.

Imports by name at run time, because only that environment holds the packages.

Takes a JSON object on standard input: name of a collection -> {name of a user: password}.
"""

from __future__ import annotations

import importlib
import json
import sys


def main() -> None:
    """Do it, with the settings that the environment names."""
    importlib.import_module("django").setup()
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    models = importlib.import_module("swh.deposit.models")
    for name, users in json.load(sys.stdin).items():
        collection = models.DepositCollection.objects.create(name=name)
        for user, password in users.items():
            client = models.DepositClient(username=user, provider_url="https://example.org", domain="example.org")
            client.collections = [collection.id]
            client.set_password(password)
            client.save()


main()
