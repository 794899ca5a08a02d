//! Paths as ruling lines: stroked segments and thin filled rectangles, as far as they can be seen.

use super::super::geometry::{Bounds, Matrix, Point};
use super::super::page::{Rule, RuleKind};
use super::state::{Colour, GraphicsState};

/// The path in the making, in page coordinates.
#[derive(Debug, Default)]
pub(super) struct Path {
    subpaths: Vec<Subpath>,
    current: (f64, f64),
    start: (f64, f64),
    bounds: Option<Bounds>,
    /// How the next painting operator clips.
    pub(super) clip: bool,
    /// Larger areas that have been filled, and whether with white: what is white on colour can be seen.
    backgrounds: Vec<(Bounds, bool)>,
}

#[derive(Debug)]
struct Subpath {
    points: Vec<(f64, f64)>,
    /// Indices of points that a curve leads to: no line does.
    curves: Vec<usize>,
    closed: bool,
    rectangle: bool,
}

/// Up to this thickness a filled rectangle is a line, in points.
const THIN: f64 = 3.0;
/// Of two sides of a thin rectangle, the long one is the line; below this ratio it is a dot that may be part of a dotted line.
const SQUARE: f64 = 1.5;
/// No path of a page that anyone reads has more points.
const MOST_POINTS: usize = 200_000;

/// The first of a few points: most subpaths are a line or a box.
fn first(point: (f64, f64)) -> Vec<(f64, f64)> {
    let mut points = Vec::with_capacity(5);
    points.push(point);
    points
}

impl Path {
    pub(super) fn move_to(&mut self, matrix: Matrix, x: f64, y: f64) {
        let point = matrix.apply(x, y);
        self.current = point;
        self.start = point;
        self.subpaths.push(Subpath { points: first(point), curves: Vec::new(), closed: false, rectangle: false });
        self.extend(point);
    }

    pub(super) fn line_to(&mut self, matrix: Matrix, x: f64, y: f64) {
        let point = matrix.apply(x, y);
        self.open_subpath(point).points.push(point);
        self.current = point;
        self.extend(point);
    }

    /// A curve: its control points only widen the bounds.
    pub(super) fn curve_to(&mut self, matrix: Matrix, control: &[(f64, f64)], x: f64, y: f64) {
        for &(x, y) in control {
            let point = matrix.apply(x, y);
            self.extend(point);
        }
        let point = matrix.apply(x, y);
        let subpath = self.open_subpath(point);
        subpath.curves.push(subpath.points.len());
        subpath.points.push(point);
        self.current = point;
        self.extend(point);
    }

    pub(super) fn close(&mut self) {
        if let Some(subpath) = self.subpaths.last_mut() {
            subpath.closed = true;
        }
        self.current = self.start;
    }

    pub(super) fn rectangle(&mut self, matrix: Matrix, x: f64, y: f64, width: f64, height: f64) {
        let points = vec![matrix.apply(x, y), matrix.apply(x + width, y), matrix.apply(x + width, y + height), matrix.apply(x, y + height)];
        for &point in &points {
            self.extend(point);
        }
        self.start = matrix.apply(x, y);
        self.current = self.start;
        self.subpaths.push(Subpath { points, curves: Vec::new(), closed: true, rectangle: true });
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.subpaths.len() > MOST_POINTS || self.subpaths.last().is_some_and(|subpath| subpath.points.len() > MOST_POINTS)
    }

    /// The subpath that goes on; after a close, or without a move, a new one.
    fn open_subpath(&mut self, fallback: (f64, f64)) -> &mut Subpath {
        let start = if self.subpaths.is_empty() { fallback } else { self.current };
        if self.subpaths.last().is_none_or(|last| last.closed) {
            self.subpaths.push(Subpath { points: first(start), curves: Vec::new(), closed: false, rectangle: false });
            self.extend(start);
        }
        let last = self.subpaths.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "one was pushed if there was none")]
        &mut self.subpaths[last]
    }

    fn extend(&mut self, point: (f64, f64)) {
        self.bounds = Some(self.bounds.unwrap_or(Bounds::EMPTY).with(point));
    }

    /// Ends the path: what is stroked or filled becomes rules, and the clip shrinks if `W` said so.
    pub(super) fn paint(&mut self, state: &mut GraphicsState, fill: bool, stroke: bool, hidden: bool, rules: &mut Vec<Rule>) {
        if !hidden {
            let first = rules.len();
            if fill && state.fill_alpha > 0.01 {
                self.fill(state, rules);
                self.keep_visible(first, rules);
            }
            let first = rules.len();
            if stroke && state.stroke_alpha > 0.01 {
                for subpath in &self.subpaths {
                    stroke_rules(subpath, state, rules);
                }
                self.keep_visible(first, rules);
            }
        }
        if self.clip {
            state.clip = self.bounds.map_or(Bounds { x0: 0.0, y0: 0.0, x1: -1.0, y1: -1.0 }, |bounds| state.clip.intersection(bounds));
        }
        self.clear();
    }

    fn fill(&mut self, state: &GraphicsState, rules: &mut Vec<Rule>) {
        let mut rest = self.subpaths.as_slice();
        while let Some((subpath, after)) = rest.split_first() {
            rest = after;
            let Some(outer) = straight_bounds(subpath) else { continue };
            // Two boxes, one just inside the other, filled at once: the frame between them, as browsers draw borders.
            if let Some((next, after)) = after.split_first()
                && let Some(sides) = upright(subpath).zip(upright(next)).and_then(|(one, other)| frame(one, other))
            {
                for side in sides {
                    rules.extend(thin_rule(side, state));
                }
                rest = after;
                continue;
            }
            match thin_rule(outer, state) {
                Some(rule) => rules.push(rule),
                None if upright(subpath).is_some() && self.backgrounds.len() < MOST_BACKGROUNDS => {
                    self.backgrounds.push((outer.intersection(state.clip), state.fill.is_white()));
                }
                None => {}
            }
        }
    }

    /// Of the rules from `first` on, drops white ones where nothing coloured lies beneath.
    fn keep_visible(&self, first: usize, rules: &mut Vec<Rule>) {
        let mut index = 0;
        rules.retain(|rule| {
            index += 1;
            if index <= first || rule.colour.iter().any(|&part| part < 253) {
                return true;
            }
            let (x, y) = (f64::from(rule.from.x.midpoint(rule.to.x)), f64::from(rule.from.y.midpoint(rule.to.y)));
            let beneath = self.backgrounds.iter().rev().find(|(area, _)| area.x0 <= x && x <= area.x1 && area.y0 <= y && y <= area.y1);
            beneath.is_some_and(|&(_, white)| !white)
        });
    }

    fn clear(&mut self) {
        self.subpaths.clear();
        self.bounds = None;
        self.clip = false;
    }
}

/// So many coloured areas of a page are remembered.
const MOST_BACKGROUNDS: usize = 2_000;

/// The bounds of a subpath without curves.
fn straight_bounds(subpath: &Subpath) -> Option<Bounds> {
    (subpath.curves.is_empty() && (3..=9).contains(&subpath.points.len()))
        .then(|| subpath.points.iter().fold(Bounds::EMPTY, |bounds, &point| bounds.with(point)))
}

/// The bounds of a subpath that is an upright rectangle.
fn upright(subpath: &Subpath) -> Option<Bounds> {
    let mut points = subpath.points.as_slice();
    // Drawn back to its start, a rectangle has five points.
    if let [first, .., last] = points
        && points.len() == 5
        && near(*first, *last)
    {
        points = points.get(..4)?;
    }
    let &[a, b, c, d] = points else { return None };
    let is_upright = level(a, b) && plumb(b, c) && level(c, d) && plumb(d, a) || plumb(a, b) && level(b, c) && plumb(c, d) && level(d, a);
    (is_upright && subpath.curves.is_empty()).then(|| Bounds::of([a, b, c, d]))
}

/// The four sides between two boxes of which one lies just inside the other.
fn frame(one: Bounds, other: Bounds) -> Option<[Bounds; 4]> {
    let (outer, inner) = if one.width() >= other.width() { (one, other) } else { (other, one) };
    let gaps = [inner.x0 - outer.x0, inner.y0 - outer.y0, outer.x1 - inner.x1, outer.y1 - inner.y1];
    let thin = gaps.iter().all(|gap| (-0.01..=THIN).contains(gap)) && gaps.iter().any(|&gap| gap > 0.01);
    (thin && inner.width() > THIN && inner.height() > THIN).then_some([
        Bounds { y1: inner.y0, ..outer },
        Bounds { y0: inner.y1, ..outer },
        Bounds { x1: inner.x0, ..outer },
        Bounds { x0: inner.x1, ..outer },
    ])
}

/// A thin filled area as a line along its middle. Clipped fills show only what lies inside.
fn thin_rule(bounds: Bounds, state: &GraphicsState) -> Option<Rule> {
    let bounds = bounds.intersection(state.clip);
    let (width, height) = (bounds.width(), bounds.height());
    if width < 0.0 || height < 0.0 || width.min(height) > THIN || width.max(height) <= 0.0 {
        return None;
    }
    if width.max(height) > THIN && width.max(height) < SQUARE * width.min(height) {
        return None;
    }
    let (middle_x, middle_y) = (f64::midpoint(bounds.x0, bounds.x1), f64::midpoint(bounds.y0, bounds.y1));
    let (from, to) =
        if width >= height { ((bounds.x0, middle_y), (bounds.x1, middle_y)) } else { ((middle_x, bounds.y0), (middle_x, bounds.y1)) };
    Some(rule(from, to, width.min(height), state.fill, RuleKind::ThinFill))
}

fn stroke_rules(subpath: &Subpath, state: &GraphicsState, rules: &mut Vec<Rule>) {
    let thickness = state.line_width * state.matrix.scale();
    let kind = match (subpath.rectangle, state.dashed) {
        (true, _) => RuleKind::BoxSide,
        (false, true) => RuleKind::Dashed,
        (false, false) => RuleKind::Stroke,
    };
    let back = (subpath.closed && subpath.points.len() > 1).then(|| subpath.points.first()).flatten();
    for (index, (&from, &to)) in subpath.points.iter().zip(subpath.points.iter().skip(1).chain(back)).enumerate() {
        if near(from, to) || subpath.curves.binary_search(&(index + 1)).is_ok() {
            continue;
        }
        if let Some((from, to)) = clipped(from, to, state.clip, thickness) {
            rules.push(rule(from, to, thickness, state.stroke, kind));
        }
    }
}

/// What of a segment lies inside the clip; its thickness may reach into it.
fn clipped(from: (f64, f64), to: (f64, f64), clip: Bounds, thickness: f64) -> Option<((f64, f64), (f64, f64))> {
    let slack = thickness / 2.0 + 0.01;
    let clip = Bounds { x0: clip.x0 - slack, y0: clip.y0 - slack, x1: clip.x1 + slack, y1: clip.y1 + slack };
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (step, room) in [(-dx, from.0 - clip.x0), (dx, clip.x1 - from.0), (-dy, from.1 - clip.y0), (dy, clip.y1 - from.1)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            start = start.max(room / step);
        } else {
            end = end.min(room / step);
        }
    }
    let at = |part: f64| (from.0 + part * dx, from.1 + part * dy);
    (start < end).then(|| (at(start), at(end)))
}

#[expect(clippy::cast_possible_truncation, reason = "a ten-thousandth of a point is enough")]
fn rule(from: (f64, f64), to: (f64, f64), thickness: f64, colour: Colour, kind: RuleKind) -> Rule {
    let point = |(x, y): (f64, f64)| Point { x: x as f32, y: y as f32 };
    Rule { from: point(from), to: point(to), thickness: thickness as f32, colour: colour.rgb, kind }
}

fn near(one: (f64, f64), other: (f64, f64)) -> bool {
    (one.0 - other.0).abs() < 0.001 && (one.1 - other.1).abs() < 0.001
}

fn level(one: (f64, f64), other: (f64, f64)) -> bool {
    (one.1 - other.1).abs() < 0.05
}

fn plumb(one: (f64, f64), other: (f64, f64)) -> bool {
    (one.0 - other.0).abs() < 0.05
}
