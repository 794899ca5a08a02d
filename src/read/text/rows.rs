//! One raw line → its kind and its cells.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_until, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize, verify};
use nom::{IResult, Parser};

use super::characters::{fold, needs_folding};
use crate::read::{Cell, LineKind};

/// Splits a line. `None`: there is nothing in it but white space and drawn cells.
pub(super) fn split(raw: &str, most_cells: usize) -> Option<(LineKind, Vec<Cell>)> {
    if raw.is_empty() {
        return None;
    }
    if let Some(inner) = markdown_row(raw) {
        if inner.split('|').count() > most_cells {
            return Some((LineKind::Unread, Vec::new()));
        }
        return Some(row(inner.split('|').map(cell).collect()));
    }
    let is_plain = is_plain(raw);
    let tabs = memchr::memchr_iter(b'\t', raw.as_bytes()).count();
    if tabs > 0 {
        if tabs >= most_cells {
            return Some((LineKind::Unread, Vec::new()));
        }
        let mut cells = Vec::with_capacity(tabs + 1);
        let mut from = 0;
        for to in memchr::memchr_iter(b'\t', raw.as_bytes()).chain([raw.len()]) {
            let part = raw.get(from..to).unwrap_or_default();
            cells.push(if is_plain { plain_cell(part) } else { cell(part) });
            from = to + 1;
        }
        return Some(row(cells));
    }
    let cell = if is_plain { plain_cell(raw) } else { cell(raw) };
    match cell.text.as_str() {
        "" => None,
        text if is_rule(text) => Some((LineKind::Separator, vec![cell])),
        _ => Some((LineKind::Paragraph, vec![cell])),
    }
}

/// Is there neither a tag in the line nor a character that folding would change?
fn is_plain(raw: &str) -> bool {
    memchr::memchr(b'<', raw.as_bytes()).is_none() && !needs_folding(raw)
}

fn plain_cell(raw: &str) -> Cell {
    if raw.is_empty() {
        return Cell::default();
    }
    let has_spaces = raw.starts_with(' ') || raw.ends_with(' ');
    Cell { text: if has_spaces { raw.trim_matches(' ').to_owned() } else { raw.to_owned() } }
}

fn row(cells: Vec<Cell>) -> (LineKind, Vec<Cell>) {
    let mut filled = cells.iter().filter(|cell| !cell.is_blank()).peekable();
    let is_separator = filled.peek().is_some() && filled.all(|cell| is_rule(&cell.text));
    (if is_separator { LineKind::Separator } else { LineKind::Row }, cells)
}

/// The inside of a Markdown table row: it starts and ends with a bar.
fn markdown_row(raw: &str) -> Option<&str> {
    raw.trim_start().strip_prefix('|')?.trim_end().strip_suffix('|').filter(|inner| inner.contains('|'))
}

/// Two or more dashes, with the colons of a Markdown alignment.
fn is_rule(text: &str) -> bool {
    if !text.starts_with(['-', ':']) {
        return false;
    }
    let dashes = text.trim_matches(':');
    dashes.len() >= 2 && dashes.bytes().all(|byte| byte == b'-')
}

fn cell(raw: &str) -> Cell {
    if raw.is_empty() {
        return Cell::default();
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        let (before, from_bracket) = rest.split_at(at);
        fold(before, &mut text);
        if let Ok((after, breaks)) = html_tag(from_bracket) {
            if breaks {
                text.push(' ');
            }
            rest = after;
        } else {
            text.push('<');
            rest = from_bracket.get(1..).unwrap_or("");
        }
    }
    fold(rest, &mut text);
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        return Cell { text: trimmed.to_owned() };
    }
    Cell { text }
}

/// A stray HTML tag; whether it breaks the line. `<=5` and `＜` are no tags.
fn html_tag(input: &str) -> IResult<&str, bool> {
    let (input, _) = char('<')(input)?;
    let (input, _) = opt(char('/')).parse(input)?;
    let (input, name) = verify(take_while1(|c: char| c.is_ascii_alphanumeric()), |name: &str| is_html_name(name)).parse(input)?;
    let attributes = recognize((take_while(char::is_whitespace), take_until(">"), tag(">")));
    let (input, _) = alt((tag(">"), tag("/>"), verify(attributes, starts_like_attributes))).parse(input)?;
    Ok((input, name.eq_ignore_ascii_case("br")))
}

fn is_html_name(name: &str) -> bool {
    const NAMES: [&str; 18] =
        ["p", "br", "b", "i", "u", "div", "span", "td", "tr", "th", "table", "tbody", "thead", "font", "strong", "em", "sup", "sub"];
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn starts_like_attributes(rest: &str) -> bool {
    rest.starts_with([' ', '/', '>'])
}
