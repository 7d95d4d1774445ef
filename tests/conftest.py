"""Fixtures that every test may use: the shared folder, the real command, the independent judges.

A judge's fixture skips the test when the judge is missing, or fails it under ``ARCHIVER_REQUIRE_JUDGES=1``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.judges import (
    bags,
    clamav,
    crates,
    eark,
    fedora,
    inveniordm,
    ocfl,
    openssh,
    pages,
    pdfs,
    profiles,
    schemas,
    seaweedfs,
    swh_deposit,
)
from tests.judges.available import why_missing
from tests.judges.shared_server import shared_server
from tests.judges.verdict import CHECKOUT, JUDGES, SHARED, JudgeResult, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.judges.eark import EarkReport
    from tests.judges.ocfl import OcflVerdict
    from tests.judges.schemas import SchemaJudge

# How long an example takes says how busy the machine is, not whether the code is right; times are judged in benchmarks.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell lets what it starts in the background ignore Control-C, and whatever that starts too; tests send it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _need(name: str) -> None:
    reason = why_missing(name)
    if reason is not None:
        missing(name, reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Honour ``@pytest.mark.judge("verapdf")`` on tests that run a judge without its fixture."""
    for mark in item.iter_markers("judge"):
        for name in mark.args:
            _need(name)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the root of the checkout under test."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the shared folder beside the checkout: schemas, oracles, sample documents."""
    if not (SHARED / "schemas").is_dir():
        pytest.fail(f"the shared folder is not at {SHARED}; it belongs beside the checkout", pytrace=False)
    return SHARED


@pytest.fixture(scope="session")
def archiver_command() -> list[str]:
    """Return the words that run the real command: append arguments, run it from any folder."""
    command = [sys.executable, "-P", "-m", "archiver"]
    script = "import archiver; print(archiver.__file__)"
    found = subprocess.run([sys.executable, "-P", "-c", script], cwd="/", capture_output=True, text=True, check=False)
    if found.stdout.strip() != str(CHECKOUT / "archiver" / "__init__.py"):
        pytest.fail(
            f"{sys.executable} does not find this checkout's archiver; run the tests by bin/test", pytrace=False
        )
    return command


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share, for what is made once: :mod:`tests.judges.shared_server`."""
    base = tmp_path_factory.getbasetemp()
    # Under xdist each worker has a folder of its own inside the run's.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "run"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def judge_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that judges may write to, outside the test's own ``tmp_path``."""
    return tmp_path_factory.mktemp("judge")


@pytest.fixture
def bagit_judge(judge_home: Path) -> Callable[[Path], JudgeResult]:
    """Return the judge of bags: full validation by bagit-python."""
    _need("bagit")
    return lambda bag: bags.judge_bag(bag, judge_home)


@pytest.fixture
def profile_judge(judge_home: Path) -> Callable[[Path, Path, str], JudgeResult]:
    """Return the judge of bags against profiles: takes bag, JSON of the profile, and its identifier."""
    _need("bagit-profile")
    return lambda bag, profile, identifier: profiles.judge_conformance(bag, profile, identifier, judge_home)


@pytest.fixture(scope="session")
def premis_schema(shared: Path) -> SchemaJudge:  # noqa: ARG001 - fails clearly where the folder is absent
    """Return the judge of PREMIS 3 documents, given as bytes."""
    return schemas.schema_judge("premis.xsd")


@pytest.fixture(scope="session")
def oai_dc_schema(shared: Path) -> SchemaJudge:  # noqa: ARG001 - as above
    """Return the judge of ``oai_dc:dc`` documents, given as bytes."""
    return schemas.schema_judge("oai_dc.xsd")


@pytest.fixture(scope="session")
def dcterms_schema(shared: Path) -> SchemaJudge:  # noqa: ARG001 - as above
    """Return the judge of DCMI terms records with any root element, given as bytes."""
    return schemas.record_judge()


@pytest.fixture
def ro_crate_judge(shared: Path, judge_home: Path) -> Callable[..., dict[str, Any]]:  # noqa: ARG001 - as above
    """Return the judge of RO-Crates: takes a package's ``data`` folder, returns the report with ``passed``.

    ``ro_crate_judge(crate, level="recommended")`` asks for what is recommended, too.
    """
    _need("ro-crate")
    return lambda crate, level="required": crates.judge_crate(crate, judge_home, level=level)


@pytest.fixture
def commons_ip_judge(judge_home: Path) -> Callable[[Path], EarkReport]:
    """Return the judge of E-ARK packages: takes a package's ``data`` folder."""
    _need("commons-ip")
    return lambda package: eark.judge_with_commons_ip(package, judge_home)


@pytest.fixture
def eark_validator_judge(shared: Path, judge_home: Path) -> Callable[[Path], EarkReport]:  # noqa: ARG001 - as above
    """Return the second judge of E-ARK packages: takes a package's ``data`` folder."""
    _need("eark")
    return lambda package: eark.judge_with_eark_validator(package, judge_home)


@pytest.fixture
def ocfl_judge(judge_home: Path) -> Callable[[Path], OcflVerdict]:
    """Return the judge of OCFL storage roots, and of single objects: ocfl-py."""
    _need("ocfl")
    return lambda path: ocfl.judge_with_ocfl_py(path, judge_home)


@pytest.fixture
def rocfl_judge(judge_home: Path) -> Callable[[Path], OcflVerdict]:
    """Return the second judge of OCFL storage roots: rocfl."""
    _need("rocfl")
    return lambda root: ocfl.judge_with_rocfl(root, judge_home)


@pytest.fixture(scope="session")
def object_store() -> Iterator[seaweedfs.ObjectStore]:
    """Return a running server that speaks S3, for the length of the session."""
    _need("s3")
    with tempfile.TemporaryDirectory(prefix="weed-") as home, seaweedfs.running_seaweedfs(Path(home)) as store:
        yield store


@pytest.fixture(scope="session")
def bucket_server(run_folder: Path) -> Iterator[dict[str, Any]]:
    """Return a running server that speaks S3 strictly, which the whole test run shares: ``port``, ``bucket``."""
    _need("s3")
    with shared_server("seaweedfs", run_folder, seaweedfs.shared_seaweedfs) as told:
        yield told


@pytest.fixture(scope="session")
def inveniordm_server(run_folder: Path) -> Iterator[dict[str, Any]]:
    """Return a running InvenioRDM that the whole test run shares; see :mod:`tests.judges.inveniordm`."""
    _need("inveniordm")
    with shared_server("inveniordm", run_folder, inveniordm.running_inveniordm) as told:
        yield told


@pytest.fixture(scope="session")
def fedora_server(run_folder: Path) -> Iterator[dict[str, Any]]:
    """Return a running Fedora 6 that the whole test run shares; see :mod:`tests.judges.fedora`."""
    _need("fedora")
    with shared_server("fedora", run_folder, fedora.running_fedora) as told:
        yield told


@pytest.fixture(scope="session")
def swh_deposit_server(run_folder: Path) -> Iterator[dict[str, Any]]:
    """Return a running SWORD v2 server that the whole test run shares; see :mod:`tests.judges.swh_deposit`."""
    _need("swh-deposit")
    with shared_server("swh-deposit", run_folder, swh_deposit.running_swh_deposit) as told:
        yield told


@pytest.fixture(scope="session")
def ssh_server() -> Iterator[openssh.SshServer]:
    """Return a running SFTP server, for the length of the session."""
    _need("openssh")
    with tempfile.TemporaryDirectory(prefix="sshd-") as home, openssh.running_openssh(Path(home)) as server:
        yield server


@pytest.fixture(scope="session")
def mets_schema(shared: Path) -> SchemaJudge:  # noqa: ARG001 - as above
    """Return the judge of METS documents with E-ARK's attributes, given as bytes."""
    return schemas.mets_judge()


@pytest.fixture
def verapdf_judge(judge_home: Path) -> Callable[..., dict[Path, bool]]:
    """Return the judge of PDF/A: ``verapdf_judge(files, flavour="2u")``, one Java process for all files."""
    _need("verapdf")

    def judge(files: Sequence[Path], flavour: str = "2u") -> dict[Path, bool]:
        return pdfs.judge_pdfs(files, judge_home, flavour=flavour)

    return judge


@pytest.fixture
def verapdf_program(judge_home: Path) -> Path:
    """Return the path of a ``verapdf`` command, alone in a folder that may stand on PATH."""
    _need("verapdf")
    program = judge_home / "bin" / "verapdf"
    program.parent.mkdir()
    java = f'exec java -cp "{JUDGES}/verapdf/lib/*" org.verapdf.apps.GreenfieldCliWrapper "$@"'
    program.write_text(f"#!/bin/sh\n{java}\n", encoding="utf-8")
    program.chmod(0o755)
    return program


@pytest.fixture
def pdftopdfa_program() -> Path:
    """Return the path of a ``pdftopdfa`` command."""
    _need("pdftopdfa")
    return JUDGES / "pdftopdfa" / "bin" / "pdftopdfa"


@pytest.fixture
def pdf_text(judge_home: Path) -> Callable[[Path], str]:
    """Return poppler's reader of a PDF's text."""
    _need("pdftotext")
    return lambda file: pdfs.text_of(file, judge_home)


@pytest.fixture
def axe_judge(judge_home: Path) -> Callable[[Path], list[dict[str, Any]]]:
    """Return the judge of pages: axe's violations on one HTML file."""
    _need("axe")
    return lambda page: pages.judge_page(page, judge_home)


@pytest.fixture
def clamd() -> Iterator[Path]:
    """Return the socket of a ClamAV daemon with the tests' own signatures."""
    _need("clamd")
    with tempfile.TemporaryDirectory(prefix="clamd-") as home, clamav.running_clamd(Path(home)) as socket:
        yield socket


@pytest.fixture
def clamscan(judge_home: Path) -> Path:
    """Return the path of a clamscan with the tests' own signatures."""
    _need("clamscan")
    return clamav.make_clamscan(judge_home, clamav.make_database(judge_home / "db"))


@pytest.fixture(scope="session")
def strace() -> str:
    """Return the path of strace, on a machine that lets it trace."""
    _need("strace")
    return shutil.which("strace", path=os.environ["PATH"]) or "strace"
