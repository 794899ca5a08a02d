//! CMaps inside a file: what a font's `/ToUnicode` says, and `/Encoding` streams that give CIDs.

use super::predefined::{Codespace, PredefinedCMap, split};
use crate::read::pdf::content::{Token, Tokenizer, unescape_hexadecimal};
use crate::read::pdf::page::Characters;

/// A CMap as a file holds it.
#[derive(Debug, Default)]
pub struct CMap {
    codespaces: Vec<Codespace>,
    /// To CIDs, sorted.
    cids: Vec<CidRange>,
    /// To characters, sorted.
    characters: Vec<CharacterRange>,
    /// The predefined CMap that it goes on from.
    base: Option<Base>,
    /// `/WMode 1`.
    vertical: bool,
}

#[derive(Debug)]
enum Base {
    Identity,
    Predefined(&'static PredefinedCMap),
}

#[derive(Debug)]
struct CidRange {
    first: u32,
    last: u32,
    cid: u32,
    /// All codes have the same CID (`notdefrange`).
    constant: bool,
}

#[derive(Debug)]
struct CharacterRange {
    first: u32,
    last: u32,
    /// UTF-16 of the first code; for the others its last unit grows.
    units: Vec<u16>,
}

/// No map that a producer writes has more entries.
const MOST_ENTRIES: usize = 400_000;

/// So many ranges may lie inside a wider one.
const MOST_OVERLAPS: usize = 512;

/// What a `begin…` operator announces.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    None,
    Codespace,
    CidCharacter,
    CidRange,
    NotdefRange,
    BfCharacter,
    BfRange,
}

impl CMap {
    /// Reads a CMap stream; what is broken in it is left out.
    pub fn parse(data: &[u8]) -> Self {
        let mut cmap = Self::default();
        let mut section = Section::None;
        // Operands since the last operator or whole entry.
        let mut operands: Vec<Token<'_>> = Vec::new();
        for token in Tokenizer::new(data) {
            let Token::Operator(operator) = token else {
                operands.push(token);
                if operands.len() > 1024 && section == Section::None {
                    operands.clear();
                }
                cmap.entry(section, &mut operands);
                if cmap.cids.len() + cmap.characters.len() + cmap.codespaces.len() > MOST_ENTRIES {
                    break;
                }
                continue;
            };
            match operator {
                b"begincodespacerange" => section = Section::Codespace,
                b"begincidchar" => section = Section::CidCharacter,
                b"begincidrange" => section = Section::CidRange,
                b"beginnotdefrange" => section = Section::NotdefRange,
                b"beginbfchar" => section = Section::BfCharacter,
                b"beginbfrange" => section = Section::BfRange,
                b"usecmap" => {
                    if let Some(Token::Name(name)) = operands.last() {
                        cmap.use_named(name);
                    }
                }
                b"def" => {
                    if let [.., Token::Name(b"WMode"), Token::Number(mode)] = operands.as_slice() {
                        #[expect(clippy::float_cmp, reason = "an integer")]
                        let vertical = *mode == 1.0;
                        cmap.vertical = vertical;
                    }
                }
                _ => section = Section::None,
            }
            operands.clear();
        }
        cmap.cids.sort_by_key(|range| range.first);
        cmap.characters.sort_by_key(|range| range.first);
        cmap
    }

    /// Goes on from a predefined CMap (`usecmap`, `/UseCMap`).
    pub(super) fn use_named(&mut self, name: &[u8]) {
        if name.starts_with(b"Identity") {
            self.base = Some(Base::Identity);
        } else if let Some(predefined) = std::str::from_utf8(name).ok().and_then(PredefinedCMap::named) {
            self.base = Some(Base::Predefined(predefined));
            self.vertical |= predefined.is_vertical();
        }
    }

    pub(super) fn is_vertical(&self) -> bool {
        self.vertical
    }

    /// Takes an entry out of the operands once it is whole.
    fn entry(&mut self, section: Section, operands: &mut Vec<Token<'_>>) {
        let whole = match section {
            Section::None => return,
            Section::Codespace | Section::CidCharacter | Section::BfCharacter => 2,
            Section::CidRange | Section::NotdefRange | Section::BfRange => 3,
        };
        let open_array = operands.get(2) == Some(&Token::ArrayStart) && operands.last() != Some(&Token::ArrayEnd);
        if operands.len() < whole || open_array && operands.len() < MOST_ENTRIES {
            return;
        }
        match (section, operands.as_slice()) {
            (Section::Codespace, &[Token::Hexadecimal(low), Token::Hexadecimal(high)]) => {
                if let (Some((low, length)), Some((high, other))) = (code(low), code(high))
                    && length == other
                {
                    self.codespaces.push(Codespace { length, low, high });
                }
            }
            (Section::CidCharacter, &[Token::Hexadecimal(only), Token::Number(cid)]) => {
                if let (Some((only, _)), Some(cid)) = (code(only), integer(cid)) {
                    self.cids.push(CidRange { first: only, last: only, cid, constant: false });
                }
            }
            (Section::CidRange | Section::NotdefRange, &[Token::Hexadecimal(first), Token::Hexadecimal(last), Token::Number(cid)]) => {
                if let (Some((first, last)), Some(cid)) = (ends(first, last), integer(cid)) {
                    self.cids.push(CidRange { first, last, cid, constant: section == Section::NotdefRange });
                }
            }
            (Section::BfCharacter, &[Token::Hexadecimal(only), Token::Hexadecimal(text)]) => {
                if let Some((only, _)) = code(only) {
                    self.characters.push(CharacterRange { first: only, last: only, units: units(text) });
                }
            }
            (Section::BfRange, &[Token::Hexadecimal(first), Token::Hexadecimal(last), Token::Hexadecimal(text)]) => {
                if let Some((first, last)) = ends(first, last) {
                    self.characters.push(CharacterRange { first, last, units: units(text) });
                }
            }
            (Section::BfRange, [Token::Hexadecimal(first), Token::Hexadecimal(_), Token::ArrayStart, texts @ ..]) => {
                if let Some((first, _)) = code(first) {
                    for (code, text) in (first..=u32::MAX).zip(texts) {
                        if let Token::Hexadecimal(text) = text {
                            self.characters.push(CharacterRange { first: code, last: code, units: units(text) });
                        }
                    }
                }
            }
            // Glyph names instead of characters, or an entry that is no entry: left out.
            _ => {}
        }
        operands.clear();
    }

    /// Splits the next code off a string that is not empty.
    pub(super) fn split(&self, bytes: &[u8]) -> (u32, usize) {
        if !self.codespaces.is_empty() {
            return split(bytes, &self.codespaces);
        }
        match self.base {
            Some(Base::Predefined(predefined)) => split(bytes, predefined.codespaces()),
            Some(Base::Identity) | None => split(bytes, &[Codespace { length: 2, low: 0, high: 0xFFFF }]),
        }
    }

    /// The CID of a code.
    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u32> {
        let own = find(&self.cids, code, |range| (range.first, range.last));
        if let Some(range) = own {
            return if range.constant { Some(range.cid) } else { range.cid.checked_add(code - range.first) };
        }
        match self.base {
            Some(Base::Identity) => Some(code),
            Some(Base::Predefined(predefined)) => predefined.cid(code, length).map(u32::from),
            None => None,
        }
    }

    /// The characters of a code, as a `/ToUnicode` map gives them.
    pub fn characters(&self, code: u32) -> Option<Characters> {
        let range = find(&self.characters, code, |range| (range.first, range.last))?;
        let mut text = range.units.clone();
        let last = text.last_mut()?;
        *last = last.checked_add(u16::try_from(code - range.first).ok()?)?;
        let decoded: String = char::decode_utf16(text).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        Characters::from_text(&decoded)
    }

    /// Whether it gives no characters at all.
    pub(super) fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }
}

/// The range that holds `code`; where ranges overlap, the one that begins last.
fn find<T>(ranges: &[T], code: u32, ends: impl Fn(&T) -> (u32, u32)) -> Option<&T> {
    let after = ranges.partition_point(|range| ends(range).0 <= code);
    // Ranges rarely overlap: nearly always the last that begins before the code holds it, or none does.
    ranges.get(after.saturating_sub(MOST_OVERLAPS)..after)?.iter().rev().find(|range| ends(range).1 >= code)
}

/// A code and its length in bytes.
fn code(hexadecimal: &[u8]) -> Option<(u32, usize)> {
    let mut bytes = Vec::new();
    unescape_hexadecimal(hexadecimal, &mut bytes);
    (1..=4).contains(&bytes.len()).then(|| (bytes.iter().fold(0, |code, &byte| code << 8 | u32::from(byte)), bytes.len()))
}

/// The ends of a range that is not upside down.
fn ends(first: &[u8], last: &[u8]) -> Option<(u32, u32)> {
    let ((first, _), (last, _)) = (code(first)?, code(last)?);
    (first <= last).then_some((first, last))
}

fn integer(number: f64) -> Option<u32> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (0.0..=65_535.0).contains(&number).then_some(number as u32)
}

/// UTF-16 of a bf string; a single byte is a Latin character.
fn units(hexadecimal: &[u8]) -> Vec<u16> {
    let mut bytes = Vec::new();
    unescape_hexadecimal(hexadecimal, &mut bytes);
    bytes.truncate(256);
    if let &[byte] = bytes.as_slice() {
        return vec![u16::from(byte)];
    }
    bytes.chunks_exact(2).map(|pair| pair.iter().fold(0, |unit, &byte| unit << 8 | u16::from(byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(cmap: &CMap, code: u32) -> Option<String> {
        cmap.characters(code).map(|characters| {
            let mut text = String::new();
            characters.push_to(&mut text);
            text
        })
    }

    #[test]
    fn a_to_unicode_map_has_characters_ranges_and_arrays() {
        let cmap = CMap::parse(
            b"/CIDInit /ProcSet findresource begin 1 begincodespacerange <0000> <FFFF> endcodespacerange \
              2 beginbfchar <0003> <0020> <0010> <006600660069> endbfchar \
              2 beginbfrange <0020> <0022> <6536> <0030> <0031> [<5165> <D840DC0B>] endbfrange endcmap",
        );
        assert_eq!(text(&cmap, 3).as_deref(), Some(" "));
        assert_eq!(text(&cmap, 0x10).as_deref(), Some("ffi"));
        assert_eq!(text(&cmap, 0x21).as_deref(), Some("\u{6537}"));
        assert_eq!(text(&cmap, 0x30).as_deref(), Some("入"));
        assert_eq!(text(&cmap, 0x31).as_deref(), Some("\u{2000B}"));
        assert_eq!(text(&cmap, 0x23), None);
    }

    #[test]
    fn an_encoding_splits_codes_of_different_length() {
        let cmap = CMap::parse(
            b"2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange 1 begincidrange <20> <7e> 814 endcidrange \
              1 begincidchar <CAD5> 7 endcidchar /WMode 1 def",
        );
        assert_eq!(cmap.split(b"\xca\xd51"), (0xCAD5, 2));
        assert_eq!(cmap.split(b"1\xca"), (0x31, 1));
        assert_eq!(cmap.cid(0x21, 1), Some(815));
        assert_eq!(cmap.cid(0xCAD5, 2), Some(7));
        assert!(cmap.is_vertical());
    }

    #[test]
    fn broken_entries_do_not_spoil_those_after_them() {
        let cmap =
            CMap::parse(b"3 beginbfchar <01> /name <02> <0041> endbfchar 1 beginbfrange <05> <03> <0042> <06> <06> <0043> endbfrange");
        assert_eq!(text(&cmap, 2).as_deref(), Some("A"));
        assert_eq!(text(&cmap, 6).as_deref(), Some("C"));
    }

    #[test]
    fn a_map_goes_on_from_a_predefined_one() {
        let cmap = CMap::parse(b"/GBK-EUC-H usecmap 1 begincidchar <21> 99 endcidchar");
        assert_eq!(cmap.cid(0x21, 1), Some(99));
        assert!(cmap.cid(0xCAD5, 2).is_some());
        assert_eq!(cmap.split(b"\xca\xd5"), (0xCAD5, 2));
    }
}
