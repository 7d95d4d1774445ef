"""What a template says of its columns: what may be chosen, what is asked for, and how a sheet is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.describe.sheets.own_parts import EXPLANATIONS_HEADING
from archiver.standards.dctap import RecordProfile, Rule
from archiver.standards.rights import RIGHTS_STATEMENTS
from archiver.standards.vocabularies import DCMI_TYPES
from archiver.storage.workbooks import Table, TableColumn

FILENAME = "filename"

LANGUAGES = {
    "ar": "Arabic",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bangla",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "ga": "Irish",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ko": "Korean",
    "ky": "Kyrgyz",
    "la": "Latin",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "mn": "Mongolian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "ta": "Tamil",
    "tg": "Tajik",
    "th": "Thai",
    "tk": "Turkmen",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "zh": "Chinese",
    "zh-Hans": "Chinese in simplified characters",
    "zh-Hant": "Chinese in traditional characters",
    "mul": "several languages",
    "und": "an unknown language",
    "zxx": "no language at all",
}
"""Offered in the drop-down list: tag of BCP 47 -> its name. Any other tag may be typed."""

_STATEMENTS = {f"http://rightsstatements.org/vocab/{code}/1.0/": name for code, name in RIGHTS_STATEMENTS.items()}
_LICENCES = {
    "https://creativecommons.org/licenses/by/4.0/": "Creative Commons Attribution",
    "https://creativecommons.org/licenses/by-sa/4.0/": "Creative Commons Attribution-ShareAlike",
    "https://creativecommons.org/licenses/by-nc/4.0/": "Creative Commons Attribution-NonCommercial",
    "https://creativecommons.org/licenses/by-nc-sa/4.0/": "Creative Commons Attribution-NonCommercial-ShareAlike",
    "https://creativecommons.org/licenses/by-nd/4.0/": "Creative Commons Attribution-NoDerivatives",
    "https://creativecommons.org/licenses/by-nc-nd/4.0/": "Creative Commons Attribution-NonCommercial-NoDerivatives",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0: no rights reserved",
    "https://creativecommons.org/publicdomain/mark/1.0/": "Public Domain Mark: free of known copyright",
}
_OFFERED = {
    "language": tuple(LANGUAGES),
    "license": tuple(_LICENCES),
    "rights": tuple(_STATEMENTS),
    "type": DCMI_TYPES,
}

_HOW = (
    ("One row describes one file or folder.", "Do not change the column filename. Take out the rows you do not need."),
    ("An empty cell states nothing.", "What is not stated is inferred where it can be, and marked as inferred."),
    ("Grey cells are suggestions.", "Nothing is taken from them. Copy what is right into the column beside it."),
    ("Several values in one cell.", "Write a bar between them: first | second. For a bar in a value write \\|."),
    ("A value in a language.", "Head a column with the term, @ and a language tag: title@ru for a title in Russian."),
    ("More columns.", "Any of the 55 DCMI terms may be a heading; a column of your own is kept beside the record."),
    ("When it is filled in.", "Put it into the metadata folder and run: archiver metadata check"),
)


def choices(term: str, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return what a drop-down list offers for a term: the profile's own list, else what everybody uses."""
    for rule in rules:
        if rule.constraint is not None and rule.constraint.kind == "picklist":
            return rule.constraint.values
    return _OFFERED.get(term, ())


def prompt(rules: Sequence[Rule]) -> str:
    """Return what is said where a cell of a column is chosen."""
    needed = "Needed. " if any(rule.mandatory for rule in rules) else ""
    return needed + " ".join(rule.note for rule in rules if rule.note)


def explanations(profile: RecordProfile) -> Table:
    """Return the sheet that explains the columns and how they are filled in."""
    columns = (
        TableColumn(heading=EXPLANATIONS_HEADING, width=48),
        TableColumn(heading="what to write", width=100),
        TableColumn(heading="needed", width=10),
    )
    return Table(name="Explanations", columns=columns, rows=tuple(_rows(profile)))


def _rows(profile: RecordProfile) -> Iterator[Sequence[str]]:
    for about, how in _HOW:
        yield about, how, ""
    yield "", "", ""
    for rule in profile.items.rules:
        called = rule.term if rule.label.lower() == rule.term.lower() else f"{rule.term} ({rule.label})"
        often = " At most one in each language." if not rule.repeatable else ""
        yield called, f"{rule.note}{often}".strip(), "yes" if rule.mandatory else ""
    yield "", "", ""
    for text, meaning in (*_STATEMENTS.items(), *_LICENCES.items(), *LANGUAGES.items()):
        yield text, meaning, ""
