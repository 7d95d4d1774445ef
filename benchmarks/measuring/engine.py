"""What WeasyPrint alone takes for the pages that are rendered here, in a process that knows nothing of this program."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.render.typesetting.style import STYLE, footer

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALONE = """
import json, sys, time
import weasyprint
told = json.load(sys.stdin)
def once():
    for body in told["bodies"]:
        html = weasyprint.HTML(string="<html lang=en><title>a</title><body>" + body)
        html.write_pdf(stylesheets=[weasyprint.CSS(string=told["style"])], pdf_variant="pdf/a-2u", pdf_tags=True)
if told["warm"]:
    once()
begun = time.perf_counter(), time.process_time()
once()
print(time.perf_counter() - begun[0], time.process_time() - begun[1])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """Seconds of WeasyPrint by itself."""

    wall: float
    processor: float


def engine_alone(bodies: Sequence[str], *, warm: bool = True) -> Alone:
    """Lay out and write each page with the style of the renditions, one after another, everything loaded.

    Args:
        bodies: content of ``<body>``, as the renderers prepare it.
        warm: do it all once before it is measured.
    """
    told = json.dumps({"bodies": list(bodies), "style": STYLE + footer("urn:uuid:0"), "warm": warm})
    words = [sys.executable, "-P", "-c", _ALONE]
    ran = subprocess.run(words, input=told, text=True, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    wall, processor = map(float, ran.stdout.split())
    return Alone(wall=wall, processor=processor)
