//! Embedded font programs, asked for what the PDF does not say: characters by glyph, and widths.

use read_fonts::ps::{agl, cff::CffFontRef, type1::Type1Font};
use read_fonts::tables::cmap::{CmapSubtable, PlatformId};
use read_fonts::types::GlyphId;
use read_fonts::{FontRef, TableProvider as _};
use rustc_hash::FxHashMap;

use super::normalise::is_text;
use crate::read::pdf::object::{Dictionary, Object, ObjectSource, Resolve as _};
use crate::read::pdf::page::Characters;

/// What an embedded font says of its glyphs.
#[derive(Debug, Default)]
pub(super) struct FontProgram {
    /// Characters by glyph.
    characters: FxHashMap<u32, Characters>,
    /// Glyphs by code of a simple TrueType font, from its symbol or Macintosh `cmap`.
    glyphs_by_code: FxHashMap<u32, u32>,
    /// Glyph names by code, from the encoding of a Type 1 or CFF font.
    names_by_code: FxHashMap<u8, String>,
    /// Glyphs by CID of a CID-keyed CFF font.
    glyphs_by_cid: Option<FxHashMap<u32, u32>>,
    /// Advance widths by glyph, in 1/1000 em.
    widths: Vec<f64>,
}

/// No font of the files known has more glyphs.
const MOST_GLYPHS: u32 = 65_536;

impl FontProgram {
    /// Reads the font program that a font descriptor names; `None` where it names none or it is broken.
    pub(super) fn load(descriptor: &Dictionary, source: &dyn ObjectSource, limit: usize) -> Option<Self> {
        let keys: [&[u8]; 3] = [b"FontFile2", b"FontFile3", b"FontFile"];
        let stream = keys.iter().find_map(|key| source.get(descriptor, key));
        let Some(Object::Stream(dictionary, id)) = stream else { return None };
        let data = source.stream(&dictionary, id, limit).ok()?;
        Self::parse(&data.bytes)
    }

    /// Whether a font descriptor names a font program at all.
    pub(super) fn is_embedded(descriptor: &Dictionary) -> bool {
        [&b"FontFile2"[..], b"FontFile3", b"FontFile"].iter().any(|key| descriptor.entry(key).is_some_and(|entry| *entry != Object::Null))
    }

    /// By its first bytes, whatever the file calls it.
    pub(super) fn parse(data: &[u8]) -> Option<Self> {
        match data {
            [b'%', b'!', ..] | [0x80, 1, ..] => Self::from_type1(data),
            [1, 0, _, 1..=4, ..] => Self::from_cff(data),
            _ => Self::from_open_type(data).or_else(|| Self::from_cff(data)),
        }
    }

    /// The characters of a glyph.
    pub(super) fn characters(&self, glyph: u32) -> Option<&Characters> {
        self.characters.get(&glyph)
    }

    /// The glyph of a code of a simple font.
    pub(super) fn glyph_of_code(&self, code: u8) -> Option<u32> {
        self.glyphs_by_code.get(&u32::from(code)).copied()
    }

    /// The name of the glyph of a code, by the font's own encoding.
    pub(super) fn glyph_name(&self, code: u8) -> Option<&str> {
        self.names_by_code.get(&code).map(String::as_str)
    }

    /// The glyph of a CID, where the file gives no `/CIDToGIDMap`.
    pub(super) fn glyph_of_cid(&self, cid: u32) -> Option<u32> {
        self.glyphs_by_cid.as_ref().map_or(Some(cid), |map| map.get(&cid).copied())
    }

    /// The advance width of a glyph, in 1/1000 em.
    pub(super) fn width(&self, glyph: u32) -> Option<f64> {
        self.widths.get(usize::try_from(glyph).ok()?).copied()
    }

    fn from_open_type(data: &[u8]) -> Option<Self> {
        let font = FontRef::from_index(data, 0).ok()?;
        let mut program = Self::default();
        if let Ok(cff) = font.cff() {
            program = Self::from_cff(cff.offset_data().as_bytes()).unwrap_or_default();
        }
        // The names of `post` are left alone: subsets renumber their glyphs and keep the names of the whole font.
        if let Ok(cmap) = font.cmap() {
            for record in cmap.encoding_records() {
                let Ok(subtable) = record.subtable(cmap.offset_data()) else { continue };
                program.read_cmap(&subtable, record.platform_id(), record.encoding_id());
            }
        }
        if let (Ok(head), Ok(metrics), Ok(maxp)) = (font.head(), font.hmtx(), font.maxp()) {
            let em = f64::from(head.units_per_em().max(1));
            let width = |glyph: u16| metrics.advance(GlyphId::from(u32::from(glyph))).map_or(0.0, |width| f64::from(width) * 1000.0 / em);
            program.widths = (0..maxp.num_glyphs()).map(width).collect();
        }
        Some(program)
    }

    fn read_cmap(&mut self, subtable: &CmapSubtable<'_>, platform: PlatformId, encoding: u16) {
        let unicode = platform == PlatformId::Unicode || platform == PlatformId::Windows && matches!(encoding, 1 | 10);
        for (code, glyph) in subtable.iter().take(MOST_GLYPHS as usize * 2) {
            let glyph = glyph.to_u32();
            if glyph == 0 {
                continue;
            }
            if unicode {
                // Several characters may share a glyph: the unified ideograph, or else the first, is the likeliest.
                if let Some(character) = char::from_u32(code).filter(|&character| is_text(character)) {
                    let better = |known: &Characters| {
                        known
                            .single()
                            .is_some_and(|known| rank(character) < rank(known) || rank(character) == rank(known) && character < known)
                    };
                    if self.characters.get(&glyph).is_none_or(better) {
                        self.characters.insert(glyph, Characters::One(character));
                    }
                }
            } else if platform == PlatformId::Windows && encoding == 0 {
                self.glyphs_by_code.insert(code & 0xFF, glyph);
            } else if platform == PlatformId::Macintosh {
                self.glyphs_by_code.entry(code).or_insert(glyph);
            }
        }
    }

    fn from_cff(data: &[u8]) -> Option<Self> {
        let font = CffFontRef::new_cff(data, 0, None).ok()?;
        let mut program = Self::default();
        let charset = font.charset()?;
        let count = font.num_glyphs().min(MOST_GLYPHS);
        if font.is_cid() {
            let cids = (0..count).filter_map(|glyph| Some((u32::from(charset.string_id(GlyphId::new(glyph))?.to_u16()), glyph)));
            program.glyphs_by_cid = Some(cids.collect());
        } else {
            for glyph in 0..count {
                let name =
                    charset.string_id(GlyphId::new(glyph)).and_then(|id| font.string(id)).and_then(|name| std::str::from_utf8(name).ok());
                if let Some(characters) = name.and_then(characters_of_name) {
                    program.characters.insert(glyph, characters);
                }
            }
            if let Some(encoding) = font.encoding() {
                for code in 0..=u8::MAX {
                    let Some(glyph) = encoding.map(code).filter(|glyph| glyph.to_u32() != 0) else { continue };
                    program.glyphs_by_code.insert(u32::from(code), glyph.to_u32());
                    let name = charset.string_id(glyph).and_then(|id| font.string(id)).and_then(|name| std::str::from_utf8(name).ok());
                    program.names_by_code.extend(name.map(|name| (code, name.to_owned())));
                }
            }
        }
        Some(program)
    }

    fn from_type1(data: &[u8]) -> Option<Self> {
        let font = Type1Font::new(data).ok()?;
        let mut program = Self::default();
        for (glyph, name) in font.glyph_names() {
            if let Some(characters) = characters_of_name(name) {
                program.characters.insert(glyph.to_u32(), characters);
            }
        }
        if let Some(encoding) = font.encoding() {
            for code in 0..=u8::MAX {
                program.glyphs_by_code.extend(encoding.map(code).map(|glyph| (u32::from(code), glyph.to_u32())));
                let name = encoding.glyph_name(code).filter(|&name| name != ".notdef");
                program.names_by_code.extend(name.map(|name| (code, name.to_owned())));
            }
        }
        let width = |glyph: u32| match font.evaluate_width(GlyphId::new(glyph)) {
            Ok(Some(width)) => width.to_f64() * 1000.0 / f64::from(font.upem().max(1)),
            _ => 0.0,
        };
        program.widths = (0..font.num_glyphs().min(MOST_GLYPHS)).map(width).collect();
        Some(program)
    }
}

/// Unified ideographs and ASCII before all else, radicals and compatibility forms last.
fn rank(character: char) -> u8 {
    match character {
        ' '..='~' | '\u{4E00}'..='\u{9FFF}' => 0,
        '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{A0}' | '\u{AD}' => 2,
        _ => 1,
    }
}

/// The characters of a glyph name: Adobe Glyph List, `uni4E2D`, `u20000`, parts joined by `_`.
pub(super) fn characters_of_name(name: &str) -> Option<Characters> {
    if name.len() > 128 {
        return None;
    }
    // Every part of a joined name must be known: `g_12` is a number, not a g.
    let base = name.split('.').next().unwrap_or_default();
    if base.contains('_') && !base.split('_').all(|part| agl::name_to_chars(part).next().is_some()) {
        return None;
    }
    let text: String = agl::name_to_chars(name).collect();
    Characters::from_text(&text).filter(|_| text.chars().all(is_text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Publishers' subsets renumber glyphs and keep the glyph names of the whole font: `0` then has the name of another glyph.
    #[test]
    fn characters_come_from_the_cmap_and_not_from_glyph_names_that_were_left_behind() {
        let font = include_bytes!("../../../../tests/made_pdf/parts/misnamed.ttf");
        let program = FontProgram::parse(font).expect("a font");
        let (zero, one) = (program.characters(1), program.characters(2));
        assert_eq!((zero, one), (Some(&Characters::One('0')), Some(&Characters::One('1'))));
        assert_eq!(program.characters(3), None, "a glyph without a code has no character, whatever its name");
    }

    #[test]
    fn glyph_names_are_those_of_the_adobe_glyph_list() {
        for (name, character) in [("one", '1'), ("uni4E2D", '中'), ("u2000B", '\u{2000B}'), ("comma", ','), ("A.alt", 'A')] {
            assert_eq!(characters_of_name(name), Some(Characters::One(character)), "{name}");
        }
        assert_eq!(characters_of_name("f_f_i"), Some(Characters::Many("ffi".into())));
        assert_eq!(characters_of_name("g123"), None);
        assert_eq!(characters_of_name("g_12"), None);
    }
}
