//! The agency's units and staff (机构设置及人员情况).

use super::outline::{Outline, once_a_path};
use super::text::{Ordinal, has_any, number, ordinal, without_joints};
use crate::disclosure::{AgencyProfile, Amount, Staff};
use crate::grammar::{NarrativeWords, key};

/// Reads units and staff from the paragraphs under their heading.
pub(super) fn profile(outline: &Outline, words: &NarrativeWords) -> AgencyProfile {
    let mut profile = AgencyProfile::default();
    let mut is_listing = false;
    let (mut sentence, mut is_cut) = (String::new(), false);
    let mut is_here = once_a_path(|path| {
        outline.above(path).any(|section| has_any(&section.title, &words.profile.sections)) && !outline.is_unfilled(path)
    });
    for (path, paragraph) in &outline.body {
        if !is_here(path) {
            is_listing = false;
            continue;
        }
        match ordinal(&paragraph.text) {
            Some((Ordinal::Arabic, _, unit)) if is_listing && !unit.contains(['，', '。', '；', '：']) => {
                profile.subordinate_units.push(unit.to_owned());
            }
            _ => is_listing = has_any(&paragraph.text, &words.profile.unit_lists) && paragraph.text.ends_with(['：', ':']),
        }
        // A sentence that a page cut behind a semicolon goes on in the next paragraph.
        if profile.staff == Staff::default() || is_cut {
            sentence.push_str(&key(&paragraph.text));
            profile.staff = staff(&sentence, words);
            is_cut = profile.staff != Staff::default() && paragraph.text.ends_with(['；', ';']);
            if !is_cut {
                sentence.clear();
            }
        }
    }
    profile
}

/// The staff numbers that a sentence states.
fn staff(text: &str, words: &NarrativeWords) -> Staff {
    let persons = |labels: &[String]| labels.iter().find_map(|label| person_count(text, label, words));
    let of = &words.profile.staff;
    let Some(authorized) = persons(&of.authorized) else { return Staff::default() };
    // What stands before the authorized posts is of something else.
    Staff {
        authorized: Some(authorized),
        actual: persons(&of.actual),
        in_post: persons(&of.in_post),
        retired: persons(&of.retired),
        off_duty_retired: persons(&of.off_duty_retired),
    }
}

/// The number of persons behind a label.
fn person_count(text: &str, label: &str, words: &NarrativeWords) -> Option<u32> {
    text.match_indices(label).find_map(|(at, label)| {
        let rest = without_joints(text.get(at + label.len()..)?, &words.changes.joints);
        let (amount, rest) = number(rest)?;
        rest.starts_with(['人', '名', '个']).then(|| whole(amount)).flatten()
    })
}

/// An amount without decimals as a number.
pub(super) fn whole(amount: Amount) -> Option<u32> {
    amount.to_string().parse().ok()
}
