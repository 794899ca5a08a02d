//! Keys: texts as they are compared.

/// A text as it is compared: without white space, brackets and colons in one width, without closing punctuation.
pub fn key(text: &str) -> String {
    const CLOSING: [char; 6] = ['。', '；', '：', '，', '、', '.'];
    // Most texts stay as they are; all bytes are looked at, so that many are at once.
    if !text.bytes().fold(false, |found, byte| found | may_change(byte)) {
        return text.trim_end_matches(CLOSING).to_owned();
    }
    let mut key = String::with_capacity(text.len());
    let mut rest = text;
    // Runs of characters that stay as they are, most texts being one such run, are copied whole.
    while let Some(at) = rest.bytes().position(may_change) {
        let (plain, changing) = rest.split_at(at);
        key.push_str(plain);
        let mut characters = changing.chars();
        if let Some(character) = characters.next() {
            fold(character, &mut key);
        }
        rest = characters.as_str();
    }
    key.push_str(rest);
    let end = key.trim_end_matches(CLOSING).len();
    key.truncate(end);
    key
}

/// Can this byte begin a character that [`fold`] changes? It never is inside one: those bytes are 0x80 to 0xbf.
fn may_change(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'\'' | b'(' | b')' | b',' | b':' | b';' | 0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef)
}

fn fold(character: char, key: &mut String) {
    match character {
        '(' => key.push('（'),
        ')' => key.push('）'),
        ':' => key.push('：'),
        ',' => key.push('，'),
        ';' => key.push('；'),
        '"' | '„' | '\'' | '‘' | '’' | '”' => key.push('“'),
        '—' | '–' | '－' => key.push('-'),
        '．' => key.push('.'),
        character if character.is_whitespace() => {}
        _ => key.push(character),
    }
}

/// The name of a code as it is compared: its key without 支出 at its end, which publishers add and leave out.
pub fn short_name(name: &str) -> String {
    let mut name = key(name);
    if let Some(rest) = name.strip_suffix("支出").filter(|rest| !rest.is_empty()) {
        name.truncate(rest.len());
    }
    name
}

/// A title as it is compared: its key without brackets, quotes, spaces and a year in front (`2024年部门（单位）…` → `部门单位…`).
pub fn title_key(text: &str) -> String {
    let mut title: String =
        key(text).chars().filter(|character| !matches!(character, '（' | '）' | '“' | '《' | '》' | '【' | '】')).collect();
    if let Some(at) = title.find('年')
        && at >= 4
        && title.get(at - 4..at).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
        && at == 4
    {
        title.drain(..at + '年'.len_utf8());
        if title.starts_with('度') {
            title.drain(..'度'.len_utf8());
        }
    }
    title
}

/// A heading as it is compared: its key without a year in front (`2024年预算数` → `预算数`).
pub fn heading_key(text: &str) -> String {
    let mut key = key(text);
    let year = key.len() - without_year(&key).len();
    key.drain(..year);
    key
}

/// A text without the year in front of it (`2024年`, `2024年度`), unless it is nothing else.
pub fn without_year(text: &str) -> &str {
    let rest = text.split_once('年').filter(|(year, _)| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()));
    let rest = rest.map(|(_, rest)| rest).filter(|rest| !rest.is_empty());
    rest.map_or(text, |rest| rest.strip_prefix('度').filter(|rest| !rest.is_empty()).unwrap_or(rest))
}

/// A line label as it is compared: its key without an ordinal in front (`一、`, `1.`, `（一）`) and without `其中：`.
pub fn label_key(text: &str) -> String {
    let key = key(text);
    let unnumbered = strip_ordinal(&key);
    unnumbered.strip_prefix("其中：").unwrap_or(unnumbered).to_owned()
}

/// A text without the ordinal in front of it.
pub fn strip_ordinal(text: &str) -> &str {
    const CHINESE: [char; 12] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '〇'];
    let inner = text.strip_prefix('（').unwrap_or(text);
    let rest = inner.trim_start_matches(CHINESE);
    let rest = if rest.len() == inner.len() { inner.trim_start_matches(|c: char| c.is_ascii_digit()) } else { rest };
    if rest.len() == inner.len() {
        return text;
    }
    for mark in ["、", ".", "）", "．"] {
        if let Some(after) = rest.strip_prefix(mark) {
            return after.trim_start();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_ignore_what_printing_varies() {
        assert_eq!(key(" 合 计: "), "合计");
        assert_eq!(key("政府办公厅(室) 及相关机构事务"), "政府办公厅（室）及相关机构事务");
        assert_eq!(title_key("2024 年部门(单位)收入总体情况表"), "部门单位收入总体情况表");
        assert_eq!(title_key("财政拨款\"三公\"经费支出情况表"), title_key("财政拨款“三公”经费支出情况表"));
        assert_eq!(heading_key("2024年度 预算数"), "预算数");
        assert_eq!(heading_key("2024年"), "2024年");
        assert_eq!(label_key("1. 一般公共预算拨款"), "一般公共预算拨款");
        assert_eq!(label_key("其中:一般财力"), "一般财力");
        assert_eq!(strip_ordinal("（十二）其他"), "其他");
        assert_eq!(strip_ordinal("三公经费"), "三公经费");
        assert_eq!(strip_ordinal("2023年自治区资金"), "2023年自治区资金");
    }
}
