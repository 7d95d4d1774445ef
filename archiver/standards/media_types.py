"""Media types that IANA has registered, among those that identification gives: what E-ARK's packages may state.

PRONOM gives many formats a type that nobody registered (``application/x-...``). CSIP 2.2.0 wants a qualified list
(CSIP26, CSIP40, CSIP68), so METS says ``application/octet-stream`` of such a file; PREMIS and RO-Crate go on saying
what was identified. Knows no file names and guesses nothing.
"""

from __future__ import annotations

import re

UNKNOWN = "application/octet-stream"

# https://www.iana.org/assignments/media-types: those that readers of CSIP 2.2.0 know, so none of the last years.
# Type -> subtypes, in the registry's case.
_REGISTERED = {
    "application": """
        CDFX+XML ODA SGML atom+xml cbor dash+xml dca-rft dicom dns ecmascript epub+zip fits font-tdpfr
        geo+json geo+json-seq gml+xml gzip iges inkml+xml javascript json json-seq ld+json mac-binhex40
        mads+xml marc marcxml+xml mathematica mathml+xml mathml-content+xml mathml-presentation+xml mbox
        mets+xml mods+xml mp21 mp4 msword mxf n-quads n-triples octet-stream oebps-package+xml ogg pdf
        pgp-encrypted pgp-keys pgp-signature pkcs7-mime pkcs7-signature pls+xml postscript provenance+xml
        rdf+xml rtf smil+xml soap+xml sparql-query sparql-results+xml sql srgs+xml ssml+xml tei+xml trig
        ttml+xml vnd.MFER vnd.Quark.QuarkXPress vnd.adobe.flash.movie vnd.adobe.fxp vnd.adobe.xdp+xml
        vnd.adobe.xfdf vnd.apache.arrow.file vnd.apple.keynote vnd.apple.mpegurl vnd.apple.numbers
        vnd.apple.pages vnd.businessobjects vnd.comicbook+zip vnd.comicbook-rar vnd.crick.clicker
        vnd.cups-raster vnd.debian.binary-package vnd.fdf vnd.framemaker vnd.geogebra.file vnd.gmx
        vnd.google-earth.kml+xml vnd.google-earth.kmz vnd.hp-HPGL vnd.hp-PCL vnd.hp-PCLXL vnd.ibm.modcap
        vnd.intergeo vnd.las vnd.laszip vnd.lotus-1-2-3 vnd.lotus-approach vnd.lotus-freelance
        vnd.lotus-notes vnd.lotus-organizer vnd.lotus-screencam vnd.lotus-wordpro vnd.mif vnd.ms-artgalry
        vnd.ms-asf vnd.ms-cab-compressed vnd.ms-excel vnd.ms-excel.addin.macroEnabled.12
        vnd.ms-excel.sheet.binary.macroEnabled.12 vnd.ms-excel.sheet.macroEnabled.12
        vnd.ms-excel.template.macroEnabled.12 vnd.ms-fontobject vnd.ms-htmlhelp vnd.ms-officetheme
        vnd.ms-powerpoint vnd.ms-powerpoint.addin.macroEnabled.12
        vnd.ms-powerpoint.presentation.macroEnabled.12 vnd.ms-powerpoint.slideshow.macroEnabled.12
        vnd.ms-powerpoint.template.macroEnabled.12 vnd.ms-project vnd.ms-tnef
        vnd.ms-word.document.macroEnabled.12 vnd.ms-word.template.macroEnabled.12 vnd.ms-works vnd.ms-wpl
        vnd.ms-xpsdocument vnd.oasis.opendocument.chart vnd.oasis.opendocument.database
        vnd.oasis.opendocument.formula vnd.oasis.opendocument.graphics
        vnd.oasis.opendocument.graphics-template vnd.oasis.opendocument.image
        vnd.oasis.opendocument.presentation vnd.oasis.opendocument.presentation-template
        vnd.oasis.opendocument.spreadsheet vnd.oasis.opendocument.spreadsheet-template
        vnd.oasis.opendocument.text vnd.oasis.opendocument.text-master vnd.oasis.opendocument.text-template
        vnd.oasis.opendocument.text-web vnd.openxmlformats-officedocument.presentationml.presentation
        vnd.openxmlformats-officedocument.presentationml.slideshow
        vnd.openxmlformats-officedocument.presentationml.template
        vnd.openxmlformats-officedocument.spreadsheetml.sheet
        vnd.openxmlformats-officedocument.spreadsheetml.template
        vnd.openxmlformats-officedocument.wordprocessingml.document
        vnd.openxmlformats-officedocument.wordprocessingml.template vnd.palm vnd.pwg-xhtml-print+xml vnd.rar
        vnd.recordare.musicxml vnd.recordare.musicxml+xml vnd.shp vnd.shx vnd.sqlite3 vnd.tcpdump.pcap
        vnd.visio vnd.wordperfect voicexml+xml wasm widget wordperfect5.1 xhtml+xml xml xml-dtd
        xml-external-parsed-entity xop+xml xslt+xml zip zstd
    """,
    "audio": """
        3gpp 3gpp2 AMR AMR-WB ATRAC3 DV L16 L24 aac ac3 basic mhas mp4 mpeg mpeg4-generic ogg opus prs.sid
        sp-midi vnd.dolby.pulse.1 vorbis
    """,
    "font": """
        collection otf sfnt ttf woff woff2
    """,
    "image": """
        aces avif bmp cgm dicom-rle emf fits g3fax gif heic heif hej2k jls jp2 jpeg jph jpm jpx jxr jxrS jxs
        ktx naplps png prs.btif pwg-raster svg+xml t38 tiff tiff-fx vnd.adobe.photoshop vnd.cns.inf2
        vnd.djvu vnd.dvb.subtitle vnd.dwg vnd.dxf vnd.fastbidsheet vnd.fpx vnd.fst vnd.microsoft.icon
        vnd.mix vnd.ms-modi vnd.net-fpx vnd.pco.b16 vnd.radiance vnd.sealed.png vnd.tencent.tap vnd.wap.wbmp
        vnd.xiff vnd.zbrush.pcx wmf
    """,
    "message": """
        delivery-status global http news
    """,
    "model": """
        3mf e57 gltf+json gltf-binary iges mtl obj step step+xml stl vnd.collada+xml vnd.dwf vnd.usdz+zip
        x3d+xml x3d-vrml
    """,
    "multipart": """
        related
    """,
    "text": """
        SGML calendar css csv csv-schema dns ecmascript html javascript markdown n3 plain
        provenance-notation prs.lines.tag rtf shex tab-separated-values troff turtle uri-list vcard
        vnd.graphviz vnd.in3d.3dml vnd.wap.wml vtt xml
    """,
    "video": """
        3gpp 3gpp2 DV H261 H263 H264 H265 MPV jpeg2000 mj2 mp4 mpeg ogg quicktime raw vc1 vnd.dvb.file
        vnd.mpegurl vnd.radgamettools.bink
    """,
}
_BY_FOLDED = {
    f"{kind}/{name}".lower(): f"{kind}/{name}" for kind, names in _REGISTERED.items() for name in names.split()
}

# What the files are that a package gets beside documents and renditions.
_BY_ROLE = {
    "crate": "application/ld+json",
    "description": "application/xml",
    "documentation": "text/plain",
    "mets": "application/xml",
    "preservation": "application/xml",
    "preview": "text/html",
    "schema": "application/xml",
    "values": "application/json",
}


def media_type_of_role(role: str) -> str:
    """Return the media type of a file that was made here, by its role in the package."""
    return _BY_ROLE.get(role, UNKNOWN)


def registered_media_type(media_type: str) -> str:
    """Return a media type as IANA has it, without parameters; :data:`UNKNOWN` where it is not among those above."""
    return _BY_FOLDED.get(re.split("[;,]", media_type, maxsplit=1)[0].strip().lower(), UNKNOWN)
