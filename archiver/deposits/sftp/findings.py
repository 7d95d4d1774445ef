"""Why a server is not logged in to, in words that name the setting to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.deposits.sftp.login import Login


def host_key_unknown(login: Login, seen: str) -> RefusedError:
    """Return that nobody said yet that this key is the server's."""
    return _host_key(
        login,
        f"nothing says that the key of {_server(login)} is its own: {printable(seen)}",
        f"ask whoever keeps the server for the fingerprint of its key; if it is this one, set host_fingerprint in "
        f"[{login.table}] to it, or name a known_hosts_file that has the key",
    )


def host_key_changed(login: Login, seen: str) -> RefusedError:
    """Return that the server shows another key than it had."""
    setting = "host_fingerprint" if login.fingerprint is not None else f"the file {login.known_hosts_file}"
    return _host_key(
        login,
        f"{_server(login)} shows another key than {printable(setting)} says: {printable(seen)}. Somebody may "
        "stand between; nothing was sent",
        f"ask whoever keeps the server whether its key was changed to this one; only then set it in [{login.table}]",
    )


def host_key_not_taken(login: Login, said: str) -> RefusedError:
    """Return that the server's key or certificate is of no use."""
    return _host_key(
        login,
        f"the key of {_server(login)} is not taken: {printable(said)}",
        f"ask whoever keeps the server; see host_fingerprint and known_hosts_file in [{login.table}]",
    )


def no_common_way(login: Login, said: str) -> RefusedError:
    """Return that there is no kind of key or cipher that both know."""
    return _host_key(
        login,
        f"{_server(login)} and archiver have no kind of key or cipher in common: {printable(said)}",
        "if known_hosts_file has an old kind of key of the server, put its present one there; an old server may need "
        "an update",
    )


def login_refused(login: Login) -> RefusedError:
    """Return that the server does not let us in."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sftp-login-refused",
            file=None,
            message=f"{login.table}.{login.way}: {_server(login)} does not let {printable(login.user)!r} in with it",
            fix="check `user` and this setting; the server must know the user's public key, or the password",
        )
    )


def unreadable(login: Login, setting: str, file: Path, said: str) -> RefusedError:
    """Return that a file of keys cannot be used."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sftp-key-unreadable",
            file=None,
            message=f"{login.table}.{setting}: {printable(str(file))} cannot be used: {printable(said)}",
            fix="name a file that can be read; a private key with a passphrase needs the right one: passphrase_from",
        )
    )


def no_agent(login: Login, said: str) -> RefusedError:
    """Return that there is no agent."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sftp-key-unreadable",
            file=None,
            message=f"{login.table}.agent: {printable(said)}",
            fix="start the agent and add the key to it (`ssh-add`), or set private_key_file instead",
        )
    )


def not_offered(login: Login, said: str) -> RefusedError:
    """Return that the server does not speak SFTP with us."""
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sftp-not-offered",
            file=None,
            message=f"{login.table}.host: {_server(login)} lets {printable(login.user)!r} in, and offers no SFTP: "
            f"{printable(said)}",
            fix="ask whoever keeps the server to offer SFTP to this user",
        )
    )


def _host_key(login: Login, message: str, fix: str) -> RefusedError:
    setting = "host_fingerprint" if login.fingerprint is not None else "known_hosts_file"
    return RefusedError(
        Finding(
            severity=Severity.ERROR,
            code="sftp-host-key",
            file=None,
            message=f"{login.table}.{setting}: {message}",
            fix=fix,
        )
    )


def _server(login: Login) -> str:
    return printable(f"{login.host}:{login.port}")
