//! Kinds whose trouble is a simple font: codes of one byte.

use super::Made;
use super::file::{A4, File};
use super::fonts::{CODES_TTF, WINANSI_TTF, budget_table, byte_face, descriptor, gbk, glyphs, to_unicode_cmap, width};
use super::pen::{Code, Face, Pen};

pub fn kinds() -> Vec<Made> {
    vec![truetype_winansi_subset(), truetype_no_tounicode(), gbk_in_simple_font(), differences()]
}

/// A simple TrueType font: an embedded subset, coded from 33 on by order of glyphs, yet said to be in WinAnsiEncoding. The ToUnicode
/// is right; a reader that trusts the encoding reads `!"#`.
fn truetype_winansi_subset() -> Made {
    let mut file = File::new();
    let descriptor = descriptor(&mut file, 32, WINANSI_TTF);
    let pairs = glyphs().map(|(glyph, character)| (vec![u8::try_from(32 + glyph).expect("few glyphs")], character.to_string()));
    let to_unicode = file.stream("", to_unicode_cmap("<00> <FF>", pairs));
    let widths: String = glyphs().map(|(_, character)| format!("{} ", width(character))).collect();
    let font = file.add(format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+MadeSquares/FirstChar 33/LastChar {}/Widths[{widths}]/Encoding\
         /WinAnsiEncoding/FontDescriptor {descriptor} 0 R/ToUnicode {to_unicode} 0 R>>",
        32 + glyphs().count()
    ));
    let mut pen = Pen::literal();
    budget_table(&mut pen, &byte_face("F1", 33));
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("truetype-winansi-subset")
}

/// A simple TrueType font without ToUnicode, encoding or glyph names, whose cmap has the codes 1 to 31 and no characters: nobody
/// can know the text. A reader that gives the codes as characters, or nothing at all, hides that there was some.
/// Fails: pdftotext gives nothing; pdfium gives the codes as control characters.
fn truetype_no_tounicode() -> Made {
    let mut file = File::new();
    let descriptor = descriptor(&mut file, 4, CODES_TTF);
    let widths: String = glyphs().take(31).map(|(_, character)| format!("{} ", width(character))).collect();
    let font = file.add(format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/AAAAAA+MadeSquares/FirstChar 1/LastChar 31/Widths[{widths}]\
         /FontDescriptor {descriptor} 0 R>>"
    ));
    let face = byte_face("F1", 1);
    let mut pen = Pen::new();
    pen.write(&face, 16.0, 200.0, 780.0, "部门支出预算表");
    pen.write(&face, 10.5, 72.0, 740.0, "2010301行政运行（元）");
    pen.write(&face, 10.5, 400.0, 740.0, "1,234.56");
    pen.write(&face, 10.5, 72.0, 720.0, "合计：1,234.56");
    pen.forget(usize::MAX);
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("truetype-no-tounicode")
}

/// A simple font that is not embedded, with the name 宋体 in GBK bytes, and GBK text in its strings: what old Chinese programs write.
/// The file says WinAnsiEncoding, and readers that go by the standard read `ËÎÌå`. Each byte is half an em wide.
/// A character of two bytes is one glyph here, at the first of them. Fails: MuPDF and pdftotext read Latin letters.
fn gbk_in_simple_font() -> Made {
    let mut file = File::new();
    let name = "#CB#CE#CC#E5";
    let descriptor = file.add(format!(
        "<</Type/FontDescriptor/FontName/{name}/Flags 32/FontBBox[-8 -145 1000 859]/ItalicAngle 0/Ascent 859/Descent -140\
         /CapHeight 859/StemV 80>>"
    ));
    let widths = "500 ".repeat(224);
    let font = file.add(format!(
        "<</Type/Font/Subtype/TrueType/BaseFont/{name}/FirstChar 32/LastChar 255/Widths[{widths}]/Encoding/WinAnsiEncoding\
         /FontDescriptor {descriptor} 0 R>>"
    ));
    let face = Face::new("F1", |character| Code::new(gbk(character), character, width(character)));
    let mut pen = Pen::literal();
    budget_table(&mut pen, &face);
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("gbk-in-simple-font")
}

/// The name of a glyph, the character it stands for, and its width in the metrics that Adobe gives of Helvetica.
const NAMED: [(&str, char, f64); 15] = [
    ("zero", '0', 556.0),
    ("one", '1', 556.0),
    ("two", '2', 556.0),
    ("three", '3', 556.0),
    ("four", '4', 556.0),
    ("five", '5', 556.0),
    ("six", '6', 556.0),
    ("seven", '7', 556.0),
    ("eight", '8', 556.0),
    ("comma", ',', 278.0),
    ("period", '.', 278.0),
    ("parenleft", '(', 333.0),
    ("parenright", ')', 333.0),
    // Not in Helvetica, so nothing may follow it in a string.
    ("uni4E2D", '中', 0.0),
    ("u5143", '元', 0.0),
];

/// Helvetica as one of the standard 14 fonts: no /Widths, not embedded, its codes from 65 on put in another order by /Differences.
/// Its names say the text, two of them in the forms `uni4E2D` and `u5143` of the Adobe glyph list; its widths every reader must know.
/// Fails: pdfium drops the two characters that Helvetica has no glyph for.
fn differences() -> Made {
    let mut file = File::new();
    let (capitals, small) = NAMED.split_at(9);
    let names = |part: &[(&str, char, f64)]| part.iter().map(|(name, ..)| format!("/{name}")).collect::<String>();
    let font = file.add(format!(
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Type/Encoding/BaseEncoding/WinAnsiEncoding\
         /Differences[65{} 97{}]>>>>",
        names(capitals),
        names(small)
    ));
    let face = Face::new("F1", |character| {
        let place = NAMED.iter().position(|&(_, named, _)| named == character).expect("a named glyph");
        let code = if place < 9 { 65 + place } else { 97 + place - 9 };
        Code::new(vec![u8::try_from(code).expect("a byte")], character, NAMED[place].2)
    });
    let mut pen = Pen::literal();
    for (y, code, amount) in [(740.0, "2010301", "1,234.56"), (720.0, "2080505", "(88,765.44)"), (700.0, "2013101", "100,000.00")] {
        pen.write(&face, 10.5, 72.0, y, code);
        pen.write(&face, 10.5, 300.0, y, amount);
        pen.write(&face, 10.5, 400.0, y, "元");
    }
    pen.write(&face, 10.5, 72.0, 760.0, "中");
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("differences")
}
