//! What a page says and where: glyphs, ruling lines and images, in points from the top left corner of the page as it is shown
//! (`/CropBox`, `/Rotate` and all matrices applied), in the order in which the content draws them.

use std::sync::Arc;

use super::geometry::{Point, Rect};
use super::limits::Limit;

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// From 1, in the order of the page tree.
    pub number: u32,
    /// Width as shown, in points.
    pub width: f32,
    /// Height as shown, in points.
    pub height: f32,
    /// The characters, in content order.
    pub glyphs: Vec<Glyph>,
    /// The visible straight lines, in content order.
    pub rules: Vec<Rule>,
    /// The places of images, in content order.
    pub images: Vec<Image>,
    /// What went wrong on this page.
    pub troubles: Vec<Trouble>,
}

/// One glyph as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// The characters it stands for: one, rarely several (ligatures), U+FFFD where nothing tells.
    pub text: Characters,
    /// What the file said, where `text` is a normalised form of it: a Kangxi radical, a full-width digit out of a half-width
    /// code, a special space.
    pub original: Option<char>,
    /// How `text` is known.
    pub source: CharacterSource,
    /// Origin on the base line.
    pub origin: Point,
    /// From the origin to the next, between ascent and descent of the font; upright.
    pub bounds: Rect,
    /// Size of the font as shown, in points.
    pub size: f32,
    /// Where the next glyph of the line stands.
    pub direction: Direction,
    /// The font: see [`super::PageReader::font_name`].
    pub font: u32,
    /// Why it may not be seen.
    pub visibility: Visibility,
}

/// The characters of a glyph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Characters {
    /// One.
    One(char),
    /// A ligature, or a replacement text for several glyphs.
    Many(Arc<str>),
}

impl Characters {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self::One(char::REPLACEMENT_CHARACTER);

    /// From characters of whatever number; `None` for none.
    pub fn from_text(text: &str) -> Option<Self> {
        let mut characters = text.chars();
        let first = characters.next()?;
        Some(if characters.next().is_none() { Self::One(first) } else { Self::Many(text.into()) })
    }

    /// Appends them to a string.
    pub fn push_to(&self, text: &mut String) {
        match self {
            Self::One(character) => text.push(*character),
            Self::Many(characters) => text.push_str(characters),
        }
    }

    /// The only character.
    pub fn single(&self) -> Option<char> {
        match self {
            Self::One(character) => Some(*character),
            Self::Many(_) => None,
        }
    }
}

/// Where a character came from, in falling order of trust: the first that tells is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CharacterSource {
    /// The content itself says what the glyphs stand for (`/ActualText`).
    ActualText,
    /// The font's `/ToUnicode` map.
    ToUnicode,
    /// The code is Unicode already (`UniGB-UCS2-H` and its like).
    UnicodeCMap,
    /// A predefined CMap and the table of the character collection (Adobe-GB1 and its like), from a code of the CMap.
    PredefinedCMap,
    /// The table of the character collection, from a CID.
    CidTable,
    /// The `cmap` or the glyph names of the embedded font.
    EmbeddedFont,
    /// A glyph name, from `/Differences` or an encoding.
    GlyphName,
    /// GBK bytes in a simple font with a Chinese name.
    GbkRescue,
    /// Nothing tells; the text is U+FFFD.
    Undecodable,
}

impl CharacterSource {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::ActualText => "actual_text",
            Self::ToUnicode => "to_unicode",
            Self::UnicodeCMap => "unicode_cmap",
            Self::PredefinedCMap => "predefined_cmap",
            Self::CidTable => "cid_table",
            Self::EmbeddedFont => "embedded_font",
            Self::GlyphName => "glyph_name",
            Self::GbkRescue => "gbk_rescue",
            Self::Undecodable => "undecodable",
        }
    }
}

/// The direction in which a line of glyphs runs, as shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Direction {
    /// Left to right, as nearly all text.
    Right,
    /// Top to bottom: vertical writing, or text turned by 90° clockwise.
    Down,
    /// Right to left: text upside down.
    Left,
    /// Bottom to top: text turned by 90° anticlockwise.
    Up,
    /// Any other, in degrees clockwise from [`Direction::Right`].
    Degrees(f32),
}

impl Direction {
    /// Degrees clockwise from [`Direction::Right`].
    pub fn degrees(self) -> f32 {
        match self {
            Self::Right => 0.0,
            Self::Down => 90.0,
            Self::Left => 180.0,
            Self::Up => 270.0,
            Self::Degrees(degrees) => degrees,
        }
    }
}

/// Reasons why a reader of the page may not see a glyph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Visibility {
    /// Drawn in render mode 3 or 7, as text layers over scans are.
    pub invisible: bool,
    /// The same string stands at the same place already: bold type made by printing twice, or a shadow.
    pub duplicate: bool,
    /// In a layer (optional content group) that is switched off.
    pub hidden_layer: bool,
    /// Outside the page or the clip.
    pub outside: bool,
    /// Part of an annotation or a form field, not of the page's own content.
    pub annotation: bool,
}

/// A straight line that the page shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
    /// Thickness, in points; 0 is the thinnest that a device draws.
    pub thickness: f32,
    /// Red, green, blue.
    pub colour: [u8; 3],
    /// How it was drawn.
    pub kind: RuleKind,
}

/// How a line was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleKind {
    /// A stroked segment.
    Stroke,
    /// A stroked segment with dashes.
    Dashed,
    /// A side of a stroked rectangle, as cell boxes are.
    BoxSide,
    /// A thin filled rectangle, along its middle.
    ThinFill,
}

impl RuleKind {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stroke => "stroke",
            Self::Dashed => "dashed",
            Self::BoxSide => "box_side",
            Self::ThinFill => "thin_fill",
        }
    }
}

/// An image, by its place; its pixels are not decoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Where it is shown.
    pub bounds: Rect,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Something on a page that could not be read as it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A bound was reached; what the page draws after it is missing.
    Limit(Limit),
    /// A stream could not be unpacked, or not to its end; what it holds is missing from the damage on.
    BrokenStream {
        /// What the stream is: `contents`, `form`, `font`.
        what: &'static str,
    },
    /// A resource that the content asks for is not there.
    MissingResource {
        /// `font`, `XObject`.
        what: &'static str,
        /// Its name in the content.
        name: String,
    },
    /// The page does not say how large it is, or nothing that could be; US letter is assumed, as readers do.
    SizeUnknown,
    /// An array holds operators, or is never closed; the operators in it are left out.
    OperatorInArray,
    /// A form calls itself, which would never end; the call is left out.
    SelfCall,
    /// Glyphs whose characters nothing tells: the page needs its picture read.
    Undecodable {
        /// How many.
        glyphs: u32,
    },
    /// Reading this page failed inside a parser; the page is empty.
    Panicked,
}

impl Trouble {
    /// A stable code, for diagnostics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Limit(_) => "page_limit_reached",
            Self::BrokenStream { .. } => "stream_broken",
            Self::MissingResource { .. } => "resource_missing",
            Self::SizeUnknown => "page_size_unknown",
            Self::OperatorInArray => "operator_in_array",
            Self::SelfCall => "form_calls_itself",
            Self::Undecodable { .. } => "text_undecodable",
            Self::Panicked => "page_failed",
        }
    }

    /// What happened, in words.
    pub fn message(&self) -> String {
        match self {
            Self::Limit(limit) => format!("{}: what the page shows after that is missing", limit.description()),
            Self::BrokenStream { what } => format!("a {what} stream is damaged: what it holds is missing from the damage on"),
            Self::MissingResource { what, name } => format!("the {what} `{name}` that the page uses is not in the file"),
            Self::SizeUnknown => "the page does not say how large it is: places are those on US letter".to_owned(),
            Self::OperatorInArray => "an array in the content holds operators or is never closed: they are left out".to_owned(),
            Self::SelfCall => "a form calls itself: the call is left out".to_owned(),
            Self::Undecodable { glyphs } => format!("nothing tells which characters {glyphs} glyphs stand for"),
            Self::Panicked => "reading the page failed: it is empty here".to_owned(),
        }
    }
}
