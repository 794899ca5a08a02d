//! `[[target]]` of a form file → a [`TargetForm`].

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::form::{Asked, IndicatorFields, TargetForm, TargetHead};
use super::key::key;
use super::load::title_keys;

/// A target table as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenTarget {
    id: String,
    title: String,
    asked: Option<Asked>,
    #[serde(default)]
    variants: Vec<String>,
    labels: Vec<String>,
    #[serde(default)]
    head: TargetHead<Vec<String>>,
    #[serde(default)]
    columns: IndicatorFields<Vec<String>>,
    #[serde(default)]
    levels: BTreeMap<String, Vec<String>>,
}

impl WrittenTarget {
    pub(super) fn form(&self) -> TargetForm {
        let keys = |texts: &Vec<String>| texts.iter().map(|text| key(text)).collect::<Vec<_>>();
        let mut head = TargetHead::<Vec<String>>::default();
        head.all_mut().into_iter().zip(self.head.all()).for_each(|(place, labels)| *place = keys(labels));
        let mut columns = IndicatorFields::<Vec<String>>::default();
        columns.all_mut().into_iter().zip(self.columns.all()).for_each(|(place, headings)| *place = keys(headings));
        let levels: Vec<(String, Vec<String>)> = self.levels.iter().map(|(level, below)| (key(level), keys(below))).collect();
        let labels = self.labels.iter().map(|label| key(label));
        let fields = head.all().into_iter().chain(columns.all()).flatten().cloned();
        let names = levels.iter().flat_map(|(level, below)| std::iter::once(level).chain(below)).cloned();
        TargetForm {
            id: Arc::from(self.id.as_str()),
            title: self.title.clone(),
            asked: self.asked,
            title_keys: title_keys(&self.title, &self.variants),
            labels: labels.chain(fields).chain(names).collect(),
            head,
            columns,
            levels,
        }
    }
}
