//! One character for what is one character to a reader of the page.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

static RADICALS: LazyLock<FxHashMap<char, char>> = LazyLock::new(|| {
    let rows = include_str!("data/radicals.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut characters = row.chars();
        Some((characters.next()?, characters.nth(1)?))
    })
    .collect()
});

/// The ideograph that a Kangxi or CJK radical is a form of (Unicode property `Equivalent_Unified_Ideograph`; of two forms the
/// mainland's). Fonts draw both with one glyph, and producers then write the wrong code point.
fn unified(radical: char) -> Option<char> {
    ('\u{2E80}'..='\u{2FDF}').contains(&radical).then(|| RADICALS.get(&radical).copied()).flatten()
}

/// Special spaces, which mean a space: no-break, en, em, figure and their like. The ideographic space stays: it is typed on purpose.
fn is_special_space(character: char) -> bool {
    matches!(character, '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}')
}

/// The normal form of a character; `None` where it is normal already. `half_width` says that its code is a half-width one
/// (ASCII), so that a full-width form can only be the CMap's.
pub(crate) fn normal_form(character: char, half_width: bool) -> Option<char> {
    if character.is_ascii() {
        None
    } else if is_special_space(character) {
        Some(' ')
    } else if half_width && ('\u{FF01}'..='\u{FF5E}').contains(&character) {
        char::from_u32(u32::from(character) - 0xFEE0)
    } else {
        unified(character)
    }
}

/// Whether a map's answer can be a character at all: no control, no private use, no replacement.
pub(crate) fn is_text(character: char) -> bool {
    !matches!(character, '\0'..='\u{8}' | '\u{B}'..='\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFD}'..='\u{FFFF}')
        && !is_private(character)
}

fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radicals_become_the_ideographs_that_they_look_like() {
        for (radical, ideograph) in [('⼾', '户'), ('⼀', '一'), ('⻔', '门'), ('⽉', '月'), ('⼈', '人'), ('⾦', '金')] {
            assert_eq!(normal_form(radical, false), Some(ideograph), "{radical}");
        }
    }

    #[test]
    fn full_width_forms_stay_unless_their_code_is_half_width() {
        assert_eq!(normal_form('３', true), Some('3'));
        assert_eq!(normal_form('３', false), None);
        assert_eq!(normal_form('（', false), None);
        assert_eq!(normal_form('\u{2002}', false), Some(' '));
        assert_eq!(normal_form('\u{3000}', false), None);
    }
}
