"""Stories of ``archiver deposit``, told with a target that somebody else's plug-in brings."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.stories.deposit_place import TOKEN, DepositPlace
from tests.stories.trees import touched

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict

KEYS = {
    *("package", "identifier", "target", "kind", "location", "state", "evidence", "bytes", "deposit", "receipt"),
    *("identifiers", "reason", "findings"),
}


def test_packages_are_sent_once_and_found_again(deposit: DepositPlace) -> None:
    packages = deposit.folder / "packages"
    before = touched(packages / "one")
    ran = deposit("packages", "--to", "box", "--json")
    assert ran.status == 0, ran.stderr
    assert {frozenset(one) for one in ran.objects} == {frozenset(KEYS)}
    assert {(one["identifier"], one["state"], one["evidence"]) for one in ran.objects} == {
        (f"urn:example:{name}", "verified", "server-sha256") for name in ("one", "two")
    }
    assert all(one["location"] == str(deposit.folder / f"box/{one['identifiers']['slot']}.tar") for one in ran.objects)
    assert deposit.held() == {name: name.encode() * 60_000 for name in ("one", "two")}
    assert touched(packages / "one") == before
    assert not list((deposit.folder / "deposits" / "parcels").iterdir())

    shutil.rmtree(deposit.folder / "deposits")
    held = touched(deposit.folder / "box")
    again = deposit("packages/two", packages / "one", "--to", "box", "--json", cwd=deposit.folder)
    assert again.status == 0
    assert touched(deposit.folder / "box") == held

    known = deposit(packages / "one", "--to", "box", cwd=deposit.folder)
    assert known.status == 0
    assert "nothing was sent" in known.stdout
    assert deposit("resume", "--json").stdout == ""


def test_a_dry_run_says_what_lacks_and_sends_nothing(deposit: DepositPlace) -> None:
    deposit.configure('wants = "Contact-Name"')
    ran = deposit("packages", "--to", "box", "--dry-run", "--json", typed="")
    assert ran.status == 1
    assert [(one["state"], one["deposit"], one["bytes"] > 60_000) for one in ran.objects] == [
        ("planned", None, True)
    ] * 2
    assert ran.codes == {"drop-box-wants"}
    assert not (deposit.folder / "box").exists()
    assert not (deposit.folder / "deposits").exists()
    # What is wanted is said before a byte is sent, without a dry run, too.
    ran = deposit("packages/one", "--to", "box", "--json")
    assert (ran.status, ran.codes, ran.objects[0]["state"]) == (1, {"drop-box-wants"}, "failed")
    assert not (deposit.folder / "box").exists()


def test_a_run_that_was_killed_is_gone_on_with(deposit: DepositPlace) -> None:
    deposit.configure('fault = "cut"')
    assert deposit("packages/one", "--to", "box").status == -9
    (standing,) = deposit.status()
    assert (standing["state"], standing["to_do"]) == ("uploading", f"archiver deposit resume {standing['deposit']}")
    ran = deposit("resume", "--json")
    assert (ran.status, [one["state"] for one in ran.objects]) == (0, ["verified"])
    assert deposit.held() == {"one": b"one" * 60_000}


def test_a_lost_reply_is_asked_after_and_nothing_is_sent_twice(deposit: DepositPlace) -> None:
    deposit.configure('fault = "lost"')
    ran = deposit("packages/one", "--to", "box", "--json")
    assert (ran.status, ran.objects[0]["state"]) == (0, "verified")


def test_what_cannot_be_found_out_waits_for_a_person(deposit: DepositPlace) -> None:
    deposit.configure('fault = "lost-for-good"')
    ran = deposit("packages/one", "--to", "box")
    assert ran.status == 5
    assert "unknown" in ran.stdout
    (standing,) = deposit.status()
    known = standing["deposit"]
    assert f"archiver deposit resume {known} --present" in standing["to_do"]
    # Not by itself, and not when it is asked for again.
    assert "at its end" in deposit("resume").stdout
    assert deposit("packages/one", "--to", "box").status == 5
    refused = deposit("resume", known)
    assert refused.status == 2
    assert "--present" in refused.stderr
    ran = deposit("resume", known[:6], "--present", "--json")
    assert (ran.status, ran.objects[0]["state"]) == (0, "verified")


def test_wrong_bytes_are_never_verified(deposit: DepositPlace) -> None:
    deposit.configure('fault = "flips"')
    ran = deposit("packages", "--to", "box", "--json", "--parallel", "2")
    assert ran.status == 5
    assert {one["state"] for one in ran.objects} == {"failed"}
    assert ran.codes == {"deposit-bytes-differ"}
    assert deposit("status").status == 1


def test_part_of_a_batch(deposit: DepositPlace) -> None:
    (deposit.folder / "packages" / "two" / "data" / "letter.bin").write_bytes(b"damaged")
    ran = deposit("packages", "--to", "box", "--json")
    assert ran.status == 3
    states = {one["package"]: one["state"] for one in ran.objects}
    assert states == {"packages/one": "verified", "packages/two": "failed"}
    assert "bag-file-damaged" in ran.codes
    assert list(deposit.held()) == ["one"]
    assert deposit("packages/two", "--to", "box").status == 1


def test_a_refused_token_names_its_setting(deposit: DepositPlace) -> None:
    ran = deposit("packages/one", "--to", "box", typed="something-else\n")
    assert ran.status == 5
    assert "targets.box.token_from" in ran.stderr
    assert "something-else" not in ran.stdout + ran.stderr
    ran = deposit("packages/one", "--to", "box", typed="")
    assert ran.status == 2
    assert 'targets.box.token_from is "stdin", and standard input has no line' in ran.stderr


def test_a_package_or_target_that_is_another_by_now_is_not_gone_on_with(deposit: DepositPlace) -> None:
    deposit.configure('fault = "cut"')
    assert deposit("packages/one", "--to", "box").status == -9
    toml = deposit.folder / "archiver.toml"
    deposit.configure()
    toml.write_text(toml.read_text(encoding="utf-8").replace('"box"', '"other"'), encoding="utf-8")
    ran = deposit("resume", "--json")
    assert (ran.status, ran.codes) == (1, {"deposit-target-other"})
    assert not (deposit.folder / "other").exists()
    deposit.configure()
    moved = (deposit.folder / "packages" / "one").rename(deposit.folder / "moved")
    ran = deposit("resume", "--json")
    assert ran.codes == {"deposit-package-gone"}
    shutil.copytree(deposit.folder / "packages" / "two", deposit.folder / "packages" / "one")
    ran = deposit("resume", "--json")
    assert ran.codes == {"deposit-package-other"}
    assert [one["state"] for one in deposit.status()] == ["uploading"]
    # Under another name it is the same deposit, which a repository may not know by that name.
    ran = deposit(moved, "--to", "box", "--json")
    assert (ran.status, ran.codes) == (5, {"deposit-under-another-name"})
    assert [one["state"] for one in deposit.status()] == ["uploading"]
    shutil.rmtree(deposit.folder / "packages" / "one")
    moved.rename(deposit.folder / "packages" / "one")
    ran = deposit("packages/one", "--to", "box", "--json")
    assert (ran.status, len(deposit.status())) == (0, 1)
    renamed = (deposit.folder / "packages" / "one").rename(deposit.folder / "packages" / "renamed")
    assert deposit(renamed, "--to", "box").status == 0
    assert [file.name for file in sorted((deposit.folder / "box").iterdir())] == ["one.json", "one.tar"]


def test_receipts_are_found_by_path_identifier_and_deposit_though_the_package_be_gone(deposit: DepositPlace) -> None:
    ran = deposit("packages", "--to", "box", "--json")
    receipts = {one["package"]: one["receipt"] for one in ran.objects}
    one = deposit.folder / "packages" / "one"
    assert receipts["packages/one"].startswith(f"{one}.receipts/box-")
    known = next(row["deposit"] for row in deposit.status() if row["identifier"] == "urn:example:one")
    shutil.rmtree(one)
    for word in ("packages/one", str(one), "urn:example:one", known):
        ran = deposit("receipts", word, "--json")
        assert [row["path"] for row in ran.objects] == [receipts["packages/one"]], word
    assert ran.objects[0]["evidence"]["level"] == "server-sha256"
    assert {row["path"] for row in deposit("receipts", "--json").objects} == set(receipts.values())
    shown = deposit("receipts", one, "--show").stdout
    assert "the same by server-sha256" in shown
    assert "complete one.tar.part  ->  200 OK" in shown
    # A receipt that was lost is written again, and nothing is sent.
    shutil.rmtree(f"{deposit.folder}/packages/two.receipts")
    ran = deposit("packages/two", "--to", "box", "--json")
    assert ran.objects[0]["receipt"] == receipts["packages/two"]
    assert deposit("receipts", "urn:example:two", "--json").objects[0]["state"] == "verified"
    # One whose JSON is damaged is told of, and nobody is shown a traceback.
    for file in (deposit.folder / "packages" / "two.receipts").glob("*.json"):
        file.write_text("[" * 100_000, encoding="utf-8")
    ran = deposit("receipts", "packages/two")
    assert (ran.status, "deposit-receipt-unreadable" in ran.stderr) == (0, True)


@pytest.mark.parametrize(("fault", "said"), [("silent", "nobody answers"), ("stumbles", "KeyError: 'stumbles'")])
def test_a_target_that_fails_before_anything_is_sent_is_told(deposit: DepositPlace, fault: str, said: str) -> None:
    deposit.configure(f'fault = "{fault}"')
    for words in (["--dry-run"], []):
        ran = deposit("packages/one", "--to", "box", *words)
        assert (ran.status, said in ran.stderr, "deposit-target-silent" in ran.stderr) == (5, True, True)
    assert deposit.status() == []


def test_one_that_failed_is_tried_anew_when_it_is_named(deposit: DepositPlace) -> None:
    deposit.keep_token("another")
    assert deposit("packages/one", "--to", "box").status == 5
    deposit.keep_token(TOKEN)
    assert "at its end" in deposit("resume").stdout
    (standing,) = deposit.status()
    assert (standing["state"], f"archiver deposit resume {standing['deposit']}" in standing["to_do"]) == (
        "failed",
        True,
    )
    assert deposit("resume", standing["deposit"]).status == 0
    assert deposit.held() == {"one": b"one" * 60_000}
    assert deposit("resume", standing["deposit"]).status == 2  # verified: there is nothing to go on with


def test_what_was_refused_before_anything_was_asked_has_no_receipt(deposit: DepositPlace) -> None:
    deposit.configure('wants = "Contact-Name"')
    ran = deposit("packages/one", "--to", "box", "--json")
    assert [one["receipt"] for one in ran.objects] == [None]
    assert "There is no receipt." in deposit("receipts", "packages/one").stdout


def test_the_store_is_a_target_and_a_place_to_deposit_from(
    deposit: DepositPlace, ocfl_judge: Callable[[Path], OcflVerdict]
) -> None:
    ran = deposit("packages/one", "--to", "store", "--json", typed="")
    assert (ran.status, [one["identifiers"]["version"] for one in ran.objects]) == (0, ["v1"]), ran.stderr
    assert ocfl_judge(deposit.folder / "store").passed
    ran = deposit("urn:example:one", "--to", "box", "--json")
    assert ran.status == 0, ran.stderr
    (receipt,) = [one["receipt"] for one in ran.objects]
    assert receipt.startswith(str(deposit.folder / "store.archiver" / "receipts"))
    held = deposit.folder / "box"
    assert [path.suffix for path in sorted(held.iterdir())] == [".json", ".tar"]
    # The package elsewhere is the same package: nothing is sent again.
    before = touched(held)
    assert deposit("packages/one", "--to", "box").status == 0
    assert touched(held) == before
    assert len(deposit("receipts", "urn:example:one", "--json").objects) >= 2
