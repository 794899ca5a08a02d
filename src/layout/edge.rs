//! Rules → edges: straight, joined, one where several strokes draw one line.

use crate::read::pdf::Rule;

/// A horizontal or vertical line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Its height (horizontal) or its distance from the left (vertical).
    pub at: f32,
    /// Where it begins, from the left or from the top.
    pub from: f32,
    /// Where it ends.
    pub to: f32,
}

/// The edges of a page.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// From left to right.
    pub horizontal: Vec<Edge>,
    /// From top to bottom.
    pub vertical: Vec<Edge>,
}

/// A rule that leans more than this, in points, is no edge.
const LEAN: f32 = 1.0;
/// Lines so close are one line drawn several times, in points.
const SAME_LINE: f32 = 1.5;
/// A gap so small does not interrupt a line, in points.
const JOIN: f32 = 3.0;
/// Shorter ones are corners and dots, in points.
const SHORTEST: f32 = 2.0;
/// Lighter lines are not seen on white paper.
const WHITE: u8 = 250;

/// The edges that rules make.
pub(super) fn edges(rules: &[Rule]) -> Edges {
    let mut horizontal = Vec::new();
    let mut vertical = Vec::new();
    for rule in rules.iter().filter(|rule| rule.colour.iter().any(|&part| part < WHITE)) {
        let (dx, dy) = ((rule.to.x - rule.from.x).abs(), (rule.to.y - rule.from.y).abs());
        if dy <= LEAN && dx > SHORTEST {
            horizontal.push(edge(f32::midpoint(rule.from.y, rule.to.y), rule.from.x, rule.to.x));
        } else if dx <= LEAN && dy > SHORTEST {
            vertical.push(edge(f32::midpoint(rule.from.x, rule.to.x), rule.from.y, rule.to.y));
        }
    }
    Edges { horizontal: join(horizontal), vertical: join(vertical) }
}

fn edge(at: f32, one: f32, other: f32) -> Edge {
    Edge { at, from: one.min(other), to: one.max(other) }
}

/// Brings pieces of lines onto common lines and joins those that touch.
fn join(mut pieces: Vec<Edge>) -> Vec<Edge> {
    pieces.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut joined = Vec::new();
    for line in lines(&mut pieces) {
        let at = match (line.first(), line.last()) {
            (Some(first), Some(last)) => f32::midpoint(first.at, last.at),
            _ => continue,
        };
        line.sort_by(|a, b| a.from.total_cmp(&b.from));
        let mut open: Option<Edge> = None;
        for piece in line.iter() {
            match &mut open {
                Some(open) if piece.from <= open.to + JOIN => open.to = open.to.max(piece.to),
                _ => {
                    joined.extend(open.replace(Edge { at, ..*piece }));
                }
            }
        }
        joined.extend(open);
    }
    joined
}

/// The pieces line by line: those no further than [`SAME_LINE`] from the first of them.
fn lines(pieces: &mut [Edge]) -> Vec<&mut [Edge]> {
    let mut lines = Vec::new();
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let limit = first.at + SAME_LINE;
        let count = rest.iter().take_while(|piece| piece.at <= limit).count();
        let (line, after) = rest.split_at_mut(count);
        lines.push(line);
        rest = after;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_line_are_one_edge_and_double_strokes_count_once() {
        let pieces = vec![edge(100.0, 10.0, 50.0), edge(100.4, 50.5, 90.0), edge(101.0, 10.0, 90.0), edge(100.0, 120.0, 150.0)];
        let joined = join(pieces);
        assert_eq!(joined.len(), 2);
        assert!(joined.iter().all(|edge| (edge.at - 100.5).abs() < 0.01));
        assert_eq!((joined[0].from, joined[0].to, joined[1].from, joined[1].to), (10.0, 90.0, 120.0, 150.0));
    }
}
