"""Descriptions: sidecars in YAML and JSON, sheets in CSV, and XML."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

from archiver.describe.json_tree import read_json
from archiver.describe.sheets import RowStore, read_sheet
from archiver.describe.sidecars import parse_sidecar
from archiver.describe.tree import TreeError, decode_sidecar
from archiver.describe.yaml_tree import read_yaml
from archiver.model import KeptValue, SourceKind, Statement, ValueSource
from archiver.standards.checksum_lists import ChecksumFault, read_checksums
from archiver.standards.values_record import ValuesRecord, ValuesSyntaxError, read_values, values_chunks
from archiver.standards.xml import XmlSyntaxError, parse_xml
from fuzz.holds import findings_hold, holds
from fuzz.target import Target

_SHEET = ValueSource(kind=SourceKind.SHEET, place="s.csv, row 2, column title")
_VALUES = (
    ValuesRecord(path="a", values=(Statement(term="title", text="A", language="en", source=_SHEET),)),
    ValuesRecord(path="b", other=(KeptValue(name="shelf", text="B 12", source=_SHEET),)),
)
_SHA256 = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def check_yaml(data: bytes) -> None:
    """Read YAML as a tree, and as a sidecar."""
    with suppress(TreeError):
        read_yaml(decode_sidecar(data))
    findings_hold(parse_sidecar(data, "a.yaml", SourceKind.SIDECAR).findings)


def check_json(data: bytes) -> None:
    """Read JSON as a tree, and as a sidecar."""
    with suppress(TreeError):
        read_json(decode_sidecar(data))
    findings_hold(parse_sidecar(data, "a.json", SourceKind.SIDECAR).findings)


def check_sheet(data: bytes) -> None:
    """Read a sheet and every row of it."""
    rows_hold(data, "a.csv")


def check_metadata_json(data: bytes) -> None:
    """Read Archivematica's list of objects and every row of it."""
    rows_hold(data, "metadata.json")


def rows_hold(data: bytes, file: str) -> None:
    """Read a sheet of any format, and what its rows state, keep and lack."""
    store = RowStore()
    findings_hold(read_sheet(BytesIO(data), file, store))
    store.close_input()
    for name, _ in store.names():
        if row := store.find(name):
            row.statements()
            row.kept()
            findings_hold(row.findings)


def check_xml(data: bytes) -> None:
    """Parse a document, and read it as a sidecar."""
    with suppress(XmlSyntaxError):
        parse_xml(data)
    findings_hold(parse_sidecar(data, "a.xml", SourceKind.SIDECAR).findings)


def check_checksums(data: bytes) -> None:
    """Read a checksum list; each line states a file or is named."""
    lines = data.decode("utf-8", "surrogateescape").splitlines(keepends=True)
    for one in read_checksums(lines, "sha256"):
        holds(0 < one.line <= len(lines), f"line {one.line} of {len(lines)}")
        holds(isinstance(one, ChecksumFault) or one.digest == one.digest.lower(), "a digest in capitals")


def check_values(data: bytes) -> None:
    """Read the values of a package; what is read is written and read again."""
    records = []
    with suppress(ValuesSyntaxError):
        records = list(read_values(data.splitlines(keepends=True)))
    written = b"".join(values_chunks(records))
    holds(list(read_values(written.split(b"\n")[:-1])) == records, "what was written is read otherwise")


TARGETS = (
    Target(
        name="checksums",
        seeds=(b"\xef\xbb\xbf" + _SHA256 + b" *a\r\n\\" + _SHA256 + b"  a\\nb\nSHA256 (a) = " + _SHA256 + b"\n# c\n",),
        tokens=(
            _SHA256,
            b"MD5 (",
            b") = ",
            b"SHA2-256(",
            b"  ",
            b" *",
            b"\\",
            b"\\n",
            b"#",
            b"\t",
            b"(" * 300,
            b"\xff",
        ),
        check=check_checksums,
    ),
    Target(
        name="values",
        seeds=(b"".join(values_chunks(_VALUES)), b"".join(values_chunks([]))),
        tokens=(b'"', b"{", b"}", b"[" * 300, b",", b"null", b"1e999", b"\\ud800", b'"other"', b"\n", b"}}", b'"kind"'),
        check=check_values,
    ),
    Target(
        name="yaml",
        seeds=(
            b"title: A letter\nissued: 2022-01-05\nsubject: [a, b]\ncreator:\n  - value: \xc3\xa9\n    language: ru\n",
            b"# comment\ntitle: |\n  one\n  two\n'dc.date': \"1e5\"\n",
        ),
        tokens=(
            *(
                b"- ",
                b": ",
                b"? ",
                b"&a ",
                b"*a",
                b"<<: *a",
                b"!!python/object:os.system ",
                b"!!binary ",
                b"---\n",
                b"...\n",
            ),
            *(
                b"{",
                b"}",
                b"[",
                b"]",
                b"|",
                b">",
                b"\\",
                b"%YAML 1.1\n",
                b"%TAG ! x\n",
                b"'",
                b'"\\U00110000"',
                b"\\xff",
            ),
            *(b"[" * 200, b"? " * 100, b"- " * 200, b"!!timestamp ", b"0o7", b".inf", b"~", b"title@"),
        ),
        check=check_yaml,
        share=0.4,
    ),
    Target(
        name="json",
        seeds=(
            b'{"title": "A", "subject": ["a", "b"], "creator": {"value": "\\u00e9", "language": "ru"}}',
            b'[1, -2.5e3, true, null, "\\ud800"]',
        ),
        tokens=(
            *(
                b'"\\ud800"',
                b'"\\u0000"',
                b"[" * 30,
                b"{",
                b"}",
                b"[",
                b"]",
                b",",
                b":",
                b"1" * 5000,
                b"1e999999",
                b"NaN",
            ),
            *(b"-Infinity", b"//", b"\\", b'{"a":' * 30, b"'", b"null", b"true", b'"title":', b'"title@x": 1,'),
        ),
        check=check_json,
    ),
    Target(
        name="sheet",
        seeds=(
            b"filename,title,subject\nletter.txt,A letter,a|b\n\xc3\xa9.txt,B,\n",
            b'filename;title\r\n"a;b.txt";"one\r\ntwo"\r\n',
            "filename\ttitle\nx\ty\n".encode("utf-16"),
        ),
        tokens=(b",", b";", b"\t", b'"', b'""', b"|", b"\r", b"filename", b"file", b"title@", b"dc.title", b"sep=;\n"),
        check=check_sheet,
    ),
    Target(
        name="metadata-json",
        seeds=(b'[{"filename": "objects/a.txt", "dc.title": "A", "dc.subject": ["x", "y"], "n": 1, "b": null}]',),
        tokens=(b'"\\ud83d"', b"[" * 30, b"{}", b"[]", b",", b'"filename":', b'{"a":', b"null", b"|", b"1e5"),
        check=check_metadata_json,
    ),
    Target(
        name="xml",
        seeds=(
            b'<?xml version="1.0" encoding="UTF-8"?>\n<a xmlns:x="urn:x"><x:b c="d">\xc3\xa9</x:b><!-- e --></a>',
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            b'<m xmlns:d="http://purl.org/dc/terms/" xml:lang="ru"><d:title>\xc3\xa9</d:title><x>y</x></m>',
            b'<dublin_core schema="dc"><dcvalue element="date" language="en">1</dcvalue></dublin_core>',
            b'<mods xmlns="http://www.loc.gov/mods/v3"><name><namePart>b</namePart></name><part>c</part></mods>',
        ),
        tokens=(
            *(b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'>", b"<!ENTITY % x SYSTEM 'http://127.0.0.1/'>", b"&x;", b"%x;"),
            *(b"<![CDATA[", b"]]>", b"<?x ?>", b"&#0;", b"&#x10FFFF;", b"&lt;", b"<a>" * 300, b" xmlns='x'", b" a='1'"),
            *(b"<!ENTITY a0 'aaaaaaaaaa'>", b"<!ENTITY a1 '&a0;&a0;&a0;'>", b"</a>", b"/>", b"encoding='UTF-16'"),
        ),
        check=check_xml,
    ),
)
