"""Run by the axe judge's own Python: ``axe_runner.py BROWSER PAGE`` prints what axe found as one JSON object.

Imports by name at run time, because only that environment holds these packages.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path


def main(program: str, page: str) -> None:
    playwright = importlib.import_module("playwright.sync_api")
    axe = importlib.import_module("axe_playwright_python.sync_playwright")
    with playwright.sync_playwright() as browsers:
        # In a container there is no sandbox within the sandbox; the page is this project's own.
        browser = browsers.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context = browser.new_context(offline=True)
        tab = context.new_page()
        tab.goto(Path(page).as_uri())
        found = axe.Axe().run(tab, options={"resultTypes": ["violations", "passes"]}).response
        browser.close()
    answer = {
        "engine": found.get("testEngine"),
        "checked": len(found.get("passes", [])) + len(found["violations"]),
        "violations": found["violations"],
    }
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
