"""The words of a PowerPoint presentation of 2007 and later (ISO/IEC 29500-1 clauses 19 and 21): what its slides show.

Speaker notes are not on the slides, and so neither here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from archiver.render.office.parts import local_name, walked
from archiver.render.office.source_text import SourceText

if TYPE_CHECKING:
    from archiver.render.office.container import Container

_SLIDE: Final = re.compile(r"ppt/slides/slide\d+\.xml")
_MASTER: Final = re.compile(r"ppt/(?:slideLayouts/slideLayout|slideMasters/slideMaster)\d+\.xml")
_DRAWN: Final = {"ppt/charts/": "charts", "ppt/diagrams/": "diagrams", "ppt/embeddings/": "embedded objects"}


def text_of_pptx(container: Container) -> SourceText:
    """Return what the slides say.

    Raises:
        XmlSyntaxError: a part is not well-formed.
        DamagedContainerError: a part cannot be read.
    """
    required: list[str] = []
    optional: list[str] = []
    paragraphs = 0
    for name in container.names:
        is_slide = _SLIDE.fullmatch(name)
        if not is_slide and not _MASTER.fullmatch(name):
            continue
        fields = 0
        for event, element in walked(container.read(name), {"Fallback"}):
            kind = local_name(element)
            if kind in {"fld", "oMath", "oMathPara"}:
                fields += 1 if event == "start" else -1
            elif event == "end" and kind == "t":
                (required if is_slide and not fields else optional).append(element.text or "")
            elif event == "end" and kind == "p":
                paragraphs += 1
    drawn = [kind for folder, kind in _DRAWN.items() if any(name.startswith(folder) for name in container.names)]
    return SourceText(
        required="".join(required), optional="".join(optional), numbered=paragraphs, not_compared=tuple(drawn)
    )
