"""One text in each of the scripts that every route to PDF/A is shown with."""

from __future__ import annotations

SCRIPTS = {
    "Latin": "Türkçe ığüşöç, office fjord, naïve — “quoted”",
    "Cyrillic": "Қазақстан Республикасы, ёжик",
    "Greek": "Ελληνικά ἀρχή Ω",
    "Arabic": "العربية السلام عليكم",
    "Hebrew": "עברית שלום עולם",
    "Chinese": "中文简体 漢字",
    "Japanese": "日本語 かな カナ",
    "Korean": "한국어 문서",
    "Devanagari": "हिन्दी क्षत्रिय कि र्क संस्कृतम्",
    "Bengali": "আমি বাংলায় গান গাই",
    "Tamil": "தமிழ் கொ கௌ மொழி",
    "Khmer": "ភាសាខ្មែរ ស្រុក",
    "Thai": "ภาษาไทย น้ำ กำ",
    "Georgian": "ქართული ენა",
    "Armenian": "Հայերեն լեզու",
    "Ethiopic": "አማርኛ ቋንቋ",
}
"""Script -> words; sixteen of them."""
