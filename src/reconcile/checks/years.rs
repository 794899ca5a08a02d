//! Years that the text names: of line items, of headings and titles that the form asks for, of targets.

use super::places::Places;
use super::sentences::Sentence;
use crate::disclosure::Where;
use crate::grammar::key;

/// What is said to be of another year than the disclosure.
pub(super) struct WrongYear {
    pub(super) name: Sentence,
    pub(super) scope: String,
    pub(super) place: Option<Where>,
    pub(super) published: u16,
    pub(super) right: u16,
}

/// What is of another year, where most of its kind is of the year of the disclosure.
pub(super) fn wrong_years(places: &Places<'_, '_>) -> Vec<WrongYear> {
    let Some(right) = places.disclosure.document.fiscal_year else { return Vec::new() };
    let kinds = [line_items(places, right), headings(places, right), titles(places, right), targets(places, right)];
    let is_other = |of: &WrongYear| of.published != right;
    let most_are_right = |kind: &Vec<WrongYear>| 2 * kind.iter().filter(|of| is_other(of)).count() < kind.len();
    kinds.into_iter().filter(most_are_right).flatten().filter(is_other).collect()
}

fn line_items(places: &Places<'_, '_>, right: u16) -> Vec<WrongYear> {
    let of_item = |(at, published)| {
        let at = places.ledger.line_item(at);
        WrongYear { name: places.name(at), scope: places.scope(at), place: places.place(at), published, right }
    };
    let items = places.disclosure.line_items.iter().enumerate();
    items.filter_map(|(at, item)| Some((at, item.fiscal_year?))).map(of_item).collect()
}

/// The headings of the outline that the form asks for: another one can well be about another year.
fn headings(places: &Places<'_, '_>, right: u16) -> Vec<WrongYear> {
    let asked: Vec<String> = places.sections.iter().map(|section| key(section)).collect();
    let of_section = |section: &crate::disclosure::Section| {
        let published = only_year(&section.title)?;
        let title = key(&section.title);
        asked.iter().any(|asked| title.contains(asked.as_str())).then(|| WrongYear {
            name: Sentence { en: format!("the heading `{}`", section.title), zh: format!("标题“{}”", section.title) },
            scope: format!("sections/{}", section.number),
            place: Some(section.place.clone()),
            published,
            right,
        })
    };
    places.disclosure.sections.iter().filter_map(of_section).collect()
}

fn titles(places: &Places<'_, '_>, right: u16) -> Vec<WrongYear> {
    let of_table = |table: &crate::disclosure::Table| {
        Some(WrongYear {
            name: Sentence {
                en: format!("the title of table {} ({})", table.number, table.title),
                zh: format!("表{}的标题《{}》", table.number, table.title),
            },
            scope: table.table.to_string(),
            place: table.rows.first().map(|row| row.place.clone()),
            published: only_year(&table.title)?,
            right,
        })
    };
    places.views.iter().filter_map(|view| of_table(view.table)).collect()
}

fn targets(places: &Places<'_, '_>, right: u16) -> Vec<WrongYear> {
    let of_target = |target: &crate::disclosure::Target| {
        let name = target.project.as_deref().unwrap_or_default();
        Some(WrongYear {
            name: Sentence { en: format!("the target `{name}`"), zh: format!("项目绩效目标“{name}”") },
            scope: format!("targets/{name}"),
            place: Some(target.place.clone()),
            published: target.fiscal_year?,
            right,
        })
    };
    places.disclosure.targets.iter().filter_map(of_target).collect()
}

/// The year (`2024年`) that a text names, if it names one only.
fn only_year(text: &str) -> Option<u16> {
    let mut years = text.match_indices('年').filter_map(|(at, _)| {
        let before = text.get(..at)?.trim_end();
        let digits = before.get(before.len().checked_sub(4)?..)?;
        let is_longer = before.get(..before.len() - 4)?.ends_with(|c: char| c.is_ascii_digit());
        let is_year = digits.bytes().all(|byte| byte.is_ascii_digit()) && !is_longer;
        digits.parse::<u16>().ok().filter(|year| is_year && (1949..2100).contains(year))
    });
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::only_year;

    #[test]
    fn a_heading_is_of_the_one_year_that_it_names() {
        assert_eq!(only_year("关于开发区管委会2024年收支预算情况的总体说明"), Some(2024));
        assert_eq!(only_year("2024 年度部门决算"), Some(2024));
        assert_eq!(only_year("2024年与2023年比较"), None);
        assert_eq!(only_year("收支总表"), None);
        assert_eq!(only_year("12024年"), None);
        assert_eq!(only_year("第120年"), None);
    }
}
