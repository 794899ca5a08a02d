//! Simple fonts (Type 1, TrueType, Type 3): one byte a code.

use super::cmap::CMap;
use super::encodings::{BaseEncoding, StandardFont};
use super::normalise::{is_text, normal_form};
use super::program::{FontProgram, characters_of_name};
use super::rescue::{self, ChineseName};
use super::{DecodedCode, UNKNOWN};
use crate::read::pdf::geometry::Matrix;
use crate::read::pdf::object::{Dictionary, Object, ObjectSource, Resolve as _};
use crate::read::pdf::page::{CharacterSource, Characters};

#[derive(Debug)]
pub(super) struct SimpleFont {
    to_unicode: Option<CMap>,
    /// Glyph names by code, from `/Differences`.
    differences: Vec<Option<String>>,
    encoding: Option<BaseEncoding>,
    standard: Option<StandardFont>,
    first_code: i64,
    widths: Vec<Option<f64>>,
    missing_width: f64,
    /// Text space per unit of width: 1/1000, or what the matrix of a Type 3 font says.
    width_scale: f64,
    matrix: Option<Matrix>,
    embedded: bool,
    /// GBK may stand in its strings: the name is a Chinese font's.
    gbk: Option<ChineseName>,
    /// The string at hand is GBK.
    gbk_string: bool,
    /// Its map to Unicode is damaged.
    pub(super) damaged: bool,
    program: LazyProgram,
    /// By code, made when first asked for.
    codes: Vec<Option<DecodedCode>>,
    /// The last GBK pair.
    pair: Option<DecodedCode>,
}

/// A font program that is read only if something asks for it.
#[derive(Debug)]
pub(super) enum LazyProgram {
    Unread(Dictionary, usize),
    Read(Option<Box<FontProgram>>),
}

impl LazyProgram {
    pub(super) fn get(&mut self, source: &dyn ObjectSource) -> Option<&FontProgram> {
        if let Self::Unread(descriptor, limit) = self {
            *self = Self::Read(FontProgram::load(descriptor, source, *limit).map(Box::new));
        }
        match self {
            Self::Read(program) => program.as_deref(),
            Self::Unread(..) => None,
        }
    }
}

impl SimpleFont {
    pub(super) fn load(
        dictionary: &Dictionary,
        descriptor: &Dictionary,
        subtype: &[u8],
        base_font: &[u8],
        source: &dyn ObjectSource,
        stream_limit: usize,
    ) -> Self {
        let embedded = FontProgram::is_embedded(descriptor);
        let is_type3 = subtype == b"Type3";
        let standard = (!is_type3 && !embedded).then(|| StandardFont::from_name(base_font)).flatten();
        let symbolic = source.get(descriptor, b"Flags").and_then(|flags| flags.as_integer()).is_some_and(|flags| flags & 4 != 0);
        let (encoding, differences) = encoding(dictionary, source);
        // The standard encoding is what a font has that says nothing, unless its own encoding is not known to be Latin.
        let implied = match standard {
            Some(standard) => Some(standard.encoding()),
            None if is_type3 || embedded || symbolic => None,
            None => Some(BaseEncoding::Standard),
        };
        let (to_unicode, damaged) = to_unicode(dictionary, source, stream_limit);
        let widths = match source.get(dictionary, b"Widths") {
            Some(Object::Array(widths)) => widths.iter().map(|width| source.resolve(width)?.as_number()).take(256).collect(),
            _ => Vec::new(),
        };
        let integer = |key: &[u8]| source.get(dictionary, key).and_then(|value| value.as_integer());
        let matrix = is_type3.then(|| {
            let numbers = source.numbers(dictionary, b"FontMatrix").and_then(|numbers| <[f64; 6]>::try_from(numbers).ok());
            Matrix::new(numbers.unwrap_or([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]))
        });
        Self {
            gbk_string: false,
            damaged,
            gbk: if embedded || is_type3 || to_unicode.is_some() { None } else { rescue::chinese_name(base_font) },
            to_unicode,
            differences,
            encoding: encoding.or(implied),
            standard,
            first_code: integer(b"FirstChar").unwrap_or(0),
            widths,
            missing_width: source.get(descriptor, b"MissingWidth").and_then(|width| width.as_number()).unwrap_or(0.0),
            width_scale: matrix.map_or(0.001, |matrix| matrix.a),
            matrix,
            embedded,
            program: if is_type3 { LazyProgram::Read(None) } else { LazyProgram::Unread(descriptor.clone(), stream_limit) },
            codes: vec![None; 256],
            pair: None,
        }
    }

    pub(super) fn missing() -> Self {
        Self {
            to_unicode: None,
            differences: Vec::new(),
            encoding: None,
            standard: None,
            first_code: 0,
            widths: Vec::new(),
            missing_width: 500.0,
            width_scale: 0.001,
            matrix: None,
            embedded: false,
            gbk_string: false,
            damaged: false,
            gbk: None,
            program: LazyProgram::Read(None),
            codes: vec![None; 256],
            pair: None,
        }
    }

    pub(super) fn begin_string(&mut self, bytes: &[u8]) {
        self.gbk_string = self.gbk.is_some_and(|name| rescue::is_gbk(bytes, name));
    }

    pub(super) fn type3_matrix(&self) -> Option<Matrix> {
        self.matrix
    }

    pub(super) fn next_code(&mut self, bytes: &[u8], source: &dyn ObjectSource) -> (usize, &DecodedCode) {
        if self.gbk_string
            && let Some(character) = rescue::pair(bytes)
        {
            let width = |font: &Self, index: usize| bytes.get(index).and_then(|&code| font.stated_width(code));
            // What a reader advances: both bytes' widths, or a full em where the file gives none.
            let width = match (width(self, 0), width(self, 1)) {
                (Some(one), Some(other)) => (one + other) * self.width_scale,
                _ => 1.0,
            };
            let original = normal_form(character, false).map(|_| character);
            let decoded = DecodedCode {
                text: Characters::One(normal_form(character, false).unwrap_or(character)),
                original,
                source: CharacterSource::GbkRescue,
                width,
                vertical: None,
                word_space: false,
            };
            return (2, self.pair.insert(decoded));
        }
        let code = bytes.first().copied().unwrap_or(0);
        let index = usize::from(code);
        if self.codes.get(index).is_none_or(Option::is_none) {
            let decoded = self.decode(code, source);
            if let Some(place) = self.codes.get_mut(index) {
                *place = Some(decoded);
            }
        }
        // The table has an entry for every byte.
        (1, self.codes.get(index).and_then(Option::as_ref).unwrap_or(&UNKNOWN))
    }

    fn decode(&mut self, code: u8, source: &dyn ObjectSource) -> DecodedCode {
        let (text, character_source) = self.characters(code, source);
        let width = self.width(code, source);
        let single = text.single();
        let normal = single.and_then(|character| normal_form(character, false));
        DecodedCode {
            text: normal.map_or(text, Characters::One),
            original: normal.and(single),
            source: character_source,
            width: width * self.width_scale,
            vertical: None,
            word_space: code == b' ',
        }
    }

    /// The ladder of a simple font: `/ToUnicode`, glyph name, embedded font.
    fn characters(&mut self, code: u8, source: &dyn ObjectSource) -> (Characters, CharacterSource) {
        if let Some(characters) = self.to_unicode.as_ref().and_then(|map| valid(map.characters(u32::from(code)))) {
            return (characters, CharacterSource::ToUnicode);
        }
        let difference = self.differences.get(usize::from(code)).and_then(Option::as_deref);
        let encoding_name = self.encoding.and_then(|encoding| encoding.glyph_name(code));
        if let Some(characters) = difference.or(encoding_name).and_then(characters_of_name) {
            return (characters, CharacterSource::GlyphName);
        }
        let has_difference = difference.is_some();
        if self.embedded
            && !has_difference
            && let Some(program) = self.program.get(source)
        {
            let by_name = program.glyph_name(code).and_then(characters_of_name);
            let by_glyph = || program.glyph_of_code(code).and_then(|glyph| program.characters(glyph).cloned());
            if let Some(characters) = by_name.or_else(by_glyph) {
                return (characters, CharacterSource::EmbeddedFont);
            }
        }
        (Characters::UNKNOWN, CharacterSource::Undecodable)
    }

    /// The width that `/Widths` states.
    fn stated_width(&self, code: u8) -> Option<f64> {
        let index = usize::try_from(i64::from(code) - self.first_code).ok()?;
        self.widths.get(index).copied().flatten()
    }

    fn width(&mut self, code: u8, source: &dyn ObjectSource) -> f64 {
        if let Some(width) = self.stated_width(code) {
            return width;
        }
        if !self.widths.is_empty() {
            return self.missing_width;
        }
        if let Some(standard) = self.standard {
            let name = self.differences.get(usize::from(code)).and_then(Option::as_deref);
            let name = name.or_else(|| self.encoding.and_then(|encoding| encoding.glyph_name(code)));
            return standard.width(code, name).unwrap_or(self.missing_width);
        }
        if self.gbk.is_some() {
            return 500.0;
        }
        let by_program = self.program.get(source).and_then(|program| program.width(program.glyph_of_code(code)?));
        by_program.unwrap_or(self.missing_width)
    }
}

/// What a map says, unless it cannot be text.
pub(super) fn valid(characters: Option<Characters>) -> Option<Characters> {
    characters.filter(|characters| match characters {
        Characters::One(character) => is_text(*character),
        Characters::Many(text) => text.chars().all(is_text),
    })
}

/// The font's `/ToUnicode` map, unless it is empty, and whether it is damaged.
pub(super) fn to_unicode(dictionary: &Dictionary, source: &dyn ObjectSource, limit: usize) -> (Option<CMap>, bool) {
    let Some(Object::Stream(stream, id)) = source.get(dictionary, b"ToUnicode") else { return (None, false) };
    let Ok(unpacked) = source.stream(&stream, id, limit) else { return (None, true) };
    let map = CMap::parse(&unpacked.bytes);
    ((!map.is_empty()).then_some(map), unpacked.damaged)
}

/// `/Encoding`: a name, or a dictionary with differences.
fn encoding(dictionary: &Dictionary, source: &dyn ObjectSource) -> (Option<BaseEncoding>, Vec<Option<String>>) {
    match source.get(dictionary, b"Encoding") {
        Some(Object::Name(name)) => (BaseEncoding::from_name(&name), Vec::new()),
        Some(Object::Dictionary(encoding)) => {
            let base = match source.get(&encoding, b"BaseEncoding") {
                Some(Object::Name(name)) => BaseEncoding::from_name(&name),
                _ => None,
            };
            let mut names = vec![None; 256];
            let mut code = 0_i64;
            if let Some(Object::Array(differences)) = source.get(&encoding, b"Differences") {
                for entry in &differences {
                    match source.resolve(entry) {
                        Some(Object::Name(name)) => {
                            if let Some(place) = usize::try_from(code).ok().and_then(|code| names.get_mut(code)) {
                                *place = String::from_utf8(name).ok();
                            }
                            code = code.saturating_add(1);
                        }
                        Some(number) => code = number.as_integer().unwrap_or(code),
                        None => {}
                    }
                }
            }
            (base, names)
        }
        _ => (None, Vec::new()),
    }
}
