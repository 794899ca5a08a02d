//! Lines of runs → tables that no rule draws, by alignment.
//!
//! Where several lines in a row are divided by wide gaps, what stands in them below each other is a column. Lines closer to each other than
//! rows are one row of cells with several lines. A text over several columns, such as a heading, is a merged cell.

mod rows;

use super::PageLayout;
use super::fill::{Piece, text};
use super::run::{Run, TextLayer};
use crate::read::pdf::{Page, Rect};
use crate::read::{ColumnInk, Grid, GridCell};
use rows::{Line, ROW_GAP, RowRuns, bottom, overlap, rows, size, top};

/// A gap so wide divides a line into cells, in font sizes.
const CELL_GAP: f32 = 0.9;
/// Lines of one table are no further apart than this, in font sizes.
const LINE_GAP: f32 = 2.2;
/// Sizes of one table's text differ by no more than this part.
const SAME_SIZE: f32 = 0.08;
/// Fewer columns are an indented list, not a table.
const FEWEST_COLUMNS: usize = 3;
/// Fewer lines with several cells are no table.
const FEWEST_LINES: usize = 2;

/// So many lines may stand above the first row of a page: a running head, a watermark.
const HEAD_LINES: usize = 2;

/// So many lines may stand below the last row of a page: the page number.
const FOOT_LINES: usize = 1;

/// A table of one page has so many texts at most.
const MOST_RUNS: usize = 3_000;

/// The unruled tables among some lines, and the lines that are in none.
pub(super) fn grids(page: &Page, layer: TextLayer, lines: Vec<Line>, layout: &PageLayout) -> (Vec<Grid>, Vec<Line>) {
    let mut grids = Vec::new();
    let mut rest = Vec::new();
    let mut lines: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    // Where a page has ruled tables, its lines are captions of theirs.
    let has_ruled = !layout.blocks.is_empty();
    for (from, to) in regions(page, &lines, has_ruled) {
        let Some(region) = lines.get(from..to) else { continue };
        let region: Vec<&Line> = region.iter().flatten().collect();
        if region.iter().map(|line| line.len()).sum::<usize>() > MOST_RUNS {
            continue;
        }
        if is_prose(page, &region) {
            continue;
        }
        if let Some(grid) = grid(page, layer, &region, layout) {
            grids.push(grid);
            lines.iter_mut().take(to).skip(from).for_each(|line| *line = None);
        }
    }
    rest.extend(lines.into_iter().flatten());
    (grids, rest)
}

/// Is a line divided by wide gaps?
fn is_divided(line: &[Run]) -> bool {
    line.windows(2).any(|pair| matches!(pair, [a, b] if b.bounds.x0 - a.bounds.x1 > CELL_GAP * a.size.max(b.size)))
}

/// Stretches of lines that may be tables.
fn regions(page: &Page, lines: &[Option<Line>], has_ruled: bool) -> Vec<(usize, usize)> {
    let line = |at: usize| lines.get(at).and_then(Option::as_ref).map_or(&[][..], Vec::as_slice);
    let goes_with = |at: usize, next: usize| {
        let (a, b) = (line(at), line(next));
        let gap = top(b) - bottom(a);
        let (one, other) = (size(a), size(b));
        let larger = one.max(other);
        gap < LINE_GAP * larger && (one - other).abs() <= SAME_SIZE * larger
    };
    let mut regions = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if !is_divided(line(at)) {
            at += 1;
            continue;
        }
        // Lines of one cell above the first divided one: a heading over some columns.
        let mut from = at;
        let floor = regions.last().map_or(0, |&(_, end)| end);
        while from > floor && goes_with(from - 1, from) {
            from -= 1;
        }
        let mut to = at + 1;
        while to < lines.len() && goes_with(to - 1, to) {
            to += 1;
        }
        let divided = (from..to).filter(|&at| is_divided(line(at))).count();
        // At the top of a page a single row can be the end of the table on the page before.
        let is_row_at_head =
            at <= HEAD_LINES && to == at + 1 && line(at).len() >= FEWEST_COLUMNS && line(at).iter().any(|run| is_number(page, run));
        // At its foot one can be the beginning of headings that go on on the next page.
        let is_row_at_foot = !has_ruled
            && to == at + 1
            && lines.len() - to <= FOOT_LINES
            && line(at).len() >= FEWEST_COLUMNS
            && !line(at).iter().any(|run| is_number(page, run));
        if divided >= FEWEST_LINES || is_row_at_head || is_row_at_foot {
            regions.push((from, to));
        }
        at = to;
    }
    regions
}

/// Are some lines running text, justified with wide gaps? Its sentences have commas and full stops.
///
/// A table can hold a paragraph as well: more of its lines are divided and have neither.
fn is_prose(page: &Page, lines: &[&Line]) -> bool {
    let has_comma = |run: &Run| {
        let glyphs = page.glyphs.get(run.glyphs.clone()).unwrap_or_default();
        glyphs.iter().any(|glyph| matches!(glyph.text.single(), Some('，' | '。' | '；')))
    };
    let has_sentence = |line: &[Run]| line.iter().any(has_comma);
    let sentences = lines.iter().filter(|line| has_sentence(line)).count();
    let cells = lines.iter().filter(|line| is_divided(line) && !has_sentence(line)).count();
    sentences * 5 > lines.len() && cells <= sentences
}

/// A stretch of the page's width.
#[derive(Clone, Copy, Debug)]
struct Band {
    from: f32,
    to: f32,
    ink: ColumnInk,
}

impl Band {
    fn of_body(page: &Page, run: &Run) -> Self {
        let (from, to) = (run.bounds.x0, run.bounds.x1);
        Self { from, to, ink: ColumnInk { heading: None, body: Some((from, to)), is_numeric: is_number(page, run) } }
    }

    /// Is there a heading, and nothing below it?
    fn is_blank_column(&self) -> bool {
        self.ink.body.is_none()
    }

    /// Is there something without a heading?
    fn lacks_heading(&self) -> bool {
        self.ink.heading.is_none()
    }

    fn of_heading(run: &Run) -> Self {
        let (from, to) = (run.bounds.x0, run.bounds.x1);
        Self { from, to, ink: ColumnInk { heading: Some((from, to)), body: None, is_numeric: true } }
    }

    /// Both in one.
    fn with(self, other: Self) -> Self {
        Self { from: self.from.min(other.from), to: self.to.max(other.to), ink: self.ink.with(other.ink) }
    }
}

/// Has any row texts in both of two columns?
fn is_beside(a: &Band, b: &Band, rows: &[RowRuns<'_>]) -> bool {
    rows.iter().any(|row| row.fills(a.from, a.to) && row.fills(b.from, b.to))
}

/// Do two runs stand beside each other, not one below the other as lines of a cell do?
fn side_by_side(a: &Run, b: &Run) -> bool {
    !overlap(a, b) && a.bounds.y0 < b.bounds.y1 && b.bounds.y0 < a.bounds.y1
}

/// Does a run lie over another, by more than the little by which the end of a name may lie over the beginning of long numbers?
fn reaches(run: &Run, other: &Run) -> bool {
    let shared = run.bounds.x1.min(other.bounds.x1) - run.bounds.x0.max(other.bounds.x0);
    shared > f32::max(1.0, 0.05 * (run.bounds.x1 - run.bounds.x0))
}

/// Is a run the next line of a paragraph?
fn is_line_below(above: &Run, run: &Run) -> bool {
    let gap = run.bounds.y0 - above.bounds.y1;
    (run.bounds.x0 - above.bounds.x0).abs() < 0.5 && gap > -0.5 * run.size && gap < ROW_GAP * run.size
}

/// Does a run lie over two runs of some row that stand side by side?
fn spans(run: &Run, rows: &[RowRuns<'_>]) -> bool {
    rows.iter().any(|row| {
        let under: Vec<&&Run> = row.runs.iter().filter(|other| reaches(run, other) && !std::ptr::eq(**other, run)).collect();
        under.iter().any(|a| under.iter().any(|b| side_by_side(a, b)))
    })
}

/// The table of some lines; `None`: it has too few columns.
fn grid(page: &Page, layer: TextLayer, lines: &[&Line], layout: &PageLayout) -> Option<Grid> {
    let rows = rows(lines);
    let bands = bands(page, &rows);
    if bands.len() < FEWEST_COLUMNS {
        return None;
    }
    let columns = edges(&bands.iter().map(|band| (band.from, band.to)).collect::<Vec<_>>());
    let body = body_from(page, &rows);
    let rows: Vec<RowRuns<'_>> =
        rows.into_iter().enumerate().flat_map(|(at, row)| if at < body { levels(row, &bands) } else { vec![row] }).collect();
    let row_edges = edges(&rows.iter().map(|row| (row.top(), row.bottom())).collect::<Vec<_>>());
    let mut grid = Grid {
        page: layout.number,
        owners: Vec::with_capacity(bands.len() * rows.len()),
        columns,
        rows: row_edges,
        cells: Vec::new(),
        ink: bands.iter().map(|band| band.ink).collect(),
        first_line: 0,
    };
    for (row, runs) in rows.iter().enumerate() {
        add_row(&mut grid, row, &runs.runs, &bands, (page, layer, layout));
    }
    Some(grid)
}

/// A row of headings that are printed close together can hold a heading over several columns and those below it: each is a row.
fn levels<'r>(row: RowRuns<'r>, bands: &[Band]) -> Vec<RowRuns<'r>> {
    let middle = |run: &Run| f32::midpoint(run.bounds.y0, run.bounds.y1);
    let centre = |run: &Run| f32::midpoint(run.bounds.x0, run.bounds.x1);
    let lies_over = |run: &&Run| {
        let (first, last) = columns_of(run, bands);
        let is_below = |other: &&&'r Run| {
            let (from, to) = columns_of(other, bands);
            // Lines of one text begin at the same place; headings stand in the middle.
            let is_next_line = (other.bounds.x0 - run.bounds.x0).abs() < 0.5;
            middle(other) > middle(run) + 0.3 * run.size && !is_next_line && from >= first && to <= last && (from, to) != (first, last)
        };
        let below: Vec<&&Run> = row.runs.iter().filter(is_below).collect();
        // A single text in the middle below another is its next line.
        let is_next_line = |other: &Run| (centre(other) - centre(run)).abs() < 0.2 * run.size;
        last > first && !below.is_empty() && !matches!(below.as_slice(), [only] if is_next_line(only))
    };
    let over: Vec<&Run> = row.runs.iter().copied().filter(lies_over).collect();
    // The next line of a heading stands in the middle below its first one.
    let goes_on = |run: &Run| {
        over.iter().any(|first| {
            let step = middle(run) - middle(first);
            step > 0.5 * run.size && step < 1.5 * run.size && (centre(run) - centre(first)).abs() < 0.2 * run.size
        })
    };
    let (above, rest): (Vec<&Run>, Vec<&Run>) = row.runs.iter().copied().partition(|run| lies_over(run) || goes_on(run));
    if above.is_empty() || rest.is_empty() {
        return vec![row];
    }
    vec![RowRuns { runs: above }, RowRuns { runs: rest }]
}

/// First column, column after the last, and the texts of a cell.
type FilledCell = (usize, usize, Vec<(usize, Piece)>);

/// Adds the cells of a row: those that are filled, merged where a text lies over several columns, and the blank ones between.
fn add_row(grid: &mut Grid, row: usize, runs: &[&Run], bands: &[Band], (page, layer, layout): (&Page, TextLayer, &PageLayout)) {
    let mut cells: Vec<FilledCell> = Vec::new();
    for run in runs {
        let (first, last) = columns_of(run, bands);
        let piece = Piece { glyphs: run.glyphs.clone(), bounds: run.bounds, size: run.size };
        match cells.iter_mut().find(|(from, to, _)| *from <= last && first < *to) {
            Some((from, to, pieces)) => {
                (*from, *to) = ((*from).min(first), (*to).max(last + 1));
                pieces.push((first, piece));
            }
            None => cells.push((first, last + 1, vec![(first, piece)])),
        }
    }
    cells.sort_by_key(|&(from, ..)| from);
    let edge = |edges: &[f32], at: usize| edges.get(at).copied().unwrap_or(0.0);
    let mut column = 0;
    let push = |grid: &mut Grid, from: usize, to: usize, text: String, ink: Option<Rect>| {
        let cell =
            Rect { x0: edge(&grid.columns, from), y0: edge(&grid.rows, row), x1: edge(&grid.columns, to), y1: edge(&grid.rows, row + 1) };
        let bbox = layout.on_page(ink.unwrap_or(cell));
        grid.owners.extend(std::iter::repeat_n(grid.cells.len(), to - from));
        grid.cells.push(GridCell { row, row_end: row + 1, column: from, column_end: to, text, bbox });
    };
    for (from, to, mut pieces) in cells {
        // Two merged texts over the same columns: the second gives way.
        let from = from.max(column);
        if to <= from {
            continue;
        }
        for blank in column..from {
            push(grid, blank, blank + 1, String::new(), None);
        }
        let width = edge(&grid.columns, to) - edge(&grid.columns, from);
        let (text, ink) = text(page, layer, &mut pieces, width);
        push(grid, from, to, text, ink);
        column = to;
    }
    for blank in column..bands.len() {
        push(grid, blank, blank + 1, String::new(), None);
    }
}

/// The columns that a run lies in: those it overlaps, else the nearest.
fn columns_of(run: &Run, bands: &[Band]) -> (usize, usize) {
    let overlap = |band: &Band| band.to.min(run.bounds.x1) - band.from.max(run.bounds.x0);
    let mut overlapped = bands.iter().enumerate().filter(|(_, band)| overlap(band) > 1.0).map(|(at, _)| at);
    if let Some(first) = overlapped.next() {
        return (first, overlapped.next_back().unwrap_or(first));
    }
    let middle = f32::midpoint(run.bounds.x0, run.bounds.x1);
    let distance = |band: &Band| (f32::midpoint(band.from, band.to) - middle).abs();
    let nearest = bands.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
    nearest.map_or((0, 0), |(at, _)| (at, at))
}

/// The columns: stretches of the width in which texts stand below each other.
fn bands(page: &Page, rows: &[RowRuns<'_>]) -> Vec<Band> {
    let (heading, body) = rows.split_at(body_from(page, rows));
    let mut found: Vec<Band> = Vec::new();
    for row in body {
        let over_several: Vec<&Run> = row.runs.iter().copied().filter(|run| spans(run, body)).collect();
        // The last line of a paragraph over several columns is shorter.
        let is_last_line = |run: &Run| over_several.iter().any(|above| is_line_below(above, run));
        for run in row.runs.iter().filter(|run| !is_last_line(run) && !over_several.iter().any(|other| std::ptr::eq(*other, **run))) {
            add(&mut found, Band::of_body(page, run));
        }
    }
    join_indented(&mut found, body);
    for row in heading.iter().rev() {
        join_under_headings(&mut found, row, body);
    }
    // Headings from the lowest line up. One over a single column widens it, if it is the first there; one over several is no column.
    let middle = match (heading.first(), heading.last()) {
        (Some(first), Some(last)) => f32::midpoint(first.top(), last.bottom()),
        _ => 0.0,
    };
    let height = heading.last().map_or(0.0, RowRuns::bottom) - heading.first().map_or(0.0, RowRuns::top);
    for (at, row) in heading.iter().enumerate().rev() {
        let is_lowest = at + 1 == heading.len();
        let mut runs: Vec<&Run> = row.runs.clone();
        runs.sort_by(|a, b| b.bounds.y0.total_cmp(&a.bounds.y0));
        for run in runs.into_iter().filter(|run| !spans(run, rows)) {
            let mut under = found.iter().filter(|under| under.from < run.bounds.x1 - 1.0 && under.to > run.bounds.x0 + 1.0);
            let is_column = match (under.next(), under.next()) {
                (Some(_), Some(_)) => false,
                (Some(only), None) => (is_lowest || only.ink.heading.is_none()) && !stands_over_both(run, only, heading.get(at..)),
                // A heading over nothing: of a blank column, if it stands in the middle of the header's height; else over the columns beside it.
                (None, _) => is_lowest || (f32::midpoint(run.bounds.y0, run.bounds.y1) - middle).abs() < 0.2 * height,
            };
            if is_column {
                add(&mut found, Band::of_heading(run));
            }
        }
    }
    found.sort_by(|a, b| a.from.total_cmp(&b.from));
    join_headings(found, body)
}

/// Does a heading stand between two of the rows below it, in the middle over both, and do the numbers below it end there, as those of the
/// left one do? Then it is theirs together.
fn stands_over_both(run: &Run, numbers: &Band, rows: Option<&[RowRuns<'_>]>) -> bool {
    let middle = |run: &Run| f32::midpoint(run.bounds.x0, run.bounds.x1);
    rows.unwrap_or_default().iter().any(|row| {
        let below = || row.runs.iter().filter(|other| other.bounds.y0 > run.bounds.y1);
        let left = below().filter(|other| other.bounds.x1 <= run.bounds.x0 + 1.0).max_by(|a, b| a.bounds.x1.total_cmp(&b.bounds.x1));
        let right = below().filter(|other| other.bounds.x0 >= run.bounds.x1 - 1.0).min_by(|a, b| a.bounds.x0.total_cmp(&b.bounds.x0));
        let (Some(left), Some(right)) = (left, right) else { return false };
        let is_over = (f32::midpoint(left.bounds.x0, right.bounds.x1) - middle(run)).abs() < 1.0;
        // Numbers of a column between the two would end a quarter of their distance further to the right.
        is_over && numbers.ink.is_numeric && numbers.to - middle(run) < (middle(right) - middle(left)) / 8.0
    })
}

/// The row with which the body begins: the first with a number, or the first of several with words that begin at the same place; in a table
/// without either, the first after the rows of several texts.
fn body_from(page: &Page, rows: &[RowRuns<'_>]) -> usize {
    let has_number = |row: &RowRuns<'_>| row.runs.iter().any(|run| is_number(page, run));
    let has_several = |row: &RowRuns<'_>| row.runs.len() > 1;
    let number = rows.iter().position(has_number).map(|number| if is_rest(rows, number) { number - 1 } else { number });
    let words = rows.get(..number.unwrap_or(rows.len())).unwrap_or_default().windows(FEWEST_FLUSH_ROWS).position(are_flush);
    words.or(number).or_else(|| rows.iter().rposition(has_several).map(|last| last + 1)).unwrap_or(rows.len())
}

/// Is the row above one the rest of a row that a page break tore? It has one text, under or over no heading.
fn is_rest(rows: &[RowRuns<'_>], row: usize) -> bool {
    let Some((above, [headings @ .., _])) = row.checked_sub(1).and_then(|above| Some((rows.get(above)?, rows.get(..row)?))) else {
        return false;
    };
    matches!(above.runs.as_slice(), [only] if !headings.is_empty() && !headings.iter().flat_map(|row| &row.runs).any(|run| overlap(run, only)))
}

/// So many rows of words that begin at the same place are no headings, which stand in the middle of their columns.
const FEWEST_FLUSH_ROWS: usize = 3;

/// Has each of some rows a text that begins where one of the first row does, and do these end in different places?
fn are_flush(rows: &[RowRuns<'_>]) -> bool {
    let Some((first, others)) = rows.split_first() else { return false };
    first.runs.iter().any(|run| {
        let same =
            |row: &RowRuns<'_>| row.runs.iter().find(|other| (other.bounds.x0 - run.bounds.x0).abs() < 0.5).map(|other| other.bounds.x1);
        let ends: Option<Vec<f32>> = others.iter().map(same).collect();
        ends.is_some_and(|ends| ends.iter().any(|end| (end - run.bounds.x1).abs() > 0.5 * run.size))
    })
}

/// Joins columns of words that stand below each other in some row and beside each other in none: the lines of an indented name.
fn join_indented(bands: &mut Vec<Band>, body: &[RowRuns<'_>]) {
    bands.sort_by(|a, b| a.from.total_cmp(&b.from));
    let mut at = 0;
    while let Some(&[left, right]) = bands.get(at..at + 2) {
        let of = |band: Band| move |run: &&&Run| run.bounds.x0 < band.to - 0.5 && run.bounds.x1 > band.from + 0.5;
        let stacked = body.iter().filter(|row| row.runs.iter().any(|run| of(left)(&run)) && row.runs.iter().any(|run| of(right)(&run)));
        let mut rows =
            stacked.map(|row| row.runs.iter().filter(of(left)).any(|a| row.runs.iter().filter(of(right)).any(|b| side_by_side(a, b))));
        let is_one = !left.ink.is_numeric && !right.ink.is_numeric && rows.next() == Some(false) && !rows.any(|beside| beside);
        if is_one {
            bands.remove(at + 1);
            if let Some(band) = bands.get_mut(at) {
                *band = left.with(right);
            }
        } else {
            at += 1;
        }
    }
}

/// Joins columns of words that stand under one heading and never beside each other: short names, and a total's label in the middle.
fn join_under_headings(bands: &mut Vec<Band>, headings: &RowRuns<'_>, body: &[RowRuns<'_>]) {
    for heading in &headings.runs {
        let is_under = |band: &Band| band.from < heading.bounds.x1 - 1.0 && band.to > heading.bounds.x0 + 1.0;
        let under: Vec<Band> = bands.iter().copied().filter(is_under).collect();
        if under.len() < 2 || under.iter().any(|band| band.ink.is_numeric) {
            continue;
        }
        if body.iter().any(|row| under.iter().filter(|band| row.fills(band.from, band.to)).count() > 1) {
            continue;
        }
        if let Some(joined) = under.into_iter().reduce(Band::with) {
            add(bands, joined);
        }
    }
}

/// Headings stand in the middle of their column, numbers lean to its right, words to its left: a column of numbers without a heading over it
/// belongs to the heading at its left that has nothing below it, a column of words to the one at its right.
fn join_headings(bands: Vec<Band>, body: &[RowRuns<'_>]) -> Vec<Band> {
    let mut joined: Vec<Band> = Vec::new();
    for band in bands {
        match joined.last_mut() {
            Some(heading) if heading.is_blank_column() && band.lacks_heading() && band.ink.is_numeric => *heading = heading.with(band),
            Some(words) if words.lacks_heading() && !words.ink.is_numeric && band.is_blank_column() => *words = words.with(band),
            // Names at the left, their heading and a total's label in the middle.
            Some(words)
                if words.lacks_heading()
                    && !words.ink.is_numeric
                    && band.ink.heading.is_some()
                    && !band.ink.is_numeric
                    && !is_beside(words, &band, body) =>
            {
                *words = words.with(band);
            }
            _ => joined.push(band),
        }
    }
    joined
}

/// Is a run nothing but a number?
fn is_number(page: &Page, run: &Run) -> bool {
    let mut digits = 0;
    let others = page.glyphs.get(run.glyphs.clone()).unwrap_or_default().iter().filter(|glyph| match glyph.text.single() {
        Some('0'..='9') => {
            digits += 1;
            false
        }
        Some('.' | ',' | '-' | ' ') => false,
        _ => true,
    });
    others.count() == 0 && digits > 0
}

/// Adds a stretch to others, joined with those that it overlaps.
fn add(bands: &mut Vec<Band>, mut band: Band) {
    bands.retain(|other| {
        let overlaps = other.from < band.to - 1.0 && other.to > band.from + 1.0;
        if overlaps {
            band = other.with(band);
        }
        !overlaps
    });
    bands.push(band);
}

/// Edges between extents: in the middle of the gaps.
fn edges(extents: &[(f32, f32)]) -> Vec<f32> {
    let mut edges = Vec::with_capacity(extents.len() + 1);
    edges.extend(extents.first().map(|&(from, _)| from - 1.0));
    edges.extend(extents.windows(2).filter_map(|pair| match pair {
        &[(_, end), (start, _)] => Some(f32::midpoint(end, start)),
        _ => None,
    }));
    edges.extend(extents.last().map(|&(_, to)| to + 1.0));
    edges
}
