//! Fonts: from the codes of a string to characters, widths and places.

mod cmap;
mod composite;
mod encodings;
mod normalise;
mod predefined;
mod program;
mod rescue;
mod simple;

use composite::CompositeFont;
use simple::SimpleFont;

use super::geometry::Matrix;
use super::object::{Dictionary, Object, ObjectSource, Resolve as _};
use super::page::{CharacterSource, Characters};

pub use cmap::CMap;
pub(crate) use normalise::{is_text, normal_form};

/// What one code of a string shows.
#[derive(Clone, Debug)]
pub(crate) struct DecodedCode {
    pub(crate) text: Characters,
    pub(crate) original: Option<char>,
    pub(crate) source: CharacterSource,
    /// Horizontal displacement, in text space (1 = the font size).
    pub(crate) width: f64,
    /// For vertical writing: the position vector and the vertical displacement, in text space.
    pub(crate) vertical: Option<VerticalMetrics>,
    /// Whether word spacing applies: the one-byte code 32.
    pub(crate) word_space: bool,
}

/// A code of which nothing is known.
static UNKNOWN: DecodedCode = DecodedCode {
    text: Characters::UNKNOWN,
    original: None,
    source: CharacterSource::Undecodable,
    width: 0.0,
    vertical: None,
    word_space: false,
};

/// Metrics of vertical writing (ISO 32000-1, 9.7.4.3).
#[derive(Clone, Copy, Debug)]
pub(crate) struct VerticalMetrics {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) advance: f64,
}

/// A font, as the content uses it.
#[derive(Debug)]
pub(crate) struct Font {
    kind: Kind,
    /// The name without the subset prefix.
    pub(crate) name: String,
    /// Height above the base line, in text space.
    pub(crate) ascent: f64,
    /// Depth below the base line, negative, in text space.
    pub(crate) descent: f64,
    /// Its map to Unicode, or the CMap of its codes, could not be unpacked whole: the next source of characters was asked.
    pub(crate) damaged: bool,
}

#[derive(Debug)]
enum Kind {
    Simple(Box<SimpleFont>),
    Composite(Box<CompositeFont>),
}

impl Kind {
    fn is_damaged(&self) -> bool {
        match self {
            Self::Simple(font) => font.damaged,
            Self::Composite(font) => font.damaged,
        }
    }
}

impl Font {
    /// Reads a font dictionary. What is broken in it is left out: the codes then come out undecodable.
    pub(crate) fn load(dictionary: &Dictionary, source: &dyn ObjectSource, stream_limit: usize) -> Self {
        let name = |key: &[u8]| match source.get(dictionary, key) {
            Some(Object::Name(name)) => name,
            _ => Vec::new(),
        };
        let (base_font, subtype) = (name(b"BaseFont"), name(b"Subtype"));
        // A composite font whose descendant is lost still splits strings into codes.
        let descendant = (subtype == b"Type0" || dictionary.entry(b"DescendantFonts").is_some())
            .then(|| composite::descendant(dictionary, source).unwrap_or_default());
        let descriptor = source.dictionary(descendant.as_ref().unwrap_or(dictionary), b"FontDescriptor").unwrap_or_default();
        let (mut ascent, mut descent) = extent(&descriptor, source);
        let kind = if let Some(descendant) = descendant {
            Kind::Composite(Box::new(CompositeFont::load(dictionary, &descendant, &descriptor, source, stream_limit)))
        } else {
            let font = SimpleFont::load(dictionary, &descriptor, &subtype, &base_font, source, stream_limit);
            if let Some(matrix) = font.type3_matrix() {
                (ascent, descent) = type3_extent(dictionary, matrix, source).unwrap_or((ascent, descent));
            }
            Kind::Simple(Box::new(font))
        };
        // References to nothing, and streams that cannot be unpacked whole.
        let lost = |key: &[u8]| dictionary.entry(key).is_some_and(|entry| *entry != Object::Null) && source.get(dictionary, key).is_none();
        let damaged = kind.is_damaged() || [&b"ToUnicode"[..], b"Encoding", b"Widths", b"FontDescriptor"].into_iter().any(lost);
        Self { kind, name: display_name(&base_font), ascent, descent, damaged }
    }

    /// A font of which nothing is known: every byte is an undecodable glyph.
    pub(crate) fn missing() -> Self {
        Self { kind: Kind::Simple(Box::new(SimpleFont::missing())), name: String::new(), ascent: 0.88, descent: -0.12, damaged: false }
    }

    /// Whether lines run from top to bottom.
    pub(crate) fn is_vertical(&self) -> bool {
        matches!(&self.kind, Kind::Composite(font) if font.vertical)
    }

    /// Before the codes of a string: how it is to be split may depend on the whole of it.
    pub(crate) fn begin_string(&mut self, bytes: &[u8]) {
        if let Kind::Simple(font) = &mut self.kind {
            font.begin_string(bytes);
        }
    }

    /// The next code of a string: how many bytes it has, at least one, and what it shows.
    pub(crate) fn next_code(&mut self, bytes: &[u8], source: &dyn ObjectSource) -> (usize, &DecodedCode) {
        match &mut self.kind {
            Kind::Simple(font) => font.next_code(bytes, source),
            Kind::Composite(font) => font.next_code(bytes, source),
        }
    }
}

/// Ascent and descent in text space; publishers' values are often nonsense, so only likely ones are taken.
fn extent(descriptor: &Dictionary, source: &dyn ObjectSource) -> (f64, f64) {
    let number = |key: &[u8]| source.get(descriptor, key).and_then(|value| value.as_number()).map(|value| value / 1000.0);
    let ascent = number(b"Ascent").filter(|ascent| (0.3..=1.5).contains(ascent)).unwrap_or(0.88);
    let descent = number(b"Descent").map(|descent| -descent.abs()).filter(|descent| (-0.8..=-0.01).contains(descent)).unwrap_or(-0.12);
    (ascent, descent)
}

fn type3_extent(dictionary: &Dictionary, matrix: Matrix, source: &dyn ObjectSource) -> Option<(f64, f64)> {
    let bounds = source.numbers(dictionary, b"FontBBox")?;
    let &[_, bottom, _, top] = bounds.as_slice() else { return None };
    let (one, other) = (bottom * matrix.d, top * matrix.d);
    let (descent, ascent) = (one.min(other), one.max(other));
    (ascent - descent > 0.1 && ascent < 3.0 && descent > -3.0).then_some((ascent, descent))
}

/// A font's name for people: without the subset prefix, GBK bytes decoded.
fn display_name(base_font: &[u8]) -> String {
    let name = if base_font.get(6) == Some(&b'+') { base_font.get(7..).unwrap_or_default() } else { base_font };
    match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GBK.decode_without_bom_handling(name).0.into_owned(),
    }
}

/// For fuzzing: parses a font program and asks it everything.
pub(crate) fn ask_program(data: &[u8]) -> usize {
    let Some(program) = program::FontProgram::parse(data) else { return 0 };
    let named = (0..=u8::MAX).filter(|&code| program.glyph_name(code).is_some() || program.glyph_of_code(code).is_some()).count();
    let known = (0..1000).filter(|&cid| program.glyph_of_cid(cid).and_then(|glyph| program.characters(glyph)).is_some()).count();
    named + known + (0..1000).filter(|&glyph| program.width(glyph).is_some()).count()
}
