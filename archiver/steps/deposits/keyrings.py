"""The keyring of this machine: the one module that imports the library, and only when a secret is kept there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.standards.names import printable

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NONE = {"keyring.backends.fail", "keyring.backends.null"}
_PLAIN = "plaintext"


class KeyringUnusableError(Exception):
    """There is no keyring, it cannot be opened, or it has no such entry; the message says what to do."""


def secret_of_keyring(service: str, user: str) -> str:
    """Return what the keyring holds.

    Args:
        service: the entry's service.
        user: the entry's user.

    Raises:
        KeyringUnusableError: there is nothing to be had.
    """
    backend = _backend()
    try:
        value = backend.get_password(service, user)
    except Exception as error:
        # a backend is a plug-in, and each has errors of its own
        raise KeyringUnusableError(f"the keyring {_name(backend)} cannot be read: {_words(error)}") from error
    if value is None:
        raise KeyringUnusableError(
            f"the keyring {_name(backend)} has no entry {printable(service)!r} of {printable(user)!r}; put it there: "
            f"keyring set {printable(service)} {printable(user)}"
        )
    return value


def keeps_plain_text() -> str | None:
    """Return the name of the keyring where it writes secrets without encrypting them; None where it does not."""
    backends = [_backend()]
    backends += getattr(backends[0], "backends", ())  # of a chain
    return next((_name(one) for one in backends if _PLAIN in type(one).__name__.lower()), None)


def _backend() -> KeyringBackend:
    import keyring  # noqa: PLC0415 - takes 0.1 s, and looks for services of the desktop

    try:
        backend = keyring.get_keyring()
    except Exception as error:
        # PYTHON_KEYRING_BACKEND or keyringrc.cfg may name what is not there
        raise KeyringUnusableError(f"the keyring of this machine cannot be used: {_words(error)}") from error
    if type(backend).__module__ in _NONE:
        raise KeyringUnusableError(
            'there is no keyring on this machine; write "file:PATH" for a file that nobody else may read, or "stdin"'
        )
    return backend


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def _words(error: Exception) -> str:
    return printable(str(error))[:200] or type(error).__name__
