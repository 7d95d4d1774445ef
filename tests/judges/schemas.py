"""The judges of XML: the standards' own schemas, read from the shared folder alone."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from lxml import etree

from tests.judges.verdict import SHARED, JudgeBrokenError, JudgeResult

if TYPE_CHECKING:
    from pathlib import Path

_DCTERMS_RECORD = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:dcterms="http://purl.org/dc/terms/"
           targetNamespace="urn:judge" elementFormDefault="qualified">
  <xs:import namespace="http://purl.org/dc/terms/" schemaLocation="dcterms.xsd"/>
  <xs:element name="record" type="dcterms:elementOrRefinementContainer"/>
</xs:schema>
"""
_METS_WITH_EARK = """\
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:judge">
  <xs:import namespace="http://www.loc.gov/METS/" schemaLocation="mets.xsd"/>
  <xs:import namespace="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" schemaLocation="DILCISExtensionMETS.xsd"/>
</xs:schema>
"""


class _LocalResolver(etree.Resolver):
    """Serves every schema address by its last segment from the shared folder, and nothing else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    # The stubs know neither the context nor resolve_filename.
    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]
        del public_id
        local = self._folder / system_url.rsplit("/", 1)[-1]
        if not local.is_file():
            raise JudgeBrokenError(f"the schema {system_url} is not in {self._folder}")
        return self.resolve_filename(str(local), context)  # type: ignore[attr-defined]


class SchemaJudge:
    """Validates whole documents against one schema."""

    def __init__(self, text: bytes, folder: Path) -> None:
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        parser.resolvers.add(_LocalResolver(folder))
        base = (folder / "judge.xsd").as_uri()
        try:
            self._schema = etree.XMLSchema(etree.fromstring(text, parser, base_url=base))
        except etree.XMLSchemaParseError as error:
            raise JudgeBrokenError(f"the schema cannot be used: {error}") from error

    def __call__(self, document: bytes) -> JudgeResult:
        """Judge one document, given as its bytes."""
        try:
            root = etree.fromstring(document, etree.XMLParser(no_network=True, resolve_entities=False))
        except etree.XMLSyntaxError as error:
            return JudgeResult(passed=False, detail=f"not well-formed: {error}")
        return self.judge(root)

    def judge(self, root: etree._Element) -> JudgeResult:
        """Judge one parsed document."""
        passed = self._schema.validate(root)
        errors = [f"line {error.line}: {error.message}" for error in self._schema.error_log]  # type: ignore[attr-defined]
        return JudgeResult(passed=passed, detail="\n".join(errors))


class RecordJudge(SchemaJudge):
    """Judges the children of any root element as ``dcterms:elementOrRefinementContainer``.

    ``dcterms.xsd`` declares no document element, so each application chooses its own; what is inside is DCMI's.
    """

    def judge(self, root: etree._Element) -> JudgeResult:
        """Judge the children, moved below a root that the wrapper schema knows."""
        # The old prefixes stay: xsi:type names its type by prefix.
        record = etree.Element("{urn:judge}record", nsmap={k: v for k, v in root.nsmap.items() if k})
        record.extend(deepcopy(child) for child in root)
        if len(record) == 0:
            return JudgeResult(passed=False, detail="the record is empty")
        return super().judge(record)


def schema_judge(name: str) -> SchemaJudge:
    """Return the judge of one schema of the shared folder, such as ``premis.xsd``."""
    folder = SHARED / "schemas"
    return SchemaJudge((folder / name).read_bytes(), folder)


def record_judge() -> RecordJudge:
    """Return the judge of Dublin Core records with any root element."""
    return RecordJudge(_DCTERMS_RECORD.encode(), SHARED / "schemas")


def mets_judge() -> SchemaJudge:
    """Return the judge of METS documents, the attributes that E-ARK adds included."""
    return SchemaJudge(_METS_WITH_EARK.encode(), SHARED / "schemas")
