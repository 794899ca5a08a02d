//! Characters and their codes, and the objects of fonts.

use super::file::File;
use super::pen::{Code, Face, Pen, Piece, hex};

/// The characters of the made fonts, in the order of their glyphs from 1 (0 is `.notdef`). See tests/made_pdf/parts/make.py.
const GLYPHS: &str = include_str!("parts/glyphs.txt");

/// The made TrueType fonts. None has glyph names; all have 1000 units to the em, 500 wide for ASCII and 1000 for the rest.
/// A Windows Unicode cmap (3,1).
pub const UNICODE_TTF: &[u8] = include_bytes!("parts/unicode.ttf");
/// A Macintosh cmap (1,0) alone: code 33 is glyph 1, and so on.
pub const WINANSI_TTF: &[u8] = include_bytes!("parts/winansi.ttf");
/// The first 31 glyphs, as codes 1 to 31, by a Macintosh cmap (1,0) and a Windows symbol cmap (3,0) alone.
pub const CODES_TTF: &[u8] = include_bytes!("parts/codes.ttf");

/// Each character with its GBK code and its CID in Adobe-GB1, as the CMap resources GBK-EUC-H and UniGB-UCS2-H have them.
const GB: &str = "
（ A3A8 269, ） A3A9 270, 、 A1A2 97, ： A3BA 287, 合 BACF 1926, 计 BCC6 2105, 行 D0D0 3995, 政 D5FE 4511,
运 D4CB 4366, 支 D6A7 4518, 出 B3F6 1307, 预 D4A4 4327, 算 CBE3 3544, 部 B2BF 1158, 门 C3C5 2762, 表 B1ED 1110,
元 D4AA 4333, 年 C4EA 2893, 收 CAD5 3436, 总 D7DC 4665, 单 B5A5 1414, 位 CEBB 3786, 万 CDF2 3747, 科 BFC6 2387,
目 C4BF 2850, 编 B1E0 1097, 码 C2EB 2706, 名 C3FB 2816, 称 B3C6 1259, 数 CAFD 3476, 养 D1F8 4129, 老 C0CF 2490,
保 B1A3 1036, 险 CFD5 3906, 金 BDF0 2241, 用 D3C3 4264, 户 BBA7 1980, 一 D2BB 4162, 度 B6C8 1543, 基 BBF9 2062,
本 B1BE 1063, 项 CFEE 3931";

/// The place of a character in the made fonts, from 1.
pub fn glyph(character: char) -> u16 {
    let place = GLYPHS.trim().chars().position(|other| other == character);
    place.and_then(|place| u16::try_from(place + 1).ok()).unwrap_or_else(|| panic!("no glyph for {character}"))
}

/// Every character of the made fonts with its glyph.
pub fn glyphs() -> impl Iterator<Item = (u16, char)> {
    (1..).zip(GLYPHS.trim().chars())
}

fn gb(character: char) -> (u16, u16) {
    let entry = GB.split(',').map(str::trim).find(|entry| entry.starts_with(character));
    let mut fields = entry.unwrap_or_else(|| panic!("{character} is not in the table")).split(' ').skip(1);
    let code = u16::from_str_radix(fields.next().expect("a code"), 16).expect("hexadecimal");
    (code, fields.next().expect("a CID").parse().expect("a number"))
}

/// The code in GBK: one byte for ASCII, two for the rest.
pub fn gbk(character: char) -> Vec<u8> {
    u8::try_from(character).ok().map_or_else(|| gb(character).0.to_be_bytes().to_vec(), |byte| vec![byte])
}

/// The CID in Adobe-GB1; ASCII is 1 to 95.
pub fn cid(character: char) -> u16 {
    u8::try_from(character).map_or_else(|_| gb(character).1, |byte| u16::from(byte) - 0x1F)
}

pub fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// Half an em for ASCII, an em for the rest.
pub fn width(character: char) -> f64 {
    if character.is_ascii() { 500.0 } else { 1000.0 }
}

/// UTF-16 codes: UCS-2 for what is in the BMP.
pub fn utf16_face(name: &'static str) -> Face {
    Face::new(name, |character| Code::new(utf16(character.encode_utf8(&mut [0; 4])), character, width(character)))
}

/// Two-byte codes that are glyphs of the made fonts.
pub fn glyph_face(name: &'static str) -> Face {
    Face::new(name, |character| Code::new(glyph(character).to_be_bytes().to_vec(), character, width(character)))
}

/// One-byte codes: the glyphs of the made fonts, the first of them as `first`.
pub fn byte_face(name: &'static str, first: u16) -> Face {
    Face::new(name, move |character| {
        let code = u8::try_from(glyph(character) - 1 + first).expect("a glyph of a simple font");
        Code::new(vec![code], character, width(character))
    })
}

/// A Type0 font by a predefined CMap, neither embedded nor with a ToUnicode; `w` is its widths but those of 1000.
pub fn predefined(file: &mut File, base: &str, cmap: &str, w: &str) -> usize {
    let descriptor = file.add(format!(
        "<</Type/FontDescriptor/FontName/{base}/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120\
         /CapHeight 880/StemV 93>>"
    ));
    let kind = if base == "SimSun" { 2 } else { 0 };
    let descendant = file.add(format!(
        "<</Type/Font/Subtype/CIDFontType{kind}/BaseFont/{base}/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>\
         /DW 1000{w}/FontDescriptor {descriptor} 0 R>>"
    ));
    file.add(format!("<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/{cmap}/DescendantFonts[{descendant} 0 R]>>"))
}

/// STSong-Light by UniGB-UCS2-H: the font of the kinds whose trouble is not the font.
pub fn song(file: &mut File) -> usize {
    predefined(file, "STSong-Light", "UniGB-UCS2-H", "/W[1 95 500]")
}

/// The descriptor of an embedded TrueType font.
pub fn descriptor(file: &mut File, flags: u8, font: &[u8]) -> usize {
    let embedded = file.packed(&format!("/Length1 {}", font.len()), font);
    file.add(format!(
        "<</Type/FontDescriptor/FontName/AAAAAA+MadeSquares/Flags {flags}/FontBBox[0 -100 1000 900]/ItalicAngle 0/Ascent 900\
         /Descent -100/CapHeight 900/StemV 80/FontFile2 {embedded} 0 R>>"
    ))
}

/// The CIDFont around the embedded Unicode font, whose CIDs are its glyphs.
pub fn descendant(file: &mut File) -> usize {
    let descriptor = descriptor(file, 4, UNICODE_TTF);
    let widths: String = glyphs().map(|(_, character)| format!("{} ", width(character))).collect();
    file.add(format!(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+MadeSquares/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)\
         /Supplement 0>>/DW 1000/W[1[{widths}]]/CIDToGIDMap/Identity/FontDescriptor {descriptor} 0 R>>"
    ))
}

/// The embedded Unicode font by Identity-H, with a ToUnicode or without.
pub fn identity(file: &mut File, to_unicode: bool) -> usize {
    let descendant = descendant(file);
    let mut entries = String::new();
    if to_unicode {
        let pairs = glyphs().map(|(glyph, character)| (glyph.to_be_bytes().to_vec(), character.to_string()));
        let cmap = file.stream("", to_unicode_cmap("<0000> <FFFF>", pairs));
        entries = format!("/ToUnicode {cmap} 0 R");
    }
    file.add(format!(
        "<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+MadeSquares/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]{entries}>>"
    ))
}

/// A ToUnicode CMap that says each pair of code and text by itself.
pub fn to_unicode_cmap(space: &str, pairs: impl Iterator<Item = (Vec<u8>, String)>) -> String {
    let lines: Vec<String> = pairs.map(|(code, text)| format!("<{}> <{}>\n", hex(&code), hex(&utf16(&text)))).collect();
    cmap("Made-ToUnicode", 2, space, &format!("{} beginbfchar\n{}endbfchar\n", lines.len(), lines.concat()))
}

/// What stands around the mappings of every CMap. `space` holds the codespace ranges, one a line.
pub fn cmap(name: &str, kind: u8, space: &str, mappings: &str) -> String {
    format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n\
         /CMapName /{name} def\n/CMapType {kind} def\n{} begincodespacerange\n{space}\nendcodespacerange\n{mappings}\
         endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
        space.lines().count()
    )
}

/// The table that most kinds hold: 81 glyphs.
pub fn budget_table(pen: &mut Pen, face: &Face) {
    pen.write(face, 16.0, 200.0, 780.0, "部门收支预算总表");
    pen.write(face, 9.0, 470.0, 760.0, "单位：万元");
    pen.begin();
    pen.font(face, 10.5);
    pen.matrix([1.0, 0.0, 0.0, 1.0, 72.0, 730.0]);
    pen.show(face, "科目编码");
    pen.step(90.0, 0.0);
    pen.show(face, "科目名称");
    pen.step(220.0, 0.0);
    pen.show(face, "预算数（元）");
    for (code, name, amount) in
        [("2010301", "行政运行", "1,234.56"), ("2080505", "养老保险、年金", "98,765.44"), ("合计", "", "100,000.00")]
    {
        pen.step_and_lead(-310.0, -20.25);
        pen.show(face, code);
        pen.step(90.0, 0.0);
        pen.show(face, name);
        pen.step(220.0, 0.0);
        let (whole, cents) = amount.split_at(amount.len() - 3);
        pen.show_pieces(face, &[Piece::Text(whole), Piece::Back(-15.0), Piece::Text(cents)]);
    }
    pen.end();
}
