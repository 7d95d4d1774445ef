"""Every finding's code is a literal and has an entry in docs/findings.md, and every entry is a code in use."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
SEVERITY = re.compile(r"\*\*(error|warning|info)\*\*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place in the code that makes a finding."""

    place: str
    code: str | None
    """None: not a literal."""

    severity: str | None
    """None: decided at run time."""


def uses(package: Path) -> list[Use]:
    """Return every call of ``Finding`` below a package's folder."""
    found: list[Use] = []
    for file in sorted(package.rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) == "Finding":
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                code, severity = given.get("code"), given.get("severity")
                literal = code.value if isinstance(code, ast.Constant) and isinstance(code.value, str) else None
                found.append(
                    Use(
                        place=f"{file.relative_to(package).as_posix()}:{node.lineno}",
                        code=literal,
                        severity=_severity(severity),
                    )
                )
    return found


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _severity(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Attribute) and _name(node.value) == "Severity":
        return node.attr.lower()
    return None


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and body of each entry of the document, in order."""
    _, *parts = re.split(r"^### +", text, flags=re.MULTILINE)
    for part in parts:
        heading, _, body = part.partition("\n")
        yield heading.strip().strip("`"), re.split(r"^#", body, maxsplit=1, flags=re.MULTILINE)[0].strip()


def faults(package: Path, document: str) -> list[str]:
    """Return every disagreement between the code and the document, one line each."""
    made = uses(package)
    documented = list(entries(document))
    bodies = dict(documented)
    found = [f"{use.place}: the code is no literal" for use in made if use.code is None]
    known = [use for use in made if use.code is not None]
    found += [f"{use.place}: {use.code} is not kebab-case" for use in known if not KEBAB.fullmatch(use.code or "")]
    found += [f"{use.place}: {use.code} has no entry" for use in known if use.code not in bodies]
    found += [
        f"{use.place}: {use.code} is {use.severity} here, but its entry says otherwise"
        for use in known
        if use.code in bodies and use.severity and use.severity not in SEVERITY.findall(bodies[use.code])
    ]
    found += [f"docs/findings.md: {code} is used nowhere" for code in bodies if code not in {use.code for use in known}]
    codes = [code for code, _ in documented]
    found += [f"docs/findings.md: {code} stands twice" for code in bodies if codes.count(code) > 1]
    for code, body in documented:
        if not SEVERITY.match(body):
            found.append(f"docs/findings.md: {code} does not begin with its severity")
        if not re.search(r"^Fix: \S", body, flags=re.MULTILINE):
            found.append(f"docs/findings.md: {code} has no Fix line")
    return found


def test_code_and_document_agree(checkout: Path) -> None:
    document = checkout / "docs" / "findings.md"
    assert document.is_file()
    assert uses(checkout / "archiver")
    assert faults(checkout / "archiver", document.read_text(encoding="utf-8")) == []


GOOD = 'Finding(severity=Severity.ERROR, code="file-missing", file=None, message="m", fix="f")\n'
ENTRY = "# Findings\n\n## Bags\n\n### file-missing\n**error**. It is gone.\nFix: put it back.\n\n## More\n"


@pytest.mark.parametrize(
    ("code", "document", "fault"),
    [
        pytest.param(GOOD, ENTRY, None, id="agreement"),
        pytest.param(GOOD.replace('"file-missing"', "name"), ENTRY, "no literal", id="a variable"),
        pytest.param(GOOD.replace('"file-missing"', 'f"file-{x}"'), ENTRY, "no literal", id="an f-string"),
        pytest.param("Finding(**values)", ENTRY, "no literal", id="a mapping"),
        pytest.param(GOOD.replace("file-missing", "File_Missing"), ENTRY, "not kebab-case", id="another case"),
        pytest.param(GOOD, "# Findings\n", "file-missing has no entry", id="no entry"),
        pytest.param("", ENTRY, "file-missing is used nowhere", id="an entry too many"),
        pytest.param(GOOD, ENTRY + ENTRY, "stands twice", id="two entries"),
        pytest.param(GOOD.replace("ERROR", "INFO"), ENTRY, "its entry says otherwise", id="another severity"),
        pytest.param(GOOD, ENTRY.replace("**error**. ", ""), "does not begin with its severity", id="no severity"),
        pytest.param(GOOD, ENTRY.replace("Fix:", "So"), "has no Fix line", id="no fix"),
        pytest.param("model." + GOOD, "", "file-missing has no entry", id="by its module's name"),
    ],
)
def test_a_disagreement_is_seen(tmp_path: Path, code: str, document: str, fault: str | None) -> None:
    (tmp_path / "a.py").write_text(code, encoding="utf-8")
    found = faults(tmp_path, document)
    if fault is None:
        assert found == []
    else:
        assert any(fault in entry for entry in found), found
