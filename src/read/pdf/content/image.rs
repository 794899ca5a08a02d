//! Images: their places, and stepping over the data of those inside the content.

use super::super::geometry::Bounds;
use super::super::object::{Dictionary, Object, Resolve as _};
use super::super::page::Image;
use super::interpreter::{Interpreter, Run};
use super::state::GraphicsState;
use super::token::{Token, Tokenizer};

impl Interpreter<'_, '_> {
    pub(super) fn image(&mut self, dictionary: &Dictionary, state: &GraphicsState) {
        let size = |key: &[u8], short: &[u8]| {
            let value = self.file.source.get(dictionary, key).or_else(|| self.file.source.get(dictionary, short));
            value.and_then(|value| value.as_integer()).and_then(|value| u32::try_from(value).ok()).unwrap_or(0)
        };
        let unit = Bounds { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 };
        let bounds = unit.through(state.matrix).rect();
        self.canvas.images.push(Image { bounds, width: size(b"Width", b"W"), height: size(b"Height", b"H") });
    }

    /// An image inside the content: its place is kept, its data stepped over.
    pub(super) fn inline_image(&mut self, tokens: &mut Tokenizer<'_>, run: &Run<'_>) {
        let mut entries = Dictionary::default();
        let mut key: Option<&[u8]> = None;
        let mut filtered = false;
        let mut gray = false;
        for token in tokens.by_ref() {
            match (key, token) {
                (_, Token::Operator(b"ID")) => break,
                (None, Token::Name(name)) => key = Some(name),
                (Some(name), value) => {
                    filtered |= matches!(name, b"F" | b"Filter");
                    gray |= matches!(value, Token::Name(b"G" | b"DeviceGray" | b"CalGray"));
                    #[expect(clippy::cast_possible_truncation, reason = "sizes of images")]
                    let object = match value {
                        Token::Number(number) => Object::Integer(number as i64),
                        Token::Operator(b"true") => Object::Boolean(true),
                        Token::Name(name) => Object::Name(name.to_vec()),
                        // The value goes on, inside an array or a dictionary, whose end is a token of its own.
                        _ => Object::Null,
                    };
                    entries.0.push((name.to_vec(), object));
                    if !matches!(value, Token::ArrayStart | Token::DictionaryStart) {
                        key = None;
                    }
                }
                (None, _) => {}
            }
        }
        self.image(&entries, &run.state);
        let number =
            |keys: [&[u8]; 2]| keys.iter().find_map(|key| entries.entry(key)?.as_integer()).and_then(|value| usize::try_from(value).ok());
        let data = tokens.rest();
        // One white space stands between ID and the data.
        let stated = (!filtered).then(|| {
            let (width, height) = (number([b"W", b"Width"])?, number([b"H", b"Height"])?);
            let mask = [&b"IM"[..], b"ImageMask"].iter().any(|key| entries.entry(key) == Some(&Object::Boolean(true)));
            let bits = if mask { 1 } else { number([b"BPC", b"BitsPerComponent"])? };
            let space = [&b"CS"[..], b"ColorSpace"].iter().find_map(|key| entries.entry(key)).and_then(Object::as_name);
            let components = match space {
                _ if mask || gray => 1,
                Some(b"RGB" | b"DeviceRGB" | b"CalRGB") => 3,
                Some(b"CMYK" | b"DeviceCMYK") => 4,
                Some(b"I" | b"Indexed") => 1,
                _ => return None,
            };
            width.checked_mul(bits)?.checked_mul(components).map(|bits| bits.div_ceil(8))?.checked_mul(height)?.checked_add(1)
        });
        let ends_at = |place: usize| end_of_image(data, place).filter(|&(begin, _)| begin <= place + 2);
        let end = stated.flatten().filter(|&length| length <= data.len()).and_then(ends_at).or_else(|| end_of_image(data, 0));
        tokens.skip(end.map_or(data.len(), |(_, after)| after));
    }
}

/// The next `EI` that can be the operator: white space around it, and what follows is no binary data. Gives the place of the
/// white space before it and the place after it.
fn end_of_image(data: &[u8], from: usize) -> Option<(usize, usize)> {
    let white = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | b'\x0c'));
    memchr::memmem::find_iter(data.get(from..)?, b"EI").map(|place| from + place).find_map(|place| {
        let before = place.checked_sub(1).and_then(|before| data.get(before));
        if place != from && !white(before) || !white(data.get(place + 2)) {
            return None;
        }
        let following = data.get(place + 2..).unwrap_or_default();
        let following = following.get(..following.len().min(24)).unwrap_or_default();
        let plain = following.iter().all(|&byte| matches!(byte, b'\n' | b'\r' | b'\t' | b' '..=b'~' | 0));
        // The next token must be one that content has.
        let sensible = match Tokenizer::new(data.get(place + 2..).unwrap_or_default()).next() {
            Some(Token::Operator(operator)) => {
                operator.len() <= 3 && operator.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'*' | b'\'' | b'"'))
            }
            _ => true,
        };
        (plain && sensible).then_some((place.saturating_sub(1), place + 2))
    })
}
