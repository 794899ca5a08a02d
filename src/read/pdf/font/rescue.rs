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

/// Whether a base font name is that of a Chinese font: its Latin name, or Han characters in GBK or UTF-8.
pub(super) fn is_chinese_name(base_font: &[u8]) -> bool {
    let name = match base_font.iter().position(|&byte| byte == b'+') {
        Some(6) => base_font.get(7..).unwrap_or_default(),
        _ => base_font,
    };
    let latin: String = name.iter().filter(|byte| byte.is_ascii_alphabetic()).map(|&byte| char::from(byte.to_ascii_lowercase())).collect();
    if LATIN_NAMES.iter().any(|known| latin.starts_with(known)) {
        return true;
    }
    let is_han = |text: &str| text.chars().any(|character| ('\u{4E00}'..='\u{9FFF}').contains(&character));
    if let Ok(text) = std::str::from_utf8(name) {
        return is_han(text);
    }
    let (text, _, broken) = encoding_rs::GBK.decode(name);
    !broken && is_han(&text)
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
            assert!(is_chinese_name(name), "{name:?}");
        }
        for name in [&b"Helvetica"[..], b"Arial,Bold", b"", b"Caf\xe9"] {
            assert!(!is_chinese_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_pair_is_two_bytes_of_gbk() {
        assert_eq!(pair(b"\xca\xd51"), Some('收'));
        assert_eq!(pair(b"1\xca"), None);
        assert_eq!(pair(b"\xca"), None);
    }
}
