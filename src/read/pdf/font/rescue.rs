//! GBK text in simple fonts: old Chinese producers name a simple font 宋体, call its encoding `WinAnsi`, and write GBK bytes. By the
//! letter of the standard that is Western gibberish; what was meant is plain from the name.

/// Names of the fonts of Chinese Windows, as producers write them in Latin letters.
const LATIN_NAMES: [&str; 17] = [
    "simsun",
    "nsimsun",
    "simhei",
    "simkai",
    "simfang",
    "simli",
    "simyou",
    "kaiti",
    "fangsong",
    "lisu",
    "youyuan",
    "microsoftyahei",
    "stsong",
    "stfangsong",
    "stkaiti",
    "stheiti",
    "stxihei",
];

/// How a base font name tells a Chinese font. Han characters are the names that the old producers write; Word and WPS write
/// `SimSun`, also over Western text that is what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChineseName {
    /// Its Latin name.
    Latin,
    /// Han characters, in GBK or UTF-8.
    Han,
}

/// Whether, and how, a base font name is that of a Chinese font.
pub(super) fn chinese_name(base_font: &[u8]) -> Option<ChineseName> {
    let name = match base_font.iter().position(|&byte| byte == b'+') {
        Some(6) => base_font.get(7..).unwrap_or_default(),
        _ => base_font,
    };
    let latin: String = name.iter().filter(|byte| byte.is_ascii_alphabetic()).map(|&byte| char::from(byte.to_ascii_lowercase())).collect();
    if LATIN_NAMES.iter().any(|known| latin.starts_with(known)) {
        return Some(ChineseName::Latin);
    }
    is_han_name(name).then_some(ChineseName::Han)
}

fn is_han_name(name: &[u8]) -> bool {
    let is_han = |text: &str| text.chars().any(|character| ('\u{4E00}'..='\u{9FFF}').contains(&character));
    if let Ok(text) = std::str::from_utf8(name) {
        return is_han(text);
    }
    let (text, _, broken) = encoding_rs::GBK.decode(name);
    !broken && is_han(&text)
}

/// Whether a string is GBK: every byte beyond ASCII is part of a pair, and the pairs are of the common range (GB 2312), but for
/// the odd rare character. Under a Latin name one pair is not enough, for `××` is one too.
pub(super) fn is_gbk(bytes: &[u8], name: ChineseName) -> bool {
    let mut rest = bytes;
    let (mut common, mut rare) = (0_usize, 0_usize);
    while let Some((&byte, after)) = rest.split_first() {
        if byte.is_ascii() {
            rest = after;
        } else if pair(rest).is_some() {
            if byte >= 0xA1 && after.first().is_some_and(|&trail| trail >= 0xA1) {
                common += 1;
            } else {
                rare += 1;
            }
            rest = rest.get(2..).unwrap_or_default();
        } else {
            return false;
        }
    }
    rare <= common / 4 && common >= if name == ChineseName::Han { 1 } else { 2 }
}

/// The character of the GBK pair that a string begins with.
pub(super) fn pair(bytes: &[u8]) -> Option<char> {
    let &[lead @ 0x81..=0xFE, trail @ (0x40..=0x7E | 0x80..=0xFE), ..] = bytes else { return None };
    let pair = [lead, trail];
    let (text, _, broken) = encoding_rs::GBK.decode(&pair);
    let mut characters = text.chars();
    let character = characters.next()?;
    (!broken && characters.next().is_none()).then_some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_names_are_known_in_every_spelling() {
        for name in
            [&b"\xcb\xce\xcc\xe5"[..], b"SimSun", b"SimSun,Bold", b"ABCDEF+SimHei", "黑体".as_bytes(), b"Microsoft YaHei", b"KaiTi_GB2312"]
        {
            assert!(chinese_name(name).is_some(), "{name:?}");
        }
        for name in [&b"Helvetica"[..], b"Arial,Bold", b"", b"Caf\xe9"] {
            assert!(chinese_name(name).is_none(), "{name:?}");
        }
    }

    #[test]
    fn western_text_under_a_chinese_name_stays_western() {
        assert!(is_gbk(b"\xca\xd5\xc8\xeb2024", ChineseName::Han));
        // 5×A “a” ·B, and ××, as Word writes them in SimSun.
        assert!(!is_gbk(b"5\xd7A \x93a\x94 \xb7B", ChineseName::Han));
        assert!(!is_gbk(b"\xd7\xd7", ChineseName::Latin));
        assert!(!is_gbk(b"2024", ChineseName::Han));
    }

    #[test]
    fn a_pair_is_two_bytes_of_gbk() {
        assert_eq!(pair(b"\xca\xd51"), Some('收'));
        assert_eq!(pair(b"1\xca"), None);
        assert_eq!(pair(b"\xca"), None);
    }
}
