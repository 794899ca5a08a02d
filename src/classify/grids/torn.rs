//! Rows torn by a page break → rows made whole.

use super::rows::Draft;
use crate::classify::tables::Join;
use crate::disclosure::PagePlace;
use crate::grammar::{Block, ColumnKind, Grammars, key, label_key, strip_ordinal};
use crate::repair::{amount, can_go_on, inline_code, join_name, rules};

/// Is the first row of a page the rest of the last row of the page before?
pub(super) fn is_piece(before: &Draft, piece: &Draft, block: &Block, grammars: &Grammars) -> bool {
    if piece.whole_side != before.whole_side && piece.whole_side {
        return false;
    }
    if !piece.foreign.is_empty() {
        return false;
    }
    // What both parts have of an amount contradicts that they are one.
    // Unless each part of the piece is the last digits of the row's: a narrow cell had broken the amount.
    let amounts = || before.columns.iter().zip(&piece.columns).zip(&block.columns).filter(|(_, column)| column.kind == ColumnKind::Amount);
    let is_both = |((a, b), _): &((&String, &String), _)| !a.is_empty() && !b.is_empty();
    let has_both = amounts().any(|amount| is_both(&amount));
    if has_both && !amounts().all(|((whole, rest), _)| rest.is_empty() || goes_on(whole, rest)) {
        return false;
    }
    let code = |draft: &Draft| draft.codes.iter().flat_map(|code| code.bytes()).filter(u8::is_ascii_digit).count();
    if code(piece) > 0 && !codes_go_on(before, piece) {
        return false;
    }
    if !block.has_names {
        return false;
    }
    if has_both && !piece.name.is_empty() && is_known(&piece.name, block, grammars) {
        return false;
    }
    // Nothing but more of a text.
    let has_more_text = |((a, b), _): &((&String, &String), _)| !a.is_empty() && !b.is_empty();
    let texts = || before.columns.iter().zip(&piece.columns).zip(&block.columns).filter(|(_, column)| column.kind == ColumnKind::Text);
    if piece.name.is_empty() && code(piece) == 0 && !piece.has_amounts(block) && texts().any(|text| has_more_text(&text)) {
        return true;
    }
    if piece.name.is_empty() && has_both {
        return code(piece) == 0 || codes_go_on(before, piece);
    }
    if piece.name.is_empty() {
        // Digits of a narrow code cell, or amounts of a row whose name stands on the page before.
        return code(piece) > 0 || (!before.has_amounts(block) && !before.name.is_empty() && piece.has_amounts(block));
    }
    if before.name.is_empty() || !can_go_on(&before.name) {
        return false;
    }
    let joined = join_name(&before.name, &piece.name);
    if block.inline_codes && inline_code(&piece.name).is_some() {
        return false;
    }
    let is_known = |name: &str| is_known(name, block, grammars);
    if is_known(&joined) {
        return true;
    }
    if is_known(&piece.name) || grammars.vocabulary.is_total_label(&key(&piece.name)) || strip_ordinal(&piece.name).len() < piece.name.len()
    {
        return false;
    }
    if piece.has_amounts(block) && before.has_amounts(block) && !has_both {
        return false;
    }
    // In a list of codes every row has one.
    if !block.code_columns.is_empty() {
        return code(piece) == 0 || codes_go_on(before, piece);
    }
    !is_known(&before.name) && !piece.has_amounts(block)
}

/// Can a text be the last digits of an amount that a narrow cell broke? Few of them, no separator of thousands, and together a number.
fn goes_on(whole: &str, rest: &str) -> bool {
    const MOST_DIGITS: usize = 7;
    let is_tail = rest.len() <= MOST_DIGITS && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    // A whole amount with decimals does not go on.
    let has_decimals = whole.split_once('.').is_some_and(|(_, decimals)| decimals.len() >= 2);
    is_tail && !has_decimals && amount(&format!("{whole}{rest}")).is_some_and(|reading| reading.rule.is_none())
}

/// Do the digits of the piece complete those of the row?
fn codes_go_on(before: &Draft, piece: &Draft) -> bool {
    before.codes.iter().zip(&piece.codes).enumerate().all(|(at, (a, b))| {
        let digits = a.len() + b.len();
        let most = if at == 0 { 3 } else { 2 };
        b.is_empty() || (!a.is_empty() && digits <= most)
    })
}

fn is_known(name: &str, block: &Block, grammars: &Grammars) -> bool {
    let name = inline_code(name).filter(|_| block.inline_codes).map_or(name, |(_, rest)| rest);
    let name_key = key(name);
    if grammars.vocabulary.is_total(&name_key) || block.lines.contains(&label_key(name)) {
        return true;
    }
    let Some(catalogue) = block.code_set.as_deref().and_then(|set| grammars.catalogue(set)) else { return false };
    catalogue.of_name(&name_key).next().is_some() || catalogue.of_name(&label_key(name)).next().is_some()
}

/// Puts a piece back to its row.
pub(super) fn join(before: &mut Draft, piece: Draft, block: &Block) -> Vec<Join> {
    let mut joins = Vec::new();
    if let (Some(page), Some(bbox)) = (piece.place.page, piece.place.bbox) {
        before.place.more_places.push(PagePlace { page, bbox });
    }
    let place = piece.place;
    let mut record = |rule: &'static str, column: Option<usize>, before: String, after: String| {
        joins.push(Join { rule, line: piece.line, place: place.clone(), before, after, column });
    };
    for (code, more) in before.codes.iter_mut().zip(piece.codes).filter(|(_, more)| !more.is_empty()) {
        let whole = format!("{code}{more}");
        record(rules::CODE_JOIN_LINES, None, std::mem::replace(code, whole.clone()), whole);
    }
    if !piece.name.is_empty() {
        let whole = join_name(&before.name, &piece.name);
        record(rules::NAME_JOIN_LINES, None, std::mem::replace(&mut before.name, whole.clone()), whole);
    }
    for (column, (text, more)) in before.columns.iter_mut().zip(piece.columns).enumerate().filter(|(_, (_, more))| !more.is_empty()) {
        let is_amount = block.columns.get(column).is_some_and(|column| column.kind == ColumnKind::Amount);
        let (rule, whole) = match (text.is_empty(), is_amount) {
            (true, _) => (rules::NAME_JOIN_LINES, more),
            (false, true) => (rules::AMOUNT_JOIN_LINES, format!("{text}{more}")),
            (false, false) => (rules::NAME_JOIN_LINES, join_name(text, &more)),
        };
        record(rule, Some(column), std::mem::replace(text, whole.clone()), whole);
    }
    joins
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclosure::Where;

    /// A row of the Xinjiang form's table 3, or of side `block` of its table 1 where it has no code.
    fn draft(table: &crate::grammar::TableForm, block: usize, codes: [&str; 3], name: &str, amounts: &[&str]) -> Draft {
        let form = table.blocks.get(block).expect("a block");
        let mut draft = Draft::named(block, form, name, 1, Where::page(1, [0.0; 4]));
        draft.codes.iter_mut().zip(codes).for_each(|(place, code)| code.clone_into(place));
        draft.columns.iter_mut().zip(amounts).for_each(|(place, amount)| (*amount).clone_into(place));
        draft
    }

    #[test]
    fn the_rest_of_a_row_is_told_from_the_next_row() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let form = grammars.forms.iter().find(|form| form.id == "xinjiang-department-budget").expect("the form");
        let table = |id: &str| form.tables.get(form.table_index(id).expect("a table")).expect("a table");
        let codes = table("expenditure_detail");
        let of = |codes_: [&str; 3], name: &str, amounts: &[&str]| draft(codes, 0, codes_, name, amounts);
        let is_rest = |before: &Draft, piece: &Draft| is_piece(before, piece, &codes.blocks[0], &grammars);

        let whole = of(["215", "", ""], "资源勘探工业信息等", &["2551", "", "2551"]);
        assert!(is_rest(&whole, &of(["", "", ""], "支出", &[])), "the end of a name");
        assert!(!is_rest(&whole, &of(["", "", ""], "合计", &["9", "", "9"])), "a total");
        assert!(!is_rest(&whole, &of(["216", "", ""], "商业服务业等支出", &["3", "", "3"])), "the next class");
        let narrow = of(["20", "01", ""], "人力资源和社会保障管理事务", &["1,605,249,2", "", "1,605,249,2"]);
        assert!(is_rest(&narrow, &of(["1", "", ""], "", &[])), "the last digit of a class");
        assert!(is_rest(&narrow, &of(["", "", ""], "", &["00.00", "", "00.00"])), "the last digits of amounts");
        assert!(
            !is_rest(&of(["201", "01", ""], "人大事务", &["5.00", "", "5.00"]), &of(["", "", ""], "", &["7.00", "", "7.00"])),
            "whole amounts"
        );
    }

    #[test]
    fn a_total_is_never_joined_to_the_row_above_it() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let form = grammars.forms.iter().find(|form| form.id == "xinjiang-department-budget").expect("the form");
        let table = form.tables.first().expect("table 1");
        let before = draft(table, 1, [""; 3], "234 抗疫特别国债安排的支出", &[]);
        let total = draft(table, 1, [""; 3], "支出总计", &["99624600"]);
        assert!(!is_piece(&before, &total, &table.blocks[1], &grammars));
        let next = draft(table, 1, [""; 3], "213 农林水支出", &[]);
        assert!(!is_piece(&draft(table, 1, [""; 3], "212 城乡社区支出", &[]), &next, &table.blocks[1], &grammars));
    }
}
