//! Rows below the headings → indicators: columns by place, shifted ones put right, torn rows joined, merged levels filled down.

use std::sync::Arc;

use super::level_names::{self, Mended};
use super::levels;
use super::rows::{Pieces, RowCell, TargetRow};
use super::value::{self, Measure};
use crate::disclosure::{Amount, Indicator, PagePlace, Repair, Where};
use crate::grammar::{IndicatorFields, NarrativeWords, TargetForm, key};
use crate::narrative::text::compact;

/// Columns of the table, and the rows read so far.
pub(super) struct Indicators<'f, 'd> {
    form: &'f TargetForm,
    /// For each column that is there: which field, and its place across.
    header: Vec<(usize, f32, f32)>,
    /// The cells of the headings, of which recognition can tear off the second line.
    headings: Vec<RowCell<'d>>,
    rows: Vec<Draft<'d>>,
}

/// An indicator being read.
#[derive(Clone, Debug)]
struct Draft<'d> {
    /// The texts of the fields, in pieces where a page break tore them.
    fields: IndicatorFields<Pieces<'d>>,
    place: Where,
    is_shifted: bool,
    is_joined: bool,
    /// On a page without rules: upper and lower edge, and the heights at which first and second level stand.
    unruled: Option<(f32, f32)>,
    levels_at: [Option<f32>; 2],
}

/// Fields by their place in [`IndicatorFields::all`].
mod field {
    pub(super) const LEVEL1: usize = 0;
    pub(super) const LEVEL2: usize = 1;
    pub(super) const LEVEL3: usize = 2;
    pub(super) const VALUE: usize = 3;
    pub(super) const BASIS: usize = 4;
    pub(super) const WEIGHT: usize = 6;
    /// None of them: what stands below a heading that the form does not know.
    pub(super) const UNKNOWN: usize = usize::MAX;
}

impl<'f, 'd> Indicators<'f, 'd> {
    pub(super) fn new(form: &'f TargetForm) -> Self {
        Self { form, header: Vec::new(), headings: Vec::new(), rows: Vec::new() }
    }

    /// Have the headings been seen?
    pub(super) fn has_header(&self) -> bool {
        !self.header.is_empty()
    }

    /// Takes in a row of headings, also where a page repeats them; `first` is the key of its first cell.
    pub(super) fn take_header(&mut self, row: &TargetRow<'d>, first: &str) -> bool {
        const FEWEST: usize = 3;
        if self.completes_header(row) {
            return true;
        }
        // Headings begin with the first levels.
        if row.cells.len() < FEWEST || self.form.column(first).is_none() {
            return false;
        }
        let column = |cell: &RowCell<'_>| (self.form.column(&key(cell.text)).unwrap_or(field::UNKNOWN), cell.from, cell.to);
        let header: Vec<(usize, f32, f32)> = row.cells.iter().map(column).collect();
        let known = header.iter().filter(|(field, ..)| *field != field::UNKNOWN).count();
        if known < FEWEST || known * 2 < row.cells.len() {
            return false;
        }
        self.header = header;
        self.headings.clone_from(&row.cells);
        true
    }

    /// Takes in the second line of the headings: each of its texts completes the one above it, or repeats its end.
    fn completes_header(&mut self, row: &TargetRow<'d>) -> bool {
        if self.header.is_empty() || !self.rows.is_empty() {
            return false;
        }
        let completed = |cell: &RowCell| {
            let above = self.headings.iter().find(|heading| heading.from <= cell.middle() && cell.middle() <= heading.to)?;
            let (above, more) = (key(above.text), key(cell.text));
            let field =
                self.form.column(&format!("{above}{more}")).or_else(|| self.form.column(&above).filter(|_| above.ends_with(&more)))?;
            Some((field, cell.from, cell.to))
        };
        let Some(completed) = row.cells.iter().map(completed).collect::<Option<Vec<_>>>() else { return false };
        for (field, from, to) in completed {
            if self.header.iter().all(|(known, ..)| *known != field) {
                let middle = f32::midpoint(from, to);
                self.header.retain(|(known, from, to)| *known != field::UNKNOWN || middle < *from || *to < middle);
                self.header.push((field, from, to));
            }
        }
        self.header.sort_by(|a, b| a.1.total_cmp(&b.1));
        true
    }

    /// Headings that the form does not know.
    pub(super) fn unknown_headings(&self) -> impl Iterator<Item = String> + '_ {
        let unknown = self.header.iter().filter(|(field, ..)| *field == field::UNKNOWN);
        unknown.filter_map(|(_, from, to)| {
            let heading = self.headings.iter().find(|heading| heading.middle().total_cmp(&f32::midpoint(*from, *to)).is_eq())?;
            Some(compact(heading.text))
        })
    }

    /// Takes in a row of an indicator.
    pub(super) fn push(&mut self, row: &TargetRow<'d>) {
        let has_weight = |fields: &IndicatorFields<Pieces<'_>>| !fields.weight.is_empty();
        let before = self.rows.last().filter(|before| row.after_break && !(has_weight(&before.fields) && self.is_whole(row)));
        // A torn row is read with what it is torn from.
        let joined = before.and_then(|before| {
            let piece = self.draft(row, Some(before));
            self.is_piece(before, &piece).then_some(piece)
        });
        if let (Some(piece), Some(last)) = (joined, self.rows.last_mut()) {
            join(last, &piece);
        } else {
            let draft = self.draft(row, None);
            self.rows.push(draft);
        }
    }

    /// Does a row make sense where it stands, weight included?
    fn is_whole(&self, row: &TargetRow<'d>) -> bool {
        let (fields, lost) = self.fields(row, 0.0);
        lost == 0 && self.is_plain(&fields)
    }

    /// The texts of a row by the headings over them, all moved by some way, and how many cells stand under none.
    fn fields(&self, row: &TargetRow<'d>, shift: f32) -> (IndicatorFields<Pieces<'d>>, i32) {
        let mut fields = IndicatorFields::<Pieces<'d>>::default();
        let mut lost = 0;
        for cell in &row.cells {
            let column = self.column_at(cell.middle() + shift);
            match column.and_then(|column| fields.all_mut().into_iter().nth(column)) {
                Some(place) => place.push(cell.text),
                None => lost += i32::from(column.is_none()),
            }
        }
        (fields, lost)
    }

    /// The fields of a row: by the places of its cells, all moved by one column if that makes more sense.
    fn draft(&self, row: &TargetRow<'d>, before: Option<&Draft<'d>>) -> Draft<'d> {
        // On a page, rules and alignment tell the columns; in recognised text whole rows can be moved by one.
        let shifts: &[f32] = if row.place.page.is_some() { &[0.0] } else { &[0.0, -1.0, 1.0] };
        let mut best = (i32::MIN, false, IndicatorFields::default());
        for &shift in shifts {
            let (mut fields, lost) = self.fields(row, shift);
            // Nearly all rows stand where they should: the others need not be tried.
            if shifts.len() == 1 || (shift == 0.0 && before.is_none() && lost == 0 && self.is_plain(&fields)) {
                best = (0, false, fields);
                break;
            }
            let is_moved = row.place.page.is_none() && self.takes_name_back(&mut fields);
            let points = self.sense(&fields, before) - 3 * lost;
            if points > best.0 {
                best = (points, is_moved || shift != 0.0, fields);
            }
        }
        let (_, is_shifted, fields) = best;
        let levels = if row.unruled.is_some() { row.cells.as_slice() } else { &[] };
        let height_of = |level: usize| levels.iter().find(|cell| self.column_at(cell.middle()) == Some(level)).map(|cell| cell.height);
        let levels_at = [height_of(field::LEVEL1), height_of(field::LEVEL2)];
        Draft { fields, place: row.place.clone(), is_shifted, is_joined: false, unruled: row.unruled, levels_at }
    }

    /// Recognition can put the name of a row whose levels are merged cells in front of their empty places: it goes where names stand.
    fn takes_name_back(&self, fields: &mut IndicatorFields<Pieces<'_>>) -> bool {
        if !fields.level3.is_empty() || fields.value.is_empty() {
            return false;
        }
        let misplaced = match (fields.level1.only(), fields.level2.only()) {
            (Some(_), None) if fields.level2.is_empty() => &mut fields.level1,
            (None, Some(_)) if fields.level1.is_empty() => &mut fields.level2,
            _ => return false,
        };
        let name = key(&misplaced.whole());
        let is_level = self.is_level(&name, field::LEVEL1) || self.is_level(&name, field::LEVEL2) || level_names::is_part(self.form, &name);
        if !is_level {
            fields.level3 = std::mem::take(misplaced);
        }
        !is_level
    }

    /// The field whose heading stands over a place.
    fn column_at(&self, middle: f32) -> Option<usize> {
        let over = self.header.iter().find(|(_, from, to)| *from <= middle && middle <= *to);
        let distance = |(_, from, to): &&(usize, f32, f32)| (f32::midpoint(*from, *to) - middle).abs();
        let nearest = || {
            let (first, last) = (self.header.first()?, self.header.last()?);
            let inside = middle >= first.1 && middle <= last.2;
            self.header.iter().filter(|_| inside).min_by(|a, b| distance(a).total_cmp(&distance(b)))
        };
        over.or_else(nearest).map(|(field, ..)| *field)
    }

    /// Is there a name and a weight, and are the levels, where there are any, levels?
    fn is_plain(&self, fields: &IndicatorFields<Pieces<'_>>) -> bool {
        let is_level = |pieces: &Pieces<'_>, at: usize| {
            pieces.is_empty() || pieces.only().is_some_and(|only| self.is_level(only, at) || self.is_level(&key(only), at))
        };
        let is_weight = fields.weight.only().is_some_and(|only| only.parse::<Amount>().is_ok());
        is_weight && fields.level3.only().is_some() && is_level(&fields.level1, field::LEVEL1) && is_level(&fields.level2, field::LEVEL2)
    }

    /// How much sense the texts make in their fields.
    fn sense(&self, fields: &IndicatorFields<Pieces<'_>>, before: Option<&Draft<'_>>) -> i32 {
        let text = |at: usize| {
            let own = fields.all().get(at).map(|pieces| pieces.whole()).unwrap_or_default();
            let above = before.and_then(|before| before.fields.all().get(at).map(|pieces| pieces.whole()));
            let whole = above.map_or_else(String::new, |above| key(&format!("{above}{own}")));
            (key(&own), whole)
        };
        let mut points = 0;
        for (at, is_level) in [(field::LEVEL1, true), (field::LEVEL2, true), (field::LEVEL3, false)] {
            let (own, whole) = text(at);
            let fits = self.is_level(&own, at) || (before.is_some() && self.is_level(&whole, at));
            let is_other = own.chars().count() > 1 && (self.is_level(&own, field::LEVEL1) || self.is_level(&own, field::LEVEL2));
            points += match (own.is_empty(), is_level) {
                (true, _) => 0,
                (false, true) if fits => 2,
                (false, true) if is_other => -1,
                (false, true) if level_names::is_end(self.form, &own) => 1,
                (false, true) => -2,
                (false, false) => {
                    if is_other {
                        -2
                    } else {
                        1
                    }
                }
            };
        }
        let (weight, _) = text(field::WEIGHT);
        points += if weight.is_empty() {
            0
        } else if weight.parse::<Amount>().is_ok() {
            2
        } else {
            -1
        };
        let (value, _) = text(field::VALUE);
        points + i32::from(value.starts_with(['≥', '≤', '>', '<', '=', '＝', '＞', '＜']))
    }

    fn is_level(&self, name: &str, at: usize) -> bool {
        if at == field::LEVEL1 { self.form.is_first_level(name) } else { self.form.is_second_level(name) }
    }

    /// Is the first row of a page the rest of the row before it? Together they make one: each lacks what the other has.
    fn is_piece(&self, before: &Draft<'_>, piece: &Draft<'_>) -> bool {
        let has = |draft: &Draft<'_>, at: usize| draft.fields.all().get(at).is_some_and(|pieces| !pieces.is_empty());
        let both = |at: usize| has(before, at) && has(piece, at);
        let has_weights = self.header.iter().any(|(field, ..)| *field == field::WEIGHT);
        let deciding = if has_weights { field::WEIGHT } else { field::BASIS };
        // Two levels are of two rows.
        let is_whole = |draft: &Draft<'_>, at: usize| {
            draft.fields.all().get(at).and_then(|pieces| pieces.only()).is_some_and(|name| self.is_level(&key(name), at))
        };
        let has_two_levels = [field::LEVEL1, field::LEVEL2].into_iter().any(|at| is_whole(before, at) && is_whole(piece, at));
        if has_two_levels || both(deciding) || !(has(before, deciding) || has(piece, deciding)) {
            return false;
        }
        // A row that lacks nothing but its weight is a row.
        let lacking = if has(piece, deciding) { before } else { piece };
        let whole = [field::LEVEL3, field::VALUE, field::BASIS].into_iter().all(|at| has(lacking, at));
        !whole
    }

    /// The indicators, levels filled down.
    pub(super) fn finish(self, first_repair: u32, repairs: &mut Vec<Repair>, words: &NarrativeWords) -> Vec<Indicator> {
        let form = self.form;
        let mut rows = self.rows;
        if rows.iter().any(|row| row.unruled.is_some()) {
            raise_levels(&mut rows);
        }
        let mut held: (Option<String>, Option<String>) = (None, None);
        rows.into_iter().map(|row| indicator(row, form, &mut held, first_repair, repairs, words)).collect()
    }
}

/// Where no rule shows which rows a level covers, its name stands in the middle of them: it is raised to the first one, page by page.
fn raise_levels(rows: &mut [Draft<'_>]) {
    let page = |row: &Draft<'_>| row.place.page;
    let first = rows.first().and_then(page);
    for rows in rows.chunk_by_mut(|a, b| page(a) == page(b)) {
        let begins = rows.first().and_then(page) == first;
        for level in [field::LEVEL1, field::LEVEL2] {
            raise_level(rows, level, begins);
        }
    }
}

/// Raises a level of the rows of a page.
fn raise_level(rows: &mut [Draft<'_>], level: usize, begins: bool) {
    let edges: Option<Vec<(f32, f32)>> = rows.iter().map(|row| row.unruled).collect();
    let heights: Vec<f32> = rows.iter().filter_map(|row| row.levels_at.get(level).copied().flatten()).collect();
    let Some(first_rows) = edges.and_then(|edges| levels::first_rows(&edges, &heights, begins)) else { return };
    let mut names = Vec::new();
    for row in rows.iter_mut().filter(|row| row.levels_at.get(level).is_some_and(Option::is_some)) {
        names.extend(row.fields.all_mut().into_iter().nth(level).map(std::mem::take));
    }
    for (first, name) in first_rows.into_iter().zip(names) {
        if let Some(place) = rows.get_mut(first).and_then(|row| row.fields.all_mut().into_iter().nth(level)) {
            *place = name;
        }
    }
}

/// Puts the rest of a row to it.
fn join<'d>(row: &mut Draft<'d>, piece: &Draft<'d>) {
    for (texts, more) in row.fields.all_mut().into_iter().zip(piece.fields.all()) {
        more.iter().for_each(|text| texts.push(text));
    }
    row.is_joined = true;
    row.is_shifted |= piece.is_shifted;
    match (piece.place.page, piece.place.bbox, piece.place.line) {
        (Some(page), Some(bbox), _) => row.place.more_places.push(PagePlace { page, bbox }),
        (_, _, Some(line)) => row.place.more_lines.push(line),
        _ => {}
    }
}

fn indicator(
    row: Draft<'_>,
    form: &TargetForm,
    held: &mut (Option<String>, Option<String>),
    first_repair: u32,
    repairs: &mut Vec<Repair>,
    words: &NarrativeWords,
) -> Indicator {
    let Draft { fields, place, is_shifted, is_joined, unruled, .. } = row;
    let text = |pieces: &Pieces<'_>| Some(compact(&pieces.whole())).filter(|text| !text.is_empty());
    let mut flags: Vec<String> = Vec::new();
    let mut used: Vec<u32> = Vec::new();
    let mut repair = |rule: &'static str, before: String, after: Option<String>| {
        let id = first_repair + u32::try_from(repairs.len()).unwrap_or(0);
        repairs.push(Repair {
            id,
            rule: Arc::from(rule),
            place: place.clone(),
            before,
            after,
            evidence: vec!["target_form".to_owned()],
            alternatives: Vec::new(),
            confidence: 0.9,
        });
        used.push(id);
    };
    let (mut level1, mut level2) = (text(&fields.level1), text(&fields.level2));
    for (level, above, column) in [(&mut level1, &held.0, "level1"), (&mut level2, &held.1, "level2")] {
        let mended = level.as_deref().and_then(|name| level_names::mended(name, above.as_deref(), form));
        let (rule, after) = match mended {
            None => continue,
            Some(Mended::Repeated(once)) => ("target.repeated_text", Some(once)),
            Some(Mended::Completed(whole)) => ("target.level_completed", Some(whole)),
            Some(Mended::Rest) => ("target.level_rest", None),
        };
        if rule != "target.repeated_text" {
            flags.push(format!("name_completed:{column}"));
        }
        let before = std::mem::replace(level, after.clone()).unwrap_or_default();
        repair(rule, before, after.or_else(|| above.clone()));
    }
    // A second level in the first column, with nothing in its own.
    if let (Some(name), None) = (&level1, &level2)
        && !form.is_first_level(&key(name))
        && form.is_second_level(&key(name))
    {
        repair("target.level_moved", name.clone(), Some(name.clone()));
        flags.push("level2_moved".to_owned());
        level2 = level1.take();
    }
    match (level1, level2) {
        (Some(first), second) => *held = (Some(first), second),
        (None, Some(second)) => {
            let name = key(&second);
            let parents: Vec<&str> = form.first_levels_of(&name).collect();
            let is_of = |first: &Option<String>| first.as_ref().is_some_and(|first| parents.contains(&key(first).as_str()));
            if let [only] = parents.as_slice()
                && !is_of(&held.0)
            {
                repair("target.level_from_form", String::new(), Some((*only).to_owned()));
                flags.push("level1_inferred".to_owned());
                held.0 = Some((*only).to_owned());
            }
            held.1 = Some(second);
        }
        (None, None) => {}
    }
    flags.extend(level_names::unknown(held, form));
    // Alignment alone tells which rows a level covers, and where a row ends.
    if unruled.is_some() {
        flags.push("row_doubtful".to_owned());
    }
    if is_shifted {
        repair("target.columns_shifted", fields.all().into_iter().flat_map(Pieces::iter).collect::<Vec<_>>().join(" | "), None);
        flags.push("columns_shifted".to_owned());
    }
    if is_joined {
        let torn = fields.all().into_iter().filter(|pieces| pieces.are_several()).map(|pieces| pieces.joined(" / "));
        repair("target.join_rows", torn.collect::<Vec<_>>().join(" | "), None);
        flags.push("row_joined".to_owned());
    }
    let weight = text(&fields.weight);
    let read = weight.as_deref().and_then(|weight| weight.trim_end_matches(['%', '分']).parse::<Amount>().ok());
    if weight.is_some() && read.is_none() {
        flags.push("weight_not_a_number".to_owned());
    }
    let whole = text(&fields.value);
    // A spreadsheet took the value for a formula.
    if whole.as_deref().is_some_and(|whole| whole.starts_with('#')) {
        flags.push("not_a_value".to_owned());
    }
    let Measure { operator, number, unit } = whole.as_deref().map(|whole| value::measure(whole, &words.targets)).unwrap_or_default();
    Indicator {
        level1: held.0.clone(),
        level2: held.1.clone(),
        level3: text(&fields.level3),
        operator,
        value: number,
        unit,
        value_text: whole.map(|whole| if fields.value.are_several() { fields.value.joined(" / ") } else { whole }),
        basis: text(&fields.basis),
        prior_value: text(&fields.prior_value),
        weight: read,
        scoring_rule: text(&fields.scoring_rule),
        evidence: text(&fields.evidence),
        place,
        repairs: used,
        flags,
    }
}
