"""The kind ``sftp``: reads its table, and makes the target. Makes no request."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.incoming import OPTIONS, IncomingTarget, incoming_options
from archiver.deposits.sftp.login import Login
from archiver.deposits.sftp.place import SftpPlace

if TYPE_CHECKING:
    from archiver.config.tables import Table
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Surroundings

KIND = "sftp"
TITLE = "SFTP"
KEYS = (*OPTIONS, "host", "port", "user", "known_hosts_file", "host_fingerprint", "private_key_file", "agent")
SECRETS = ("password", "passphrase")

_PORT = 22
_LAST_PORT = 65_535
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    own = settings.own
    options = incoming_options(own, watched=False)
    login = _login(settings, surroundings)
    place = SftpPlace(own.name, options.folder, login, timeout=settings.timeout)
    return IncomingTarget(KIND, own.name, options, place)


def _login(settings: TargetSettings, surroundings: Surroundings) -> Login:
    own = settings.own
    for key in ("host", "user"):
        if key not in own:
            raise own.fault(key, 'is missing: such as host = "sftp.example.org" and user = "archive"')
    ways = [*(key for key in ("private_key_file", "agent") if _is_said(own, key))]
    ways += ["password_from"] if "password" in settings.secrets else []
    if len(ways) != 1:
        said = f"not {' and '.join(ways)}" if ways else "one of them has to be there"
        raise own.fault("user", f"logs in by one of private_key_file, agent and password_from: {said}")
    return Login(
        table=own.name,
        host=own.text("host"),
        port=_port(own),
        user=own.text("user"),
        way=ways[0],
        private_key_file=_beside(own, "private_key_file"),
        agent=surroundings.environment.get("SSH_AUTH_SOCK") if ways == ["agent"] else None,
        has_passphrase="passphrase" in settings.secrets,
        known_hosts_file=_known_hosts_file(own, surroundings),
        fingerprint=_fingerprint(own),
        secret=surroundings.secret,
    )


def _is_said(own: Table, key: str) -> bool:
    return key in own and (key != "agent" or own.yes_or_no(key))


def _port(own: Table) -> int:
    port = own.count("port") if "port" in own else _PORT
    if port > _LAST_PORT:
        raise own.fault("port", f"must be at most {_LAST_PORT}")
    return port


def _fingerprint(own: Table) -> str | None:
    if "host_fingerprint" not in own:
        return None
    text = own.text("host_fingerprint").rstrip("=")
    if not _FINGERPRINT.fullmatch(text):
        raise own.fault("host_fingerprint", 'must be as `ssh-keygen -l` writes it: "SHA256:" and 43 characters')
    return text


def _known_hosts_file(own: Table, surroundings: Surroundings) -> Path | None:
    if "known_hosts_file" in own:
        return _beside(own, "known_hosts_file")
    home = surroundings.environment.get("HOME")
    return Path(home) / ".ssh" / "known_hosts" if home else None


def _beside(own: Table, key: str) -> Path | None:
    return Path(own.file).parent / Path(own.text(key)).expanduser() if key in own else None
