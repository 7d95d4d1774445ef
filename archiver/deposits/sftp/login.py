"""Logs in to an SSH server: only to one whose key is known, by the one way that the settings name."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import asyncssh

from archiver.deposits.sftp import findings

if TYPE_CHECKING:
    from asyncssh import SSHClientConnection, SSHKey, SSHKeyPair
    from asyncssh.known_hosts import KnownHostsArg

_KNOWN_HOSTS_LIMIT = 16 << 20
_KEY_LIMIT = 1 << 20

_CIPHERS = (
    # What costs least with the instructions that processors have for it; the others are for servers without.
    *("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"),
    *("aes256-ctr", "aes192-ctr", "aes128-ctr"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where to, as whom, and by what."""

    table: str
    """Of ``archiver.toml``, for messages: ``targets.NAME``."""

    host: str
    port: int
    user: str
    way: str
    """The setting that lets us in: ``private_key_file``, ``agent`` or ``password_from``."""

    private_key_file: Path | None
    agent: str | None
    """Socket of the agent."""

    has_passphrase: bool
    known_hosts_file: Path | None
    """Not looked into where there is a fingerprint."""

    fingerprint: str | None
    """``SHA256:...``: the one key that the server may have."""

    secret: Callable[[str], str]

    @property
    def address(self) -> str:
        """For people: ``sftp://user@host:port``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"sftp://{self.user}@{host}" + ("" if self.port == asyncssh.DEFAULT_PORT else f":{self.port}")


async def connect(login: Login, timeout: float) -> SSHClientConnection:  # noqa: ASYNC109 - of each step of the login
    """Connect and log in.

    Nothing of the user's own SSH configuration is read: what is done is what ``archiver.toml`` says.

    Raises:
        RefusedError: the server's key is not known, it does not let us in, or the private key cannot be read.
        OSError, asyncssh.Error: there is no connection.
    """
    known = _known_hosts(login)
    seen = _HostKeys(login, known)
    async with _keys(login) as keys:
        try:
            return await asyncssh.connect(
                login.host,
                login.port,
                username=login.user,
                password=login.secret("password") if login.way == "password_from" else None,
                client_keys=keys,
                agent_path=None,
                known_hosts=known,
                client_factory=lambda: seen,
                config=None,
                gss_host=None,
                x509_trusted_certs=None,
                x509_trusted_cert_paths=None,
                compression_algs=None,
                encryption_algs=_CIPHERS,
                connect_timeout=timeout,
                login_timeout=timeout,
            )
        except asyncssh.HostKeyNotVerifiable as error:
            raise seen.refusal(str(error)) from error
        except asyncssh.PermissionDenied as error:
            raise findings.login_refused(login) from error
        except asyncssh.KeyExchangeFailed as error:
            raise findings.no_common_way(login, str(error)) from error


class _HostKeys(asyncssh.SSHClient):
    """Is asked when the server's key is none of those in the file."""

    def __init__(self, login: Login, known: KnownHostsArg) -> None:
        self._login = login
        self._known = known
        self._seen: str | None = None
        self._others = False

    def validate_host_public_key(self, host: str, addr: str, port: int, key: SSHKey) -> bool:
        self._seen = f"{key.get_algorithm()} {key.get_fingerprint()}"
        if self._login.fingerprint is not None:
            return key.get_fingerprint() == self._login.fingerprint
        at = None if port == asyncssh.DEFAULT_PORT else port
        self._others = bool(asyncssh.match_known_hosts(self._known, host, addr, at)[0])
        return False

    def refusal(self, said: str) -> Exception:
        """Return why the server's key was not taken."""
        if self._seen is None:
            return findings.host_key_not_taken(self._login, said)
        if self._others or self._login.fingerprint is not None:
            return findings.host_key_changed(self._login, self._seen)
        return findings.host_key_unknown(self._login, self._seen)


def _known_hosts(login: Login) -> KnownHostsArg:
    # Never an empty value: asyncssh would look into the user's own file instead.
    nobody = asyncssh.import_known_hosts("")
    file = login.known_hosts_file
    if login.fingerprint is not None or file is None:
        return nobody
    try:
        text = _read(file, _KNOWN_HOSTS_LIMIT).decode("utf-8", "replace")
    except FileNotFoundError:
        return nobody
    except OSError as error:
        raise findings.unreadable(login, "known_hosts_file", file, error.strerror or str(error)) from error
    try:
        return asyncssh.import_known_hosts(text)
    except ValueError as error:
        raise findings.unreadable(login, "known_hosts_file", file, str(error)) from error


@contextlib.asynccontextmanager
async def _keys(login: Login) -> AsyncIterator[Sequence[SSHKey | SSHKeyPair] | None]:
    """Give what the login is signed with; None where it is a password. Never an empty list: it means all there are."""
    if login.way == "private_key_file" and login.private_key_file is not None:
        yield [_private_key(login, login.private_key_file)]
    elif login.way == "agent":
        async with _agent(login) as agent:
            keys = await agent.get_keys()
            if not keys:
                raise findings.no_agent(login, "the SSH agent has no keys")
            yield list(keys)
    else:
        yield None


def _private_key(login: Login, file: Path) -> SSHKey:
    passphrase = login.secret("passphrase") if login.has_passphrase else None
    try:
        return asyncssh.import_private_key(_read(file, _KEY_LIMIT), passphrase)
    except OSError as error:
        raise findings.unreadable(login, "private_key_file", file, error.strerror or str(error)) from error
    except asyncssh.KeyImportError as error:  # a wrong passphrase is one of them
        raise findings.unreadable(login, "private_key_file", file, str(error)) from error


@contextlib.asynccontextmanager
async def _agent(login: Login) -> AsyncIterator[asyncssh.SSHAgentClient]:
    if login.agent is None:
        raise findings.no_agent(login, "no SSH agent runs (SSH_AUTH_SOCK is not set)")
    try:
        agent = await asyncssh.connect_agent(login.agent)
    except OSError as error:
        raise findings.no_agent(login, f"the SSH agent at {login.agent} does not answer: {error.strerror}") from error
    async with agent:
        yield agent


def _read(file: Path, limit: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(limit)
