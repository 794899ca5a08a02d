//! The columns of a page ↔ the columns of a form, by the headings above them.

use super::header::{Header, HeadingWords};
use crate::grammar::{SlotKind, TableForm};
use crate::read::Grid;

/// Which slot of the form each column of a grid fills.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mapping {
    /// For each column of the grid, its slot.
    pub(super) slots: Vec<Option<usize>>,
    /// Slots that were matched by a heading that is only like the form's, or that has another below it.
    pub(super) weak: Vec<usize>,
    /// How well the headings fit: 1 where each is the form's own word for word.
    pub(super) fit: f32,
}

impl Mapping {
    /// Columns of the form that no column of the page was matched to: block and place.
    pub(super) fn unnamed(&self, form: &TableForm) -> Vec<(usize, usize)> {
        let is_named = |block: usize, column: usize| {
            let slots = self.slots.iter().flatten().filter_map(|&slot| form.slots.get(slot));
            slots.filter(|slot| slot.block == block).any(|slot| slot.kind == SlotKind::Column(column))
        };
        let places = form.blocks.iter().enumerate().flat_map(|(at, block)| (0..block.columns.len()).map(move |column| (at, column)));
        places.filter(|&(block, column)| !is_named(block, column)).collect()
    }

    /// Headings of columns that the form does not have.
    pub(super) fn foreign(&self, header: &Header, table: &TableForm, words: &HeadingWords<'_>) -> Vec<String> {
        let unmapped = header.paths.iter().zip(&self.slots).filter(|(path, slot)| slot.is_none() && !words.is_numbering(path));
        let texts = unmapped.filter_map(|(path, _)| path.last());
        texts.filter(|text| !table.heading_keys.contains(*text)).cloned().collect()
    }
}

/// The points of a pair of column and slot.
mod points {
    /// The text right above the column is the form's.
    pub(super) const LEAF: f32 = 4.0;
    /// The end of what stands above the column is the form's: a heading broken over several lines or cells.
    pub(super) const TAIL: f32 = 3.5;
    /// A text further above is the form's: what is below it is the publisher's.
    pub(super) const INNER: f32 = 2.5;
    /// Most characters agree.
    pub(super) const ALIKE: f32 = 2.5;
    /// For each text above, if it is the form's.
    pub(super) const ABOVE: f32 = 1.0;
    /// Nothing stands above a column; it may be that of the names.
    pub(super) const UNHEADED_NAME: f32 = 0.5;
    /// A column of the form is not on the page.
    pub(super) const LOST_SLOT: f32 = -1.0;
    /// A column of the page is not in the form.
    pub(super) const FOREIGN_COLUMN: f32 = -0.5;
}

/// How well a heading path fits a slot; `None`: not at all.
///
/// `is_anothers`: the text right above the column is another column's heading word for word, so it cannot be a variant of this one's.
fn score(path: &[String], leaf: &[String], above: &[Vec<String>], is_anothers: bool) -> Option<(f32, bool)> {
    let last = path.last()?;
    let whole = || path.concat();
    let leaf_points = if leaf.contains(last) {
        points::LEAF
    } else if leaf.iter().any(|leaf| leaf.chars().count() > 1 && whole().ends_with(leaf.as_str())) {
        points::TAIL
    } else if is_anothers {
        return None;
    } else if path.iter().rev().skip(1).any(|text| leaf.contains(text)) {
        points::INNER
    } else if leaf.iter().any(|leaf| are_alike(leaf, last)) {
        points::ALIKE
    } else {
        return None;
    };
    let higher = path.get(..path.len() - 1).unwrap_or_default();
    let found = |variants: &&Vec<String>| variants.iter().any(|text| higher.contains(text));
    let partly = |variants: &&Vec<String>| variants.iter().any(|text| higher.iter().any(|other| are_alike(text, other)));
    let exact = above.iter().filter(found).count();
    let alike = above.iter().filter(|variants| !found(variants) && partly(variants)).count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of headings")]
    let points = leaf_points + points::ABOVE * (exact as f32 + 0.5 * alike as f32);
    Some((points, leaf_points <= points::INNER))
}

/// The best that a slot can score.
#[expect(clippy::cast_precision_loss, reason = "a handful of headings")]
fn best(above: &[Vec<String>]) -> f32 {
    points::LEAF + points::ABOVE * above.len() as f32
}

/// Do two headings share most of their characters?
pub(super) fn are_alike(a: &str, b: &str) -> bool {
    let (a_count, b_count) = (a.chars().count(), b.chars().count());
    if a_count < 2 || b_count < 2 || a_count.min(b_count) * 10 < a_count.max(b_count) * 7 {
        return false;
    }
    let shared = a.chars().filter(|&character| b.contains(character)).count();
    shared * 10 >= a_count.max(b_count) * 7
}

/// Matches the columns of a page to the slots of a table, in order, so that the headings agree best.
pub(super) fn map(paths: &[Vec<String>], table: &TableForm) -> Mapping {
    let (columns, slots) = (paths.len(), table.slots.len());
    let mut scores: Vec<Option<(f32, bool)>> = vec![None; columns * slots];
    for (at, path) in paths.iter().enumerate() {
        let is_anothers = path.last().is_some_and(|last| table.slots.iter().any(|slot| slot.leaf.contains(last)));
        for (slot, entry) in table.slots.iter().enumerate() {
            if let Some(place) = scores.get_mut(at * slots + slot) {
                *place = score(path, &entry.leaf, &entry.above, is_anothers).or_else(|| {
                    // 项目名称 over the groups, and nothing over the names beside them.
                    (path.is_empty() && entry.kind == SlotKind::Name).then_some((points::UNHEADED_NAME, false))
                });
            }
        }
    }
    let pair = |column: usize, slot: usize| scores.get(column * slots + slot).copied().flatten().map(|(points, _)| points);
    let is_weak = |column: usize, slot: usize| scores.get(column * slots + slot).copied().flatten().is_some_and(|(_, is_weak)| is_weak);
    // value[column][slot]: the best of what is right of both.
    let mut value = vec![0.0_f32; (columns + 1) * (slots + 1)];
    let index = |column: usize, slot: usize| column * (slots + 1) + slot;
    let at = |value: &[f32], column: usize, slot: usize| value.get(index(column, slot)).copied().unwrap_or(0.0);
    for column in (0..=columns).rev() {
        for slot in (0..=slots).rev() {
            let mut best = f32::NEG_INFINITY;
            if column == columns && slot == slots {
                best = 0.0;
            }
            if slot < slots {
                best = best.max(points::LOST_SLOT + at(&value, column, slot + 1));
            }
            if column < columns {
                best = best.max(points::FOREIGN_COLUMN + at(&value, column + 1, slot));
            }
            if column < columns
                && slot < slots
                && let Some(points) = pair(column, slot)
            {
                best = best.max(points + at(&value, column + 1, slot + 1));
            }
            if let Some(place) = value.get_mut(index(column, slot)) {
                *place = best;
            }
        }
    }
    let mut found = vec![None; columns];
    let (mut column, mut slot) = (0, 0);
    let mut reached = 0.0;
    while column < columns && slot < slots {
        let here = at(&value, column, slot);
        let paired = pair(column, slot).map(|points| (points, points + at(&value, column + 1, slot + 1)));
        if let Some((points, _)) = paired.filter(|&(_, total)| same(total, here)) {
            if let Some(place) = found.get_mut(column) {
                *place = Some(slot);
            }
            reached += points;
            column += 1;
            slot += 1;
        } else if same(points::LOST_SLOT + at(&value, column, slot + 1), here) {
            slot += 1;
        } else {
            column += 1;
        }
    }
    reached += match_out_of_order(&mut found, paths, table);
    let weak = found.iter().enumerate().filter_map(|(column, slot)| slot.filter(|&slot| is_weak(column, slot))).collect();
    let most: f32 = table.slots.iter().map(|slot| best(&slot.above)).sum();
    Mapping { slots: found, weak, fit: if most > 0.0 { reached / most } else { 0.0 } }
}

/// Matches columns that stand in another order than the form's: a heading that is one free column's word for word, and no other's. The points
/// reached.
fn match_out_of_order(found: &mut [Option<usize>], paths: &[Vec<String>], table: &TableForm) -> f32 {
    let mut reached = 0.0;
    for (column, path) in paths.iter().enumerate() {
        if found.get(column).is_none_or(Option::is_some) {
            continue;
        }
        let fits = |slot: usize| {
            let entry = table.slots.get(slot)?;
            let (points, is_weak) = score(path, &entry.leaf, &entry.above, true)?;
            (!is_weak && matches!(entry.kind, SlotKind::Column(_)) && path.last().is_some_and(|last| entry.leaf.contains(last)))
                .then_some(points)
        };
        let mut free = (0..table.slots.len()).filter(|slot| !found.contains(&Some(*slot))).filter_map(|slot| Some((slot, fits(slot)?)));
        if let (Some((slot, points)), None) = (free.next(), free.next())
            && let Some(place) = found.get_mut(column)
        {
            *place = Some(slot);
            reached += points;
        }
    }
    reached
}

/// Where nothing stands above several columns side by side, the names are in the one whose cells hold most texts.
pub(super) fn settle_unheaded(mapping: &mut Mapping, grid: &Grid, header: &Header, table: &TableForm) {
    let is_unheaded = |column: usize| header.paths.get(column).is_some_and(Vec::is_empty);
    let name =
        mapping.slots.iter().position(|slot| slot.and_then(|slot| table.slots.get(slot)).is_some_and(|slot| slot.kind == SlotKind::Name));
    let Some(at) = name.filter(|&at| is_unheaded(at)) else { return };
    let free = |column: &usize| *column == at || (is_unheaded(*column) && mapping.slots.get(*column) == Some(&None));
    let candidates = (0..=at).rev().take_while(free).chain((at + 1..grid.width()).take_while(free));
    let texts = |column: usize| {
        let cells = (header.rows..grid.height()).filter_map(|row| grid.cell(row, column).filter(|cell| cell.row == row));
        cells.filter(|cell| cell.column == column && !cell.is_blank()).count()
    };
    let Some(best) = candidates.max_by_key(|&column| (texts(column), column == at)) else { return };
    mapping.slots.swap(at, best);
}

fn same(a: f32, b: f32) -> bool {
    (a - b).abs() < 1e-3
}
