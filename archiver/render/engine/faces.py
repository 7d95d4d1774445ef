"""Lays out one line of text with Pango: what every line needs is made once for each face, not once for each line.

Takes the place of the engine's own methods; what it makes is what they make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import get_font_description

Layout = line_break.Layout

_FEATURES = (
    ("font_kerning", "auto"),
    *((f"font_variant_{name}", "normal") for name in ("ligatures", "position", "caps", "numeric", "alternates")),
    ("font_variant_east_asian", "normal"),
    ("font_feature_settings", "normal"),
)
_OF_FACE = (
    *(f"font_variant_{name}" for name in ("ligatures", "position", "caps", "numeric", "alternates", "east_asian")),
    *("font_feature_settings", "font_variation_settings", "font_language_override", "lang"),
)
_MOST_ALIVE = 4096
"""Lines laid out that are kept until they are drawn, about 30 MB; the others are laid out again, as the engine does."""


@dataclass(slots=True, kw_only=True)
class Faces:
    """What Pango has made for one font configuration."""

    contexts: dict[tuple[str, ...], tuple[Any, Any]] = field(default_factory=dict)
    """Direction and language -> Pango's context and language."""

    descriptions: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    widths: dict[tuple[bytes, float, int], int] = field(default_factory=dict)
    """Name of a font, its size and a glyph -> the glyph's width in thousandths of the size."""

    measured: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    """See :mod:`archiver.render.engine.widths`."""

    alive: int = 0
    """Lines that are laid out and not yet let go of."""

    def release(self, layout: Any) -> None:  # noqa: ANN401 - a pointer
        """Let go of a line."""
        self.alive -= 1
        gobject.g_object_unref(layout)


def faces(style: Any) -> Faces:  # noqa: ANN401 - the engine is untyped
    """Return what is kept beside the font configuration of a style."""
    fonts = style.font_config
    if (kept := getattr(fonts, "archiver_faces", None)) is None:
        kept = fonts.archiver_faces = Faces()
    return kept


def face_key(style: Any) -> tuple[Any, ...]:  # noqa: ANN401 - the engine is untyped
    """Return what decides on the font of a style."""
    return (
        style["font_family"],
        style["font_style"],
        style["font_stretch"],
        style["font_weight"],
        style["font_size"],
        style["font_variant_caps"],
        style["font_variation_settings"],
    )


def install() -> None:
    """Let the engine use this."""
    Layout.is_drawn = False
    line_break._font_style_cache_key = _strut_key  # noqa: SLF001 - no public name
    Layout.setup = _setup
    Layout.deactivate = _deactivate
    Layout.reactivate = _reactivate


_engine_setup, _engine_reactivate = Layout.setup, Layout.reactivate


def _setup(self: Any, style: Any) -> None:  # noqa: ANN401 - the engine is untyped
    if style["text_decoration_line"] != "none" or any(style[name] != usual for name, usual in _FEATURES):
        self.is_drawn = True  # laid out again when it is drawn: nobody counts these lines
        _engine_setup(self, style)
        return
    kept = faces(style)
    self.style = style
    self.first_line_direction = 0
    context, self.language = _context(kept, style)
    key = face_key(style)
    description = kept.descriptions.get(key)
    if description is None:
        description = kept.descriptions[key] = get_font_description(style)
    kept.alive += 1
    self.layout = ffi.gc(pango.pango_layout_new(context), kept.release)
    pango.pango_layout_set_auto_dir(self.layout, False)
    pango.pango_layout_set_font_description(self.layout, description)


def _context(kept: Faces, style: Any) -> tuple[Any, Any]:  # noqa: ANN401 - the engine is untyped
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    key = (style["direction"], name or "")
    if key not in kept.contexts:
        font_map = style.font_config.font_map
        context = ffi.gc(pango.pango_font_map_create_context(font_map), gobject.g_object_unref)
        pango.pango_context_set_round_glyph_positions(context, False)
        pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
        if name:
            pointer, _ = unicode_to_char_p(name)
            language = pango.pango_language_from_string(pointer)
            pango.pango_context_set_language(context, language)
        else:
            language = pango.pango_language_get_default()
        kept.contexts[key] = (context, language)
    return kept.contexts[key]


def _deactivate(self: Any) -> None:  # noqa: ANN401 - the engine is untyped
    """Keep the line until it has been drawn, where few are kept."""
    if self.is_drawn or faces(self.style).alive > _MOST_ALIVE:
        del self.layout, self.language, self.style


def _reactivate(self: Any, style: Any) -> None:  # noqa: ANN401 - the engine is untyped
    # A width that was set does not matter: a line that is kept fits in it.
    if "layout" not in self.__dict__ or self.style is not style or self.justification_spacing:
        _engine_reactivate(self, style)
    self.is_drawn = True


def _strut_key(style: Any, include_size: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - the engine's own
    """Return what the engine looks a face up by: itself, where it writes it out as text each time."""
    key = (*face_key(style)[:4], *(style[name] for name in _OF_FACE))
    return (*key, style["font_size"], str(style["line_height"])) if include_size else key
