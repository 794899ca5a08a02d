//! Numbers in front of headings, of entries of lists and of lines of tables.

/// The kinds of numbers in front of a heading or of an entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ordinal {
    /// 第一部分
    Part,
    /// 一、
    Chinese,
    /// （一）
    Bracketed,
    /// 1.
    Arabic,
}

const NUMERALS: [char; 13] = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '百', '〇', '零'];

/// The number in front of a text, as printed, and what stands behind it.
pub fn ordinal(text: &str) -> Option<(Ordinal, &str, &str)> {
    let split = |at: usize| Some((text.get(..at)?, text.get(at..)?));
    if let Some(rest) = text.strip_prefix('第') {
        let rest = rest.trim_start_matches(|c: char| NUMERALS.contains(&c) || c.is_ascii_digit());
        let rest = rest.strip_prefix("部分")?;
        let (number, _) = split(text.len() - rest.len())?;
        return Some((Ordinal::Part, number, rest.trim_start_matches(['、', '：', ':'])));
    }
    if let Some(inner) = text.strip_prefix(['（', '(']) {
        let rest = inner.trim_start_matches(NUMERALS);
        let after = rest.strip_prefix(['）', ')']).filter(|_| rest.len() < inner.len())?;
        let (number, _) = split(text.len() - after.len())?;
        return Some((Ordinal::Bracketed, number, after.trim_start_matches(['、', '.'])));
    }
    let rest = text.trim_start_matches(NUMERALS);
    if rest.len() < text.len() {
        let after = rest.strip_prefix(['、', '．', '.'])?;
        let (number, _) = split(text.len() - rest.len())?;
        return Some((Ordinal::Chinese, number, after));
    }
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < text.len() && text.len() - rest.len() <= 3 {
        let after = rest.strip_prefix(['.', '．', '、'])?;
        // 1.5万元 is an amount.
        if after.starts_with(|c: char| c.is_ascii_digit()) && !rest.starts_with('、') {
            return (after.find('年') == Some(4)).then(|| (Ordinal::Arabic, text.get(..text.len() - rest.len()).unwrap_or(""), after));
        }
        let (number, _) = split(text.len() - rest.len())?;
        return Some((Ordinal::Arabic, number, after));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_are_told_from_amounts() {
        let read = |text: &'static str| ordinal(text).map(|(_, number, rest)| (number, rest));
        assert_eq!(read("第三部分2024年预算"), Some(("第三部分", "2024年预算")));
        assert_eq!(read("十一、关于上年结转"), Some(("十一", "关于上年结转")));
        assert_eq!(read("（三）具体使用情况"), Some(("（三）", "具体使用情况")));
        assert_eq!(read("59.住房保障支出"), Some(("59", "住房保障支出")));
        assert_eq!(read("1.2024年项目"), Some(("1", "2024年项目")));
        assert_eq!(read("1.5万元"), None);
        assert_eq!(read("2024年"), None);
    }
}
