//! What the lines between grids are: titles, labels, captions, notes.

use crate::classify::role::{Index, is_page_number};
use crate::grammar::{Vocabulary, key, strip_ordinal, title_key};
use crate::read::{Line, LineKind};

/// What a line of a page is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// The title of a table, perhaps with its label.
    Title(Title),
    /// The label of a table on a line of its own (公开03表).
    Label(Label),
    /// 单位：万元, 编制部门：… and the like.
    Caption {
        /// The unit that it names.
        unit: Option<String>,
    },
    /// A remark about the table above it (注：…).
    Note(String),
    /// A page number.
    PageNumber,
    /// A running head or a watermark.
    Furniture,
    /// A title that the form does not have.
    ForeignTitle(String),
    /// Titles of tables that stand side by side.
    SideBySide,
    /// Running text.
    Paragraph,
}

/// A title.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Title {
    /// The tables that it can be the title of, as bits over the form's tables, then its targets.
    pub(super) states: u64,
    /// As printed, without the label, without white space.
    pub(super) text: String,
    /// The label in front of it.
    pub(super) label: Option<Label>,
    /// Is it perhaps a line of the list of contents?
    pub(super) is_listed: bool,
}

/// A label: 公开03表, 表三, 一、
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// As printed.
    pub(super) text: String,
    /// Its number.
    pub(super) number: Option<u32>,
}

/// The text of a line, its pieces joined.
pub(super) fn text_of(line: &Line) -> String {
    line.cells.iter().map(|cell| cell.text.as_str()).collect()
}

/// The unit of amounts that a text names: 单位：万元, 金额单位：元 面积单位：平方米, （万元）.
fn caption_unit<'v>(text: &str, vocabulary: &'v Vocabulary) -> Option<&'v str> {
    let compact = key(text);
    let named = |rest: &str| vocabulary.units.iter().filter(|unit| rest.starts_with(unit.as_str())).max_by_key(|unit| unit.len());
    let after = compact.match_indices("单位").filter_map(|(at, word)| {
        let rest = compact.get(at + word.len()..)?.trim_start_matches('：');
        named(rest)
    });
    let bracketed = || {
        let inner = compact.strip_prefix('（')?.strip_suffix('）')?;
        named(inner).filter(|unit| unit.len() == inner.len())
    };
    after.last().or_else(bracketed).map(String::as_str)
}

/// What a line is on its own.
pub(super) fn mark(line: &Line, index: &Index<'_>, vocabulary: &Vocabulary) -> Mark {
    let text = text_of(line);
    let titles = || line.cells.iter().filter_map(|cell| title(&cell.text, index, vocabulary));
    if line.cells.len() > 1 && titles().count() > 1 {
        return Mark::SideBySide;
    }
    if let Some(mark) = table_mark(&text, index, vocabulary) {
        return match mark {
            // Any piece of the line can name the unit.
            Mark::Caption { unit: None } => {
                Mark::Caption { unit: line.cells.iter().find_map(|cell| caption_unit(&cell.text, vocabulary)).map(str::to_owned) }
            }
            mark => mark,
        };
    }
    // 2024年度 … 单位：万元, and （万元） alone.
    if (line.cells.len() > 1 || text.starts_with(['（', '(']))
        && let Some(unit) = line.cells.iter().find_map(|cell| caption_unit(&cell.text, vocabulary))
    {
        return Mark::Caption { unit: Some(unit.to_owned()) };
    }
    if is_page_number(&text) {
        return Mark::PageNumber;
    }
    if line.kind == LineKind::Furniture {
        return Mark::Furniture;
    }
    if vocabulary.is_note(&text) {
        Mark::Note(text)
    } else if is_title_like(&text, vocabulary) {
        Mark::ForeignTitle(text)
    } else {
        Mark::Paragraph
    }
}

/// Longest title that is not known, in characters.
const LONGEST_FOREIGN: usize = 40;

/// Does a line look like the title of some table? It is short, ends as titles do and is no sentence.
pub(super) fn is_title_like(text: &str, vocabulary: &Vocabulary) -> bool {
    let count = text.chars().count();
    let is_sentence = text.contains(['，', '。', '；', '：', ',', ';', ':', '.', '…']);
    (4..=LONGEST_FOREIGN).contains(&count) && vocabulary.ends_title(text) && !is_sentence && !is_open(text)
}

/// Does a text go on in the next line: 上年《财政拨款支出预算表?
fn is_open(text: &str) -> bool {
    text.matches('《').count() > text.matches('》').count()
}

/// Longest line that is looked at as a title, label or caption, in bytes.
const LONGEST: usize = 300;

/// Title, label or caption.
pub(super) fn table_mark(text: &str, index: &Index<'_>, vocabulary: &Vocabulary) -> Option<Mark> {
    if text.len() > LONGEST {
        return None;
    }
    if may_be_title(text, vocabulary)
        && !is_open(text)
        && let Some(title) = title(text, index, vocabulary)
    {
        return Some(Mark::Title(title));
    }
    if text.len() <= LONGEST_LABEL
        && let Some((label, rest)) = label(text, vocabulary)
        && rest.is_empty()
    {
        return Some(Mark::Label(label));
    }
    if text.len() > LONGEST_CAPTION || !vocabulary.may_be_caption(text) {
        return None;
    }
    vocabulary.is_caption(&key(text)).then(|| Mark::Caption { unit: caption_unit(text, vocabulary).map(str::to_owned) })
}

/// Longest label on a line of its own, in bytes.
const LONGEST_LABEL: usize = 45;

/// Longest caption, in bytes: the name of an agency, a date, a unit.
const LONGEST_CAPTION: usize = 240;

/// Can a text be a title at all? A quick look, before any form is asked.
pub(super) fn may_be_title(text: &str, vocabulary: &Vocabulary) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let body = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '…' | '·' | ' '));
    let continued = || vocabulary.continued.iter().any(|ending| body.ends_with(ending.as_str()));
    vocabulary.ends_title(body) || continued()
}

/// A title with what stands around it.
pub(super) fn title(text: &str, index: &Index<'_>, vocabulary: &Vocabulary) -> Option<Title> {
    let printed: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let undotted = printed.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['.', '…', '·']);
    let is_dotted = undotted.len() + 3 < printed.len() && (printed.contains("..") || printed.contains('…') || printed.contains("··"));
    let mut body = if is_dotted { undotted } else { printed.as_str() };
    for ending in &vocabulary.continued {
        body = body.strip_suffix(ending.as_str()).unwrap_or(body);
    }
    if !vocabulary.ends_title(body) {
        return None;
    }
    let is_front = |front: &str| vocabulary.is_publisher(front);
    let found = |text: &str| Some(index.title_behind(&title_key(text), is_front)).filter(|&states| states != 0);
    let (label, rest) = match label(body, vocabulary) {
        Some((label, rest)) if !rest.is_empty() => (Some(label), rest),
        _ => (None, body.to_owned()),
    };
    // 一、 in front of the title, as lists of contents have it too.
    let unnumbered = strip_ordinal(&rest);
    if unnumbered.len() < rest.len()
        && let Some(states) = found(unnumbered)
    {
        let ordinal = rest.get(..rest.len() - unnumbered.len()).unwrap_or_default();
        let label = label.or_else(|| Some(Label { number: number_of(ordinal), text: ordinal.to_owned() }));
        return Some(Title { states, text: unnumbered.to_owned(), label, is_listed: is_dotted });
    }
    if let Some(states) = found(&rest) {
        return Some(Title { states, text: rest, label, is_listed: is_dotted });
    }
    // 01 or 3-1 in front of the title.
    let unnumbered = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    let number = rest.get(..rest.len() - unnumbered.len()).unwrap_or_default();
    if number.is_empty() || number.len() > LONGEST_NUMBER {
        return None;
    }
    let states = found(unnumbered)?;
    let label = label.or_else(|| Some(Label { number: number.parse().ok(), text: number.to_owned() }));
    Some(Title { states, text: unnumbered.to_owned(), label, is_listed: is_dotted })
}

/// Longest number in front of a title: `10-12`.
const LONGEST_NUMBER: usize = 5;

/// A label at the beginning of a text, and the rest: 公开01表：, 公开表一, 表 3, 附表三、
fn label(text: &str, vocabulary: &Vocabulary) -> Option<(Label, String)> {
    if !vocabulary.may_be_labelled(text) {
        return None;
    }
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let longest = vocabulary
        .table_labels
        .iter()
        .filter_map(|word| {
            // The word, then a number; or the number inside the word, before its last character.
            let after = compact.strip_prefix(word.as_str()).map(|rest| (rest, ""));
            let split = word.char_indices().next_back().map_or(0, |(at, _)| at);
            let (front, back) = word.split_at(split);
            let inside = (!front.is_empty()).then(|| compact.strip_prefix(front).map(|rest| (rest, back))).flatten();
            after.or(inside).into_iter().chain(inside).find_map(|(rest, back)| {
                let digits = rest.find(|c: char| !c.is_ascii_digit() && !CHINESE.contains(c)).unwrap_or(rest.len());
                let (number, rest) = rest.split_at(digits);
                let rest = rest.strip_prefix(back)?;
                let number = number_of(number)?;
                let body = rest.trim_start_matches(['：', ':', '、', '.', '-', '．']);
                Some((number, compact.len() - rest.len(), body))
            })
        })
        .max_by_key(|&(_, length, _)| length);
    let (number, length, rest) = longest?;
    // As printed, white space included.
    let mut count = compact.get(..length)?.chars().count();
    let printed: String = text
        .trim_start()
        .chars()
        .take_while(|character| {
            if count == 0 {
                return false;
            }
            if !character.is_whitespace() {
                count -= 1;
            }
            true
        })
        .collect();
    Some((Label { text: printed, number: Some(number) }, rest.to_owned()))
}

const CHINESE: &str = "一二三四五六七八九十";

/// 03, 三, 十二.
fn number_of(text: &str) -> Option<u32> {
    let text = text.trim_matches(|c: char| !c.is_ascii_digit() && !CHINESE.contains(c));
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let digit = |c: char| CHINESE.chars().position(|known| known == c).and_then(|at| u32::try_from(at + 1).ok());
    let characters: Vec<u32> = text.chars().map(digit).collect::<Option<_>>()?;
    match characters.as_slice() {
        [only] => Some(*only),
        [10, ones] => Some(10 + ones),
        [tens, 10] => Some(tens * 10),
        [tens, 10, ones] => Some(tens * 10 + ones),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;
    use crate::read::Cell;

    fn line(pieces: &[&str]) -> Line {
        Line {
            number: 1,
            after_blank: false,
            kind: LineKind::Paragraph,
            cells: pieces.iter().map(|piece| Cell { text: (*piece).to_owned() }).collect(),
            on_page: None,
        }
    }

    /// The mark of a line of a Jiangsu budget; a title as its table, label, number and text.
    fn marked(pieces: &[&str]) -> (Mark, Option<String>) {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let form = grammars.forms.iter().find(|form| form.id == "jiangsu-2017-2019").expect("the form");
        let mark = mark(&line(pieces), &Index::new(form), &grammars.vocabulary);
        let table = match &mark {
            Mark::Title(title) => form.tables.get(title.states.trailing_zeros() as usize).map(|table| table.id.to_string()),
            _ => None,
        };
        (mark, table)
    }

    #[test]
    fn titles_are_told_with_their_labels_whatever_stands_in_front() {
        let cases = [
            ("公开 03 表：支出预算总表", "expenditure_summary", Some(3), "支出预算总表"),
            ("四、财政拨款收支预算总表", "fiscal_appropriation_summary", Some(4), "财政拨款收支预算总表"),
            ("2018年度某省某院部门收支预算总表", "revenue_expenditure_summary", None, "2018年度某省某院部门收支预算总表"),
            ("十一、“三公”经费、会议费、培训费支出预算表", "three_public_expenses", Some(11), "“三公”经费、会议费、培训费支出预算表"),
            ("05 财政拨款支出预算表（功能科目）", "fiscal_appropriation_expenditure", Some(5), "财政拨款支出预算表（功能科目）"),
        ];
        for (text, table, number, title) in cases {
            let (mark, found) = marked(&[text]);
            let Mark::Title(mark) = mark else { panic!("{text}: {mark:?}") };
            assert_eq!(found.as_deref(), Some(table), "{text}");
            assert_eq!((mark.label.and_then(|label| label.number), mark.text.as_str()), (number, title), "{text}");
        }
    }

    #[test]
    fn what_is_no_title_of_the_form_is_not_taken_for_one() {
        // 项目 is no publisher: it is another table.
        assert_eq!(marked(&["项目支出预算总表"]).0, Mark::ForeignTitle("项目支出预算总表".to_owned()));
        assert!(matches!(marked(&["收支预算总表反映本部门的全部收支。"]).0, Mark::Paragraph));
        assert!(matches!(marked(&["按综合预算的原则编制收支预算总表"]).0, Mark::ForeignTitle(_)));
        assert_eq!(marked(&["省检察院本级划转240万元办案费;二是《财政拨款支出预算表"]).0, Mark::Paragraph);
        assert_eq!(marked(&["上年《财政拨款支出预算表"]).0, Mark::Paragraph);
    }

    #[test]
    fn labels_captions_and_remarks_are_told_apart() {
        assert_eq!(marked(&["公开表十二"]).0, Mark::Label(Label { text: "公开表十二".to_owned(), number: Some(12) }));
        assert_eq!(marked(&["部门：", "某省某院", "单位：万元"]).0, Mark::Caption { unit: Some("万元".to_owned()) });
        assert!(matches!(marked(&["注：本部门无相关收支项目。"]).0, Mark::Note(_)));
        assert_eq!(marked(&["— 12 —"]).0, Mark::PageNumber);
    }
}
