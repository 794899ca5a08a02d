//! Years as texts name them: `2024年`, `2024 年度`.

/// A year that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedYear {
    /// The year.
    pub year: u16,
    /// Where its digits begin, in bytes.
    pub start: usize,
    /// Where what follows `年` or `年度` begins, in bytes.
    pub end: usize,
}

/// The years that a text names, in their order. A number of other length (`第120年`, `12024年`) and one that no disclosure can be about is none.
pub fn named_years(text: &str) -> impl Iterator<Item = NamedYear> + '_ {
    text.match_indices('年').filter_map(|(at, sign)| {
        let behind = at + sign.len();
        let (year, start) = year_behind(text.get(..at)?)?;
        let end = if text.get(behind..)?.starts_with('度') { behind + '度'.len_utf8() } else { behind };
        Some(NamedYear { year, start, end })
    })
}

/// The year that a text ends with: `根据2024年`, `根据2024年度`.
pub fn year_at_end(text: &str) -> Option<u16> {
    let before = text.strip_suffix('度').unwrap_or(text).strip_suffix('年')?;
    year_behind(before).map(|(year, _)| year)
}

/// The number of four digits that a text ends with, spaces behind it aside, and where it begins.
fn year_behind(text: &str) -> Option<(u16, usize)> {
    let text = text.trim_end();
    let start = text.len().checked_sub(4)?;
    let digits = text.get(start..).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let is_longer = text.get(..start)?.ends_with(|c: char| c.is_ascii_digit());
    digits.parse().ok().filter(|year| !is_longer && (1949..2100).contains(year)).map(|year| (year, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_a_number_of_four_digits_before_its_sign() {
        let years = |text| named_years(text).map(|named| named.year).collect::<Vec<u16>>();
        assert_eq!(years("2024 年度部门决算"), [2024]);
        assert_eq!(years("2024年与2023年比较"), [2024, 2023]);
        assert!(years("收支总表").is_empty());
        assert!(years("12024年").is_empty());
        assert!(years("第120年").is_empty());
        assert!(years("年").is_empty());
    }

    #[test]
    fn what_stands_around_a_year_is_told() {
        let text = "某局 2024 年度部门决算";
        let named = named_years(text).next().expect("it names one");
        assert_eq!((&text[..named.start], &text[named.end..]), ("某局 ", "部门决算"));
    }

    #[test]
    fn a_text_can_end_with_a_year() {
        assert_eq!(year_at_end("，2023年比2024年度"), Some(2024));
        assert_eq!(year_at_end("2024年预算"), None);
    }
}
