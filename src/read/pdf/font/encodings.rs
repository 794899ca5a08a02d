//! Encodings and widths of simple fonts: facts of the standard (ISO 32000-1, annex D) and of the standard 14 fonts.

use std::sync::LazyLock;

use read_fonts::ps::PredefinedEncoding;
use rustc_hash::FxHashMap;

/// A named encoding of a simple font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BaseEncoding {
    Standard,
    WinAnsi,
    MacRoman,
    MacExpert,
    Symbol,
    ZapfDingbats,
}

impl BaseEncoding {
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            b"MacExpertEncoding" => Some(Self::MacExpert),
            _ => None,
        }
    }

    /// The glyph name of a code.
    pub(super) fn glyph_name(self, code: u8) -> Option<&'static str> {
        let index = usize::from(code);
        let name = match self {
            Self::Standard => PredefinedEncoding::Standard.name(code),
            Self::WinAnsi => BASE.get(index)?[0],
            Self::MacRoman => BASE.get(index)?[1],
            Self::MacExpert => BASE.get(index)?[2],
            Self::Symbol => SYMBOL.get(index)?.0,
            Self::ZapfDingbats => ZAPF_DINGBATS.get(index)?.0,
        };
        (!name.is_empty() && name != ".notdef").then_some(name)
    }
}

/// Rows of a data file, without its comments, split at tabs.
fn rows(file: &'static str) -> impl Iterator<Item = std::str::Split<'static, char>> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t'))
}

static BASE: LazyLock<Vec<[&'static str; 3]>> = LazyLock::new(|| {
    let mut table = vec![[""; 3]; 256];
    for mut row in rows(include_str!("data/base-encodings.tsv")) {
        if let Some(entry) = row.next().and_then(|code| table.get_mut(code.parse::<usize>().ok()?)) {
            *entry = [row.next().unwrap_or(""), row.next().unwrap_or(""), row.next().unwrap_or("")];
        }
    }
    table
});

/// Glyph name and width by code.
type BuiltIn = Vec<(&'static str, u16)>;

fn built_in(file: &'static str) -> BuiltIn {
    let mut table = vec![("", 0); 256];
    for mut row in rows(file) {
        if let Some(entry) = row.next().and_then(|code| table.get_mut(code.parse::<usize>().ok()?)) {
            *entry = (row.next().unwrap_or(""), row.next().and_then(|width| width.parse().ok()).unwrap_or(0));
        }
    }
    table
}

static SYMBOL: LazyLock<BuiltIn> = LazyLock::new(|| built_in(include_str!("data/symbol.tsv")));
static ZAPF_DINGBATS: LazyLock<BuiltIn> = LazyLock::new(|| built_in(include_str!("data/zapf-dingbats.tsv")));

/// Widths of the Latin fonts among the standard 14, by glyph name, in the order of [`StandardFont`].
static WIDTHS: LazyLock<FxHashMap<&'static str, [u16; 6]>> = LazyLock::new(|| {
    let widths = rows(include_str!("data/standard-14-widths.tsv")).skip(1);
    widths
        .filter_map(|mut row| {
            let name = row.next()?;
            let mut widths = [0; 6];
            for (width, text) in widths.iter_mut().zip(row) {
                *width = text.parse().unwrap_or(0);
            }
            Some((name, widths))
        })
        .collect()
});

/// A font that every reader must have, so that files need not say its widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StandardFont {
    Helvetica,
    HelveticaBold,
    Times,
    TimesBold,
    TimesItalic,
    TimesBoldItalic,
    Courier,
    Symbol,
    ZapfDingbats,
}

impl StandardFont {
    /// By its name or one of the usual other names (`Arial,Bold`, `CourierNew`).
    pub(super) fn from_name(name: &[u8]) -> Option<Self> {
        let name = name.iter().position(|&byte| byte == b'+').map_or(name, |plus| name.get(plus + 1..).unwrap_or_default());
        let text = std::str::from_utf8(name).ok()?.replace([' ', ',', '-'], "");
        let bold = text.contains("Bold");
        let italic = text.contains("Italic") || text.contains("Oblique");
        let stem = text.trim_end_matches("MT").trim_end_matches("PS");
        Some(if stem.starts_with("Helvetica") || stem.starts_with("Arial") {
            if stem.contains("Narrow") || stem.contains("Black") || stem.contains("Unicode") {
                return None;
            }
            if bold { Self::HelveticaBold } else { Self::Helvetica }
        } else if stem.starts_with("Times") {
            match (bold, italic) {
                (false, false) => Self::Times,
                (true, false) => Self::TimesBold,
                (false, true) => Self::TimesItalic,
                (true, true) => Self::TimesBoldItalic,
            }
        } else if stem.starts_with("Courier") {
            Self::Courier
        } else if stem == "Symbol" {
            Self::Symbol
        } else if stem == "ZapfDingbats" {
            Self::ZapfDingbats
        } else {
            return None;
        })
    }

    /// The encoding that the font has by itself.
    pub(super) fn encoding(self) -> BaseEncoding {
        match self {
            Self::Symbol => BaseEncoding::Symbol,
            Self::ZapfDingbats => BaseEncoding::ZapfDingbats,
            _ => BaseEncoding::Standard,
        }
    }

    /// Advance width in 1/1000 em.
    pub(super) fn width(self, code: u8, glyph_name: Option<&str>) -> Option<f64> {
        let column = match self {
            Self::Courier => return Some(600.0),
            Self::Symbol => return SYMBOL.get(usize::from(code)).map(|&(_, width)| f64::from(width)),
            Self::ZapfDingbats => return ZAPF_DINGBATS.get(usize::from(code)).map(|&(_, width)| f64::from(width)),
            Self::Helvetica => 0,
            Self::HelveticaBold => 1,
            Self::Times => 2,
            Self::TimesBold => 3,
            Self::TimesItalic => 4,
            Self::TimesBoldItalic => 5,
        };
        WIDTHS.get(glyph_name?).and_then(|widths| widths.get(column)).map(|&width| f64::from(width))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_give_the_names_of_the_standard() {
        assert_eq!(BaseEncoding::WinAnsi.glyph_name(0x80), Some("Euro"));
        assert_eq!(BaseEncoding::MacRoman.glyph_name(0x80), Some("Adieresis"));
        assert_eq!(BaseEncoding::Standard.glyph_name(0xA1), Some("exclamdown"));
        assert_eq!(BaseEncoding::Symbol.glyph_name(0x61), Some("alpha"));
        assert_eq!(BaseEncoding::WinAnsi.glyph_name(7), None);
    }

    #[test]
    fn the_standard_fonts_have_the_widths_of_their_metrics_files() {
        let helvetica = StandardFont::from_name(b"Helvetica").expect("standard");
        assert_eq!(helvetica.width(b'1', Some("one")), Some(556.0));
        assert_eq!(StandardFont::from_name(b"Arial,Bold"), Some(StandardFont::HelveticaBold));
        assert_eq!(StandardFont::from_name(b"TimesNewRomanPS-BoldItalicMT"), Some(StandardFont::TimesBoldItalic));
        assert_eq!(StandardFont::from_name(b"SimSun"), None);
    }
}
