//! Composite fonts (Type 0): codes of one to four bytes, split by a CMap that gives CIDs.

use rustc_hash::FxHashMap;

use super::cmap::CMap;
use super::normalise::normal_form;
use super::predefined::{Codespace, PredefinedCMap, split, unicode_of_cid};
use super::program::FontProgram;
use super::simple::{LazyProgram, to_unicode, valid};
use super::{DecodedCode, UNKNOWN, VerticalMetrics};
use crate::read::pdf::object::{Dictionary, Object, ObjectSource, Resolve as _};
use crate::read::pdf::page::{CharacterSource, Characters};

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub(super) struct CompositeFont {
    encoding: Encoding,
    /// The character collection of the CIDs, where it is one of the four known.
    ordering: Option<&'static str>,
    to_unicode: Option<CMap>,
    /// `/ToUnicode /Identity-H`: codes are Unicode.
    identity_to_unicode: bool,
    widths: Widths,
    pub(super) vertical: bool,
    /// Its map to Unicode or its CMap is damaged, or not known.
    pub(super) damaged: bool,
    vertical_metrics: VerticalWidths,
    glyphs: CidToGlyph,
    embedded: bool,
    program: LazyProgram,
    /// What codes show, made when first asked for, and the place of each by code and length.
    codes: Vec<DecodedCode>,
    places: FxHashMap<(u32, u8), usize>,
}

#[derive(Debug)]
enum Encoding {
    Identity,
    Predefined(&'static PredefinedCMap, &'static [Codespace]),
    Embedded(Box<CMap>),
    /// A CMap that is not known, or broken: its codes are counted, and none has a CID.
    Unknown,
}

/// `/CIDToGIDMap`.
#[derive(Debug)]
enum CidToGlyph {
    Identity,
    Map(Vec<u8>),
    /// None given: the embedded font itself tells.
    Font,
}

/// `/W` and `/DW`, in 1/1000 em.
#[derive(Debug)]
struct Widths {
    single: FxHashMap<u32, f64>,
    ranges: Vec<(u32, u32, f64)>,
    default: f64,
}

/// `/W2` and `/DW2`, in 1/1000 em.
#[derive(Debug)]
struct VerticalWidths {
    single: FxHashMap<u32, VerticalMetrics>,
    ranges: Vec<(u32, u32, VerticalMetrics)>,
    default_y: f64,
    default_advance: f64,
}

/// The font dictionary below a composite font.
pub(super) fn descendant(dictionary: &Dictionary, source: &dyn ObjectSource) -> Option<Dictionary> {
    match source.get(dictionary, b"DescendantFonts")? {
        Object::Array(items) => match source.resolve(items.first()?)? {
            Object::Dictionary(descendant) => Some(descendant),
            _ => None,
        },
        Object::Dictionary(descendant) => Some(descendant),
        _ => None,
    }
}

/// No map of the files known is longer.
const MOST_WIDTHS: usize = 200_000;

impl CompositeFont {
    pub(super) fn load(
        dictionary: &Dictionary,
        descendant: &Dictionary,
        descriptor: &Dictionary,
        source: &dyn ObjectSource,
        stream_limit: usize,
    ) -> Self {
        let (encoding, vertical) = encoding(dictionary, source, stream_limit);
        let (to_unicode, map_damaged) = to_unicode(dictionary, source, stream_limit);
        let system = source.dictionary(descendant, b"CIDSystemInfo").unwrap_or_default();
        let ordering = match source.get(&system, b"Ordering") {
            Some(Object::String(ordering) | Object::Name(ordering)) => known_ordering(&ordering),
            _ => None,
        };
        let ordering = ordering.or(match &encoding {
            Encoding::Predefined(predefined, _) => Some(predefined.ordering()),
            _ => None,
        });
        let glyphs = match source.get(descendant, b"CIDToGIDMap") {
            Some(Object::Stream(stream, id)) => CidToGlyph::Map(source.stream(&stream, id, stream_limit).unwrap_or_default().bytes),
            Some(Object::Name(_)) => CidToGlyph::Identity,
            _ => CidToGlyph::Font,
        };
        Self {
            ordering,
            damaged: map_damaged || matches!(encoding, Encoding::Unknown),
            to_unicode,
            encoding,
            identity_to_unicode: matches!(source.get(dictionary, b"ToUnicode"), Some(Object::Name(name)) if name.starts_with(b"Identity")),
            widths: Widths::load(descendant, source),
            vertical,
            vertical_metrics: VerticalWidths::load(descendant, source),
            glyphs,
            embedded: FontProgram::is_embedded(descriptor),
            program: LazyProgram::Unread(descriptor.clone(), stream_limit),
            codes: Vec::new(),
            places: FxHashMap::default(),
        }
    }

    pub(super) fn next_code(&mut self, bytes: &[u8], source: &dyn ObjectSource) -> (usize, &DecodedCode) {
        let (code, length) = match &self.encoding {
            Encoding::Identity | Encoding::Unknown => split(bytes, &[Codespace { length: 2, low: 0, high: 0xFFFF }]),
            Encoding::Predefined(_, codespaces) => split(bytes, codespaces),
            Encoding::Embedded(cmap) => cmap.split(bytes),
        };
        #[expect(clippy::cast_possible_truncation, reason = "at most 4")]
        let key = (code, length as u8);
        let place = if let Some(&place) = self.places.get(&key) {
            place
        } else {
            let decoded = self.decode(code, length, source);
            self.codes.push(decoded);
            self.places.insert(key, self.codes.len() - 1);
            self.codes.len() - 1
        };
        (length, self.codes.get(place).unwrap_or(&UNKNOWN))
    }

    fn decode(&mut self, code: u32, length: usize, source: &dyn ObjectSource) -> DecodedCode {
        let cid = match &self.encoding {
            Encoding::Identity => Some(code),
            Encoding::Predefined(predefined, _) => predefined.cid(code, length).map(u32::from),
            Encoding::Embedded(cmap) => cmap.cid(code, length),
            Encoding::Unknown => None,
        };
        let (text, character_source) = self.characters(code, length, cid, source);
        let cid = cid.unwrap_or(0);
        let width = self.widths.of(cid);
        let single = text.single();
        let half_width = length == 1 && code < 0x80;
        let normal = single.and_then(|character| normal_form(character, half_width));
        DecodedCode {
            text: normal.map_or(text, Characters::One),
            original: normal.and(single),
            source: character_source,
            width: width / 1000.0,
            vertical: self.vertical.then(|| self.vertical_metrics.of(cid, width)),
            word_space: length == 1 && code == 32,
        }
    }

    /// The ladder of a composite font.
    fn characters(&mut self, code: u32, length: usize, cid: Option<u32>, source: &dyn ObjectSource) -> (Characters, CharacterSource) {
        if let Some(characters) = self.to_unicode.as_ref().and_then(|map| valid(map.characters(code))) {
            return (characters, CharacterSource::ToUnicode);
        }
        if self.identity_to_unicode
            && let Some(characters) = valid(char::from_u32(code).map(Characters::One))
        {
            return (characters, CharacterSource::ToUnicode);
        }
        if let Encoding::Predefined(predefined, _) = &self.encoding {
            if predefined.is_unicode() {
                if let Some(characters) = valid(unicode_code(code, length)) {
                    return (characters, CharacterSource::UnicodeCMap);
                }
            } else if let Some(character) =
                predefined.horizontal_cid(code, length).and_then(|cid| unicode_of_cid(predefined.ordering(), cid))
            {
                return (Characters::One(character), CharacterSource::PredefinedCMap);
            }
        }
        if let Some(ordering) = self.ordering
            && let Some(character) = cid.and_then(|cid| unicode_of_cid(ordering, u16::try_from(cid).ok()?))
        {
            return (Characters::One(character), CharacterSource::CidTable);
        }
        if self.embedded
            && let Some(cid) = cid
        {
            let stated = match &self.glyphs {
                CidToGlyph::Identity => Some(Some(cid)),
                CidToGlyph::Map(map) => Some(usize::try_from(cid).ok().and_then(|cid| {
                    let pair = map.get(2 * cid..)?.first_chunk::<2>()?;
                    Some(u32::from(u16::from_be_bytes(*pair)))
                })),
                CidToGlyph::Font => None,
            };
            if let Some(program) = self.program.get(source)
                && let Some(glyph) = stated.unwrap_or_else(|| program.glyph_of_cid(cid))
                && let Some(characters) = program.characters(glyph)
            {
                return (characters.clone(), CharacterSource::EmbeddedFont);
            }
        }
        (Characters::UNKNOWN, CharacterSource::Undecodable)
    }
}

/// The character of a code that is UCS-2 or UTF-16.
fn unicode_code(code: u32, length: usize) -> Option<Characters> {
    if length < 4 {
        return char::from_u32(code).map(Characters::One);
    }
    let [a, b, c, d] = code.to_be_bytes();
    let mut units = char::decode_utf16([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
    units.next()?.ok().map(Characters::One)
}

fn known_ordering(ordering: &[u8]) -> Option<&'static str> {
    ["GB1", "CNS1", "Japan1", "Korea1"].into_iter().find(|known| known.as_bytes() == ordering)
}

fn encoding(dictionary: &Dictionary, source: &dyn ObjectSource, stream_limit: usize) -> (Encoding, bool) {
    match source.get(dictionary, b"Encoding") {
        Some(Object::Name(name)) => match std::str::from_utf8(&name).ok().and_then(PredefinedCMap::named) {
            Some(predefined) => (Encoding::Predefined(predefined, predefined.codespaces()), predefined.is_vertical()),
            None if name.starts_with(b"Identity") => (Encoding::Identity, name.ends_with(b"-V")),
            None => (Encoding::Unknown, name.ends_with(b"-V")),
        },
        Some(Object::Stream(stream, id)) => {
            let Ok(data) = source.stream(&stream, id, stream_limit) else { return (Encoding::Unknown, false) };
            let mut cmap = CMap::parse(&data.bytes);
            if let Some(Object::Name(name)) = source.get(&stream, b"UseCMap") {
                cmap.use_named(&name);
            }
            let stated = source.get(&stream, b"WMode").and_then(|mode| mode.as_integer()) == Some(1);
            let vertical = stated || cmap.is_vertical();
            (Encoding::Embedded(Box::new(cmap)), vertical)
        }
        _ => (Encoding::Identity, false),
    }
}

fn cid_number(object: &Object) -> Option<u32> {
    object.as_integer().and_then(|integer| u32::try_from(integer).ok())
}

/// The items of `/W` or `/W2`, resolved.
fn items(dictionary: &Dictionary, key: &[u8], source: &dyn ObjectSource) -> Vec<Object> {
    match source.get(dictionary, key) {
        Some(Object::Array(items)) => items.iter().take(MOST_WIDTHS).map(|item| source.resolve(item).unwrap_or(Object::Null)).collect(),
        _ => Vec::new(),
    }
}

fn numbers(items: &[Object], source: &dyn ObjectSource) -> Vec<f64> {
    items.iter().map(|item| source.resolve(item).and_then(|item| item.as_number()).unwrap_or(0.0)).collect()
}

impl Widths {
    fn load(descendant: &Dictionary, source: &dyn ObjectSource) -> Self {
        let default = source.get(descendant, b"DW").and_then(|width| width.as_number()).unwrap_or(1000.0);
        let mut widths = Self { single: FxHashMap::default(), ranges: Vec::new(), default };
        let items = items(descendant, b"W", source);
        let mut rest = items.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let Some(first) = cid_number(first) else { continue };
            match after {
                [Object::Array(list), after @ ..] => {
                    widths.single.extend((first..).zip(numbers(list, source)));
                    rest = after;
                }
                [last, width, after @ ..] => {
                    if let (Some(last), Some(width)) = (cid_number(last), width.as_number()) {
                        widths.ranges.push((first, last, width));
                        rest = after;
                    }
                }
                _ => {}
            }
        }
        widths
    }

    fn of(&self, cid: u32) -> f64 {
        let in_range = || self.ranges.iter().find(|(first, last, _)| (first..=last).contains(&&cid)).map(|&(_, _, width)| width);
        self.single.get(&cid).copied().or_else(in_range).unwrap_or(self.default)
    }
}

impl VerticalWidths {
    fn load(descendant: &Dictionary, source: &dyn ObjectSource) -> Self {
        let default = source.numbers(descendant, b"DW2");
        let (default_y, default_advance) = match default.as_deref() {
            Some(&[y, advance]) => (y, advance),
            _ => (880.0, -1000.0),
        };
        let mut metrics = Self { single: FxHashMap::default(), ranges: Vec::new(), default_y, default_advance };
        let items = items(descendant, b"W2", source);
        let mut rest = items.as_slice();
        let thousandths = |advance: f64, x: f64, y: f64| VerticalMetrics { x: x / 1000.0, y: y / 1000.0, advance: advance / 1000.0 };
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            let Some(first) = cid_number(first) else { continue };
            match after {
                [Object::Array(list), after @ ..] => {
                    let list = numbers(list, source);
                    for (cid, triple) in (first..).zip(list.chunks_exact(3)) {
                        if let &[advance, x, y] = triple {
                            metrics.single.insert(cid, thousandths(advance, x, y));
                        }
                    }
                    rest = after;
                }
                [last, advance, x, y, after @ ..] => {
                    if let (Some(last), Some(advance), Some(x), Some(y)) =
                        (cid_number(last), advance.as_number(), x.as_number(), y.as_number())
                    {
                        metrics.ranges.push((first, last, thousandths(advance, x, y)));
                        rest = after;
                    }
                }
                _ => {}
            }
        }
        metrics
    }

    fn of(&self, cid: u32, width: f64) -> VerticalMetrics {
        let in_range = || self.ranges.iter().find(|(first, last, _)| (first..=last).contains(&&cid)).map(|&(_, _, metrics)| metrics);
        self.single.get(&cid).copied().or_else(in_range).unwrap_or(VerticalMetrics {
            x: width / 2000.0,
            y: self.default_y / 1000.0,
            advance: self.default_advance / 1000.0,
        })
    }
}
