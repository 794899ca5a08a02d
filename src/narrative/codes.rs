//! Names in running text → codes, by the tables of the same disclosure, else by the year's code list.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::disclosure::{CodeLevel, LineItem, Table};
use crate::grammar::{Catalogue, Code, key, short_name};

/// The codes of items by their names.
pub(super) struct CodesByName<'a> {
    /// Names of items, in the shortest form → codes of the tables.
    items: FxHashMap<String, Vec<Code>>,
    /// Names of classes and sections in the tables.
    names: FxHashMap<Code, String>,
    catalogue: Option<&'a Catalogue>,
    year: Option<u16>,
}

impl<'a> CodesByName<'a> {
    /// As the tables and a code list have them.
    pub(super) fn new(tables: &[Table], catalogue: Option<&'a Catalogue>, year: Option<u16>) -> Self {
        let mut items: FxHashMap<String, Vec<Code>> = FxHashMap::default();
        let mut names: FxHashMap<Code, String> = FxHashMap::default();
        // Functional codes begin with 2; economic ones, with 3 or 5, are never seven digits long.
        for row in tables.iter().flat_map(|table| &table.rows) {
            let Some(code) = row.code.as_deref().filter(|code| code.starts_with('2')).and_then(Code::parse) else { continue };
            if row.code_level == Some(CodeLevel::Item) {
                let codes = items.entry(short_name(&row.name)).or_default();
                if !codes.contains(&code) {
                    codes.push(code);
                }
            } else {
                names.entry(code).or_insert_with(|| short_name(&row.name));
            }
        }
        Self { items, names, catalogue, year }
    }

    /// Finds the code of a line item. Where the names leave it open, none is taken.
    pub(super) fn settle(&self, item: &mut LineItem) {
        let name = short_name(&item.item_name);
        if item.section_name.is_none() && !self.items.contains_key(&name) {
            self.divide(item);
        }
        let name = short_name(&item.item_name);
        let in_tables = self.items.get(&name).map_or(&[][..], Vec::as_slice);
        let (code, flag) = match self.best(in_tables, item) {
            Some((code, points)) if points > 0 => (Some(code), None),
            // The only one of its name in the disclosure, but under other names: the text or the table is wrong.
            Some((code, _)) if in_tables.len() == 1 => (Some(code), Some("code_inferred")),
            _ => match self.in_catalogue(item) {
                Some(code) => (Some(code), Some("code_inferred")),
                None => (None, Some("code_unknown")),
            },
        };
        item.code = code.map(|code| code.to_string());
        item.flags.extend(flag.map(str::to_owned));
    }

    /// A section and its item in one name, 人大事务行政运行: divided where one of the tables' codes has both.
    fn divide(&self, item: &mut LineItem) {
        let whole = item.item_name.clone();
        let ways = whole.char_indices().skip(1).filter_map(|(at, _)| Some((whole.get(..at)?, whole.get(at..)?)));
        let has_both = |&(section, name): &(&str, &str)| {
            let codes = self.items.get(&short_name(name)).map_or(&[][..], Vec::as_slice);
            let is_of = |code: &Code| code.parent().and_then(|parent| self.name_of(parent)).is_some_and(|of| *of == *short_name(section));
            codes.iter().any(is_of)
        };
        let mut found = ways.filter(has_both);
        if let (Some((section, name)), None) = (found.next(), found.next()) {
            item.section_name = Some(section.to_owned());
            name.clone_into(&mut item.item_name);
            item.flags.push("section_inferred".to_owned());
        }
    }

    /// The code whose class and section fit best, and how well; `None`: several fit as well.
    fn best(&self, codes: &[Code], item: &LineItem) -> Option<(Code, u32)> {
        let (section, class) = (item.section_name.as_deref().map(short_name), item.class_name.as_deref().map(short_name));
        let points = |code: Code| {
            let fits = |name: &Option<String>, part: Option<Code>| match (name, part.and_then(|part| self.name_of(part))) {
                (Some(name), Some(known)) => u32::from(*name == *known),
                _ => 0,
            };
            2 * fits(&section, code.parent()) + fits(&class, Some(code.class()))
        };
        let points: Vec<(Code, u32)> = codes.iter().map(|&code| (code, points(code))).collect();
        let most = points.iter().map(|&(_, points)| points).max()?;
        let mut best = points.into_iter().filter(|&(_, points)| points == most);
        let first = best.next()?;
        best.next().is_none().then_some(first)
    }

    fn name_of(&self, code: Code) -> Option<Cow<'_, str>> {
        let in_tables = self.names.get(&code).map(|name| Cow::Borrowed(name.as_str()));
        in_tables.or_else(|| self.catalogue?.name_in(code, self.year).map(|entry| Cow::Owned(short_name(&entry.name))))
    }

    /// The one code of the year's list that has these three names.
    fn in_catalogue(&self, item: &LineItem) -> Option<Code> {
        let catalogue = self.catalogue?;
        let mut codes: Vec<Code> = Vec::new();
        let name = key(&item.item_name);
        for entry in
            catalogue.of_name(&name).chain(catalogue.of_name(&short_name(&item.item_name))).chain(catalogue.of_name(&format!("{name}支出")))
        {
            if entry.code.level() == CodeLevel::Item && !codes.contains(&entry.code) {
                codes.push(entry.code);
            }
        }
        self.best(&codes, item).filter(|&(_, points)| points >= 2).map(|(code, _)| code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str) -> LineItem {
        let empty = r#"{"number":null,"class_name":null,"section_name":null,"item_name":"","code":null,"fiscal_year":null,"amount":null,
            "compared_with":null,"completion_pct":null,"change_direction":null,"change_amount":null,"change_pct":null,"reason":null,
            "purpose":null,"where":{},"flags":[]}"#;
        LineItem { item_name: name.to_owned(), ..serde_json::from_str(empty).expect("an empty item") }
    }

    fn codes() -> CodesByName<'static> {
        let code = |text| Code::parse(text).expect("a code");
        let items = [("行政运行", vec!["2010101", "2010301"]), ("人大会议", vec!["2010104"])];
        let names = [("20101", "人大事务"), ("20103", "政府办公厅（室）及相关机构事务")];
        CodesByName {
            items: items.into_iter().map(|(name, codes)| (name.to_owned(), codes.into_iter().map(code).collect())).collect(),
            names: names.into_iter().map(|(at, name)| (code(at), name.to_owned())).collect(),
            catalogue: None,
            year: None,
        }
    }

    #[test]
    fn a_section_and_its_item_in_one_name_are_divided_where_the_tables_have_both() {
        let mut found = item("人大事务行政运行");
        codes().settle(&mut found);
        assert_eq!((found.section_name.as_deref(), found.item_name.as_str()), (Some("人大事务"), "行政运行"));
        assert_eq!((found.code.as_deref(), found.flags), (Some("2010101"), vec!["section_inferred".to_owned()]));
        // The tables have the item, but in no section of this name.
        let mut unknown = item("检察事务行政运行");
        codes().settle(&mut unknown);
        assert_eq!((unknown.item_name.as_str(), unknown.code, unknown.section_name), ("检察事务行政运行", None, None));
    }
}
