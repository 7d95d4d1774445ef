"""``archiver init``: a folder ready for its first build."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

import click

from archiver.errors import UsageError

_CONFIGURATION = """\
# Who this archive is. `archiver build` writes it into every package.

[archive]
name = {name}
# address = "1 Main Street, Town, Country"
# contact_name = "Jane Doe"
# contact_email = "archive@example.org"
# url = "https://archive.example.org"

# Identifiers of packages are made from this and an item's path: the same item always gets the same one.
# It was made for this archive alone. Never change it, and keep a copy.
namespace = "{namespace}"

[build]
algorithms = ["sha512"]   # of the manifests; any of hashlib's with a fixed length
pdfa = "2u"               # flavour of the PDF/A copies, or "none"
# page_style = "pages.css"  # their page size, margins, fonts and footer

# A repository that packages go to: archiver deposit packages --to zenodo. Secrets never stand in this file:
# "keyring:SERVICE/USER", "file:PATH" (which nobody else may read) or "stdin" says where each is kept.
#
# [targets.zenodo]
# kind = "inveniordm"
# url = "https://sandbox.zenodo.org"
# token_from = "keyring:archiver/zenodo"
"""

_DESCRIPTION = """\
# What all documents share. Keys are DCMI terms (title, creator, subject, ...); a value in another language: title@ru
# A sidecar beside it, such as letter.yaml for seeds/letter.txt, says more about one document.
#
# publisher: {name}
# rights: In copyright
"""


@click.command("init", short_help="Make a folder ready: archiver.toml, seeds/, metadata/, packages/.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--name", metavar="NAME", help="The archive's name.  [default: the folder's name]")
def command(folder: Path, name: str | None) -> int:
    """Make FOLDER (this one when not given) ready for `archiver build`.

    Nothing that is there is changed: an archiver.toml that exists is an error.
    """
    name = (name or folder.resolve().name or "Archive").strip()
    if not name.isprintable():
        raise UsageError("--name must be one line of printable text")
    target = folder / "archiver.toml"
    if os.path.lexists(target):
        raise UsageError(f"{target} exists already, so this folder is ready; nothing was changed")
    for place in (folder, folder / "seeds", folder / "metadata", folder / "packages"):
        place.mkdir(parents=True, exist_ok=True)
    text = _CONFIGURATION.format(name=json.dumps(name, ensure_ascii=False), namespace=uuid.uuid4())
    with target.open("x", encoding="utf-8") as file:
        file.write(text)
    shared = folder / "metadata" / "_collection.yaml"
    if not shared.exists():
        shared.write_text(_DESCRIPTION.format(name=name), encoding="utf-8")
    click.echo(f"{target} made for {name}.")
    click.echo("Put documents into seeds/, describe them in metadata/ if you like, then run: archiver build")
    return 0
