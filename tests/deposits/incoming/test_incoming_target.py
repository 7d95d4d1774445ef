"""Deposits into a folder: what is on its way is seen by nobody, nothing is replaced, what a watcher takes is known."""

from __future__ import annotations

import dataclasses
import json
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.config.targets import TargetSettings
from archiver.deposits import watched_folder
from archiver.deposits.incoming import IncomingTarget
from archiver.deposits.incoming.notes import BadNoteError, note_name, read_note
from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit
from archiver.errors import ConfigurationError
from archiver.model.deposits import DepositState, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel, surroundings_of_tests
from tests.contracts.targets.watched_folder import held_below, own_table, tamper_below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def target(folder: Path, **values: object) -> IncomingTarget:
    settings = TargetSettings(name="one", kind="watched-folder", own=own_table(folder=str(folder), **values))
    made = watched_folder.make(settings, surroundings_of_tests())
    assert isinstance(made, IncomingTarget)
    return made


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    return folder


@pytest.fixture
def journals(tmp_path: Path) -> Iterator[Callable[[], DepositJournal]]:
    """Give new journals: each knows nothing of the others."""
    opened: list[DepositJournal] = []

    def journal() -> DepositJournal:
        opened.append(DepositJournal.open(tmp_path / f"journal-{len(opened)}"))
        return opened[-1]

    yield journal
    for one in opened:
        one.close()


def deposited(target: IncomingTarget, parcel: Parcel, journal: DepositJournal) -> Deposit:
    return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=fast_run("one"))


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def note_of(incoming: Path, parcel: Parcel) -> Path:
    return incoming / ".archiver-deposits" / f"{note_name(parcel)}.json"


def sent(parcel: Parcel) -> dict[str, bytes]:
    return {file.path: file.source.read_bytes() for file in parcel.files}


@pytest.mark.parametrize("packaging", Packaging)
def test_each_form_arrives_whole(
    packaging: Packaging, incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", packaging)
    deposit = deposited(target(incoming), parcel, journals())
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert held_below(incoming, parcel) == sent(parcel)
    assert names_in(incoming) == [".archiver-deposits", parcel.files[0].path.partition("/")[0]]
    assert names_in(incoming / ".archiver-deposits") == [note_of(incoming, parcel).name]


def test_what_is_not_whole_is_seen_under_no_name(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER)
    seen: set[str] = set()

    class Watching:
        def entered(self, deposit: str, state: DepositState) -> None:  # noqa: ARG002 - a watcher
            if state is not DepositState.COMPLETED:
                seen.update(names_in(incoming))

        def moved(self, deposit: str, count: int) -> None:  # noqa: ARG002 - a watcher
            seen.update(names_in(incoming))

        def read_back(self, deposit: str, count: int) -> None:
            """Only after it was handed over."""

        def waits(self, deposit: str, seconds: float, why: str) -> None:
            """Nothing waits."""

    run = dataclasses.replace(fast_run("one"), watcher=Watching())
    journal = journals()
    seen.clear()
    one = target(incoming)
    # the last state is entered when it is there
    assert run_deposit(one, parcel, journal, origin="x", run=run).state is DepositState.VERIFIED
    assert seen - {parcel.name} == {".archiver-deposits"}


@pytest.fixture
def taker(incoming: Path, tmp_path: Path) -> Iterator[Path]:
    """Take away what arrives, as soon as it is there; returns where to."""
    taken = tmp_path / "taken"
    taken.mkdir()
    end = threading.Event()

    def take() -> None:
        while not end.wait(0.0005):
            for name in names_in(incoming):
                if not name.startswith("."):
                    (incoming / name).rename(taken / name)

    thread = threading.Thread(target=take)
    thread.start()
    yield taken
    end.set()
    thread.join()


@pytest.mark.parametrize("packaging", [Packaging.FOLDER, Packaging.TAR])
def test_what_a_watcher_takes_is_not_missing(
    packaging: Packaging, taker: Path, incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    for number in range(5):
        parcel = small_parcel(tmp_path / "sent", packaging, f"letters-{number}", 400_000)
        first = deposited(target(incoming), parcel, journals())
        again = deposited(target(incoming), parcel, journals())
        assert [one.state for one in (first, again)] == [DepositState.VERIFIED] * 2
        assert held_below(taker, parcel) == sent(parcel)
        assert DepositState.UPLOADING not in again.times
        assert again.evidence is not None
        assert "read back whole at" in again.evidence.identifiers["taken-away"]
        assert any("not there any more" in exchange.reply for exchange in again.exchanges)


def test_what_is_gone_and_was_not_to_be_taken_is_a_question(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    assert deposited(target(incoming, watched=False), parcel, journals()).state is DepositState.VERIFIED
    (incoming / parcel.files[0].path).unlink()
    gone = deposited(target(incoming, watched=False), parcel, journals())
    assert gone.state is DepositState.UNKNOWN
    assert "was handed over once and is not there any more" in str(gone.reason)
    assert names_in(incoming) == [".archiver-deposits"]
    # As it says: without the note, it is deposited again.
    note_of(incoming, parcel).unlink()
    assert deposited(target(incoming, watched=False), parcel, journals()).state is DepositState.VERIFIED


@pytest.mark.parametrize("packaging", [Packaging.FOLDER, Packaging.TAR])
def test_nothing_is_replaced(
    packaging: Packaging, incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", packaging)
    other = incoming / parcel.files[0].path.partition("/")[0]
    other.write_bytes(b"another's")
    deposit = deposited(target(incoming), parcel, journals())
    assert [finding.code for finding in deposit.findings] == ["incoming-name-taken"]
    assert other.read_bytes() == b"another's"


def test_a_name_that_is_taken_meanwhile_is_not_replaced(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER)
    # An empty folder: what a plain rename would replace without a word.
    one = target(incoming)
    place: Any = one._place
    looks = place.find

    def find(path: str) -> object:
        found = looks(path)
        if path.endswith(parcel.name):
            (incoming / parcel.name).mkdir(exist_ok=True)
        return found

    place.find = find
    deposit = deposited(one, parcel, journals())
    assert deposit.state is not DepositState.VERIFIED
    assert "incoming-name-taken" in {finding.code for finding in deposit.findings}
    assert not list((incoming / parcel.name).iterdir())


def test_wrong_bytes_on_their_way_are_sent_again(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    one = target(incoming)
    place: Any = one._place
    sends = place.send
    count = 0

    def send(path: str, *words: object) -> None:
        nonlocal count
        count += 1
        sends(path, *words)
        if count == 1:
            content = bytearray(Path(path).read_bytes())
            content[5] ^= 1
            Path(path).write_bytes(content)

    place.send = send
    assert deposited(one, parcel, journals()).state is DepositState.VERIFIED
    assert count == 2
    assert held_below(incoming, parcel) == sent(parcel)


def test_what_was_found_wrong_is_deposited_again_when_it_was_removed(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposited(target(incoming), parcel, journals())
    tamper_below(incoming, parcel)
    wrong = deposited(target(incoming), parcel, journals())
    assert (wrong.state, [finding.code for finding in wrong.findings]) == (
        DepositState.FAILED,
        ["deposit-bytes-differ"],
    )
    (incoming / parcel.files[0].path).unlink()
    assert deposited(target(incoming), parcel, journals()).state is DepositState.VERIFIED
    assert held_below(incoming, parcel) == sent(parcel)


@pytest.mark.parametrize(
    ("left", "offset"),
    [
        pytest.param(lambda content: content[:30_000], 30_000, id="the beginning of it"),
        pytest.param(lambda content: content[:20_000] + bytes(10_000), 20_000, id="a hole where it was cut"),
        pytest.param(lambda _: bytes(30_000), 0, id="something else"),
        pytest.param(lambda content: content + b"more", 0, id="more than it"),
        pytest.param(lambda content: content, 40_000, id="all of it"),
    ],
)
def test_what_was_broken_off_is_gone_on_with(
    left: Callable[[bytes], bytes], offset: int, incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    journal = journals()
    stopped = fast_run("one")

    class Stops:
        def entered(self, deposit: str, state: DepositState) -> None:  # noqa: ARG002 - a watcher
            if state is DepositState.UPLOADING:
                raise KeyboardInterrupt

        def moved(self, deposit: str, count: int) -> None:
            """Not yet."""

        def read_back(self, deposit: str, count: int) -> None:
            """Not yet."""

        def waits(self, deposit: str, seconds: float, why: str) -> None:
            """Nothing waits."""

    with pytest.raises(KeyboardInterrupt):
        run_deposit(target(incoming), parcel, journal, origin="x", run=dataclasses.replace(stopped, watcher=Stops()))
    part = note_of(incoming, parcel).with_suffix(".part")
    content = parcel.files[0].source.read_bytes()
    part.write_bytes(left(content))
    deposit = deposited(target(incoming), parcel, journal)
    assert deposit.state is DepositState.VERIFIED
    assert held_below(incoming, parcel) == sent(parcel)
    gone_on = [one.request for one in deposit.exchanges if " write " in one.request and ".part" in one.request]
    assert gone_on == ([] if offset == 40_000 else [f"watched-folder write {part} {offset}-40000"])


def test_what_a_kill_left_beside_the_note_is_removed(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    assert deposited(target(incoming), parcel, journals()).state is DepositState.VERIFIED
    note = note_of(incoming, parcel)
    note.with_name(f"{note.name}.new").write_bytes(note.read_bytes()[:20])
    assert deposited(target(incoming), parcel, journals()).state is DepositState.VERIFIED
    assert names_in(incoming / ".archiver-deposits") == [note.name]


def test_a_missing_folder_is_not_made(tmp_path: Path, journals: Callable[[], DepositJournal]) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposit = deposited(target(tmp_path / "not mounted"), parcel, journals())
    assert [finding.code for finding in deposit.findings] == ["incoming-folder-missing"]
    assert "targets.one.folder" in deposit.findings[0].message
    assert not (tmp_path / "not mounted").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 5000, b"{}", b'{"key": 1}', b"\xff", b"null"])
def test_a_note_of_strangers_is_a_question(
    content: bytes, incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    with pytest.raises(BadNoteError):
        read_note(content)
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    note = note_of(incoming, parcel)
    note.parent.mkdir()
    note.write_bytes(content)
    deposit = deposited(target(incoming), parcel, journals())
    assert deposit.state is DepositState.UNKNOWN
    assert "is not as archiver wrote it" in str(deposit.reason)


def test_a_note_of_another_form_says_so(incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposited(target(incoming), parcel, journals())
    folder = small_parcel(tmp_path / "other", Packaging.FOLDER)
    folder = dataclasses.replace(folder, package_digest=parcel.package_digest)
    deposit = deposited(target(incoming), folder, journals())
    assert deposit.state is DepositState.UNKNOWN
    assert "set `packaging`" in str(deposit.reason)
    assert not (incoming / folder.name).exists()


def test_a_folder_that_is_being_taken_is_waited_for(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER)
    one = target(incoming)
    assert deposited(one, parcel, journals()).state is DepositState.VERIFIED
    (incoming / parcel.name / "data" / "letter.txt").unlink()
    journal = journals()
    run = fast_run("one")
    run = dataclasses.replace(run, rules=dataclasses.replace(run.rules, patience=0))
    deposit = run_deposit(one, parcel, journal, origin="x", run=run)
    assert deposit.state is DepositState.COMPLETED
    assert [finding.code for finding in deposit.findings] == ["deposit-not-yet"]
    shutil.rmtree(incoming / parcel.name)
    assert run_deposit(one, parcel, journal, origin="x", run=run).state is DepositState.VERIFIED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "targets.one.folder is missing"),
        ({"folder": "x", "packaging": "rar"}, "targets.one.packaging must be one of: tar, zip, folder"),
        ({"folder": "x", "preset": "dspace"}, "targets.one.preset must be one of: archivematica"),
        (
            {"folder": "x", "preset": "archivematica", "packaging": "tar"},
            'targets.one.packaging must be "folder" or "zip" with this preset',
        ),
        ({"folder": "x", "watched": "yes"}, "targets.one.watched must be true or false"),
    ],
)
def test_unusable_settings(values: dict[str, object], said: str) -> None:
    settings = TargetSettings(name="one", kind="watched-folder", own=own_table(**values))
    with pytest.raises(ConfigurationError) as refused:
        watched_folder.make(settings, surroundings_of_tests())
    assert said in str(refused.value)


def test_archivematica_gets_unzipped_bags_and_says_what_it_renames(tmp_path: Path, incoming: Path) -> None:
    one = target(incoming, preset="archivematica")
    assert one.capabilities().packagings == (Packaging.FOLDER, Packaging.ZIP)
    assert one.demands(small_parcel(tmp_path / "plain", Packaging.FOLDER)) == ()
    (finding,) = one.demands(small_parcel(tmp_path / "accents", Packaging.FOLDER, "Česká republika"))
    assert (finding.code, finding.severity.value) == ("archivematica-renames", "info")
    codes = [finding.code for finding in one.demands(small_parcel(tmp_path / "dots", Packaging.ZIP, "a..b"))]
    assert codes == ["incoming-name-refused"]
    assert target(incoming).demands(small_parcel(tmp_path / "dots", Packaging.ZIP, "a..b")) == ()


@pytest.mark.parametrize("name", [".hidden", "letters.part", "letters\u202efdp", "letters\n"])
def test_names_that_no_watcher_would_take(name: str, tmp_path: Path, incoming: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER, name)
    assert [finding.code for finding in target(incoming).demands(parcel)] == ["incoming-name-refused"]


def test_the_note_says_which_deposit_it_is(
    incoming: Path, tmp_path: Path, journals: Callable[[], DepositJournal]
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposited(target(incoming), parcel, journals())
    note = json.loads(note_of(incoming, parcel).read_text(encoding="utf-8"))
    assert note["key"] == parcel.key
    assert (note["name"], note["state"]) == (parcel.files[0].path, "handed-over")
