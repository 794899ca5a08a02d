//! Small PDF files of many kinds, each built from nothing, with the text and the origin of every glyph known beforehand.
//!
//! What a reader must find is worked out beside the bytes, by the arithmetic of ISO 32000-1; none of it was read off a reader. All
//! kinds were then held against MuPDF 1.28.5 (by way of PyMuPDF), pdfium 159.0.8149 and poppler 22.12 (`pdftotext`, for the text
//! alone): origins agree to 0.05 pt but where a kind says after "Fails:" what such a reader does. The few parts that are not built
//! here (fonts, and files that qpdf locked) are in `tests/made_pdf/parts`, with the script that made them.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::many_single_char_names,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::doc_markdown,
    reason = "code for tests, which may stop and need not read it all; names and matrices are written as the standard writes them"
)]

mod composite;
mod content;
mod damaged;
mod file;
mod flate;
mod fonts;
mod packed;
mod pen;
mod rulings;
mod simple;
mod type3;

/// A file and what is in it. A file that wants a password has no pages.
pub struct Made {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    pub pages: Vec<MadePage>,
}

/// A page as it is looked at: cut to its crop box and turned.
pub struct MadePage {
    pub width: f64,
    pub height: f64,
    /// In the order of the content.
    pub glyphs: Vec<MadeGlyph>,
    /// Straight lines that are painted and not white: x0, y0, x1, y1, the smaller coordinates first.
    pub rules: Vec<[f64; 4]>,
}

/// The text of a glyph, U+FFFD where nobody can know it, and its origin in points from the top left of the page.
pub struct MadeGlyph {
    pub text: String,
    pub x: f64,
    pub y: f64,
}

/// Every kind, each under its own name.
pub fn kinds() -> Vec<Made> {
    [simple::kinds(), composite::kinds(), type3::kinds(), damaged::kinds(), packed::kinds(), content::kinds(), rulings::kinds()]
        .into_iter()
        .flatten()
        .collect()
}

/// The font programs that the kinds embed.
pub fn fonts() -> [(&'static str, &'static [u8]); 3] {
    [("unicode.ttf", fonts::UNICODE_TTF), ("winansi.ttf", fonts::WINANSI_TTF), ("codes.ttf", fonts::CODES_TTF)]
}
