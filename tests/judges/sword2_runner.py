"""Run by sword2's own Python: reads what a SWORD server offers and holds, and prints it as JSON.

Takes a JSON object on standard input: ``url`` of the service document, ``user``, ``password``, and ``lists``: addresses
that give the addresses of files as JSON. Imports by name at run time, because only that environment holds the package.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import sys


def main() -> None:
    """Fetch everything."""
    asked = json.load(sys.stdin)
    connection = importlib.import_module("sword2").Connection(
        asked["url"], user_name=asked["user"], user_pass=asked["password"], honour_receipts=False
    )
    connection.get_service_document()
    offered = {one.href: [one.title, one.acceptPackaging] for _, found in connection.workspaces for one in found}
    held = {}
    for address in asked["lists"]:
        files = json.loads(connection.get_resource(address).content)
        held[address] = [hashlib.sha512(connection.get_resource(file).content).hexdigest() for file in files]
    sys.stdout.write(json.dumps({"collections": offered, "held": held, "largest": connection.maxUploadSize}))


main()
