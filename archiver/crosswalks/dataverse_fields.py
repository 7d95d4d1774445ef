"""Dataverse's citation and geospatial metadata blocks: the fields and controlled values that this crosswalk writes.

From the blocks that every Dataverse starts with (scripts/api/data/metadatablocks).
"""

from __future__ import annotations

SUBJECTS = frozenset(
    (
        *("Agricultural Sciences", "Arts and Humanities", "Astronomy and Astrophysics", "Business and Management"),
        *("Chemistry", "Computer and Information Science", "Earth and Environmental Sciences", "Engineering", "Law"),
        *("Mathematical Sciences", "Medicine, Health and Life Sciences", "Physics", "Social Sciences", "Other"),
    )
)
"""The values of ``subject``, which Dataverse demands one of."""

PUBLICATION_TYPES = frozenset(("ark", "doi", "handle", "isbn", "issn", "url", "urn"))
"""Of ``publicationIDType``, those that identifiers here can be."""

_ALIKE = frozenset(
    (
        *("Afar", "Afrikaans", "Akan", "Albanian", "Amharic", "Arabic", "Aragonese", "Armenian", "Assamese"),
        *("Avestan", "Aymara", "Azerbaijani", "Bambara", "Bashkir", "Basque", "Belarusian", "Bislama", "Bosnian"),
        *("Breton", "Bulgarian", "Burmese", "Chamorro", "Chechen", "Chinese", "Chuvash", "Cornish", "Corsican"),
        *("Cree", "Croatian", "Czech", "Danish", "Dutch", "Dzongkha", "English", "Esperanto", "Estonian", "Ewe"),
        *("Faroese", "Fijian", "Finnish", "French", "Galician", "Georgian", "German", "Gujarati", "Hausa"),
        *("Herero", "Hindi", "Hungarian", "Interlingua", "Indonesian", "Interlingue", "Irish", "Igbo", "Inupiaq"),
        *("Ido", "Icelandic", "Italian", "Inuktitut", "Japanese", "Javanese", "Kannada", "Kanuri", "Kashmiri"),
        *("Kazakh", "Khmer", "Kinyarwanda", "Kyrgyz", "Komi", "Kongo", "Korean", "Kurdish", "Latin", "Ganda"),
        *("Lingala", "Lao", "Lithuanian", "Latvian", "Manx", "Macedonian", "Malagasy", "Malay", "Malayalam"),
        *("Maltese", "Marshallese", "Mongolian", "Nauru", "Nepali", "Ndonga", "Norwegian", "Occitan", "Oromo"),
        *("Polish", "Portuguese", "Quechua", "Romansh", "Romanian", "Russian", "Sardinian", "Sindhi", "Samoan"),
        *("Sango", "Serbian", "Shona", "Slovak", "Somali", "Sundanese", "Swahili", "Swati", "Swedish", "Tamil"),
        *("Telugu", "Tajik", "Thai", "Tigrinya", "Turkmen", "Tswana", "Turkish", "Tsonga", "Tatar"),
        *("Twi", "Tahitian", "Ukrainian", "Urdu", "Uzbek", "Venda", "Vietnamese", "Walloon", "Welsh", "Wolof"),
        *("Xhosa", "Yiddish", "Yoruba", "Zulu"),
    )
)
_OTHERWISE = {
    "Abkhazian": "Abkhaz",
    "Bangla": "Bengali, Bangla",
    "Greek": "Greek (modern)",
    "Haitian Creole": "Haitian, Haitian Creole",
    "Hebrew": "Hebrew (modern)",
    "Kalaallisut": "Kalaallisut, Greenlandic",
    "Kikuyu": "Kikuyu, Gikuyu",
    "Navajo": "Navajo, Navaho",
    "Northern Sami": "Northern Sami",
    "Norwegian Bokm\u00e5l": "Norwegian Bokm\u00e5l",
    "Norwegian Nynorsk": "Norwegian Nynorsk",
    "Odia": "Oriya",
    "Pashto": "Pashto, Pushto",
    "Persian": "Persian (Farsi)",
    "Punjabi": "Panjabi, Punjabi",
    "Scottish Gaelic": "Scottish Gaelic, Gaelic",
    "Sinhala": "Sinhala, Sinhalese",
    "Slovenian": "Slovene",
    "Southern Sotho": "Southern Sotho",
    "Spanish": "Spanish, Castilian",
    "Uyghur": "Uyghur, Uighur",
    "Western Frisian": "Western Frisian",
}
"""English name of a language -> Dataverse's name of it, where the two differ or have several words."""


def language_value(english: str) -> str | None:
    """Return the controlled value of ``language`` for a language's English name; None where there is none."""
    return english if english in _ALIKE else _OTHERWISE.get(english)
