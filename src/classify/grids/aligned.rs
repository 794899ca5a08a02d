//! Columns that no rule shows, over several pages: a page without headings has its texts below those of the page before.

use super::columns::Mapping;
use crate::read::Grid;

/// A column before the page break, and the one below it on the page, if there is one.
pub(super) type Place = (usize, Option<usize>);

/// Where the texts of a table's columns stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Aligned {
    /// Left edges of the columns and the right edge of the last: in the middle between their texts.
    edges: Vec<f32>,
    /// For each column, left and right end of what stands in it, headings included.
    ink: Vec<(f32, f32)>,
    /// The same, headings aside.
    body: Vec<Option<(f32, f32)>>,
}

/// Left and right end.
type Extent = (f32, f32);

/// The part of a column beside its texts, where its heading stands, and the outer end of it: the heading need not reach the texts.
fn beside((from, to): Extent, (left, right): Extent) -> Option<(Extent, Extent)> {
    match (left - from > SAME_END, to - right > SAME_END) {
        (true, false) => Some(((from, left), (from + SAME_END, from + SAME_END))),
        (false, true) => Some(((right, to), (to - SAME_END, to - SAME_END))),
        _ => None,
    }
}

/// Texts of one column end at the same place, on the left (words) or on the right (numbers), in points.
const SAME_END: f32 = 1.5;

/// Where headings alone tell the edges of columns, texts may stand beyond them by this part of a column's width.
const SLACK: f32 = 0.35;

impl Aligned {
    /// As a grid shows them.
    pub(super) fn of(grid: &Grid) -> Self {
        Self { edges: grid.columns.clone(), ink: grid.ink.clone(), body: grid.body_ink.clone() }
    }

    /// These columns and those of a page whose headings go on with theirs: a column with others below it gives way to them. With each
    /// column comes where it was, here and on the page. `None`: one of the two has none.
    ///
    /// A column of the page whose heading stands under one column and whose texts under another was put together for want of the headings
    /// that the page before shows: it is two.
    pub(super) fn divided(&self, grid: &Grid) -> Option<(Self, Vec<Place>)> {
        let last = self.width().checked_sub(1)?;
        let above = |(from, to): Extent| self.edges.partition_point(|&edge| edge <= f32::midpoint(from, to)).saturating_sub(1).min(last);
        let mut found: Vec<(Place, Extent, Option<Extent>)> = Vec::new();
        for (at, (&ink, &body)) in grid.ink.iter().zip(&grid.body_ink).enumerate() {
            let heading = body.and_then(|body| beside(ink, body)).filter(|&(_, end)| body.is_some_and(|body| above(body) != above(end)));
            if let (Some((heading, end)), Some(body)) = (heading, body) {
                found.push(((above(end), Some(at)), heading, None));
                found.push(((above(body), None), body, Some(body)));
            } else {
                found.push(((above(ink), Some(at)), ink, body));
            }
        }
        for column in 0..self.width() {
            if found.iter().all(|&((above, _), ..)| above != column) {
                found.push(((column, None), *self.ink.get(column)?, *self.body.get(column)?));
            }
        }
        found.sort_by(|(_, (a, _), _), (_, (b, _), _)| a.total_cmp(b));
        let between = found.windows(2).filter_map(|pair| match pair {
            &[(_, (_, end), _), (_, (start, _), _)] => Some(f32::midpoint(end, start)),
            _ => None,
        });
        let first = self.edges.first()?.min(*grid.columns.first()?);
        let end = self.edges.last()?.max(*grid.columns.last()?);
        let edges = std::iter::once(first).chain(between).chain([end]).collect();
        let places: Vec<Place> = found.iter().map(|&(place, ..)| place).collect();
        let (ink, body) = found.into_iter().map(|(_, ink, body)| (ink, body)).unzip();
        places.is_sorted_by_key(|&(above, _)| above).then_some((Self { edges, ink, body }, places))
    }

    /// Are there any? A ruled table has none.
    pub(super) fn is_some(&self) -> bool {
        !self.body.is_empty()
    }

    /// Learns from a further page where texts stand.
    pub(super) fn take_in(&mut self, grid: &Grid) {
        let Some(columns) = columns(self, grid) else { return };
        for ((column, _), &(from, to)) in columns.into_iter().zip(&grid.ink) {
            if let Some(body) = self.body.get_mut(column) {
                let (left, right) = body.unwrap_or((from, to));
                *body = Some((left.min(from), right.max(to)));
            }
        }
    }

    fn width(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// The column whose texts end where these do.
    fn ending_at(&self, from: f32, to: f32) -> Option<usize> {
        let ends = |&(left, right): &(f32, f32)| (right - to).abs() < SAME_END || (left - from).abs() < SAME_END;
        self.body.iter().position(|body| body.as_ref().is_some_and(ends))
    }

    /// The column in which a stretch has its middle.
    fn around(&self, from: f32, to: f32) -> Option<usize> {
        let at = self.edges.partition_point(|&edge| edge <= f32::midpoint(from, to)).checked_sub(1)?;
        (at < self.width()).then_some(at)
    }
}

/// For each column of a page, the table's column, and whether that is certain. `None`: they do not fit.
///
/// Several columns of the page can be one of the table's, if no row has both.
pub(super) fn columns(aligned: &Aligned, grid: &Grid) -> Option<Vec<(usize, bool)>> {
    if grid.is_ruled() || !aligned.is_some() {
        return None;
    }
    let is_in_place = |(column, &(from, to)): (usize, &(f32, f32))| match aligned.edges.get(column..column + 2) {
        Some(&[left, right]) => {
            let (middle, slack) = (f32::midpoint(from, to), SLACK * (right - left));
            middle > left - slack && middle < right + slack
        }
        _ => false,
    };
    let found: Vec<(usize, bool)> = if grid.ink.len() == aligned.width() && grid.ink.iter().enumerate().all(is_in_place) {
        // As many as the table has, each about where it should be: none is blank.
        (0..grid.ink.len()).map(|column| (column, true)).collect()
    } else {
        let column = |&(from, to): &(f32, f32)| {
            let around = aligned.around(from, to);
            // Its end tells the column, if that is about where it stands.
            let is_near = |column: &usize| around.is_none_or(|around| around.abs_diff(*column) <= 1);
            let certain = aligned.ending_at(from, to).filter(is_near).map(|column| (column, true));
            certain.or_else(|| around.map(|column| (column, false)))
        };
        grid.ink.iter().map(column).collect::<Option<_>>()?
    };
    let are_ordered = found.windows(2).all(|pair| matches!(pair, [(a, _), (b, _)] if a <= b));
    let has_both = |row: usize, at: usize| match (grid.cell(row, at), grid.cell(row, at + 1)) {
        (Some(a), Some(b)) => !a.is_blank() && !b.is_blank() && a.column != b.column,
        _ => false,
    };
    let collides = |at: usize| {
        let is_same = matches!(found.get(at..at + 2), Some([(a, _), (b, _)]) if a == b);
        is_same && (0..grid.height()).any(|row| has_both(row, at))
    };
    (are_ordered && !(0..found.len().saturating_sub(1)).any(collides)).then_some(found)
}

/// The slots of a page's columns, and those that are a guess.
pub(super) fn slots(aligned: &Aligned, mapping: &Mapping, grid: &Grid) -> (Vec<Vec<usize>>, Vec<usize>) {
    let slot_of = |column: usize| mapping.slots.get(column).copied().flatten();
    let Some(columns) = columns(aligned, grid) else { return (vec![Vec::new(); grid.width()], Vec::new()) };
    let guessed = columns.iter().filter(|(_, is_certain)| !is_certain).filter_map(|&(column, _)| slot_of(column)).collect();
    (columns.iter().map(|&(column, _)| slot_of(column).into_iter().collect()).collect(), guessed)
}
