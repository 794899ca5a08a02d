//! Characters: what folding changes and what it leaves alone.

/// Appends `raw` to `into`: control and zero-width characters left out, every kind of space as one plain space,
/// full-width digits, letters and decimal points as ASCII. Brackets and punctuation stay as printed: names carry them.
pub(super) fn fold(raw: &str, into: &mut String) {
    for character in raw.chars() {
        match character {
            ' '..='~' | '\u{4e00}'..='\u{9fff}' => into.push(character),
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '．' => {
                into.push(char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character));
            }
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => into.push(' '),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffc}' | '\u{ad}' => {}
            _ if character.is_control() => {}
            _ => into.push(character),
        }
    }
}
