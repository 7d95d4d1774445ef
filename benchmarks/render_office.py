"""What a PDF/A copy of an office document costs, looked at, made and judged here, against one run of LibreOffice alone.

The same documents of two pages, written by LibreOffice itself, in one run on one machine: by two workers and by one,
each document in a LibreOffice process of its own that is locked in, the gate included; and by LibreOffice's own batch,
one process for all of them, nothing looked at. Prints seconds and ratios; there is no target: a process of its own is
the price of a document that cannot harm the next one.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.measuring.texts import PDFA, office_batch, request_of, seconds_of, text_of

DOCUMENTS = 20
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}


def main() -> None:
    """Measure and print."""
    office = shutil.which("soffice")
    if not office:
        raise SystemExit("LibreOffice is not here")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        texts = [folder / f"{number}.txt" for number in range(DOCUMENTS)]
        for number, file in enumerate(texts):
            file.write_text(text_of(2, number), encoding="utf-8")
        for kind, media_type in KINDS.items():
            office_batch(office, kind, folder / kind, texts)
            files = [folder / kind / f"{file.stem}.{kind}" for file in texts]
            batch = office_batch(office, PDFA, folder / f"{kind}-pdf", files)
            print(f"{DOCUMENTS} {kind}: LibreOffice, one batch {batch:.1f} s", flush=True)
            requests = [request_of(file.read_bytes(), file.name, media_type) for file in files]
            for workers in (2, 1):
                taken = seconds_of(workers, requests[0], requests)
                told = f"{taken:.1f} s, {taken / DOCUMENTS:.2f} s a document, {taken / batch:.1f} times the batch"
                print(f"{DOCUMENTS} {kind}: {workers} at a time {told}", flush=True)


if __name__ == "__main__":
    main()
