//! Names of merged cells → the rows they cover, where no rule shows it: a name stands in the middle of its rows.

/// A page of a target table has so many rows at most; the ways to divide more would take too long to compare.
const MOST_ROWS: usize = 120;

/// The first row of each name, given the upper and lower edges of the rows of a page and the heights at which the names stand, from above.
///
/// The names divide the rows between them, so that each is as near to the middle of its rows as can be. Rows above those of the first name go on
/// with that of the page before, unless the table begins with them. Nothing is told of more rows than a page has, or of more names than rows.
pub(super) fn first_rows(rows: &[(f32, f32)], names: &[f32], begins: bool) -> Option<Vec<usize>> {
    if rows.len() > MOST_ROWS || names.is_empty() || names.len() > rows.len() {
        return None;
    }
    // For each name and each row that its rows can end with: how far off the names up to it are at least, and where its rows begin.
    let mut ways: Vec<Vec<(f32, usize)>> = Vec::with_capacity(names.len());
    for &name in names {
        let so_far = |start: usize| match (ways.last(), start.checked_sub(1)) {
            (Some(way), Some(before)) => way.get(before).map_or(f32::INFINITY, |(off, _)| *off),
            (Some(_), None) => f32::INFINITY,
            (None, None) => 0.0,
            (None, Some(_)) if !begins => 0.0,
            (None, Some(_)) => height(rows, 0, start - 1),
        };
        let off = |start: usize, end: usize| so_far(start) + (middle(rows, start, end) - name).abs();
        let best = |end: usize| (0..=end).map(|start| (off(start, end), start)).min_by(|a, b| a.0.total_cmp(&b.0));
        ways.push((0..rows.len()).map(|end| best(end).unwrap_or((f32::INFINITY, 0))).collect());
    }
    // The last name covers the rest of the page.
    let mut end = rows.len() - 1;
    let mut starts = Vec::with_capacity(names.len());
    for way in ways.iter().rev() {
        let (_, start) = *way.get(end).filter(|(off, _)| off.is_finite())?;
        starts.push(start);
        end = start.saturating_sub(1);
    }
    starts.reverse();
    Some(starts)
}

fn middle(rows: &[(f32, f32)], start: usize, end: usize) -> f32 {
    rows.get(start).zip(rows.get(end)).map_or(0.0, |((top, _), (_, bottom))| f32::midpoint(*top, *bottom))
}

fn height(rows: &[(f32, f32)], start: usize, end: usize) -> f32 {
    rows.get(start).zip(rows.get(end)).map_or(0.0, |((top, _), (_, bottom))| bottom - top)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: u8) -> Vec<(f32, f32)> {
        (0..count).map(|at| (f32::from(at) * 10.0, f32::from(at + 1) * 10.0)).collect()
    }

    #[test]
    fn a_name_covers_the_rows_that_it_stands_in_the_middle_of() {
        // 数量, 质量 (three rows), 时效, 成本 (two rows).
        assert_eq!(first_rows(&rows(7), &[5.0, 25.0, 45.0, 60.0], true), Some(vec![0, 1, 4, 5]));
    }

    #[test]
    fn rows_above_the_first_name_go_on_with_the_page_before() {
        // 成本, 效益 (two rows) and 满意度 below three rows of 产出, whose name stands on the page before.
        assert_eq!(first_rows(&rows(7), &[35.0, 50.0, 65.0], false), Some(vec![3, 4, 6]));
    }

    #[test]
    fn a_name_of_many_rows_is_not_taken_for_one_of_fewer() {
        assert_eq!(first_rows(&rows(5), &[25.0], true), Some(vec![0]));
        assert_eq!(first_rows(&rows(3), &[25.0], false), Some(vec![2]));
    }

    #[test]
    fn more_names_than_rows_tell_nothing() {
        assert_eq!(first_rows(&rows(1), &[3.0, 7.0], true), None);
        assert_eq!(first_rows(&[], &[], true), None);
    }
}
