//! What the text says of each item of the functional classification: 类（类）款（款）项（项）：amount, change, reason.

use super::changes::{UNIT, change, percent_behind, reason};
use super::codes::CodesByName;
use super::outline::{Outline, once_a_path};
use super::text::{has_any, number, number_behind, numbers_behind, ordinal, places, without_joints};
use crate::disclosure::{Amount, LineItem};
use crate::grammar::{LineItemWords, NarrativeWords, year_at_end};

/// The names that a text begins with, and what stands behind them.
#[derive(Debug, Default, PartialEq)]
struct Names<'t> {
    class: Option<&'t str>,
    section: Option<&'t str>,
    item: Option<&'t str>,
    rest: &'t str,
}

/// Reads the line items.
pub(super) fn line_items(outline: &Outline, fiscal_year: Option<u16>, codes: &CodesByName<'_>, words: &NarrativeWords) -> Vec<LineItem> {
    let mut items: Vec<LineItem> = Vec::new();
    let mut texts: Vec<(usize, String)> = Vec::new();
    let mut section: Option<String> = None;
    let mut section_under: &[usize] = &[];
    let mut is_elsewhere = once_a_path(|path| {
        outline.is_unfilled(path) || outline.above(path).any(|section| has_any(&section.title, &words.outline.other_funds))
    });
    for (path, paragraph) in &outline.body {
        if is_elsewhere(path) {
            continue;
        }
        if section_under != path.as_slice() {
            (section, section_under) = (None, path);
        }
        let (number, text) = ordinal(&paragraph.text).map_or((None, paragraph.text.as_str()), |(_, number, rest)| (Some(number), rest));
        let names = subject(text, &words.line_items).unwrap_or_else(|| names(text));
        let Some(item) = names.item else {
            // 检察（款）：… introduces the items below it.
            if let Some(name) = names.section {
                section = Some(name.to_owned());
            } else if let Some((last, text)) = texts.last_mut()
                && *last + 1 == items.len()
                && words.changes.reason.iter().any(|word| paragraph.text.starts_with(word.as_str()))
                && !has_any(text, &words.changes.reason)
            {
                text.push_str(&paragraph.text);
            }
            continue;
        };
        let mut flags: Vec<String> = paragraph.has_noise.then(|| "noise_removed".to_owned()).into_iter().collect();
        // （一）一般公共服务（类）: the class stands in the heading.
        let headed = outline.above(path).filter_map(|section| self::names(&section.title).class.map(str::to_owned)).last();
        let (class_name, section_name) = match (names.class, names.section, &headed) {
            // What the publisher calls a class below the class's heading is a section.
            (Some(class), None, Some(headed)) => {
                flags.push("section_inferred".to_owned());
                (Some(headed.clone()), Some(class.to_owned()))
            }
            (class, name, headed) => {
                let class = class.map(str::to_owned).or_else(|| headed.clone());
                let name = name.map(str::to_owned).or_else(|| section.clone());
                (class, name)
            }
        };
        items.push(LineItem {
            number: number.map(str::to_owned),
            class_name,
            section_name,
            item_name: item.to_owned(),
            place: paragraph.place.clone(),
            flags,
            ..LineItem::default()
        });
        texts.push((items.len() - 1, names.rest.to_owned()));
    }
    for (item, (_, text)) in items.iter_mut().zip(&texts) {
        fill(item, text, fiscal_year, words);
        codes.settle(item);
    }
    items
}

/// Reads what stands behind the names.
fn fill(item: &mut LineItem, text: &str, fiscal_year: Option<u16>, words: &NarrativeWords) {
    let of = &words.line_items;
    let change = change(text, words);
    (item.change_direction, item.change_amount, item.change_pct) = (change.direction, change.amount, change.percent);
    (item.change_pct_direction, item.compared_to) = (change.percent_direction, change.against);
    // A page break can cut off the second of the two.
    if change.amount.is_some() && change.percent.is_none() {
        item.flags.push("change_incomplete".to_owned());
    }
    let stated = number_behind(text, &of.amounts, &words.changes.joints, &UNIT);
    item.amount = match stated {
        Some((_, amount)) => Some(amount),
        None => direct_amount(text, words),
    };
    if item.amount.is_none() {
        item.flags.push("amount_missing".to_owned());
    }
    item.fiscal_year = stated.and_then(|(at, _)| year_at_end(text.get(..at)?)).or(fiscal_year);
    let stated_at = stated.map(|(at, _)| at);
    item.restated_amount = item.amount.and_then(|_| restated_amount(text, stated_at, item.fiscal_year, words));
    item.compared_with = number_behind(text, &of.compared_with, &words.changes.joints, &UNIT).map(|(_, amount)| amount);
    item.completion_pct = percent_behind(text, &of.completion, words);
    item.reason = reason(text, words);
    item.purpose = of.purpose.iter().find_map(|word| {
        let rest = text.get(places(text, word).next()? + word.len()..)?.trim_start_matches(['：', ':']);
        let purpose = rest.split('。').next()?;
        (!purpose.is_empty()).then(|| purpose.to_owned())
    });
}

/// The amount right behind the names: `”25.77万元`, `支出256.76万元`.
fn direct_amount(text: &str, words: &NarrativeWords) -> Option<Amount> {
    let rest = text.trim_start_matches(['”', '"', '“', '：', ':', '，']);
    let rest = words.line_items.direct_amounts.iter().find_map(|word| rest.strip_prefix(word.as_str())).unwrap_or(rest);
    let (amount, unit) = number(without_joints(rest, &words.changes.joints))?;
    UNIT.iter().any(|name| unit.starts_with(name)).then_some(amount)
}

/// The amount where it is stated a second time for the item's own year, elsewhere than the first.
fn restated_amount(text: &str, stated_at: Option<usize>, fiscal_year: Option<u16>, words: &NarrativeWords) -> Option<Amount> {
    let stated = numbers_behind(text, &words.line_items.restated_amounts, &words.changes.joints, &UNIT);
    let is_second =
        |&(at, _): &(usize, Amount)| Some(at) != stated_at && fiscal_year.is_some() && text.get(..at).and_then(year_at_end) == fiscal_year;
    stated.filter(is_second).map(|(_, amount)| amount).next()
}

/// The names that a text begins with in quotes, joined, before the word for a subject: `“A-B-C”科目`.
fn subject<'t>(text: &'t str, words: &LineItemWords) -> Option<Names<'t>> {
    let (inner, rest) = text.strip_prefix(['“', '"'])?.split_once(['”', '"'])?;
    let rest = words.subjects.iter().find_map(|word| rest.strip_prefix(word.as_str()))?;
    let parts: Vec<&str> = inner.split(['-', '－', '—']).collect();
    match parts.as_slice() {
        &[class, section, item] if parts.iter().all(|part| !part.is_empty()) => {
            Some(Names { class: Some(class), section: Some(section), item: Some(item), rest })
        }
        _ => None,
    }
}

/// The names that a text begins with: each before its level in brackets.
fn names(text: &str) -> Names<'_> {
    let mut names = Names { rest: text, ..Names::default() };
    let mut from = 0;
    while let Some((at, level, end)) = next_level(text, from) {
        let name = text.get(from..at).unwrap_or("").trim_matches(['“', '”', '"', '、', ' ']);
        // A sentence that mentions an item is not the item.
        if name.is_empty() || name.contains(['。', '；', '：', '，', ':', ';']) {
            break;
        }
        match level {
            '类' if names.class.is_none() && names.section.is_none() => names.class = Some(name),
            // What the publisher calls a class behind a class is its section.
            '款' | '类' if names.section.is_none() => names.section = Some(name),
            '项' => {
                names.item = Some(name);
                names.rest = text.get(end..).unwrap_or("");
                break;
            }
            _ => break,
        }
        from = end;
        names.rest = text.get(end..).unwrap_or("");
    }
    names
}

/// The next （类）, （款） or （项）: where it begins, which it is, where it ends.
fn next_level(text: &str, from: usize) -> Option<(usize, char, usize)> {
    // No name is longer.
    const LONGEST: usize = 240;
    let rest = text.get(from..)?;
    let rest = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or(rest);
    rest.match_indices(['（', '(']).find_map(|(at, bracket)| {
        let mut inner = rest.get(at + bracket.len()..)?.chars();
        let level = inner.next().filter(|level| matches!(level, '类' | '款' | '项'))?;
        let close = inner.next().filter(|close| matches!(close, '）' | ')'))?;
        Some((from + at, level, from + at + bracket.len() + level.len_utf8() + close.len_utf8()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Grammars;

    #[test]
    fn names_can_be_joined_in_quotes() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let read = |text| subject(text, &grammars.narrative.line_items);
        let found = read("“一般公共服务支出-财政事务-行政运行”科目1,202.95万元，主要用于").expect("names");
        assert_eq!((found.class, found.section, found.item), (Some("一般公共服务支出"), Some("财政事务"), Some("行政运行")));
        assert_eq!(found.rest, "1,202.95万元，主要用于");
        assert_eq!(read("“三公”经费预算数为3万元"), None);
        assert_eq!(read("“财政事务-行政运行”科目3万元"), None);
    }

    #[test]
    fn an_amount_can_be_stated_a_second_time() {
        let grammars = Grammars::built_in().expect("the built-in grammars load");
        let second = |text: &str, year| restated_amount(text, None, Some(year), &grammars.narrative);
        // As published: the second amount is that of the item before.
        let text =
            "220.63万元，主要用于缴费支出。2022年当年预算执行数为132.59万元，2023年预算安排441.25万元，比2022年预算执行数增加60.54%。";
        assert_eq!(second(text, 2023), "441.25".parse().ok());
        assert_eq!(second(text, 2022), None);
        assert_eq!(second("220.63万元，2022年预算安排132.59万元", 2023), None);
        assert_eq!(second("220.63万元，2023年预算安排3人", 2023), None);
    }

    #[test]
    fn names_stand_before_their_levels() {
        let found = names("一般公共服务支出（类）政府办公厅（室）及相关机构事务（款）事业运行（项）：2024年预算数为815万元");
        assert_eq!(found.class, Some("一般公共服务支出"));
        assert_eq!(found.section, Some("政府办公厅（室）及相关机构事务"));
        assert_eq!(found.item, Some("事业运行"));
        assert_eq!(found.rest, "：2024年预算数为815万元");
        assert_eq!(names("“卫生健康支出（类）行政事业单位医疗（款）行政单位医疗(项)”78.21万元").item, Some("行政单位医疗"));
        assert_eq!(names("按“项”级科目，交通运输支出（类）分类填写").item, None);
    }
}
