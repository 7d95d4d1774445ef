"""Tests of targets by their names: found, checked, refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from archiver.config import Configuration, SecretPlace, TargetSettings
from archiver.config.tables import Table
from archiver.deposits import kinds
from archiver.errors import ConfigurationError, UsageError
from archiver.steps.deposits.targets import bandwidth_of, checked_kind, known_targets, named_target

KIND = "kind_of_test"
TITLE = "Test"
KEYS = ("url",)
SECRETS = ("token",)


def make() -> None:
    """Stand in for the maker of a target; never called here."""


@pytest.fixture(autouse=True)
def _kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, KIND, __name__)
    monkeypatch.setitem(kinds.KINDS, "half", "tests.steps.deposits.test_secrets")


def settings(name: str = "one", *, kind: str = KIND, **changes: Any) -> TargetSettings:  # noqa: ANN401 - one a field
    own = Table(name=f"targets.{name}", values=changes.pop("values", {}), file="a.toml")
    return TargetSettings(name=name, kind=kind, own=own, **changes)


def test_the_store_is_known_without_being_named() -> None:
    known = known_targets(Configuration(targets=(settings("one"), settings("two"))))
    assert [(one.name, one.kind) for one in known] == [("one", KIND), ("two", KIND), ("store", "store")]
    own = settings("store")
    assert known_targets(Configuration(targets=(own,))) == (own,)


def test_a_name_that_nobody_gave_is_told_with_those_there_are() -> None:
    configuration = Configuration(targets=(settings("one"),))
    assert named_target("one", configuration) is configuration.targets[0]
    with pytest.raises(UsageError, match=r"has no \[targets\.two\]; known: one, store"):
        named_target("two", configuration)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        pytest.param(settings(kind="swort"), r"targets\.one\.kind = 'swort': there is no such kind", id="kind"),
        pytest.param(settings(values={"ulr": "x"}), r"'ulr'; did you mean 'url'", id="key"),
        pytest.param(settings(secrets={"tokn": SecretPlace(kind="stdin")}), "did you mean 'token_from'", id="secret"),
        pytest.param(settings(bandwidth="fast"), "targets.one.bandwidth is no rate: 'fast'", id="bandwidth"),
    ],
)
def test_what_a_kind_does_not_understand_is_refused(one: TargetSettings, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        checked_kind(one)


def test_what_a_kind_understands_is_taken() -> None:
    one = settings(values={"url": "x"}, secrets={"token": SecretPlace(kind="stdin")}, bandwidth="10 MB/s")
    assert checked_kind(one).KIND == KIND
    assert bandwidth_of(one) == 10_000_000
    assert bandwidth_of(settings()) is None


def test_a_plug_in_that_is_no_target_says_what_it_lacks() -> None:
    with pytest.raises(ConfigurationError, match="the plug-in has no KIND, TITLE, KEYS, SECRETS, make"):
        checked_kind(settings(kind="half"))
