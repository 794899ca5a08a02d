//! Which cell of a page can fill which column.
//!
//! Recognition drops an empty column, or adds one, for a whole page at a time. So the cells behind the names of one page are matched to
//! the columns together: every alignment that loses no filled cell is a candidate, with a cost.

use crate::grammar::Block;
use crate::repair::Cost;

/// A way to match a page's cells to columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// For each cell behind the name, its column. `None`: an empty cell too many.
    pub columns: Vec<Option<usize>>,
    /// For each column, its cell. `None`: the column was dropped.
    pub cells: Vec<Option<usize>>,
    /// What must have gone wrong.
    pub cost: Cost,
}

impl Alignment {
    /// An alignment from the column of each cell; `width` is the form's number of columns.
    pub fn new(columns: Vec<Option<usize>>, width: usize, cost: Cost) -> Self {
        let mut cells = vec![None; width];
        for (cell, column) in columns.iter().enumerate() {
            if let Some(place) = column.and_then(|column| cells.get_mut(column)) {
                *place = Some(cell);
            }
        }
        Self { columns, cells, cost }
    }

    /// Does every filled cell stand where its position says?
    pub fn is_plain(&self, filled: &[bool]) -> bool {
        self.columns.iter().zip(filled).enumerate().all(|(at, (column, &filled))| !filled || *column == Some(at))
    }
}

/// An empty cell stands between the columns.
const EXTRA_CELL: Cost = 6;
/// An empty column was dropped.
const LOST_COLUMN: Cost = 6;

/// Every alignment of a page, cheapest first; alignments that put each filled cell into the same column count once.
///
/// `filled` tells for each cell behind the name whether any row of the page has something there.
pub fn alignments(block: &Block, filled: &[bool]) -> Vec<Alignment> {
    let columns = block.columns.len();
    let fixed = block.text_columns();
    let used = filled.iter().rposition(|&filled| filled).map_or(0, |last| last + 1);
    let cells = filled.len();
    let extras = std::iter::once(None).chain((fixed..used).filter(|&at| filled.get(at) == Some(&false)).map(Some));
    let mut found: Vec<Alignment> = Vec::new();
    for extra in extras {
        for lost in std::iter::once(None).chain((fixed..columns).map(Some)) {
            let mut aligned = Vec::with_capacity(cells);
            let mut column = 0;
            let mut loses = false;
            for (at, &is_filled) in filled.iter().enumerate() {
                if extra == Some(at) {
                    aligned.push(None);
                    continue;
                }
                if lost == Some(column) {
                    column += 1;
                }
                let here = (column < columns).then_some(column);
                loses |= is_filled && here.is_none();
                aligned.push(here);
                column += 1;
            }
            if loses {
                continue;
            }
            let cost = displacement_cost(cells - usize::from(extra.is_some()), columns - usize::from(lost.is_some()))
                + if extra.is_some() { EXTRA_CELL } else { 0 }
                + if lost.is_some() { LOST_COLUMN } else { 0 }
                + displaced(&aligned, filled);
            let same = |known: &&mut Alignment| known.columns.iter().zip(&aligned).zip(filled).all(|((a, b), &filled)| !filled || a == b);
            match found.iter_mut().find(same) {
                Some(known) if known.cost <= cost => {}
                Some(known) => *known = Alignment::new(aligned, columns, cost),
                None => found.push(Alignment::new(aligned, columns, cost)),
            }
        }
    }
    found.sort_by_key(|alignment| alignment.cost);
    found
}

/// Of two alignments, the one that moves less is likelier.
fn displaced(columns: &[Option<usize>], filled: &[bool]) -> Cost {
    let moved = columns.iter().zip(filled).enumerate().filter(|&(at, (column, &filled))| filled && *column != Some(at)).count();
    Cost::try_from(moved.min(2)).unwrap_or(2)
}

/// Cells too many at the end of the rows are common, cells too few are not.
fn displacement_cost(cells: usize, columns: usize) -> Cost {
    let cost = match (cells.saturating_sub(columns), columns.saturating_sub(cells)) {
        (0, 0) => 0,
        (extra @ 1..=2, _) => extra,
        (0, missing) => 6 * missing,
        (extra, _) => 2 + 3 * (extra - 2),
    };
    Cost::try_from(cost).unwrap_or(Cost::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;

    fn candidates(table: &str, filled: &[usize], cells: usize) -> Vec<(Vec<usize>, Cost)> {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let form = grammars.forms.iter().find(|form| form.id == "xinjiang-department-budget").expect("the form");
        let block = &form.tables[form.table_index(table).expect("a table")].blocks[0];
        let mask: Vec<bool> = (0..cells).map(|at| filled.contains(&at)).collect();
        alignments(block, &mask)
            .iter()
            .map(|alignment| (filled.iter().filter_map(|&at| alignment.columns[at]).collect(), alignment.cost))
            .collect()
    }

    #[test]
    fn a_page_as_the_form_has_it_is_free() {
        assert_eq!(candidates("expenditure_detail", &[0, 1, 2], 3), [(vec![0, 1, 2], 0)]);
        assert_eq!(candidates("expenditure_detail", &[0, 1, 2], 5), [(vec![0, 1, 2], 2)]);
    }

    #[test]
    fn an_empty_cell_between_can_be_one_too_many() {
        assert_eq!(candidates("expenditure_detail", &[0, 2, 3], 4), [(vec![0, 1, 2], 8)]);
    }

    #[test]
    fn a_dropped_column_leaves_several_meanings() {
        let found = candidates("expenditure_detail", &[0, 1], 2);
        assert_eq!(found, [(vec![0, 1], 6), (vec![0, 2], 7), (vec![1, 2], 8)]);
    }
}
