from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.model import Description, RenderRequest
from archiver.steps.rendering.workers import RenderPool

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.steps.rendering.workers import RenderTicket


def request(name: str, content: bytes) -> RenderRequest:
    return RenderRequest(
        name=name,
        content=content,
        media_type="text/plain",
        puid="x-fmt/111",
        description=Description(),
        identifier="urn:uuid:9ab21832-4f36-54e1-a187-f73fbb0c9cd2",
    )


def test_documents_are_rendered_each_to_its_own_ticket(tmp_path: Path) -> None:
    with RenderPool(2, tmp_path / "scratch") as pool:
        tickets = {name: pool.submit(request(name, f"The text of {name}.\n".encode())) for name in ("a.txt", "b.txt")}
        results = {name: ticket.result() for name, ticket in tickets.items()}
    assert {result.status for result in results.values()} == {"rendered"}
    assert results["a.txt"].pdf != results["b.txt"].pdf
    assert all((result.pdf or b"").startswith(b"%PDF-") for result in results.values())


def test_the_same_document_gives_the_same_bytes_from_any_worker(tmp_path: Path) -> None:
    with RenderPool(2, tmp_path / "scratch") as pool:
        tickets = [pool.submit(request("a.txt", b"The same text.\n")) for _ in range(4)]
        assert len({ticket.result().pdf for ticket in tickets}) == 1


def test_a_document_that_takes_too_long_is_a_failed_result_with_its_name(tmp_path: Path) -> None:
    with RenderPool(1, tmp_path / "scratch", timeout=0.001) as pool:
        result = pool.submit(request("slow.txt", b"slow\n" * 20_000)).result()
    assert (result.status, result.pdf, result.flavour, result.validated) == ("failed", None, None, None)
    (finding,) = result.findings
    assert (finding.code, finding.file) == ("rendition-timeout", "slow.txt")


def test_a_pool_that_is_given_up_settles_every_ticket(tmp_path: Path) -> None:
    tickets: list[RenderTicket] = []

    def give_up() -> None:
        with RenderPool(1, tmp_path / "scratch") as pool:
            tickets.extend(pool.submit(request(f"{n}.txt", b"text\n" * 5_000)) for n in range(5))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    results = [ticket.result() for ticket in tickets]
    assert {result.status for result in results} <= {"failed", "rendered"}
    assert results[-1].findings[0].code == "rendition-failed"


def test_nothing_is_started_where_nothing_is_rendered(tmp_path: Path) -> None:
    with RenderPool(1, tmp_path / "scratch"):
        pass
    assert list((tmp_path / "scratch").iterdir()) == []
