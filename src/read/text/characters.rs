//! Characters: what folding changes and what it leaves alone.

/// Appends `raw` to `into`: control and zero-width characters left out, every kind of space as one plain space,
/// full-width digits, letters and decimal points as ASCII. Brackets and punctuation stay as printed: names carry them.
pub(crate) fn fold(raw: &str, into: &mut String) {
    for character in raw.chars() {
        match character {
            ' '..='~' | '\u{4e00}'..='\u{9fff}' => into.push(character),
            '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' | '．' => {
                into.push(char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character));
            }
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' => into.push(' '),
            character if character.is_control() || is_invisible(character) => {}
            _ => into.push(character),
        }
    }
}

/// Zero-width characters, direction marks, the byte order mark, the object replacement character, the soft hyphen.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffc}' | '\u{ad}'
    )
}

/// Would [`fold`] change anything in this text? Tabs do not count.
pub(super) fn needs_folding(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|&byte| SUSPECT.get(usize::from(byte)) == Some(&true)) {
        let changes = match rest.get(at..at + 3) {
            Some([0xe2, 0x80, last]) => matches!(last, 0x80..=0x8f | 0xa8..=0xaf),
            Some([0xe2, 0x81, last]) => *last >= 0x9f,
            Some([0xe3, middle, last]) => (*middle, *last) == (0x80, 0x80),
            Some([0xef, 0xbb, 0xbf] | [0xef, 0xbf, 0xbc]) => true,
            Some([0xef, 0xbc, last]) => matches!(last, 0x8e | 0x90..=0x99 | 0xa1..=0xba),
            Some([0xef, 0xbd, last]) => matches!(last, 0x81..=0x9a),
            Some([0xe2 | 0xef, _, _]) => false,
            _ => true,
        };
        if changes {
            return true;
        }
        rest = rest.get(at + 3..).unwrap_or_default();
    }
    false
}

/// Bytes that can begin a character which [`fold`] changes.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses an index out of bounds")]
        {
            suspect[byte] = matches!(byte, 0..=8 | 10..=31 | 0x7f | 0xc2 | 0xe2 | 0xe3 | 0xef);
        }
        byte += 1;
    }
    suspect
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// The shortcut never leaves out a text that folding would change.
        #[test]
        fn what_needs_no_folding_stays_as_it_is(text in "[ -~一-鿿０-９Ａ-ｚ．（），。　\u{80}-\u{2100}\u{fe00}-\u{ffff}]{0,12}") {
            let mut folded = String::new();
            fold(&text, &mut folded);
            if !needs_folding(&text) {
                prop_assert_eq!(folded, text);
            }
        }
    }
}
