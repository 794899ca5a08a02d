//! Kinds whose trouble is a composite font (Type0): codes of one, two or four bytes, by a CMap.

use super::Made;
use super::file::{A4, File, Sheet};
use super::fonts::{budget_table, cid, cmap, descendant, gbk, glyph, glyph_face, identity, predefined, song, utf16, utf16_face, width};
use super::pen::{Code, Down, Face, Pen, Piece};

pub fn kinds() -> Vec<Made> {
    vec![
        truetype_identity(),
        unigb_ucs2(),
        gbk_euc(),
        gbkp_euc_rotated(),
        unigb_utf16(),
        vertical(),
        identity_gb1(),
        truetype_identity_no_tounicode(),
        cmap_embedded(),
    ]
}

fn table_by(file: &mut File, font: usize, face: &Face) {
    let mut pen = Pen::new();
    budget_table(&mut pen, face);
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
}

/// A Type0 font by Identity-H with an embedded TrueType font and a ToUnicode: what Word and WPS write. Codes are glyph numbers,
/// so a reader that takes them for characters reads nonsense.
fn truetype_identity() -> Made {
    let mut file = File::new();
    let font = identity(&mut file, true);
    table_by(&mut file, font, &glyph_face("F1"));
    file.made("truetype-identity")
}

/// STSong-Light by UniGB-UCS2-H, not embedded and without ToUnicode: the name of the CMap alone tells that codes are UCS-2.
fn unigb_ucs2() -> Made {
    let mut file = File::new();
    let font = song(&mut file);
    table_by(&mut file, font, &utf16_face("F1"));
    file.made("unigb-ucs2")
}

/// SimSun by GBK-EUC-H, not embedded and without ToUnicode. Codes of one and two bytes stand in one string, and ASCII has its own
/// half-width CIDs from 814: a reader that cuts every two bytes, or has widths by code, goes astray after the first digit.
/// Fails: pdftotext reads the half-width ASCII as full-width.
fn gbk_euc() -> Made {
    let mut file = File::new();
    let font = predefined(&mut file, "SimSun", "GBK-EUC-H", "/W[814 907 500]");
    let face = Face::new("F1", |character| Code::new(gbk(character), character, width(character)));
    let mut pen = Pen::literal();
    budget_table(&mut pen, &face);
    pen.write(&face, 10.5, 72.0, 640.0, "2010301行政运行（基本支出）1,234.56元");
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("gbk-euc")
}

/// GBKp-EUC-H on a page turned by 90 degrees: ASCII has the proportional CIDs 1 to 95, and the page is upright on paper but lies on
/// its side in the coordinates of the content. A code of one byte that is a space takes the word space, here too. (PyMuPDF gives
/// origins as if the page were not turned.)
fn gbkp_euc_rotated() -> Made {
    let mut file = File::new();
    let font = predefined(&mut file, "SimSun", "GBKp-EUC-H", "/W[1 12 500 13[250 500 250]16 95 500]");
    let face = Face::new("F1", |character| {
        let width = if matches!(character, ',' | '.') { 250.0 } else { width(character) };
        Code::new(gbk(character), character, width)
    });
    let mut pen = Pen::literal();
    pen.save();
    // Upright once the page is turned clockwise.
    pen.concat([0.0, 1.0, -1.0, 0.0, 595.0, 0.0]);
    pen.write(&face, 16.0, 300.0, 540.0, "部门收支预算总表");
    pen.write(&face, 10.5, 72.0, 500.0, "2010301行政运行（元）1,234.56");
    pen.write(&face, 10.5, 72.0, 480.0, "2080505养老保险、年金：98,765.44");
    pen.word_space(7.5);
    pen.write(&face, 10.5, 72.0, 460.0, "合计 100,000.00 元");
    pen.restore();
    file.page(&Sheet { turn: 90, ..A4 }, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("gbkp-euc-rotated")
}

/// UniGB-UTF16-H with U+20087, which Adobe-GB1 has as CID 22048: a surrogate pair is one code of four bytes.
/// Fails: pdfium cuts it into two codes and sets all that follows an em too far.
fn unigb_utf16() -> Made {
    let mut file = File::new();
    let font = predefined(&mut file, "STSong-Light", "UniGB-UTF16-H", "/W[1 95 500]");
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    budget_table(&mut pen, &face);
    pen.write(&face, 10.5, 72.0, 640.0, "项目名称：一\u{20087}用户（2010301）1,234.56元");
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("unigb-utf16")
}

/// Vertical writing by UniGB-UCS2-V, with both forms of /W2. The origin of a glyph lies by the position vector v away from where
/// the text position is, and the text goes down. Punctuation gets vertical CIDs, which mean the ordinary characters all the same
/// (the CMap Adobe-GB1-UCS2 says so). Fails: MuPDF's structured text gives as the origin the place one advance further down (its
/// trace gives the same origin as here), and it and pdftotext give presentation forms such as U+FE36.
fn vertical() -> Made {
    let mut file = File::new();
    let w = "/W[1 95 500]/DW2[860 -1050]/W2[1 95 -600 250 840 1926[-1000 480 800]]";
    let font = predefined(&mut file, "STSong-Light", "UniGB-UCS2-V", w);
    let face = Face::new("F1", |character| {
        let mut code = Code::new(utf16(&character.to_string()), character, width(character));
        code.down = Some(match character {
            '合' => Down { v: (480.0, 800.0), advance: -1000.0 },
            _ if character.is_ascii() => Down { v: (250.0, 840.0), advance: -600.0 },
            // By /DW2: half the width across.
            _ => Down { v: (500.0, 860.0), advance: -1050.0 },
        });
        code
    });
    let mut pen = Pen::new();
    pen.write(&face, 16.0, 500.0, 780.0, "部门收支预算总表");
    pen.begin();
    pen.font(&face, 12.0);
    pen.step(440.0, 760.0);
    pen.show(&face, "科目：行政运行（元）");
    pen.step(-30.0, 0.0);
    pen.show(&face, "2010301");
    pen.step(-30.0, 0.0);
    pen.show(&face, "合计、万元");
    pen.end();
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("vertical")
}

/// Identity-H over a font of Adobe-GB1 that is not embedded, without ToUnicode: codes are CIDs, and only the character collection
/// tells what they mean.
fn identity_gb1() -> Made {
    let mut file = File::new();
    let font = predefined(&mut file, "STSong-Light", "Identity-H", "/W[1 95 500]");
    table_by(&mut file, font, &Face::new("F1", |character| Code::new(cid(character).to_be_bytes().to_vec(), character, width(character))));
    file.made("identity-gb1")
}

/// As truetype-identity but without ToUnicode: only the cmap of the embedded font, read backwards, tells.
/// Fails: MuPDF gives U+FFFD for each glyph, pdftotext and pdfium the glyph numbers.
fn truetype_identity_no_tounicode() -> Made {
    let mut file = File::new();
    let font = identity(&mut file, false);
    table_by(&mut file, font, &glyph_face("F1"));
    file.made("truetype-identity-no-tounicode")
}

/// A font whose /Encoding is a CMap in the file: codes of one byte below 80 and of two bytes from 8000, by `cidrange` and `cidchar`.
/// Its ToUnicode is based on another by `usecmap`, has `bfrange` with arrays, and maps one code to the three letters "ffi".
/// Fails: pdftotext passes over the base and so loses digits and letters.
fn cmap_embedded() -> Made {
    let mut file = File::new();
    let descendant = descendant(&mut file);
    let spaces = "<00> <7F>\n<8000> <FFFF>";
    // A character below U+0080 is its own code; the rest is 8000 more than its glyph.
    let high = |character: char| 0x8000 + glyph(character);
    let digits = format!("1 begincidrange\n<30> <39> {}\nendcidrange\n", glyph('0'));
    let marks: String =
        [',', '.', 'o', 'c', 'e'].iter().map(|&character| format!("<{:02X}> {}\n", u32::from(character), glyph(character))).collect();
    // From the full-width bracket to the last glyph, in one range within one last byte.
    let (first, last) = (high('（'), high('ﬃ'));
    let wide = format!("1 begincidrange\n<{first:04X}> <{last:04X}> {}\nendcidrange\n", glyph('（'));
    let mappings = format!("{digits}5 begincidchar\n{marks}endcidchar\n{wide}");
    let encoding = file.stream("/Type/CMap/CMapName/Made-H/WMode 0", cmap("Made-H", 1, spaces, &mappings));

    // The base says the letters, digits and marks; and of the rest something wrong, which must give way.
    let base = format!("1 beginbfrange\n<20> <7E> <0020>\nendbfrange\n1 beginbfchar\n<{:04X}> <0041>\nendbfchar\n", high('合'));
    let base = file.stream("/Type/CMap/CMapName/Made-Base", cmap("Made-Base", 2, spaces, &base));
    let array: String = "合计行政运支出".chars().map(|character| format!("<{:04X}> ", u32::from(character))).collect();
    let ranges = format!(
        "2 beginbfrange\n<{:04X}> <{:04X}> [{array}]\n<{:04X}> <{:04X}> <FF08>\nendbfrange\n",
        high('合'),
        high('出'),
        high('（'),
        high('）')
    );
    let rest: String = "、：预算部门表元收总单位万科目编码名称数养老保险年金用户度基本项"
        .chars()
        .map(|character| format!("<{:04X}> <{:04X}>\n", high(character), u32::from(character)))
        .collect();
    let chars = format!("{} beginbfchar\n<{:04X}> <006600660069>\n{rest}endbfchar\n", rest.lines().count() + 1, high('ﬃ'));
    let body = cmap("Made-ToUnicode", 2, spaces, &format!("{ranges}{chars}"));
    let body = body.replace("begincmap\n", "begincmap\n/Made-Base usecmap\n");
    let to_unicode = file.stream(format!("/Type/CMap/CMapName/Made-ToUnicode/UseCMap {base} 0 R"), body);
    let font = file.add(format!(
        "<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+MadeSquares/Encoding {encoding} 0 R/DescendantFonts[{descendant} 0 R]\
         /ToUnicode {to_unicode} 0 R>>"
    ));

    let face = Face::new("F1", move |character| {
        let bytes = u8::try_from(character).map_or_else(|_| high(character).to_be_bytes().to_vec(), |byte| vec![byte]);
        let mut code = Code::new(bytes, character, width(character));
        if character == 'ﬃ' {
            "ffi".clone_into(&mut code.text);
        }
        code
    });
    let mut pen = Pen::new();
    budget_table(&mut pen, &face);
    pen.begin();
    pen.font(&face, 12.0);
    pen.step(72.0, 640.0);
    pen.show_pieces(&face, &[Piece::Text("预算单位：oﬃce"), Piece::Back(-250.0), Piece::Text("（用户）")]);
    pen.end();
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("cmap-embedded")
}
