//! A row as it was read from a page → a row as the later stages take it: its code cells as readings, its columns in their places.

use super::rows::Draft;
use crate::classify::tables::{Join, LogicalRow};
use crate::grammar::TableForm;
use crate::repair::{BlockReading, codes, inline_code, name, rules};

/// A row as the later stages take it.
pub(super) fn logical(draft: Draft, joins: Vec<Join>, page: usize, table: &TableForm) -> LogicalRow {
    let Draft {
        block: index,
        whole_side,
        codes: code_cells,
        name: printed_name,
        columns,
        foreign,
        level,
        place,
        inferred,
        is_doubtful,
        ..
    } = draft;
    let mut blocks: Vec<BlockReading> = table.blocks.iter().map(|_| BlockReading::default()).collect();
    if let (Some(block), Some(reading)) = (table.blocks.get(index), blocks.get_mut(index)) {
        let mut name_text = printed_name.as_str();
        if block.inline_codes {
            if let Some((code, rest)) = inline_code(name_text) {
                name_text.trim_end_matches(rest).trim().clone_into(&mut reading.printed_code);
                reading.codes = vec![code];
                name_text = rest;
            }
        } else if !block.code_columns.is_empty() {
            // 2 for 02: a cell formatted as a number drops the zero in front.
            let pads = |(at, text): (usize, &String)| at > 0 && matches!(text.as_bytes(), [b'0'..=b'9']);
            let is_padded = code_cells.iter().enumerate().any(pads);
            let padded: Vec<String> =
                code_cells.iter().enumerate().map(|(at, text)| if pads((at, text)) { format!("0{text}") } else { text.clone() }).collect();
            let filled: Vec<&str> = code_cells.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
            reading.printed_code = filled.join(" ");
            let texts: Vec<&str> = padded.iter().map(String::as_str).collect();
            // One cell holds the whole code, whichever column of the form it was taken for.
            let whole = matches!(filled.as_slice(), [only] if only.bytes().filter(u8::is_ascii_digit).count() > 3);
            reading.codes =
                if whole { codes(&filled, block.code_columns.get(..1).unwrap_or_default()) } else { codes(&texts, &block.code_columns) };
            if is_padded {
                reading.codes.iter_mut().for_each(|reading| reading.rule = Some(rules::CODE_PAD));
            }
        }
        reading.name = name(name_text);
        reading.cells = columns;
        reading.cells.extend(foreign);
    }
    LogicalRow { place, whole_side, level, page, blocks, joins, inferred, is_doubtful }
}
