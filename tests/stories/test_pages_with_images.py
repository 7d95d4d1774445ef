"""A folder with a page and its pictures: the rendition shows the pictures, whatever else lies beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pikepdf
from PIL import Image

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

PAGE = """<h1>Expedition</h1><p>A map: <img src="plates/map%201.png" alt="map"></p>
<p><img src="../../outside.png" alt="outside"><img src="../other/secret.png" alt="other item"></p>
<p><img src="linked.png" alt="link"><img src="gone.png" alt="gone"></p>
"""


def test_a_page_shows_the_images_of_its_item_and_no_others(archiver: Archiver, tmp_path: Path) -> None:
    for place, name in (("seeds/site/plates", "Map 1.png"), ("seeds/other", "secret.png"), (".", "outside.png")):
        (tmp_path / place).mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").save(tmp_path / place / name)
    (tmp_path / "seeds/site/index.html").write_text(PAGE, encoding="utf-8")

    ran = archiver("build", "--json", cwd=tmp_path)

    assert ran.status == 0, ran.stderr
    (site,) = (one for one in ran.objects if one["item"] == "site")
    (page,) = (one for one in site["documents"] if one["source"] == "site/index.html")
    assert page["rendition"]["validated"] is True
    (finding,) = (one for one in site["findings"] if one["code"] == "html-external-resource")
    named = "../../outside.png, ../other/secret.png, linked.png, gone.png"
    assert finding["message"].endswith(f"points at 4 files or hosts, and the PDF shows none of them: {named}.")
    with pikepdf.open(tmp_path / site["package"] / page["rendition"]["path"]) as pdf:
        assert len(pdf.pages[0].get_images()) == 1
