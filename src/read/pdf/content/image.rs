//! Images: their places, and stepping over the data of those inside the content.

use super::super::geometry::Bounds;
use super::super::object::{Dictionary, Object, Resolve as _};
use super::super::page::{Image, Trouble};
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
        // At the stated length the image ends, whatever follows. Otherwise it is searched, and, if nothing sensible is found, ends at
        // the first that could be it: better to show junk, and say so, than to lose what follows.
        let stated = stated.flatten().filter(|&length| length <= data.len()).and_then(|length| {
            let white = data.get(length..)?.iter().take_while(|&&byte| is_white(byte)).count();
            data.get(length + white..)?.starts_with(b"EI").then_some(length + white + 2)
        });
        let end = stated.or_else(|| end_of_image(data)).or_else(|| {
            self.canvas.trouble(Trouble::BrokenStream { what: "inline image" });
            first_end(data)
        });
        tokens.skip(end.unwrap_or(data.len()));
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | b'\x0c')
}

/// Places after each `EI` that has white space around it.
fn ends(data: &[u8]) -> impl Iterator<Item = usize> + '_ {
    memchr::memmem::find_iter(data, b"EI").filter_map(|place| {
        let before = place.checked_sub(1).and_then(|before| data.get(before)).copied();
        let after = data.get(place + 2).copied();
        (before.is_none_or(is_white) && after.is_none_or(is_white)).then_some(place + 2)
    })
}

/// The first `EI` that is followed by content: the next tokens are such as content has.
fn end_of_image(data: &[u8]) -> Option<usize> {
    ends(data).find(|&after| {
        let following = data.get(after..).unwrap_or_default();
        let following = following.get(..following.len().min(64)).unwrap_or_default();
        Tokenizer::new(following).take(3).all(|token| match token {
            Token::Operator(operator) => {
                operator.len() <= 3 && operator.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'\'' | b'"'))
            }
            _ => true,
        })
    })
}

fn first_end(data: &[u8]) -> Option<usize> {
    ends(data).next()
}
