//! Kinds whose glyphs are little content streams of their own (Type3 fonts).

use super::Made;
use super::file::{A4, File};
use super::fonts::{budget_table, byte_face, glyphs, to_unicode_cmap, utf16, width};
use super::pen::{Matrix, Pen, hex, numbers};

pub fn kinds() -> Vec<Made> {
    vec![type3_actualtext(), type3_tounicode()]
}

/// A Type3 font with a square for every character of the made fonts, as codes from 1. `em` is the em in the units of `matrix`;
/// `says` is the ToUnicode's word for a character.
fn type3(file: &mut File, matrix: Matrix, em: f64, says: fn(char) -> char) -> usize {
    let (mut procs, mut names, mut widths, mut last) = (String::new(), String::new(), String::new(), 0);
    for (glyph, character) in glyphs() {
        let wide = width(character) / 1000.0 * em;
        let (low, side) = (em * 0.1, wide * 0.8);
        let operators = format!("{wide} 0 0 0 {wide} {em} d1\n{low} 0 {side} {side} re f");
        procs += &format!("/g{glyph:X} {} 0 R", file.stream("", operators));
        names += &format!("/g{glyph:X}");
        widths += &format!("{wide} ");
        last = glyph;
    }
    let pairs = glyphs().map(|(glyph, character)| (vec![u8::try_from(glyph).expect("few glyphs")], says(character).to_string()));
    let to_unicode = file.stream("", to_unicode_cmap("<00> <FF>", pairs));
    file.add(format!(
        "<</Type/Font/Subtype/Type3/FontMatrix[{}]/FontBBox[0 0 {em} {em}]/FirstChar 1/LastChar {last}/Widths[{widths}]\
         /Encoding<</Type/Encoding/Differences[1{names}]>>/CharProcs<<{procs}>>/Resources<<>>/ToUnicode {to_unicode} 0 R>>",
        numbers(matrix)
    ))
}

/// The radicals that look like a character, as headless Chromium picks them: it goes from the glyph back to the first character of
/// the font's cmap, and a font that draws both alike has the radical first.
fn radical(character: char) -> char {
    match character {
        '户' => '\u{2F3E}',
        '一' => '\u{2F00}',
        '行' => '\u{2F8F}',
        '用' => '\u{2F64}',
        '金' => '\u{2FA6}',
        '老' => '\u{2F7C}',
        '目' => '\u{2F6C}',
        // Of the CJK Radicals Supplement, which compatibility normalisation leaves as it is.
        '门' => '\u{2ED4}',
        other => other,
    }
}

/// Shows a run of text as headless Chromium does: what the ToUnicode has wrong stands in a marked span of its own.
fn write_spanned(pen: &mut Pen, size: f64, x: f64, y: f64, text: &str) {
    let face = byte_face("F4", 1);
    pen.begin();
    pen.font(&face, size);
    // The page is upside down, so the text is turned back.
    pen.matrix([1.0, 0.0, 0.0, -1.0, x, y]);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if radical(first) == first {
            let end = rest.find(|character| radical(character) != character).unwrap_or(rest.len());
            pen.show(&face, &rest[..end]);
            rest = &rest[end..];
        } else {
            let (one, after) = rest.split_at(first.len_utf8());
            pen.raw(&format!("/Span <</ActualText <FEFF{}>>> BDC", hex(&utf16(one))));
            pen.show(&face, one);
            pen.raw("EMC");
            rest = after;
        }
    }
    pen.end();
}

/// Type3 as headless Chromium writes it. The ToUnicode gives Kangxi radicals for 户, 一, 行 and others, and U+2ED4 for 门; the right
/// character stands only in /ActualText around the glyph. A reader without marked content reads radicals, which look right and
/// compare as different.
fn type3_actualtext() -> Made {
    let mut file = File::new();
    let font = type3(&mut file, [0.001, 0.0, 0.0, -0.001, 0.0, 0.0], 1000.0, radical);
    let mut pen = Pen::new();
    pen.concat([0.24, 0.0, 0.0, -0.24, 0.0, 842.0]);
    write_spanned(&mut pen, 66.0, 900.0, 260.0, "部门收支预算总表");
    write_spanned(&mut pen, 37.5, 1900.0, 340.0, "单位：万元");
    for (y, code, name, amount) in [
        (440.0, "科目编码", "科目名称", "预算数（元）"),
        (525.0, "2010301", "行政运行", "1,234.56"),
        (610.0, "2080505", "养老保险、年金", "98,765.44"),
        (695.0, "2210201", "一户一用度", "100,000.00"),
    ] {
        write_spanned(&mut pen, 43.75, 300.0, y, code);
        write_spanned(&mut pen, 43.75, 700.0, y, name);
        write_spanned(&mut pen, 43.75, 1600.0, y, amount);
    }
    file.page(&A4, &format!("/Font<</F4 {font} 0 R>>"), &pen);
    file.made("type3-actualtext")
}

/// Type3 with a right ToUnicode and a /FontMatrix of fiftieths: a reader that takes the widths for thousandths sets all glyphs of a
/// string in one place.
fn type3_tounicode() -> Made {
    let mut file = File::new();
    let font = type3(&mut file, [0.02, 0.0, 0.0, 0.02, 0.0, 0.0], 50.0, |character| character);
    let mut pen = Pen::new();
    budget_table(&mut pen, &byte_face("F1", 1));
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("type3-tounicode")
}
