//! Pages whose text runs down, up or upside down → pages whose text runs to the right.
//!
//! Landscape tables are often printed on upright pages without a word about it (`/Rotate` would turn them).

use crate::read::pdf::{Direction, Glyph, Page, Point, Rect};

/// How far a page was turned so that most of its text runs to the right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn {
    /// Not at all.
    #[default]
    None,
    /// The text ran down the page.
    FromDown,
    /// The text ran upside down.
    FromLeft,
    /// The text ran up the page.
    FromUp,
}

impl Turn {
    /// The turn that most of a page's glyphs ask for.
    fn of(glyphs: &[Glyph]) -> Self {
        let mut counts = [0_usize; 4];
        let quarter = |direction| match direction {
            Direction::Right => Some(0),
            Direction::Down => Some(1),
            Direction::Left => Some(2),
            Direction::Up => Some(3),
            Direction::Degrees(_) => None,
        };
        for count in glyphs.iter().filter_map(|glyph| quarter(glyph.direction)) {
            if let Some(count) = counts.get_mut(count) {
                *count += 1;
            }
        }
        let [right, down, left, up] = counts;
        match right.max(down).max(left).max(up) {
            most if most == right => Self::None,
            most if most == down => Self::FromDown,
            most if most == up => Self::FromUp,
            _ => Self::FromLeft,
        }
    }

    /// Are width and height of the page exchanged?
    pub fn is_sideways(self) -> bool {
        matches!(self, Self::FromDown | Self::FromUp)
    }

    fn point(self, point: Point, width: f32, height: f32) -> Point {
        match self {
            Self::None => point,
            Self::FromDown => Point { x: point.y, y: width - point.x },
            Self::FromLeft => Point { x: width - point.x, y: height - point.y },
            Self::FromUp => Point { x: height - point.y, y: point.x },
        }
    }

    fn rect(self, rect: Rect, width: f32, height: f32) -> Rect {
        if self == Self::None {
            return rect;
        }
        let a = self.point(Point { x: rect.x0, y: rect.y0 }, width, height);
        let b = self.point(Point { x: rect.x1, y: rect.y1 }, width, height);
        Rect { x0: a.x.min(b.x), y0: a.y.min(b.y), x1: a.x.max(b.x), y1: a.y.max(b.y) }
    }

    fn direction(self, direction: Direction) -> Direction {
        let quarters = match self {
            Self::None => return direction,
            Self::FromDown => 1.0_f32,
            Self::FromLeft => 2.0,
            Self::FromUp => 3.0,
        };
        let degrees = (direction.degrees() - 90.0 * quarters).rem_euclid(360.0);
        match degrees {
            0.0 => Direction::Right,
            90.0 => Direction::Down,
            180.0 => Direction::Left,
            270.0 => Direction::Up,
            other => Direction::Degrees(other),
        }
    }

    /// A box of the turned page, on the page as it is shown. `width` and `height` are those of the page as it is shown.
    #[must_use]
    pub fn undo(self, rect: Rect, width: f32, height: f32) -> Rect {
        match self {
            Self::None => rect,
            Self::FromDown => Self::FromUp.rect(rect, height, width),
            Self::FromLeft => Self::FromLeft.rect(rect, width, height),
            Self::FromUp => Self::FromDown.rect(rect, height, width),
        }
    }
}

/// Turns a page so that most of its text runs to the right.
pub(super) fn upright(mut page: Page) -> (Page, Turn) {
    let turn = Turn::of(&page.glyphs);
    if turn == Turn::None {
        return (page, turn);
    }
    let (width, height) = (page.width, page.height);
    for glyph in &mut page.glyphs {
        glyph.origin = turn.point(glyph.origin, width, height);
        glyph.bounds = turn.rect(glyph.bounds, width, height);
        glyph.direction = turn.direction(glyph.direction);
    }
    for rule in &mut page.rules {
        rule.from = turn.point(rule.from, width, height);
        rule.to = turn.point(rule.to, width, height);
    }
    for image in &mut page.images {
        image.bounds = turn.rect(image.bounds, width, height);
    }
    if turn != Turn::FromLeft {
        (page.width, page.height) = (height, width);
    }
    (page, turn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turned_box_comes_back_to_its_place() {
        let (width, height) = (595.0, 842.0);
        let shown = Rect { x0: 10.0, y0: 20.0, x1: 40.0, y1: 90.0 };
        for turn in [Turn::None, Turn::FromDown, Turn::FromLeft, Turn::FromUp] {
            assert_eq!(turn.undo(turn.rect(shown, width, height), width, height), shown, "{turn:?}");
        }
    }

    #[test]
    fn text_that_runs_down_begins_at_the_left_of_the_turned_page() {
        // Text that runs down stands on its head to the right: its line begins at the top right corner of the page.
        let start = Turn::FromDown.point(Point { x: 590.0, y: 5.0 }, 595.0, 842.0);
        assert_eq!(start, Point { x: 5.0, y: 5.0 });
        assert_eq!(Turn::FromDown.direction(Direction::Down), Direction::Right);
        let start = Turn::FromUp.point(Point { x: 5.0, y: 837.0 }, 595.0, 842.0);
        assert_eq!(start, Point { x: 5.0, y: 5.0 });
        assert_eq!(Turn::FromUp.direction(Direction::Up), Direction::Right);
    }
}
