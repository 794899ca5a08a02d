//! Columns that no rule shows, over several pages: a page without headings has its texts below those of the page before.

use super::columns::Mapping;
use crate::read::{ColumnInk, Extent, Grid};

/// A column of headings that a page break tore.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its column before the page break.
    pub(super) above: usize,
    /// Its column on the page, if there is one.
    pub(super) here: Option<usize>,
    /// Is it open whether its texts are those of its heading? They do not stand below it.
    pub(super) is_guess: bool,
}

/// Where the texts of a table's columns stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Aligned {
    /// Left edges of the columns and the right edge of the last: in the middle between their texts.
    edges: Vec<f32>,
    /// For each column, what stands in it.
    ink: Vec<ColumnInk>,
}

/// Texts of one column end at the same place, on the left (words) or on the right (numbers), in points.
const SAME_END: f32 = 1.5;

/// Numbers end so near to where a blank column's heading tells, in points.
const NEAR_END: f32 = 6.0;

/// Where headings alone tell the edges of columns, texts may stand beyond them by this part of a column's width.
const SLACK: f32 = 0.35;

impl Aligned {
    /// As a grid shows them.
    pub(super) fn of(grid: &Grid) -> Self {
        Self { edges: grid.columns.clone(), ink: grid.ink.clone() }
    }

    /// These columns and those of a page whose headings go on with theirs: a column with others below it gives way to them. With each
    /// column comes where it was, here and on the page. `None`: one of the two has none.
    ///
    /// A column of the page whose texts stand beyond the next heading was put together for want of the headings that the page before shows:
    /// it is two.
    pub(super) fn divided(&self, grid: &Grid) -> Option<(Self, Vec<Place>)> {
        let last = self.width().checked_sub(1)?;
        let above = |(from, to): Extent| self.edges.partition_point(|&edge| edge <= f32::midpoint(from, to)).saturating_sub(1).min(last);
        let middle = |(from, to): Extent| f32::midpoint(from, to);
        // The lowest headings: those of the page, and those before it that have none below them.
        let here = || grid.ink.iter().filter_map(|ink| ink.heading);
        let alone = self.ink.iter().enumerate().filter(|&(column, _)| here().all(|heading| above(heading) != column));
        let middles: Vec<f32> = here().chain(alone.filter_map(|(_, ink)| ink.heading)).map(middle).collect();
        let end = |heading: Extent| {
            let next = middles.iter().copied().filter(|&other| other > middle(heading)).reduce(f32::min);
            next.map_or(f32::INFINITY, |next| f32::midpoint(middle(heading), next))
        };
        let mut found: Vec<(Place, ColumnInk)> = Vec::new();
        for (at, &ink) in grid.ink.iter().enumerate() {
            let is_guess = matches!((ink.heading, ink.body), (Some(heading), Some(body)) if heading.1 < body.0 || body.1 < heading.0);
            match (ink.heading, ink.body) {
                (Some(heading), Some(body)) if is_guess && body.1 > end(heading) && above(heading) != above(body) => {
                    // Right below a heading of the page before, they are its own.
                    let is_below = |ink: &ColumnInk| ink.heading.is_some_and(|(from, to)| from < body.1 && body.0 < to);
                    let is_guess = !self.ink.get(above(body)).is_some_and(is_below);
                    let place = |above: usize, here: Option<usize>| Place { above, here, is_guess };
                    found.push((place(above(heading), Some(at)), ColumnInk { body: None, is_numeric: true, ..ink }));
                    found.push((place(above(body), None), ColumnInk { heading: None, ..ink }));
                }
                _ => found.push((Place { above: above(ink.all()), here: Some(at), is_guess }, ink)),
            }
        }
        for column in 0..self.width() {
            if found.iter().all(|(place, _)| place.above != column) {
                found.push((Place { above: column, here: None, is_guess: false }, *self.ink.get(column)?));
            }
        }
        found.sort_by(|(_, a), (_, b)| a.all().0.total_cmp(&b.all().0));
        let between = found.windows(2).filter_map(|pair| match pair {
            [(_, left), (_, right)] => Some(f32::midpoint(left.all().1, right.all().0)),
            _ => None,
        });
        let first = self.edges.first()?.min(*grid.columns.first()?);
        let end = self.edges.last()?.max(*grid.columns.last()?);
        let edges = std::iter::once(first).chain(between).chain([end]).collect();
        let (places, ink): (Vec<Place>, _) = found.into_iter().unzip();
        places.is_sorted_by_key(|place| place.above).then_some((Self { edges, ink }, places))
    }

    /// Are there any? A ruled table has none.
    pub(super) fn is_some(&self) -> bool {
        !self.ink.is_empty()
    }

    /// Learns from a page where texts stand. On one without headings, what stands above its first number is of the body too.
    pub(super) fn take_in(&mut self, grid: &Grid, has_headings: bool) {
        let Some(columns) = columns(self, grid) else { return };
        for ((column, _), here) in columns.into_iter().zip(&grid.ink) {
            let body = if has_headings { here.body } else { Some(here.all()) };
            if let (Some(ink), Some(_)) = (self.ink.get_mut(column), body) {
                *ink = ink.with(ColumnInk { heading: None, body, is_numeric: here.is_numeric });
            }
        }
    }

    fn width(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// Where numbers end in each column: as they do, or, where there are none, as the headings tell.
    ///
    /// A heading stands in the middle of its column, numbers end before its right edge, all by the same margin: so the end in one column and
    /// the heading of the next tell the end there.
    fn ends(&self) -> Vec<Option<f32>> {
        let known = |at: usize| self.ink.get(at).and_then(|ink| if ink.is_numeric { ink.body } else { None }).map(|(_, to)| to);
        let middle = |at: usize| self.ink.get(at).and_then(|ink| ink.heading).map(|(from, to)| f32::midpoint(from, to));
        let margin = |at: usize| Some(middle(at)? - f32::midpoint(known(at.checked_sub(1)?)?, known(at)?));
        let margins: Vec<(usize, f32)> = (0..self.ink.len()).filter_map(|at| Some((at, margin(at)?))).collect();
        // Codes stand in the middle of their columns: what is near tells how a column's numbers stand.
        let margin = |at: usize| margins.iter().min_by_key(|(known, _)| known.abs_diff(at)).map(|&(_, margin)| margin);
        let mut ends: Vec<Option<(usize, f32)>> = (0..self.ink.len()).map(|at| known(at).map(|end| (0, end))).collect();
        // From the left, then from the right; the nearer column with numbers tells.
        let mut tell = |at: usize, beside: Option<usize>, heading: usize| {
            let Some((steps, end)) = beside.and_then(|beside| ends.get(beside).copied().flatten()) else { return };
            let (Some(middle), Some(margin)) = (middle(heading), margin(heading)) else { return };
            if let Some(place) = ends.get_mut(at)
                && place.is_none_or(|(known, _)| steps + 1 < known)
            {
                *place = Some((steps + 1, 2.0 * (middle - margin) - end));
            }
        };
        (0..self.ink.len()).for_each(|at| tell(at, at.checked_sub(1), at));
        (0..self.ink.len()).rev().for_each(|at| tell(at, Some(at + 1), at + 1));
        ends.into_iter().map(|end| end.map(|(_, end)| end)).collect()
    }

    /// The column whose texts end where these do.
    fn ending_at(&self, (from, to): Extent) -> Option<usize> {
        let ends = |(left, right): Extent| (right - to).abs() < SAME_END || (left - from).abs() < SAME_END;
        self.ink.iter().position(|ink| ink.body.is_some_and(ends))
    }

    /// The column in which a stretch has its middle.
    fn around(&self, (from, to): Extent) -> Option<usize> {
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
    let is_in_place = |(column, ink): (usize, &ColumnInk)| match aligned.edges.get(column..column + 2) {
        Some(&[left, right]) => {
            let (from, to) = ink.all();
            let (middle, slack) = (f32::midpoint(from, to), SLACK * (right - left));
            middle > left - slack && middle < right + slack
        }
        _ => false,
    };
    if grid.ink.len() == aligned.width() && grid.ink.iter().enumerate().all(is_in_place) {
        // As many as the table has, each about where it should be: none is blank.
        return Some((0..grid.ink.len()).map(|column| (column, true)).collect());
    }
    cheapest(&grid.ink.iter().map(|ink| choices(aligned, ink)).collect::<Vec<_>>(), grid)
}

/// One of the table's columns that a column of a page can be.
struct Choice {
    column: usize,
    is_certain: bool,
    cost: f32,
}

/// The columns of the table that a column of a page can be: the one whose texts end where these do, one whose numbers should, the one around.
fn choices(aligned: &Aligned, ink: &ColumnInk) -> Vec<Choice> {
    let here = ink.all();
    let around = aligned.around(here);
    // Its end tells the column, if that is about where it stands.
    let is_near = |column: usize| around.is_none_or(|around| around.abs_diff(column) <= 1);
    if let Some(column) = aligned.ending_at(here).filter(|&column| is_near(column)) {
        return vec![Choice { column, is_certain: true, cost: 0.0 }];
    }
    let mut found: Vec<Choice> = Vec::new();
    if ink.is_numeric {
        let near = aligned.ends().into_iter().enumerate().filter_map(|(column, end)| Some((column, (end? - here.1).abs())));
        let near = near.filter(|&(column, distance)| distance < NEAR_END && is_near(column));
        found.extend(near.map(|(column, distance)| Choice { column, is_certain: false, cost: distance / NEAR_END }));
    }
    if let Some(column) = around.filter(|around| found.iter().all(|choice| choice.column != *around)) {
        found.push(Choice { column, is_certain: false, cost: 2.0 });
    }
    found
}

/// The choices that cost least, in the order of the columns, no two columns with texts in the same row being one.
fn cheapest(choices: &[Vec<Choice>], grid: &Grid) -> Option<Vec<(usize, bool)>> {
    let has_both = |at: usize| {
        (0..grid.height()).any(|row| match (grid.cell(row, at), grid.cell(row, at + 1)) {
            (Some(a), Some(b)) => !a.is_blank() && !b.is_blank() && a.column != b.column,
            _ => false,
        })
    };
    // For each choice, what it costs to get there, and the choice before.
    let mut ways: Vec<Vec<(f32, usize)>> = Vec::with_capacity(choices.len());
    for (at, here) in choices.iter().enumerate() {
        let is_apart = at.checked_sub(1).is_some_and(has_both);
        let before = at.checked_sub(1).and_then(|before| Some((choices.get(before)?, ways.get(before)?)));
        let way = |choice: &Choice| {
            let Some((before, ways)) = before else { return (choice.cost, 0) };
            let allowed =
                |(_, (before, _)): &(usize, (&Choice, _))| before.column < choice.column || (before.column == choice.column && !is_apart);
            let best = before.iter().zip(ways).enumerate().filter(allowed).map(|(at, (_, &(cost, _)))| (cost, at));
            let (cost, at) = best.min_by(|(a, _), (b, _)| a.total_cmp(b)).unwrap_or((f32::INFINITY, 0));
            (cost + choice.cost, at)
        };
        let found: Vec<(f32, usize)> = here.iter().map(way).collect();
        ways.push(found);
    }
    let (mut at, &(cost, _)) = ways.last()?.iter().enumerate().min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b))?;
    if !cost.is_finite() {
        return None;
    }
    let mut found = Vec::with_capacity(choices.len());
    for (choices, ways) in choices.iter().zip(&ways).rev() {
        let choice = choices.get(at)?;
        found.push((choice.column, choice.is_certain));
        at = ways.get(at)?.1;
    }
    found.reverse();
    Some(found)
}

/// The slots of a page's columns, and those that are a guess.
pub(super) fn slots(aligned: &Aligned, mapping: &Mapping, grid: &Grid) -> (Vec<Vec<usize>>, Vec<usize>) {
    let slot_of = |column: usize| mapping.slots.get(column).copied().flatten();
    let Some(columns) = columns(aligned, grid) else { return (vec![Vec::new(); grid.width()], Vec::new()) };
    let guessed = columns.iter().filter(|(_, is_certain)| !is_certain).filter_map(|&(column, _)| slot_of(column)).collect();
    (columns.iter().map(|&(column, _)| slot_of(column).into_iter().collect()).collect(), guessed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::GridCell;

    /// A page of columns that no rule shows: of each its heading and what stands below it.
    fn grid(columns: &[(Option<Extent>, Option<Extent>)]) -> Grid {
        let ink: Vec<ColumnInk> = columns.iter().map(|&(heading, body)| ColumnInk { heading, body, is_numeric: true }).collect();
        let between = ink.windows(2).map(|pair| f32::midpoint(pair[0].all().1, pair[1].all().0));
        let edges = std::iter::once(ink[0].all().0 - 1.0).chain(between).chain([ink[ink.len() - 1].all().1 + 1.0]).collect();
        let cell = |column: usize| GridCell { row_end: 1, column, column_end: column + 1, text: "1".to_owned(), ..GridCell::default() };
        let cells = (0..ink.len()).map(cell).collect();
        Grid { columns: edges, rows: vec![0.0, 10.0], cells, owners: (0..ink.len()).collect(), ink, ..Grid::default() }
    }

    /// Columns 50 points wide from 100 on: headings in the middle, numbers that end 2 points before the right edge; some of them blank.
    fn page_with_headings(is_blank: &[bool]) -> Grid {
        let column = |(at, is_blank): (u16, &bool)| {
            let left = 100.0 + 50.0 * f32::from(at);
            (Some((left + 5.0, left + 45.0)), (!is_blank).then_some((left + 30.0, left + 48.0)))
        };
        grid(&(0..).zip(is_blank).map(column).collect::<Vec<_>>())
    }

    /// A page without headings: numbers so wide that end where those of some columns end.
    fn page_without_headings(columns: &[u16], width: f32) -> Grid {
        let column = |&at: &u16| (None, Some((148.0 + 50.0 * f32::from(at) - width, 148.0 + 50.0 * f32::from(at))));
        grid(&columns.iter().map(column).collect::<Vec<_>>())
    }

    #[test]
    fn narrow_numbers_in_columns_that_were_blank_are_told_by_the_headings() {
        let mut table = Aligned::of(&page_with_headings(&[false, false, true, true, false, true]));
        table.take_in(&page_with_headings(&[false, false, true, true, false, true]), true);
        let found = columns(&table, &page_without_headings(&[0, 1, 2, 3, 5], 4.0)).expect("they fit");
        assert_eq!(found.iter().map(|&(column, _)| column).collect::<Vec<_>>(), [0, 1, 2, 3, 5]);
        assert_eq!(found.iter().map(|&(_, is_certain)| is_certain).collect::<Vec<_>>(), [true, true, false, false, false]);
    }

    #[test]
    fn two_columns_with_numbers_in_one_row_are_never_one() {
        let table = Aligned::of(&page_with_headings(&[false, false, false]));
        let two_in_one = grid(&[(None, Some((144.0, 148.0))), (None, Some((210.0, 212.0))), (None, Some((216.0, 218.0)))]);
        assert!(columns(&table, &two_in_one).is_none_or(|found| found[1].0 != found[2].0));
    }

    #[test]
    fn torn_headings_take_the_numbers_of_no_other_column() {
        // 项目 | 总计 | 基本支出 | 项目支出 before the page break; 人员经费 and 公用经费 after it, and a number of 项目支出.
        let above =
            grid(&[(Some((110.0, 134.0)), None), (Some((186.0, 204.0)), None), (Some((276.0, 312.0)), None), (Some((340.0, 367.0)), None)]);
        let below = grid(&[
            (None, Some((72.0, 171.0))),
            (None, Some((208.0, 212.8))),
            (Some((261.0, 288.0)), None),
            (Some((300.0, 327.0)), Some((332.0, 371.0))),
        ]);
        let (_, places) = Aligned::of(&above).divided(&below).expect("each column has its place");
        let places: Vec<(usize, Option<usize>, bool)> = places.iter().map(|place| (place.above, place.here, place.is_guess)).collect();
        assert_eq!(places, [(0, Some(0), false), (1, Some(1), false), (2, Some(2), false), (2, Some(3), false), (3, None, false)]);
    }

    #[test]
    fn numbers_beside_their_heading_stay_its_own() {
        let above = grid(&[(Some((110.0, 134.0)), None), (Some((186.0, 204.0)), None), (Some((306.0, 342.0)), None)]);
        let below = grid(&[
            (None, Some((111.0, 134.0))),
            (None, Some((208.0, 212.8))),
            (Some((223.0, 246.0)), Some((247.8, 252.3))),
            (Some((261.0, 288.0)), Some((287.0, 291.9))),
            (Some((300.0, 327.0)), Some((327.0, 331.0))),
        ]);
        let (_, places) = Aligned::of(&above).divided(&below).expect("each column has its place");
        assert_eq!(places.iter().map(|place| place.here).collect::<Vec<_>>(), (0..5).map(Some).collect::<Vec<_>>());
        assert_eq!(places.iter().map(|place| place.is_guess).collect::<Vec<_>>(), [false, false, true, false, false]);
    }
}
