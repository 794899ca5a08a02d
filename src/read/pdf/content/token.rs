//! Content streams as tokens: nothing is allocated for an operator, junk is stepped over, so that what follows is still read.

/// A token; names, strings and operators are slices of the stream as written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Token<'a> {
    /// An integer or a real.
    Number(f64),
    /// A name without its solidus, `#` escapes still in it.
    Name(&'a [u8]),
    /// A literal string without its parentheses, escapes still in it.
    Literal(&'a [u8]),
    /// A hexadecimal string without its angle brackets.
    Hexadecimal(&'a [u8]),
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// `<<`
    DictionaryStart,
    /// `>>`
    DictionaryEnd,
    /// An operator, or `true`, `false`, `null`.
    Operator(&'a [u8]),
}

/// Walks over a content stream.
#[derive(Clone, Debug)]
pub struct Tokenizer<'a> {
    data: &'a [u8],
    place: usize,
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b'\x0c' | 0)
}

/// For every byte, whether it goes on a name, a number or an operator: one look-up instead of ten comparisons, for the bytes that
/// most of a page's content consists of.
#[expect(clippy::indexing_slicing, reason = "a byte is within 256 entries, and this runs when the program is built")]
static REGULAR: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0_u8;
    loop {
        if is_white(byte) || matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%') {
            table[byte as usize] = false;
        }
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

fn is_regular(byte: u8) -> bool {
    REGULAR.get(usize::from(byte)).copied().unwrap_or(true)
}

impl<'a> Tokenizer<'a> {
    /// Starts at the first byte.
    pub fn new(data: &'a [u8]) -> Self {
        Self { data, place: 0 }
    }

    /// How many bytes have been read.
    pub fn place(&self) -> usize {
        self.place
    }

    /// The bytes that are still to come.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.data.get(self.place..).unwrap_or_default()
    }

    /// Goes on `bytes` further.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.place = self.place.saturating_add(bytes).min(self.data.len());
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.place).copied()
    }

    fn skip_white(&mut self) {
        while let Some(byte) = self.peek() {
            if is_white(byte) {
                self.place += 1;
            } else if byte == b'%' {
                let rest = self.rest();
                self.place += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            } else {
                return;
            }
        }
    }

    fn regular(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !is_regular(byte)).unwrap_or(rest.len());
        self.place += length;
        rest.get(..length).unwrap_or_default()
    }

    /// A literal string; parentheses inside it are balanced or escaped.
    fn literal(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let mut depth = 1_usize;
        let mut place = 0;
        while let Some(found) = rest.get(place..).and_then(|rest| memchr::memchr3(b'(', b')', b'\\', rest)) {
            place += found;
            match rest.get(place) {
                Some(b'(') => depth += 1,
                Some(b')') => depth -= 1,
                // The escaped byte is no parenthesis.
                _ => place += 1,
            }
            place += 1;
            if depth == 0 {
                self.place += place;
                return rest.get(..place - 1).unwrap_or_default();
            }
        }
        self.place = self.data.len();
        rest
    }

    fn hexadecimal(&mut self) -> &'a [u8] {
        let rest = self.rest();
        if let Some(length) = memchr::memchr(b'>', rest) {
            self.place += length + 1;
            rest.get(..length).unwrap_or_default()
        } else {
            self.place = self.data.len();
            rest
        }
    }
}

impl<'a> Iterator for Tokenizer<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            self.skip_white();
            let byte = self.peek()?;
            return Some(match byte {
                b'0'..=b'9' | b'+' | b'-' | b'.' => {
                    if let Some((value, length)) = plain_number(self.rest()) {
                        self.place += length;
                        Token::Number(value)
                    } else {
                        let text = self.regular();
                        number(text).map_or(Token::Operator(text), Token::Number)
                    }
                }
                b'/' => {
                    self.place += 1;
                    Token::Name(self.regular())
                }
                b'(' => {
                    self.place += 1;
                    Token::Literal(self.literal())
                }
                b'[' => {
                    self.place += 1;
                    Token::ArrayStart
                }
                b']' => {
                    self.place += 1;
                    Token::ArrayEnd
                }
                b'<' => {
                    self.place += 1;
                    if self.peek() == Some(b'<') {
                        self.place += 1;
                        Token::DictionaryStart
                    } else {
                        Token::Hexadecimal(self.hexadecimal())
                    }
                }
                b'>' => {
                    self.place += 1;
                    if self.peek() == Some(b'>') {
                        self.place += 1;
                        Token::DictionaryEnd
                    } else {
                        continue;
                    }
                }
                // Unbalanced, or of PostScript: nothing begins here.
                b')' | b'{' | b'}' => {
                    self.place += 1;
                    continue;
                }
                _ => Token::Operator(self.regular()),
            });
        }
    }
}

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 16] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// The number that `rest` begins with, and its length, if it is plain: a sign, digits, a point, digits. Nearly all are, and are
/// read in one pass.
fn plain_number(rest: &[u8]) -> Option<(f64, usize)> {
    let (negative, digits) = match rest {
        [b'-', digits @ ..] => (true, digits),
        _ => (false, rest),
    };
    let mut mantissa: u64 = 0;
    let mut point = None;
    let mut length = 0;
    for &byte in digits {
        if byte.is_ascii_digit() {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        } else if byte == b'.' && point.is_none() {
            point = Some(length);
        } else if is_regular(byte) {
            return None;
        } else {
            break;
        }
        length += 1;
    }
    let decimals = point.map_or(0, |point| length - point - 1);
    // Without a digit, or with more than a double holds, it is not plain.
    let digits = length - usize::from(point.is_some());
    if !(1..=15).contains(&digits) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "below 10^15, exact")]
    let value = mantissa as f64 / POWERS.get(decimals).copied().unwrap_or(1.0);
    Some((if negative { -value } else { value }, length + usize::from(negative)))
}

/// A number as PDF files have them: `12`, `-.5`, `+3.`, and what producers make of them: `--5`, `1.2.3`, `5-3`. Exponents are no
/// numbers in PDF.
pub(crate) fn number(text: &[u8]) -> Option<f64> {
    let mut digits = text;
    let mut negative = false;
    while let [sign @ (b'+' | b'-'), rest @ ..] = digits {
        negative |= *sign == b'-';
        digits = rest;
    }
    let mut mantissa: u64 = 0;
    let mut decimals: Option<usize> = None;
    let mut any = false;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                any = true;
                // Digits past the precision of a double change nothing that could be seen on a page.
                if mantissa < 100_000_000_000_000 && decimals.is_none_or(|count| count < 15) {
                    mantissa = mantissa * 10 + u64::from(byte - b'0');
                    decimals = decimals.map(|count| count + 1);
                } else if decimals.is_none() {
                    return long_number(text);
                }
            }
            b'.' if decimals.is_none() => decimals = Some(0),
            // A second point or a sign inside ends the number for every reader that goes on at all.
            b'.' | b'-' => break,
            _ => return None,
        }
    }
    if !any && decimals.is_none() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "below 10^15, exact")]
    let value = mantissa as f64 / POWERS.get(decimals.unwrap_or(0)).copied().unwrap_or(1.0);
    Some(if negative { -value } else { value })
}

fn long_number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// The bytes of a literal string, its escapes undone (ISO 32000-1, 7.3.4.2).
pub(crate) fn unescape_literal(text: &[u8], bytes: &mut Vec<u8>) {
    bytes.clear();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'\r' {
            // Any end of line in a string is a line feed.
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            bytes.push(b'\n');
            continue;
        }
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some((&escaped, after)) = rest.split_first() else { return };
        rest = after;
        match escaped {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\n' => {}
            b'\r' => rest = rest.strip_prefix(b"\n").unwrap_or(rest),
            b'0'..=b'7' => {
                let mut value = u32::from(escaped - b'0');
                for _ in 0..2 {
                    let Some((&digit @ b'0'..=b'7', after)) = rest.split_first() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    rest = after;
                }
                bytes.push(value.to_le_bytes()[0]);
            }
            other => bytes.push(other),
        }
    }
}

/// The bytes of a hexadecimal string; anything but digits is stepped over, a last single digit stands for its upper half.
pub(crate) fn unescape_hexadecimal(text: &[u8], bytes: &mut Vec<u8>) {
    bytes.clear();
    let mut high = None;
    for &byte in text {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            _ => continue,
        };
        match high.take() {
            Some(high) => bytes.push(high << 4 | digit),
            None => high = Some(digit),
        }
    }
    bytes.extend(high.map(|high| high << 4));
}

/// A name, its `#` escapes undone.
pub(crate) fn unescape_name(text: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if !text.contains(&b'#') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'#'
            && let Some((digits, after)) = rest.split_at_checked(2)
            && digits.iter().all(u8::is_ascii_hexdigit)
            && let Some(value) = std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())
        {
            bytes.push(value);
            rest = after;
        } else {
            bytes.push(byte);
        }
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(content: &str) -> Vec<Token<'_>> {
        Tokenizer::new(content.as_bytes()).collect()
    }

    #[test]
    fn an_operator_comes_after_its_operands() {
        assert_eq!(
            tokens("/F1 9 Tf [(A)-120.5<4142>]TJ % note\nT*"),
            [
                Token::Name(b"F1"),
                Token::Number(9.0),
                Token::Operator(b"Tf"),
                Token::ArrayStart,
                Token::Literal(b"A"),
                Token::Number(-120.5),
                Token::Hexadecimal(b"4142"),
                Token::ArrayEnd,
                Token::Operator(b"TJ"),
                Token::Operator(b"T*"),
            ]
        );
    }

    #[test]
    fn parentheses_in_a_string_are_balanced_or_escaped() {
        assert_eq!(tokens(r"(a(b)\)c) Tj"), [Token::Literal(br"a(b)\)c"), Token::Operator(b"Tj")]);
        assert_eq!(tokens("(never closed"), [Token::Literal(b"never closed")]);
    }

    #[test]
    fn numbers_that_producers_write_are_read_as_readers_do() {
        for (text, value) in [("-.5", -0.5), ("+3.", 3.0), ("--5", -5.0), ("1.2.3", 1.2), ("0.00000000000000000001", 0.0), (".", 0.0)] {
            assert_eq!(number(text.as_bytes()), Some(value), "{text}");
        }
        assert_eq!(number(b"12345678901234567890"), Some(12_345_678_901_234_567_890.0));
        for text in ["0", "-12", "3.25", "-.5", "7.", "123456789012345"] {
            let expected = text.trim_end_matches('.').parse::<f64>().ok();
            assert_eq!(plain_number(text.as_bytes()).map(|(value, _)| value), expected, "{text}");
            assert_eq!(number(text.as_bytes()), expected, "{text}");
        }
        assert_eq!(plain_number(b"12 m"), Some((12.0, 2)));
        for text in [".", "-", "1e5", "1-2", "1234567890123456"] {
            assert_eq!(plain_number(text.as_bytes()), None, "{text}");
        }
        assert_eq!(number(b"1e5"), None);
        assert_eq!(number(b"-"), None);
    }

    #[test]
    fn escapes_are_undone() {
        let mut bytes = Vec::new();
        unescape_literal(b"a\\\r\nb\\101\\7c\\)\r\n", &mut bytes);
        assert_eq!(bytes, b"abA\x07c)\n");
        unescape_hexadecimal(b"41 4\n2 5", &mut bytes);
        assert_eq!(bytes, b"ABP");
        assert_eq!(unescape_name(b"#CB#CE#5"), &b"\xcb\xce#5"[..]);
    }

    #[test]
    fn junk_is_stepped_over() {
        assert_eq!(tokens("} ) > 1 w"), [Token::Number(1.0), Token::Operator(b"w")]);
    }
}
