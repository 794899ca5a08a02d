//! Marked content: replacement text and layers.

use super::super::page::{CharacterSource, Characters, Glyph};
use super::token::{Token, unescape_hexadecimal, unescape_literal};
use crate::read::pdf::font::{is_text, normal_form};
use crate::read::pdf::object::Object;

/// An open `BDC … EMC`.
#[derive(Debug)]
pub(super) struct MarkedContent {
    /// `/ActualText`: what the glyphs inside stand for.
    pub(super) actual_text: Option<String>,
    /// The first glyph inside.
    pub(super) first_glyph: usize,
    /// In a layer that is switched off.
    pub(super) hidden: bool,
}

/// `/ActualText` of a property list written in the content.
pub(super) fn actual_text_of_tokens(tokens: &[Token<'_>]) -> Option<String> {
    let mut bytes = Vec::new();
    let mut depth = 0_usize;
    for pair in tokens.windows(2) {
        match pair {
            [Token::DictionaryStart, _] => depth += 1,
            [Token::DictionaryEnd, _] => depth = depth.saturating_sub(1),
            [Token::Name(b"ActualText"), Token::Literal(text)] if depth == 1 => {
                unescape_literal(text, &mut bytes);
                return Some(text_string(&bytes));
            }
            [Token::Name(b"ActualText"), Token::Hexadecimal(text)] if depth == 1 => {
                unescape_hexadecimal(text, &mut bytes);
                return Some(text_string(&bytes));
            }
            _ => {}
        }
    }
    None
}

/// `/ActualText` of a property list in the resources.
pub(super) fn actual_text_of_object(object: Option<Object>) -> Option<String> {
    match object {
        Some(Object::String(bytes)) => Some(text_string(&bytes)),
        _ => None,
    }
}

/// A text string (ISO 32000-1, 7.9.2.2): UTF-16 or UTF-8 by its mark, otherwise Latin.
fn text_string(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => encoding_rs::UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|&byte| pdf_doc_character(byte)).collect(),
    }
}

/// A character of `PDFDocEncoding` (ISO 32000-1, annex D.2): Latin, with signs of its own where Latin has controls.
fn pdf_doc_character(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 31] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž',
        'ı', 'ł', 'œ', 'š', 'ž',
    ];
    let special = match byte {
        0x18..=0x1F => LOW.get(usize::from(byte - 0x18)),
        0x80..=0x9E => HIGH.get(usize::from(byte - 0x80)),
        0xA0 => Some(&'€'),
        _ => None,
    };
    special.copied().unwrap_or(char::from(byte))
}

/// Lets the glyphs of a marked sequence stand for its replacement text: one for one if they are as many as its characters,
/// otherwise the first stands for all, unless only spaces differ. An empty text, or one without glyphs, changes nothing: nothing is taken off the page
/// because a tag says so.
pub(super) fn replace(glyphs: &mut Vec<Glyph>, first: usize, text: &str) {
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    let inside = glyphs.get_mut(first..).unwrap_or_default();
    let count = text.chars().count();
    // A replacement that cannot be text says nothing: what the font says stays.
    if text.is_empty() || inside.is_empty() || !text.chars().all(is_text) {
        return;
    }
    if inside.len() == count {
        for (glyph, character) in inside.iter_mut().zip(text.chars()) {
            set(glyph, Characters::One(character));
        }
        return;
    }
    // As many words, only other spaces: the glyphs say it themselves, each at its place.
    let mut shown = String::new();
    for glyph in inside.iter() {
        glyph.text.push_to(&mut shown);
    }
    let dense = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
    if dense(&shown) == dense(&text) {
        return;
    }
    let bounds =
        inside.iter().skip(1).fold(inside.first().map(|glyph| glyph.bounds).unwrap_or_default(), |all, glyph| all.union(glyph.bounds));
    if let (Some(glyph), Some(characters)) = (inside.first_mut(), Characters::from_text(&text)) {
        glyph.bounds = bounds;
        set(glyph, characters);
        glyphs.truncate(first + 1);
    }
}

fn set(glyph: &mut Glyph, characters: Characters) {
    let single = characters.single();
    let normal = single.and_then(|character| normal_form(character, false));
    let characters = normal.map_or(characters, Characters::One);
    if glyph.text == characters {
        glyph.source = CharacterSource::ActualText;
        return;
    }
    // What the font says stays beside it, where that is one character.
    glyph.original =
        normal.and(single).or(glyph.original).or_else(|| glyph.text.single().filter(|&known| known != char::REPLACEMENT_CHARACTER));
    glyph.text = characters;
    glyph.source = CharacterSource::ActualText;
}
