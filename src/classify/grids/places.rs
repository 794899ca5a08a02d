//! Ruled columns over several pages: those of a page without headings stand where the headings stood on the page before.

use super::columns::Mapping;
use crate::read::Grid;

/// Do the columns of two grids stand in the same places? A whole page may be shifted.
pub(super) fn has_same_columns(a: &[f32], b: &[f32]) -> bool {
    let (Some(&first_a), Some(&first_b)) = (a.first(), b.first()) else { return false };
    let shift = first_b - first_a;
    let near = |place: f32| a.iter().any(|&other| (other + shift - place).abs() < SAME_COLUMN);
    let end = |edges: &[f32]| edges.last().copied().unwrap_or(0.0);
    // Where no rule divides merged cells on a page, some edges are missing there.
    b.len() <= a.len() && (end(a) + shift - end(b)).abs() < 2.0 * SAME_COLUMN && b.iter().all(|&place| near(place))
}

/// Column edges so near are the same, in points.
const SAME_COLUMN: f32 = 4.0;

/// For each column of a grid, the one of the page before in which it stands; `None`: the grid is not as wide. A whole page may be shifted.
pub(super) fn columns_above(columns: &[f32], grid: &Grid) -> Option<Vec<usize>> {
    let shift = columns.first()? - grid.columns.first()?;
    if (columns.last()? - grid.columns.last()? - shift).abs() > 2.0 * SAME_COLUMN {
        return None;
    }
    let middles = grid.columns.windows(2).map(|edges| edges.iter().sum::<f32>() / 2.0 + shift);
    Some(middles.map(|middle| columns.partition_point(|&edge| edge <= middle).saturating_sub(1)).collect())
}

/// The slots of a grid's columns, by the places of the columns where the headings stood. Where no rule divides columns on a page, one column
/// holds several slots, as a merged cell does.
pub(super) fn slots_here(columns: &[f32], mapping: &Mapping, grid: &Grid) -> Vec<Vec<usize>> {
    let slot_of = |column: usize| mapping.slots.get(column).copied().flatten();
    if grid.columns.len() == columns.len() {
        return (0..grid.width()).map(|column| slot_of(column).into_iter().collect()).collect();
    }
    let shift = match (grid.columns.first(), columns.first()) {
        (Some(here), Some(there)) => here - there,
        _ => 0.0,
    };
    let inside = |from: f32, to: f32| {
        columns.windows(2).enumerate().filter(move |(_, edges)| {
            let middle = edges.iter().sum::<f32>() / 2.0 + shift;
            middle > from && middle < to
        })
    };
    grid.columns
        .windows(2)
        .map(|pair| match pair {
            &[from, to] => inside(from, to).filter_map(|(column, _)| slot_of(column)).collect(),
            _ => Vec::new(),
        })
        .collect()
}
