//! Kinds of file that are damaged outside the page: all that is needed to read them is still there. But for the last, the page
//! and its fonts are the same in all: the table in STSong-Light, and a line in an embedded font with a ToUnicode.

use super::Made;
use super::file::{A4, File, Laid};
use super::fonts::{budget_table, byte_face, glyph_face, glyphs, identity, song, to_unicode_cmap, utf16_face};
use super::pen::Pen;

pub fn kinds() -> Vec<Made> {
    vec![
        no_xref(),
        offsets_shifted(),
        junk_before_header(),
        wrong_length("wrong-length-minus-7", |length| length.saturating_sub(7)),
        wrong_length("wrong-length-plus-5", |length| length + 5),
        wrong_length("wrong-length-0", |_| 0),
        xref_wrong_for_contents(),
        truncated(),
    ]
}

/// The file to damage, and the number of its content stream.
fn sound() -> (File, usize) {
    let mut file = File::new();
    let (song, embedded) = (song(&mut file), identity(&mut file, true));
    let mut pen = Pen::new();
    budget_table(&mut pen, &utf16_face("F1"));
    pen.write(&glyph_face("F2"), 10.5, 72.0, 640.0, "基本项");
    pen.write(&glyph_face("F2"), 10.5, 160.0, 640.0, "基本支出（用户）：1,234.56");
    let contents = file.page(&A4, &format!("/Font<</F1 {song} 0 R/F2 {embedded} 0 R>>"), &pen);
    (file, contents)
}

fn whole(file: &File) -> Laid {
    file.laid(|length| length)
}

/// The file ends after the last object: cross-reference table, trailer and `startxref` are gone, and with them the way to the
/// catalog. Fails: pdftotext and pdfium do not open it.
fn no_xref() -> Made {
    let (file, _) = sound();
    let bytes = whole(&file).bytes;
    file.with_bytes("no-xref", bytes)
}

/// Every offset in the cross-reference table is 20 too large, as when line ends were changed on the way.
fn offsets_shifted() -> Made {
    let (file, _) = sound();
    let mut laid = whole(&file);
    laid.offsets.iter_mut().for_each(|offset| *offset += 20);
    file.with_bytes("offsets-shifted", laid.finished())
}

/// 300 bytes before the header, as a download leaves them: all offsets, and `startxref`, count from the header.
fn junk_before_header() -> Made {
    let (file, _) = sound();
    let junk = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n".iter().cycle().take(300).copied();
    let bytes = junk.chain(whole(&file).finished()).collect();
    file.with_bytes("junk-before-header", bytes)
}

/// Every stream has a wrong /Length: too small cuts the last string of the page, none leaves no page, and too large runs into the
/// next object. Only the word `endstream` tells.
fn wrong_length(name: &'static str, length: fn(usize) -> usize) -> Made {
    let (file, _) = sound();
    let bytes = file.laid(length).finished();
    file.with_bytes(name, bytes)
}

/// The cross-reference table is right for all but the two content streams: for the first it points into the middle of another
/// object, for the second at the start of another stream, whose number is not the one that was asked for.
/// Fails: pdfium shows empty pages. So does any reader that mends the table only when the file will not open.
fn xref_wrong_for_contents() -> Made {
    let (mut file, first) = sound();
    let mut pen = Pen::new();
    pen.write(&utf16_face("F1"), 16.0, 200.0, 780.0, "部门支出预算表");
    pen.write(&utf16_face("F1"), 10.5, 72.0, 740.0, "2010301行政运行（元）：1,234.56");
    let font = song(&mut file);
    let second = file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    let mut laid = whole(&file);
    laid.offsets[first - 1] = laid.offsets[0] + 25;
    laid.offsets[second - 1] = laid.offsets[file.streams()[0] - 1];
    file.with_bytes("xref-wrong-for-contents", laid.finished())
}

/// The last 15 % of the file are cut off: the page and its content are there, but of the fonts
/// - F1 is whole: its text is known;
/// - F2 has its Type0 dictionary (Identity-H: codes of two bytes), but neither ToUnicode nor descendant: text unknown;
/// - F3, a simple font, is gone; its codes are 1 to 31.
///
/// Each glyph of F2 and F3 has a string of its own and is set in place by itself, so that their number and origins are certain
/// without any font. A reader that gives up on the page, or drops glyphs whose font is not there, passes over figures in silence.
/// Fails: pdftotext and pdfium do not open it; MuPDF reads two glyphs for each code of F2.
fn truncated() -> Made {
    let mut file = File::new();
    let song = song(&mut file);
    let mut pen = Pen::new();
    budget_table(&mut pen, &utf16_face("F1"));
    for (y, face) in [(640.0, glyph_face("F2")), (620.0, byte_face("F3", 1))] {
        pen.begin();
        pen.font(&face, 10.5);
        pen.step(72.0, y);
        for character in ["2", "0", "1", "合", "计", "支", "出", "（", "元", "）"] {
            pen.show(&face, character);
            pen.forget(1);
            pen.step(14.25, 0.0);
        }
        pen.end();
    }
    // The numbers of what is added after: the Type0 dictionary and the bulk, then what the cut takes.
    let contents = file.stream("", pen.content.clone());
    let page = contents + 1;
    let (composite, to_unicode, descendant, simple) = (page + 1, page + 3, page + 4, page + 5);
    file.page_of(&A4, &format!("/Font<</F1 {song} 0 R/F2 {composite} 0 R/F3 {simple} 0 R>>"), &format!("{contents} 0 R"), &pen);
    file.add(format!(
        "<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+MadeSquares/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]\
         /ToUnicode {to_unicode} 0 R>>"
    ));
    // Bulk in which the cut falls.
    let bulk = file.stream("/Type/Metadata", "made to be cut ".repeat(440));
    let pairs = glyphs().take(31).map(|(glyph, character)| (glyph.to_be_bytes().to_vec(), character.to_string()));
    file.stream("", to_unicode_cmap("<0000> <FFFF>", pairs));
    file.add(
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+MadeSquares\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000>>",
    );
    file.add("<</Type/Font/Subtype/TrueType/BaseFont/AAAAAB+MadeSquares/FirstChar 1/LastChar 1/Widths[500]>>");
    let laid = whole(&file);
    let within_bulk = laid.offsets[bulk - 1] + 80..laid.offsets[bulk];
    let mut bytes = laid.finished();
    bytes.truncate(bytes.len() * 85 / 100);
    assert!(within_bulk.contains(&bytes.len()), "the cut falls into the bulk");
    file.with_bytes("truncated", bytes)
}
