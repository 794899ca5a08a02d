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
}

#[derive(Debug)]
struct Subpath {
    points: Vec<(f64, f64)>,
    /// Parts that are curves: no lines, and no rectangle.
    curved: bool,
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
        self.subpaths.push(Subpath { points: first(point), curved: false, closed: false, rectangle: false });
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
        subpath.curved = true;
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
        self.subpaths.push(Subpath { points, curved: false, closed: true, rectangle: true });
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.subpaths.len() > MOST_POINTS || self.subpaths.last().is_some_and(|subpath| subpath.points.len() > MOST_POINTS)
    }

    /// The subpath that goes on; after a close, or without a move, a new one.
    fn open_subpath(&mut self, fallback: (f64, f64)) -> &mut Subpath {
        let start = if self.subpaths.is_empty() { fallback } else { self.current };
        if self.subpaths.last().is_none_or(|last| last.closed) {
            self.subpaths.push(Subpath { points: first(start), curved: false, closed: false, rectangle: false });
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
            let visible = |colour: Colour, alpha: f64| !colour.is_white() && alpha > 0.01;
            if fill && visible(state.fill, state.fill_alpha) {
                for subpath in &self.subpaths {
                    fill_rule(subpath, state, rules);
                }
            }
            if stroke && visible(state.stroke, state.stroke_alpha) {
                for subpath in &self.subpaths {
                    stroke_rules(subpath, state, rules);
                }
            }
        }
        if self.clip {
            state.clip = self.bounds.map_or(Bounds { x0: 0.0, y0: 0.0, x1: -1.0, y1: -1.0 }, |bounds| state.clip.intersection(bounds));
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.subpaths.clear();
        self.bounds = None;
        self.clip = false;
    }
}

/// A thin filled rectangle as a line along its middle.
fn fill_rule(subpath: &Subpath, state: &GraphicsState, rules: &mut Vec<Rule>) {
    if subpath.curved {
        return;
    }
    let mut points = subpath.points.as_slice();
    // Drawn back to its start, a rectangle has five points.
    if let [first, .., last] = points
        && points.len() == 5
        && near(*first, *last)
    {
        points = points.get(..4).unwrap_or(points);
    }
    let &[a, b, c, d] = points else { return };
    let upright = level(a, b) && plumb(b, c) && level(c, d) && plumb(d, a) || plumb(a, b) && level(b, c) && plumb(c, d) && level(d, a);
    if !upright {
        return;
    }
    let bounds = Bounds::of([a, b, c, d]);
    // Clipped fills show only what lies inside.
    let bounds = bounds.intersection(state.clip);
    let (width, height) = (bounds.width(), bounds.height());
    if width < 0.0 || height < 0.0 || width.min(height) > THIN {
        return;
    }
    let (middle_x, middle_y) = (f64::midpoint(bounds.x0, bounds.x1), f64::midpoint(bounds.y0, bounds.y1));
    if width.max(height) > THIN && width.max(height) < SQUARE * width.min(height) {
        return;
    }
    let (from, to) =
        if width >= height { ((bounds.x0, middle_y), (bounds.x1, middle_y)) } else { ((middle_x, bounds.y0), (middle_x, bounds.y1)) };
    rules.push(rule(from, to, width.min(height), state.fill, RuleKind::ThinFill));
}

fn stroke_rules(subpath: &Subpath, state: &GraphicsState, rules: &mut Vec<Rule>) {
    if subpath.curved {
        return;
    }
    let thickness = state.line_width * state.matrix.scale();
    let kind = match (subpath.rectangle, state.dashed) {
        (true, _) => RuleKind::BoxSide,
        (false, true) => RuleKind::Dashed,
        (false, false) => RuleKind::Stroke,
    };
    let back = (subpath.closed && subpath.points.len() > 1).then(|| subpath.points.first()).flatten();
    for (&from, &to) in subpath.points.iter().zip(subpath.points.iter().skip(1).chain(back)) {
        if near(from, to) {
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
