//! What each line is on its own.

use rustc_hash::FxHashMap;

use super::fit::RowShape;
use crate::grammar::{Form, Vocabulary, key, label_key, strip_ordinal, title_key};
use crate::read::{Document, Line, LineKind};

/// What a line is, before the sequence is looked at. Sets of tables are bit masks over the form's tables, then its target tables.
#[derive(Clone, Debug)]
pub enum Role {
    /// The title of a table.
    Title {
        /// The tables that it can be the title of.
        states: u64,
        /// An ordinal stands in front or page dots behind: perhaps a line of the list of contents.
        weak: bool,
    },
    /// 表 3: the label above a title.
    Label {
        /// Its number.
        number: u32,
    },
    /// 单位：万元 and the like.
    Caption,
    /// A heading line of a table.
    Heading {
        /// The tables whose headings it shows; 0: no table's that the form has.
        tables: u64,
    },
    /// A row of cells.
    Body(RowShape),
    /// A row without anything in it.
    EmptyRow,
    /// A page number.
    PageNumber,
    /// A number alone in a row, away from codes: no row of any table.
    StrayNumber,
    /// A drawn line.
    Separator,
    /// Running text.
    Paragraph,
    /// Left out by reading.
    Unread,
    /// A row of a grid, which is read by its place.
    GridRow,
    /// A running head, a page number or a watermark.
    Furniture,
}

/// A form's titles and headings, for looking up.
#[derive(Debug)]
pub struct Index<'g> {
    /// The form.
    pub form: &'g Form,
    titles: FxHashMap<&'g str, u64>,
    headings: FxHashMap<&'g str, u64>,
    /// Labels of target tables: the targets, as bits from 0.
    labels: FxHashMap<&'g str, u64>,
}

impl<'g> Index<'g> {
    /// Indexes a form.
    pub fn new(form: &'g Form) -> Self {
        let mut titles: FxHashMap<&str, u64> = FxHashMap::default();
        let mut headings: FxHashMap<&str, u64> = FxHashMap::default();
        for (table, bit) in form.tables.iter().zip(bits(0)) {
            table.title_keys.iter().for_each(|title| *titles.entry(title).or_default() |= bit);
            table.heading_keys.iter().for_each(|heading| *headings.entry(heading).or_default() |= bit);
        }
        for (target, bit) in form.targets.iter().zip(bits(form.tables.len())) {
            target.title_keys.iter().for_each(|title| *titles.entry(title).or_default() |= bit);
        }
        let mut labels: FxHashMap<&str, u64> = FxHashMap::default();
        for (target, bit) in form.targets.iter().zip(bits(0)) {
            target.labels.iter().for_each(|label| *labels.entry(label).or_default() |= bit);
        }
        Self { form, titles, headings, labels }
    }

    /// The target tables that have this label.
    pub(super) fn label(&self, text_key: &str) -> u64 {
        self.labels.get(text_key).copied().unwrap_or(0)
    }

    /// The tables whose title this is: word for word, or with the agency in front of it.
    fn title(&self, title: &str) -> u64 {
        // A sentence that ends in a title has punctuation.
        let is_front = |front: &str| !front.contains(['，', '。', '：', '“', '；', '按', '见']);
        self.title_behind(title, is_front)
    }

    /// The tables whose title this is, or is behind something that may stand in front of it.
    pub(super) fn title_behind(&self, title: &str, is_front: impl Fn(&str) -> bool) -> u64 {
        if let Some(&states) = self.titles.get(title) {
            return states;
        }
        let longest = (3..title.len().saturating_sub(8)).filter(|&at| title.is_char_boundary(at)).find_map(|at| {
            let (front, tail) = title.split_at(at);
            let states = *self.titles.get(tail)?;
            is_front(front).then_some(states)
        });
        longest.unwrap_or(0)
    }

    /// The tables that most of these heading texts belong to; 0: they are no headings.
    fn heading(&self, texts: &[String]) -> u64 {
        let masks: Vec<u64> = texts.iter().map(|text| self.headings.get(text.as_str()).copied().unwrap_or(0)).collect();
        if masks.iter().filter(|&&mask| mask != 0).count() * 5 < texts.len() * 3 {
            return 0;
        }
        let mut best = (1, 0_u64);
        for (_, bit) in self.form.tables.iter().zip(bits(0)) {
            let count = masks.iter().filter(|&&mask| mask & bit != 0).count();
            if count > best.0 {
                best = (count, bit);
            } else if count == best.0 {
                best.1 |= bit;
            }
        }
        if best.0 * 5 < texts.len() * 3 { 0 } else { best.1 }
    }
}

/// The bits of consecutive states from `first`.
pub(super) fn bits(first: usize) -> impl Iterator<Item = u64> {
    (first..64).map(|index| 1_u64 << index)
}

/// The role of every line of a document.
pub fn roles(document: &Document, index: &Index<'_>, vocabulary: &Vocabulary) -> Vec<Role> {
    let mut roles: Vec<Role> = Vec::with_capacity(document.lines.len());
    let mut under_title = false;
    for line in &document.lines {
        let mut role = role(line, index, vocabulary);
        match &role {
            Role::Title { .. } => under_title = true,
            Role::Label { .. }
            | Role::Caption
            | Role::Heading { .. }
            | Role::EmptyRow
            | Role::PageNumber
            | Role::StrayNumber
            | Role::Separator => {}
            // Words only, between a title and the first row: headings that the form does not know.
            Role::Body(shape)
                if under_title
                    && !shape.has_amounts()
                    && !shape.is_total
                    && shape.texts() >= 2
                    && shape.labels == 0
                    && shape.has_text_behind() =>
            {
                role = Role::Heading { tables: 0 };
            }
            Role::Body(_) | Role::Paragraph | Role::Unread | Role::GridRow | Role::Furniture => under_title = false,
        }
        roles.push(role);
    }
    roles
}

/// Longest caption, in bytes: some 30 characters.
const LONGEST_CAPTION: usize = 90;

/// Longest title, in bytes: some 80 characters of agency, year and title.
const LONGEST_TITLE: usize = 240;

fn role(line: &Line, index: &Index<'_>, vocabulary: &Vocabulary) -> Role {
    match line.kind {
        LineKind::Unread => Role::Unread,
        LineKind::Separator => Role::Separator,
        LineKind::GridRow { .. } => Role::GridRow,
        LineKind::Furniture => Role::Furniture,
        LineKind::Paragraph if is_page_number(line.text()) => Role::PageNumber,
        LineKind::Paragraph => text_role(line.text(), index, vocabulary).unwrap_or(Role::Paragraph),
        LineKind::Row => {
            let mut filled = line.cells.iter().filter(|cell| !cell.is_blank());
            let Some(first) = filled.next() else { return Role::EmptyRow };
            if filled.next().is_none() {
                if line.cells.iter().take_while(|cell| cell.is_blank()).count() >= CODE_CELLS && is_page_number(&first.text) {
                    // A number among the amounts may be a torn amount as well: it must be seen, not thrown away.
                    let is_plain = first.text.bytes().all(|byte| byte.is_ascii_digit());
                    return if is_plain { Role::StrayNumber } else { Role::PageNumber };
                }
                let role = text_role(&first.text, index, vocabulary);
                if let Some(role @ (Role::Title { .. } | Role::Label { .. } | Role::Caption)) = role {
                    return role;
                }
            }
            let shape = RowShape::of(line, index, vocabulary);
            if !shape.has_amounts() && shape.texts() >= 2 {
                let texts: Vec<String> = line.cells.iter().filter(|cell| !cell.is_blank()).map(|cell| key(&cell.text)).collect();
                let tables = index.heading(&texts);
                if tables != 0 {
                    return Role::Heading { tables };
                }
            }
            Role::Body(shape)
        }
    }
}

/// Code cells in front of a row: a number alone in one of them is the rest of a torn code.
const CODE_CELLS: usize = 3;

/// `12`, `— 12 —`, `第 12 页 共 40 页`: a page's number and nothing else.
pub(super) fn is_page_number(text: &str) -> bool {
    const LONGEST: usize = 40;
    if text.len() > LONGEST {
        return false;
    }
    let digits: usize = text.bytes().filter(u8::is_ascii_digit).count();
    let others = text.chars().filter(|c| !c.is_ascii_digit());
    (1..=8).contains(&digits)
        && text.split(|c: char| !c.is_ascii_digit()).all(|number| number.len() <= 4)
        && others.clone().count() <= 12
        && others.into_iter().all(|c| matches!(c, ' ' | '-' | '—' | '–' | '－' | '·' | '/' | '第' | '页' | '共' | 'P' | '.'))
        && !text.contains("..")
}

/// The tables, and target tables, that a text can be the title of.
pub(super) fn title_states(text: &str, index: &Index<'_>, vocabulary: &Vocabulary) -> u64 {
    match text_role(text, index, vocabulary) {
        Some(Role::Title { states, .. }) => states,
        _ => 0,
    }
}

/// Title, label or caption; `None`: none of these.
fn text_role(text: &str, index: &Index<'_>, vocabulary: &Vocabulary) -> Option<Role> {
    // A sentence is none of these; most lines of a disclosure are sentences.
    if text.len() > LONGEST_TITLE
        || (text.len() > LONGEST_CAPTION && !text.trim_end().ends_with(|c: char| matches!(c, '表' | '）' | ')' | '续' | '0'..='9')))
    {
        return None;
    }
    let text_key = key(text);
    if let Some(number) = label_number(&text_key, vocabulary) {
        return Some(Role::Label { number });
    }
    if vocabulary.is_caption(&text_key) {
        return Some(Role::Caption);
    }
    let undotted = text_key.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['.', '…', '·']);
    let dotted = undotted.len() + 3 < text_key.len() && text_key.contains("..");
    let mut body = if dotted { undotted } else { text_key.as_str() };
    for ending in &vocabulary.continued {
        body = body.strip_suffix(ending.as_str()).unwrap_or(body);
    }
    if !body.ends_with('表') {
        return None;
    }
    let unnumbered = strip_ordinal(body);
    let unlabelled = vocabulary
        .table_labels
        .iter()
        .find_map(|label| {
            let rest = unnumbered.strip_prefix(label.as_str())?;
            let named = rest.trim_start_matches(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c));
            (named.len() < rest.len()).then(|| named.trim_start_matches(['：', '、', '.', '-']))
        })
        .unwrap_or(unnumbered);
    let states = index.title(&title_key(unlabelled));
    (states != 0).then_some(Role::Title { states, weak: dotted || unnumbered.len() < body.len() })
}

/// 表 3, 附表 3, 公开03表.
fn label_number(text_key: &str, vocabulary: &Vocabulary) -> Option<u32> {
    if text_key.len() > 30 {
        return None;
    }
    let digits = text_key.find(|c: char| c.is_ascii_digit())?;
    let (front, rest) = text_key.split_at(digits);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, back) = rest.split_at(end);
    let word = format!("{front}{back}");
    vocabulary.table_labels.contains(&word).then(|| number.parse().ok())?
}

/// The unit that a caption names.
pub(super) fn caption_unit<'v>(text: &str, vocabulary: &'v Vocabulary) -> Option<&'v str> {
    let text_key = key(text);
    let after = text_key.rsplit_once("单位：").or_else(|| text_key.rsplit_once("单位"))?.1;
    vocabulary.units.iter().find(|unit| after == unit.as_str()).map(String::as_str)
}

/// Is this row's first text a line that always stands in one of a table's blocks?
pub(super) fn is_known_line(text: &str, lines: &rustc_hash::FxHashSet<String>) -> bool {
    !lines.is_empty() && lines.contains(&label_key(text))
}
