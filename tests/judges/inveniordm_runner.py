"""An InvenioRDM for gunicorn: makes its tables, vocabularies and users, and serves its interface without its pages.

Imports by name at run time, because only the environment ``.judges/inveniordm`` holds the packages. All in one process:
to load them all takes most of the time that it needs to start.

Takes a JSON object from the environment variable ``TESTS_ASKED``: ``location``: folder of the files, ``users``: how
many, ``accounts``: file that a JSON list of
``{"id", "email", "token"}`` is written to.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

_VOCABULARIES = {
    "resourcetypes": ("rsrct", ("dataset", "event", "image", "video", "physicalobject", "software", "audio")),
    "titletypes": ("ttyp", ("other", "alternative-title")),
    "descriptiontypes": ("dty", ("abstract", "other", "table-of-contents")),
    "datetypes": ("dat", ("issued", "created", "available", "other")),
    "relationtypes": ("rlt", ("ispartof", "references")),
    "contributorsroles": ("cor", ("other", "rightsholder")),
    "creatorsroles": ("crr", ()),
    "licenses": ("lic", ("cc-by-4.0",)),
    "languages": ("lng", ("eng", "deu")),
}
_TYPE = {"datacite_general": "Text", "datacite_type": "", "csl": "document", "openaire_type": "other"}


def _named(path: str) -> Any:  # noqa: ANN401 - of packages that are not here
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _command(app: Any, path: str, *words: str) -> None:  # noqa: ANN401
    result = app.test_cli_runner().invoke(_named(path), list(words), catch_exceptions=False)
    if result.exit_code:
        sys.exit(f"{path} {words}: {result.output}")


def _vocabularies() -> None:
    service = _named("invenio_vocabularies.proxies.current_service")
    system = _named("invenio_access.permissions.system_identity")
    for name, (short, words) in _VOCABULARIES.items():
        service.create_type(system, name, short)
        for word in (*words, "publication") if name == "resourcetypes" else words:
            entry: dict[str, Any] = {"id": word, "type": name, "title": {"en": word}}
            if name == "resourcetypes":
                entry |= {"icon": "file", "props": _TYPE | {"type": word}, "tags": ["depositable", "linkable"]}
            service.create(system, entry)


def _users(count: int) -> list[dict[str, Any]]:
    users = importlib.import_module("flask").current_app.extensions["invenio-accounts"]
    db = _named("invenio_db.db")
    token = _named("invenio_oauth2server.models.Token")
    scopes = ["user:email", "deposit:write", "deposit:actions"]
    made: list[dict[str, Any]] = []
    for number in range(count):
        email = f"depositor-{number}@example.org"
        # The password is of no use: nobody signs in, and hashing a real one takes half a second on purpose.
        user = users.datastore.create_user(email=email, password="-", active=True)  # noqa: S106
        user.confirmed_at = importlib.import_module("datetime").datetime(2026, 1, 1)
        db.session.flush()
        made.append(
            {"id": str(user.id), "email": email, "token": token.create_personal("tests", user.id, scopes=scopes)}
        )
    db.session.commit()
    return [one | {"token": one["token"].access_token} for one in made]


def _serve() -> Any:  # noqa: ANN401
    asked = json.loads(os.environ["TESTS_ASKED"])
    app = _named("invenio_app.factory.create_api")()
    _command(app, "invenio_db.cli.db", "create")
    with app.app_context():
        _command(app, "invenio_search.cli.index", "init")
        _command(app, "invenio_files_rest.cli.files", "location", "create", "--default", "default", asked["location"])
        _vocabularies()
        users = _users(asked["users"])
    Path(asked["accounts"]).write_text(json.dumps(users), encoding="utf-8")
    nowhere = _named("werkzeug.exceptions.NotFound")()
    mounted = _named("werkzeug.middleware.dispatcher.DispatcherMiddleware")(nowhere, {"/api": app})
    sys.stderr.write("InvenioRDM is ready\n")
    sys.stderr.flush()
    return mounted


application = _serve()
