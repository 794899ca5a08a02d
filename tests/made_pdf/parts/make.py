"""Makes the small files that tests/made_pdf takes in: four fonts and four locked PDF files.

Wants fontTools, and qpdf on the path. Run it in this folder: python make.py
The two AES-256 files come out different each time, for their keys are drawn by lot; all else comes out the same.
"""

import subprocess
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

HERE = Path(__file__).parent
GLYPHS = (HERE / "glyphs.txt").read_text(encoding="utf-8").strip()


def square(side):
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    pen.lineTo((50, side))
    pen.lineTo((50 + side, side))
    pen.lineTo((50 + side, 0))
    pen.closePath()
    return pen.glyph()


def font(name, characters, cmaps, names=None):
    """A TrueType font without glyph names: every glyph a square, half an em wide for ASCII and an em for the rest.
    `names`: glyph names after all. `cmaps`: (platform, encoding, format, {code: place of the glyph, from 1})."""
    order = [".notdef"] + (names or [f"g{place}" for place in range(1, len(characters) + 1)])
    wide = [1000] + [500 if character < "\x80" else 1000 for character in characters]
    build = FontBuilder(1000, isTTF=True)
    build.setupHead(unitsPerEm=1000, created=0, modified=0)
    build.font.recalcTimestamp = False
    build.setupGlyphOrder(order)
    build.setupGlyf({glyph: square(width - 100) for glyph, width in zip(order, wide)})
    build.setupHorizontalMetrics({glyph: (width, 50) for glyph, width in zip(order, wide)})
    build.setupHorizontalHeader(ascent=900, descent=-100)
    build.setupNameTable({"familyName": "Made Squares", "styleName": "Regular", "psName": "MadeSquares"})
    build.setupCharacterMap({0x20: ".notdef"})
    build.setupOS2(sTypoAscender=900, sTypoDescender=-100)
    build.setupPost(keepGlyphNames=names is not None)
    tables = []
    for platform, encoding, form, codes in cmaps:
        table = CmapSubtable.newSubtable(form)
        table.platformID, table.platEncID, table.language = platform, encoding, 0
        table.cmap = {code: order[place] for code, place in codes.items()}
        tables.append(table)
    build.font["cmap"].tables = tables
    build.save(HERE / name)


def plain_pdf():
    """One page of 12 pt text, a line for each line of locked.txt (x, y, text), in STSong-Light that is not embedded."""
    content = b""
    for line in (HERE / "locked.txt").read_text(encoding="utf-8").splitlines():
        x, y, text = line.split(" ")
        content += f"BT /F1 12 Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%sendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 7 0 R/DW 1000/W[1 95 500]>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def lock(name, user, bits, *options):
    """What qpdf makes of the plain file. The owner's password is `owner`; `user` is empty where anyone may read."""
    plain = HERE / "plain.pdf"
    plain.write_bytes(plain_pdf())
    subprocess.run(
        ["qpdf", "--static-id", "--static-aes-iv", "--allow-weak-crypto", "--object-streams=disable", "--stream-data=preserve"]
        + ["--encrypt", user, "owner", bits, *options, "--", plain, HERE / name],
        check=True,
    )
    plain.unlink()


every = range(1, len(GLYPHS) + 1)
font("unicode.ttf", GLYPHS, [(3, 1, 4, {ord(GLYPHS[place - 1]): place for place in every})])
font("winansi.ttf", GLYPHS, [(1, 0, 6, {32 + place: place for place in every})])
few = range(1, 32)
font("codes.ttf", GLYPHS[:31], [(1, 0, 6, {place: place for place in few}), (3, 0, 4, {0xF000 + place: place for place in few})])
# A subset with the glyph names of the whole font: `0` and `1` are named as the glyphs that once stood in their places.
font("misnamed.ttf", "012", [(3, 1, 4, {0x30: 1, 0x31: 2})], names=["space", "exclam", "quotedbl"])
lock("aes-256.pdf", "", "256")
lock("aes-128.pdf", "", "128", "--use-aes=y")
lock("rc4-128.pdf", "", "128", "--use-aes=n")
lock("needs-password.pdf", "secret", "256")
