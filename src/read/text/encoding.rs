//! Bytes → characters: by byte order mark, then by content.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::InputError;

/// How much of a text the detector looks at.
const SAMPLE_BYTES: usize = 64 << 10;

/// Decodes a text and names its encoding.
///
/// # Errors
/// The bytes are no text in any encoding that Chinese publications use (UTF-8, UTF-16, GB18030 with GBK, Big5).
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), InputError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let body = bytes.get(mark..).unwrap_or_default();
        return strictly(body, encoding).ok_or(InputError::BrokenEncoding { encoding: encoding.name() });
    }
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return if looks_binary(text) { Err(InputError::Binary) } else { Ok((text.to_owned(), UTF_8.name())) };
    }
    if let Some(encoding) = utf_16_without_mark(bytes) {
        return strictly(bytes, encoding).ok_or(InputError::BrokenEncoding { encoding: encoding.name() });
    }
    if bytes.contains(&0) {
        return Err(InputError::Binary);
    }
    // GB18030 covers GBK and GB2312; Big5 shares most of its byte ranges, so the detector has the first word.
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    detector.feed(sample, sample.len() == bytes.len());
    let guess = detector.guess(Some(b"cn"), chardetng::Utf8Detection::Deny);
    let order = if guess == BIG5 { [BIG5, GB18030] } else { [GB18030, BIG5] };
    order
        .into_iter()
        .filter_map(|encoding| strictly(bytes, encoding))
        .find(|(text, _)| !looks_binary(text) && mostly_chinese(text))
        .ok_or(InputError::UnknownEncoding)
}

/// Decodes only if every byte makes sense.
fn strictly(bytes: &[u8], encoding: &'static Encoding) -> Option<(String, &'static str)> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| (text.into_owned(), encoding.name()))
}

/// UTF-16 gives itself away: in text, every other byte of ASCII characters is zero.
fn utf_16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2).take(SAMPLE_BYTES / 2) {
        if let [first, second] = pair {
            even += usize::from(*first == 0);
            odd += usize::from(*second == 0);
        }
    }
    let pairs = (bytes.len() / 2).min(SAMPLE_BYTES / 2);
    let encoding = match (even, odd) {
        // 一 (U+4E00) has a zero byte too, on the other side.
        (even, odd) if odd * 20 > pairs && odd > even * 5 => UTF_16LE,
        (even, odd) if even * 20 > pairs && even > odd * 5 => UTF_16BE,
        _ => return None,
    };
    let sample = bytes.get(..SAMPLE_BYTES & !1).unwrap_or(bytes);
    let (text, is_broken) = encoding.decode_without_bom_handling(sample);
    let has_controls = text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}'));
    (!is_broken && !has_controls).then_some(encoding)
}

/// Control characters that no text carries.
fn looks_binary(text: &str) -> bool {
    let sample = text.as_bytes().get(..SAMPLE_BYTES).unwrap_or(text.as_bytes());
    let controls = sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127)).count();
    controls > 2 && controls * 50 > sample.len() || controls > 0 && sample.contains(&0)
}

/// The commonest characters of written Chinese, simplified and traditional: some forty in a hundred characters of any text.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民\
    得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表\
    间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入\
    常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处府研质算支收\
    單元萬預國會與為這個時來們過說種後對發經進電動實點開應業體學現當從無義間樣關線數氣變條結問題員農務總門營資財政況單位款項類費";

/// Of the characters beyond ASCII, are most of them Chinese, and common ones? A wrong guess gives rare ones.
fn mostly_chinese(text: &str) -> bool {
    let (mut common, mut chinese, mut marks, mut other) = (0_usize, 0_usize, 0_usize, 0_usize);
    for character in text.chars().filter(|character| !character.is_ascii()).take(SAMPLE_BYTES / 8) {
        match character {
            '\u{4e00}'..='\u{9fa5}' => {
                chinese += 1;
                common += usize::from(COMMON.contains(character));
            }
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | '\u{2010}'..='\u{2027}' | '≤' | '≥' | '·' | '①'..='⑳' => {
                marks += 1;
            }
            _ => other += 1,
        }
    }
    chinese + marks >= other * 9 && common * 8 >= chinese
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "二、部门收入总体情况表\n201\t03\t01\t行政运行\t940\n单位：万元；“三公”经费≤5";
    const TRADITIONAL: &str = "部門收入總體情況表\n單位：萬元，一般公共服務支出與教育支出\n國有資本經營預算";

    #[test]
    fn every_encoding_in_use_is_recognised() {
        let with_mark = |mark: &[u8], body: Vec<u8>| [mark.to_vec(), body].concat();
        let utf_16 = |to: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let cases = [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (with_mark(b"\xef\xbb\xbf", TEXT.as_bytes().to_vec()), "UTF-8"),
            (utf_16(u16::to_le_bytes), "UTF-16LE"),
            (utf_16(u16::to_be_bytes), "UTF-16BE"),
            (with_mark(b"\xff\xfe", utf_16(u16::to_le_bytes)), "UTF-16LE"),
            (with_mark(b"\xfe\xff", utf_16(u16::to_be_bytes)), "UTF-16BE"),
            (GB18030.encode(TEXT).0.into_owned(), "gb18030"),
        ];
        for (bytes, encoding) in cases {
            assert_eq!(decode(&bytes).expect(encoding), (TEXT.to_owned(), encoding));
        }
        let big5 = BIG5.encode(TRADITIONAL).0;
        assert_eq!(decode(&big5).expect("Big5"), (TRADITIONAL.to_owned(), "Big5"));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(matches!(decode(&[0, 1, 2, 3, 200, 0, 0, 7]), Err(InputError::Binary)));
        assert!(matches!(decode(b"\x7fELF\x02\x01\x01\0\0\0"), Err(InputError::Binary)));
        let latin: Vec<u8> = "Überschüsse für das Jahr é è à ç ñ".chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
        assert!(matches!(decode(&latin), Err(InputError::UnknownEncoding)));
        assert!(matches!(decode(b"\xff\xfea\xd8b\xd8"), Err(InputError::BrokenEncoding { encoding: "UTF-16LE" })));
    }
}
