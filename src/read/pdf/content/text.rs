//! Showing text (ISO 32000-1, 9.4): codes become glyphs with their places.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher as _;

use super::super::font::Font;
use super::super::geometry::{Bounds, Matrix, Point};
use super::super::limits::Limit;
use super::super::object::ObjectSource;
use super::super::page::{Direction, Glyph, Visibility};
use super::state::{GraphicsState, TextState};

/// Places within one `BT … ET`.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace {
    pub(super) matrix: Matrix,
    pub(super) line: Matrix,
}

impl TextPlace {
    pub(super) const START: Self = Self { matrix: Matrix::IDENTITY, line: Matrix::IDENTITY };

    /// `Td`: to the start of another line.
    pub(super) fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::translation(x, y).then(self.line);
        self.matrix = self.line;
    }

    /// `Tm`.
    pub(super) fn set(&mut self, matrix: Matrix) {
        self.line = matrix;
        self.matrix = matrix;
    }

    /// A number in a `TJ` array, in 1/1000 of the font size.
    pub(super) fn kern(&mut self, amount: f64, state: &TextState, vertical: bool) {
        let shift = -amount / 1000.0 * state.size;
        if vertical {
            self.advance(0.0, shift);
        } else {
            self.advance(shift * state.horizontal_scale, 0.0);
        }
    }

    fn advance(&mut self, x: f64, y: f64) {
        let Matrix { a, b, c, d, e, f } = self.matrix;
        self.matrix.e = x * a + y * c + e;
        self.matrix.f = x * b + y * d + f;
    }
}

/// Where strings have been shown, to tell those that are shown twice at the same place.
#[derive(Debug, Default)]
pub(super) struct ShownStrings(FxHashMap<u64, (f64, f64)>);

/// So near, in font sizes, that it cannot be the next character.
const SAME_PLACE: f64 = 0.1;

impl ShownStrings {
    /// Whether the same bytes have just been shown at this place in this font, where they can be seen.
    fn is_repeated(&mut self, bytes: &[u8], font: usize, origin: (f64, f64), size: f64, seen: bool) -> bool {
        if !seen {
            return false;
        }
        let mut hasher = FxHasher::default();
        hasher.write(bytes);
        hasher.write_usize(font);
        let earlier = self.0.insert(hasher.finish(), origin);
        earlier.is_some_and(|(x, y)| (x - origin.0).abs() < SAME_PLACE * size && (y - origin.1).abs() < SAME_PLACE * size)
    }
}

/// Shows one string: a glyph for each code, in order.
pub(super) fn show(
    bytes: &[u8],
    font: (usize, &mut Font),
    state: &GraphicsState,
    place: &mut TextPlace,
    page: &mut TextPage<'_>,
) -> Result<(), Limit> {
    let (font_index, font) = font;
    let TextPage { source, shown, hidden, glyphs, most } = page;
    font.begin_string(bytes);
    let text = &state.text;
    let vertical = font.is_vertical();
    let (ascent, descent) = (font.ascent, font.descent);
    // From glyph space to the page: a, b, c, d stay the same along the string.
    let size = Matrix::new([text.size * text.horizontal_scale, 0.0, 0.0, text.size, 0.0, text.rise]);
    let to_page = size.then(place.matrix).then(state.matrix);
    let shown_size = (to_page.c.hypot(to_page.d)).abs();
    let direction = if vertical { direction(-to_page.c, -to_page.d) } else { direction(to_page.a, to_page.b) };
    let upright = to_page.b == 0.0 && to_page.c == 0.0;
    let start = to_page.apply(0.0, 0.0);
    let invisible = matches!(text.render_mode, 3 | 7);
    let inside = (state.clip.x0..=state.clip.x1).contains(&start.0) && (state.clip.y0..=state.clip.y1).contains(&start.1);
    let visibility = Visibility {
        invisible,
        duplicate: shown.is_repeated(bytes, font_index, start, shown_size, inside && !invisible && !hidden.layer),
        hidden_layer: hidden.layer,
        outside: false,
        annotation: hidden.annotation,
    };
    let mut rest = bytes;
    while !rest.is_empty() {
        if glyphs.len() >= *most {
            return Err(Limit::PageItems);
        }
        let (length, code) = font.next_code(rest, *source);
        rest = rest.get(length..).unwrap_or_default();
        let (offset_x, offset_y) = code.vertical.map_or((0.0, 0.0), |metrics| (-metrics.x, -metrics.y));
        let base = place.matrix.apply(size.a * offset_x, size.d * offset_y + text.rise);
        let origin = state.matrix.apply(base.0, base.1);
        // The next origin of horizontal writing; in vertical writing the glyph's own width.
        let (right_x, right_y) = (origin.0 + to_page.a * code.width, origin.1 + to_page.b * code.width);
        let bounds = if upright {
            let (top, bottom) = (origin.1 + to_page.d * ascent, origin.1 + to_page.d * descent);
            Bounds { x0: origin.0.min(right_x), y0: top.min(bottom), x1: origin.0.max(right_x), y1: top.max(bottom) }
        } else {
            let shift = |(x, y): (f64, f64), height: f64| (x + to_page.c * height, y + to_page.d * height);
            Bounds::of([
                shift(origin, ascent),
                shift(origin, descent),
                shift((right_x, right_y), ascent),
                shift((right_x, right_y), descent),
            ])
        };
        let clip = state.clip;
        let (middle_x, middle_y) = (f64::midpoint(bounds.x0, bounds.x1), f64::midpoint(bounds.y0, bounds.y1));
        let outside = middle_x < clip.x0 || middle_x > clip.x1 || middle_y < clip.y0 || middle_y > clip.y1;
        #[expect(clippy::cast_possible_truncation, reason = "a ten-thousandth of a point is enough; fonts are few")]
        glyphs.push(Glyph {
            text: code.text.clone(),
            original: code.original,
            source: code.source,
            origin: Point { x: origin.0 as f32, y: origin.1 as f32 },
            bounds: bounds.rect(),
            size: shown_size as f32,
            direction,
            font: font_index as u32,
            visibility: Visibility { outside, ..visibility },
        });
        let space = text.character_space + if code.word_space { text.word_space } else { 0.0 };
        match code.vertical {
            Some(metrics) => place.advance(0.0, metrics.advance * text.size + space),
            None => place.advance((code.width * text.size + space) * text.horizontal_scale, 0.0),
        }
    }
    Ok(())
}

/// What strings are shown on.
pub(super) struct TextPage<'p> {
    pub(super) source: &'p dyn ObjectSource,
    pub(super) shown: &'p mut ShownStrings,
    pub(super) hidden: Hidden,
    pub(super) glyphs: &'p mut Vec<Glyph>,
    /// Most glyphs of a page.
    pub(super) most: usize,
}

/// Why text may be hidden, apart from its render mode.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hidden {
    pub(super) layer: bool,
    pub(super) annotation: bool,
}

/// The direction of a vector on the page; within a tenth of a degree of an axis it is along it.
fn direction(x: f64, y: f64) -> Direction {
    let slack = 0.002 * x.hypot(y);
    if y.abs() <= slack {
        if x >= 0.0 { Direction::Right } else { Direction::Left }
    } else if x.abs() <= slack {
        if y > 0.0 { Direction::Down } else { Direction::Up }
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "degrees")]
        Direction::Degrees(y.atan2(x).to_degrees() as f32)
    }
}
