"""How a rendition looks: A4, quiet, readable, the same everywhere.

Only constants and one string builder; never the author's styles.
"""

from __future__ import annotations

import re

from archiver.render.typesetting.fonts import MONOSPACE, SANS, SERIF


def _families(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


STYLE = f"""
@page {{ size: A4; margin: 22mm 22mm 24mm 24mm }}
html {{ font: 10.5pt/1.45 {_families(SERIF)}; color: #111; hyphens: none; overflow-wrap: anywhere; text-align: start }}
[dir=rtl] {{ direction: rtl }}
[dir=ltr] {{ direction: ltr }}
body {{ margin: 0 }}
h1, h2, h3, h4, h5, h6, th, caption {{ font-family: {_families(SANS)} }}
h1, h2, h3, h4, h5, h6 {{ line-height: 1.2; margin: 1.3em 0 .5em; break-after: avoid; font-weight: bold }}
h1 {{ font-size: 19pt; margin-top: 0 }}
h2 {{ font-size: 14.5pt }}
h3 {{ font-size: 12pt }}
h4, h5, h6 {{ font-size: 10.5pt }}
p, ul, ol, dl, blockquote, figure, pre, table {{ margin: 0 0 .75em }}
p {{ orphans: 2; widows: 2 }}
blockquote {{ padding-left: 1em; border-left: 1.5pt solid #bbb; color: #333 }}
a {{ color: #1a3f7a; text-decoration: underline }}
code, kbd, samp, pre, pre.columns {{ font-family: {_families(MONOSPACE)} }}
code, kbd, samp {{ font-size: .9em }}
pre {{ font-size: 8.8pt; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere }}
pre.text {{ font: 10.5pt/1.5 {_families(SANS)}; margin: 0 }}
pre.columns {{ font: 8.6pt/1.45 {_families(MONOSPACE)}; margin: 0 }}
pre.source {{ font: 8.2pt/1.45 {_families(MONOSPACE)}; margin: 0 }}
pre.source .markup {{ color: #1a3f7a }}
pre.source .name {{ color: #7a3b00 }}
pre.source .aside {{ color: #5a5a5a }}
table {{ border-collapse: collapse; font-size: 9.5pt; max-width: 100% }}
th, td {{ border: .5pt solid #888; padding: .25em .5em; vertical-align: top; overflow-wrap: break-word }}
th {{ background: #eee; font-weight: bold; text-align: start }}
thead {{ display: table-header-group }}
table.data {{ table-layout: fixed; font: 8pt/1.35 {_families(SANS)}; margin-bottom: 1.2em }}
table.data td, table.data th {{ padding: .2em .4em; white-space: pre-wrap; overflow-wrap: anywhere }}
table.data td.amount {{ text-align: end }}
table.data td.number {{ color: #555; background: #f4f4f4; text-align: end }}
table.data tr.more td {{ border-top-style: hidden }}
table.data td.absent {{ background: #e2e2e2 }}
table.dense {{ table-layout: fixed; width: 100%; border-collapse: separate; border-spacing: 0 }}
table.dense td, table.dense th {{ border: 0; padding: 0; background: none; white-space: pre-wrap; text-align: left }}
table.dense td, table.dense th {{ font: 6.6pt/1.35 {_families(MONOSPACE)} }}
table.dense th {{ font-weight: bold; border-bottom: .5pt solid #888 }}
table.fields {{ table-layout: fixed; font: 9pt/1.4 {_families(SANS)}; width: 100% }}
table.fields th, table.fields td {{ border: 0; background: none; padding: .1em 0; overflow-wrap: anywhere }}
table.fields th {{ width: 9em; font-weight: normal; color: #555; padding-right: .8em }}
table.attached {{ table-layout: fixed; font: 7.2pt/1.4 {_families(SANS)}; width: 100% }}
table.attached td, table.attached th {{ overflow-wrap: anywhere }}
table.attached th:nth-child(2) {{ width: 17% }}
table.attached th:nth-child(3) {{ width: 11% }}
table.attached th:nth-child(4) {{ width: 41% }}
p.told {{ font: 9pt {_families(SANS)}; color: #444; break-after: avoid; margin: 1.4em 0 .4em }}
div.enclosed {{ border-left: 1.5pt solid #bbb; padding-left: 1em; margin: 1em 0 }}
p.part {{ font: 9pt {_families(SANS)}; color: #444; break-after: avoid; margin: 0 0 .4em }}
tr, img, figure {{ break-inside: avoid }}
img {{ max-width: 100%; max-height: 230mm; image-rendering: crisp-edges }}
figcaption, caption {{ font-size: 9pt; color: #444 }}
div.break {{ break-before: page }}
"""
"""``image-rendering: crisp-edges`` keeps ``/Interpolate true`` out of images (ISO 19005-2 6.2.8)."""


BREAK_CELLS = "th, td { overflow-wrap: anywhere }"
"""For a table whose longest words make it wider than the page."""


def footer(identifier: str) -> str:
    """Return the style of the page footer: the package's identifier and the page number.

    The identifier is also the named string that an archive's own style writes as ``string(identifier)``.
    """
    text = re.sub(r"[^A-Za-z0-9:._/ -]", lambda match: f"\\{ord(match[0]):x} ", identifier)
    small = f"font: 7.5pt {_families(SANS)}; color: #555"
    return (
        f'html {{ string-set: identifier "{text}" }} '
        f'@page {{ @bottom-left {{ content: "{text}"; {small} }} '
        f'@bottom-right {{ content: "page " counter(page) " of " counter(pages); {small} }} }}'
    )
