//! Rows torn by a page break → rows made whole.

use super::rows::Draft;
use crate::classify::tables::Join;
use crate::disclosure::PagePlace;
use crate::grammar::{Block, ColumnKind, Grammars, key, label_key, strip_ordinal};
use crate::repair::{inline_code, join_name, rules};

/// Is the first row of a page the rest of the last row of the page before?
pub(super) fn is_piece(before: &Draft, piece: &Draft, block: &Block, grammars: &Grammars) -> bool {
    if piece.whole_side != before.whole_side && piece.whole_side {
        return false;
    }
    if !piece.foreign.is_empty() {
        return false;
    }
    // What both parts have of an amount contradicts that they are one.
    let both = before.columns.iter().zip(&piece.columns).zip(&block.columns);
    if both.clone().any(|((a, b), column)| column.kind == ColumnKind::Amount && !a.is_empty() && !b.is_empty()) {
        return false;
    }
    let code = |draft: &Draft| draft.codes.iter().flat_map(|code| code.bytes()).filter(u8::is_ascii_digit).count();
    if code(piece) > 0 && !codes_go_on(before, piece) {
        return false;
    }
    if !block.has_names {
        return false;
    }
    if piece.name.is_empty() {
        // Digits of a narrow code cell, or amounts of a row whose name stands on the page before.
        return code(piece) > 0 || (!before.has_amounts(block) && !before.name.is_empty() && piece.has_amounts(block));
    }
    if before.name.is_empty() {
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
    if piece.has_amounts(block) && before.has_amounts(block) {
        return false;
    }
    // In a list of codes every row has one.
    if !block.code_columns.is_empty() {
        return code(piece) == 0 || codes_go_on(before, piece);
    }
    !is_known(&before.name) && !piece.has_amounts(block)
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
pub(super) fn join(before: &mut Draft, piece: Draft) -> Vec<Join> {
    let mut joins = Vec::new();
    if let (Some(page), Some(bbox)) = (piece.place.page, piece.place.bbox) {
        before.place.more_places.push(PagePlace { page, bbox });
    }
    let place = piece.place;
    let mut record = |rule: &'static str, before: String, after: String| {
        joins.push(Join { rule, line: piece.line, place: place.clone(), before, after });
    };
    for (code, more) in before.codes.iter_mut().zip(piece.codes).filter(|(_, more)| !more.is_empty()) {
        let whole = format!("{code}{more}");
        record(rules::CODE_JOIN_LINES, std::mem::replace(code, whole.clone()), whole);
    }
    if !piece.name.is_empty() {
        let whole = join_name(&before.name, &piece.name);
        record(rules::NAME_JOIN_LINES, std::mem::replace(&mut before.name, whole.clone()), whole);
    }
    for (text, more) in before.columns.iter_mut().zip(piece.columns).filter(|(_, more)| !more.is_empty()) {
        let whole = if text.is_empty() { more } else { join_name(text, &more) };
        record(rules::NAME_JOIN_LINES, std::mem::replace(text, whole.clone()), whole);
    }
    joins
}
