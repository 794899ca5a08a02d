//! Plain and recognised text: bytes → [`Document`].
//!
//! A table row is a line of tab-separated cells or of a Markdown table; an empty line may be a page break.

mod characters;
mod encoding;
mod rows;

pub(crate) use characters::fold;

use std::sync::Arc;

use super::{Document, Limits, Line, LineKind};
use crate::disclosure::{Diagnostic, Severity, TextLayer, Where};
use crate::error::InputError;

/// Reads a text.
///
/// # Errors
/// The bytes are not text in a known encoding, hold nothing but white space, or have too many lines.
pub fn document(bytes: &[u8], limits: &Limits) -> Result<Document, InputError> {
    let (text, encoding) = encoding::decode(bytes)?;
    let mut document = Document {
        lines: Vec::new(),
        line_count: 0,
        blank_lines: 0,
        text_layer: TextLayer::PlainText,
        encoding: Some(encoding),
        diagnostics: Vec::new(),
        grids: Vec::new(),
        pages: None,
    };
    let mut after_blank = false;
    for raw in lines(&text) {
        document.line_count += 1;
        if document.line_count > limits.lines {
            return Err(InputError::TooManyLines { limit: limits.lines });
        }
        let number = document.line_count;
        if raw.len() > limits.line_bytes {
            document.diagnostics.push(unread(number, &format!("{} bytes long", raw.len())));
            document.lines.push(Line { number, after_blank, kind: LineKind::Unread, cells: Vec::new(), on_page: None });
            after_blank = false;
            continue;
        }
        let Some((kind, cells)) = rows::split(raw, limits.cells) else {
            document.blank_lines += 1;
            after_blank = true;
            continue;
        };
        if kind == LineKind::Unread {
            document.diagnostics.push(unread(number, &format!("more than {} cells wide", limits.cells)));
        }
        document.lines.push(Line { number, after_blank, kind, cells, on_page: None });
        after_blank = false;
    }
    if document.lines.is_empty() {
        return Err(InputError::Empty);
    }
    Ok(document)
}

/// The lines of a text, whatever ends them (LF, CR LF, CR, form feed).
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let has_others = memchr::memchr2(b'\r', 0xc, body.as_bytes()).is_some();
    body.split('\n').flat_map(move |line| {
        let line = if has_others { line.strip_suffix('\r').unwrap_or(line) } else { line };
        // Where only LF ends lines, there is nothing further to look for.
        let mut rest = Some(line);
        std::iter::from_fn(move || {
            let line = rest.take()?;
            match has_others.then(|| line.find(['\r', '\u{c}'])).flatten() {
                Some(at) => {
                    rest = line.get(at + 1..);
                    line.get(..at)
                }
                None => Some(line),
            }
        })
    })
}

fn unread(number: u32, why: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        code: Arc::from("line_unread"),
        message: format!("line {number} is {why}; it was left out"),
        place: Some(Where::line(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        document(text.as_bytes(), &Limits::default()).expect("a text")
    }

    fn texts(line: &Line) -> Vec<&str> {
        line.cells.iter().map(|cell| cell.text.as_str()).collect()
    }

    #[test]
    fn rows_paragraphs_blank_lines_and_rules_are_told_apart() {
        let document = read("表 1\n\n201\t03\t\t行政运行\t940\t\n---\t-----\t--\n| 项目 | 金额 |\n|:---|---:|\n\n\n续");
        let kinds: Vec<_> = document.lines.iter().map(|line| (line.number, line.kind, line.after_blank)).collect();
        assert_eq!(
            kinds,
            [
                (1, LineKind::Paragraph, false),
                (3, LineKind::Row, true),
                (4, LineKind::Separator, false),
                (5, LineKind::Row, false),
                (6, LineKind::Separator, false),
                (9, LineKind::Paragraph, true),
            ]
        );
        assert_eq!(document.blank_lines, 3);
        assert_eq!(texts(&document.lines[1]), ["201", "03", "", "行政运行", "940", ""]);
        assert_eq!(texts(&document.lines[3]), ["项目", "金额"]);
    }

    #[test]
    fn full_width_and_invisible_characters_are_folded() {
        let document = read("２０１\u{3000}\t\u{feff}１，２３４．５０\t＜p＞甲<p>乙</p><br/>丙≤5<=6\u{200b}\u{7}");
        assert_eq!(texts(&document.lines[0]), ["201", "1，234.50", "＜p＞甲乙 丙≤5<=6"]);
    }

    #[test]
    fn every_line_end_counts_once() {
        let document = read("a\r\nb\rc\u{c}d\n\r\ne");
        let lines: Vec<_> = document.lines.iter().map(|line| (line.number, line.text())).collect();
        assert_eq!(lines, [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (6, "e")]);
        assert_eq!((document.line_count, document.blank_lines), (6, 1));
    }

    #[test]
    fn a_line_beyond_the_limits_is_reported_not_cut() {
        let limits = Limits { line_bytes: 20, cells: 3, ..Limits::default() };
        let document = document("短\n1\t2\t3\t4\n一二三四五六七八九十\n尾".as_bytes(), &limits).expect("a text");
        let kinds: Vec<_> = document.lines.iter().map(|line| line.kind).collect();
        assert_eq!(kinds, [LineKind::Paragraph, LineKind::Unread, LineKind::Unread, LineKind::Paragraph]);
        assert_eq!(document.diagnostics.len(), 2);
    }
}
