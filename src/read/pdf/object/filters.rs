//! Undoing the filters of a stream, the same for both parsers, each layer with a limit. A damaged stream gives what is before the
//! damage, and says so: that is why the parsers' own decoders, which do not, are not used.

use flate2::{Decompress, FlushDecompress, Status};

use super::{Dictionary, Object};

/// What a stream holds.
#[derive(Debug, Default)]
pub(crate) struct Unpacked {
    pub(crate) bytes: Vec<u8>,
    /// Only what is before the damage.
    pub(crate) damaged: bool,
}

/// Why a stream gave no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DecodeFailure {
    /// The object is not there, or is no stream.
    Missing,
    /// More bytes than the limit.
    TooLarge,
    /// A filter for images (`DCTDecode` and its like), whose bytes are no text.
    Image,
    /// An unknown filter, or bytes that it cannot undo.
    Broken,
}

/// Most filters of one stream.
const MOST_FILTERS: usize = 16;

/// Undoes `filters` over `data`.
pub(crate) fn decode(data: &[u8], filters: &[Vec<u8>], parameters: &[Option<Dictionary>], limit: usize) -> Result<Unpacked, DecodeFailure> {
    if filters.len() > MOST_FILTERS {
        return Err(DecodeFailure::TooLarge);
    }
    let mut unpacked: Option<Unpacked> = None;
    for (index, filter) in filters.iter().enumerate() {
        // `Crypt` names the decryption that the parser has already done.
        if filter == b"Crypt" {
            continue;
        }
        let parameters = parameters.get(index).and_then(Option::as_ref);
        let input = unpacked.as_ref().map_or(data, |unpacked| &unpacked.bytes);
        let damaged_before = unpacked.as_ref().is_some_and(|unpacked| unpacked.damaged);
        let mut layer = match filter.as_slice() {
            b"Fl" | b"FlateDecode" => flate(input, parameters, limit)?,
            b"LZW" | b"LZWDecode" => predicted(lzw(input, parameters, limit)?, parameters)?,
            b"A85" | b"ASCII85Decode" => ascii85(input, limit)?,
            b"AHx" | b"ASCIIHexDecode" => ascii_hexadecimal(input, limit)?,
            b"RL" | b"RunLengthDecode" => run_length(input, limit)?,
            b"DCT" | b"DCTDecode" | b"JPXDecode" | b"JBIG2Decode" | b"CCF" | b"CCITTFaxDecode" => return Err(DecodeFailure::Image),
            _ => return Err(DecodeFailure::Broken),
        };
        layer.damaged |= damaged_before;
        unpacked = Some(layer);
    }
    match unpacked {
        Some(unpacked) => Ok(unpacked),
        None if data.len() > limit => Err(DecodeFailure::TooLarge),
        None => Ok(Unpacked { bytes: data.to_vec(), damaged: false }),
    }
}

fn flate(input: &[u8], parameters: Option<&Dictionary>, limit: usize) -> Result<Unpacked, DecodeFailure> {
    // Line ends that slipped in before the data are no part of it.
    let input = input.trim_ascii_start();
    let mut unpacked = inflate(input, true, limit)?;
    if unpacked.bytes.is_empty() && unpacked.damaged {
        // Without a sound header it may still be raw deflate, with or without it.
        let raw = inflate(input.get(2..).unwrap_or_default(), false, limit)?;
        unpacked = if raw.bytes.is_empty() { inflate(input, false, limit)? } else { raw };
        if unpacked.bytes.is_empty() && !input.is_empty() {
            return Err(DecodeFailure::Broken);
        }
    }
    predicted(unpacked, parameters)
}

/// Undoes the predictor that the parameters name, if any.
fn predicted(unpacked: Unpacked, parameters: Option<&Dictionary>) -> Result<Unpacked, DecodeFailure> {
    match parameters.map_or(1, |parameters| number(parameters, b"Predictor", 1)) {
        predictor @ (2 | 10..=15) => unpredicted(&unpacked, predictor, parameters),
        _ => Ok(unpacked),
    }
}

/// Inflates as far as the data is sound. A missing checksum is no damage: all bytes are there.
fn inflate(input: &[u8], with_header: bool, limit: usize) -> Result<Unpacked, DecodeFailure> {
    let mut state = Decompress::new(with_header);
    let mut bytes: Vec<u8> = Vec::with_capacity(input.len().saturating_mul(4).clamp(1 << 10, 1 << 20).min(limit));
    loop {
        let read = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = input.get(read..).unwrap_or_default();
        if bytes.len() == bytes.capacity() {
            bytes.reserve(bytes.capacity().max(1 << 10));
        }
        let before = bytes.len();
        let status = state.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        if bytes.len() > limit {
            return Err(DecodeFailure::TooLarge);
        }
        let stuck = bytes.len() == before && usize::try_from(state.total_in()).unwrap_or(usize::MAX) == read;
        match status {
            Ok(Status::StreamEnd) => return Ok(Unpacked { bytes, damaged: false }),
            // All input is used up, and the stream has not ended.
            Ok(Status::Ok | Status::BufError) if stuck && bytes.len() < bytes.capacity() => {
                return Ok(Unpacked { bytes, damaged: true });
            }
            Ok(_) => {}
            // A wrong checksum comes after the last byte.
            Err(_) => {
                let left = input.len().saturating_sub(usize::try_from(state.total_in()).unwrap_or(usize::MAX));
                let damaged = !(with_header && left <= 4 && !bytes.is_empty());
                return Ok(Unpacked { bytes, damaged });
            }
        }
    }
}

fn number(parameters: &Dictionary, key: &[u8], default: i64) -> i64 {
    parameters.entry(key).and_then(Object::as_integer).unwrap_or(default)
}

/// Undoes a predictor (ISO 32000-1, 7.4.4.4): differences to the sample on the left, or PNG's to its neighbours.
fn unpredicted(unpacked: &Unpacked, predictor: i64, parameters: Option<&Dictionary>) -> Result<Unpacked, DecodeFailure> {
    let size = |key: &[u8], default: i64| {
        let value = parameters.map_or(default, |parameters| number(parameters, key, default));
        usize::try_from(value).ok().filter(|value| (1..=1 << 20).contains(value)).ok_or(DecodeFailure::Broken)
    };
    let (columns, colours, bits) = (size(b"Columns", 1)?, size(b"Colors", 1)?, size(b"BitsPerComponent", 8)?);
    let row_bits = columns.checked_mul(colours).and_then(|samples| samples.checked_mul(bits)).ok_or(DecodeFailure::Broken)?;
    let (row_length, left) = (row_bits.div_ceil(8), (colours * bits).div_ceil(8));
    if row_length > 1 << 24 {
        return Err(DecodeFailure::Broken);
    }
    let mut bytes = Vec::with_capacity(unpacked.bytes.len());
    if predictor == 2 {
        if bits != 8 {
            return Err(DecodeFailure::Broken);
        }
        for row in unpacked.bytes.chunks(row_length) {
            let start = bytes.len();
            for (index, &byte) in row.iter().enumerate() {
                let before = index.checked_sub(left).and_then(|index| bytes.get(start + index).copied()).unwrap_or(0);
                bytes.push(byte.wrapping_add(before));
            }
        }
        return Ok(Unpacked { bytes, damaged: unpacked.damaged });
    }
    for row in unpacked.bytes.chunks(row_length + 1) {
        let Some((&filter, row)) = row.split_first() else { break };
        let start = bytes.len();
        for (index, &byte) in row.iter().enumerate() {
            let at = |place: Option<usize>| place.and_then(|place| bytes.get(place).copied()).unwrap_or(0);
            let before = at(index.checked_sub(left).map(|index| start + index));
            let above = at((start + index).checked_sub(row_length));
            let corner = at(index.checked_sub(left).and_then(|index| (start + index).checked_sub(row_length)));
            let predicted = match filter {
                1 => before,
                2 => above,
                #[expect(clippy::cast_possible_truncation, reason = "the mean of two bytes")]
                3 => (u16::from(before).midpoint(u16::from(above))) as u8,
                4 => paeth(before, above, corner),
                _ => 0,
            };
            bytes.push(byte.wrapping_add(predicted));
        }
    }
    Ok(Unpacked { bytes, damaged: unpacked.damaged })
}

/// PNG's predictor: of three neighbours the one nearest to their linear continuation.
fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(above), i16::from(corner));
    let estimate = a + b - c;
    let (to_left, to_above, to_corner) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

fn lzw(input: &[u8], parameters: Option<&Dictionary>, limit: usize) -> Result<Unpacked, DecodeFailure> {
    use weezl::{BitOrder, LzwStatus, decode::Decoder};
    let early = parameters.is_none_or(|parameters| number(parameters, b"EarlyChange", 1) != 0);
    let mut decoder = if early { Decoder::with_tiff_size_switch(BitOrder::Msb, 8) } else { Decoder::new(BitOrder::Msb, 8) };
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    let mut rest = input;
    loop {
        let step = decoder.decode_bytes(rest, &mut buffer);
        bytes.extend_from_slice(buffer.get(..step.consumed_out).unwrap_or_default());
        rest = rest.get(step.consumed_in..).unwrap_or_default();
        if bytes.len() > limit {
            return Err(DecodeFailure::TooLarge);
        }
        match step.status {
            Ok(LzwStatus::Done) => return Ok(Unpacked { bytes, damaged: false }),
            Ok(LzwStatus::Ok) if step.consumed_in > 0 || step.consumed_out > 0 => {}
            // Out of input without an end, or junk.
            Ok(_) | Err(_) => return Ok(Unpacked { bytes, damaged: true }),
        }
    }
}

fn ascii85(input: &[u8], limit: usize) -> Result<Unpacked, DecodeFailure> {
    let mut bytes = Vec::with_capacity(input.len().min(limit) / 5 * 4);
    let (mut group, mut count) = (0_u64, 0_usize);
    let mut damaged = true;
    for &byte in input {
        match byte {
            b'z' if count == 0 => bytes.extend([0; 4]),
            b'!'..=b'u' => {
                group = group * 85 + u64::from(byte - b'!');
                count += 1;
                if count == 5 {
                    let Ok(value) = u32::try_from(group) else { break };
                    bytes.extend(value.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'~' => {
                damaged = false;
                break;
            }
            _ if byte.is_ascii_whitespace() || byte == 0 => {}
            _ => break,
        }
        if bytes.len() > limit {
            return Err(DecodeFailure::TooLarge);
        }
    }
    if count > 1 {
        let group = (count..5).fold(group, |group, _| group * 85 + 84);
        let tail = u32::try_from(group).unwrap_or(u32::MAX).to_be_bytes();
        bytes.extend(tail.iter().take(count - 1));
    }
    Ok(Unpacked { bytes, damaged })
}

fn ascii_hexadecimal(input: &[u8], limit: usize) -> Result<Unpacked, DecodeFailure> {
    let end = memchr::memchr(b'>', input);
    let digits = input.get(..end.unwrap_or(input.len())).unwrap_or_default();
    let sound = digits.iter().position(|byte| !byte.is_ascii_hexdigit() && !byte.is_ascii_whitespace() && *byte != 0);
    let mut bytes = Vec::new();
    crate::read::pdf::content::unescape_hexadecimal(digits.get(..sound.unwrap_or(digits.len())).unwrap_or_default(), &mut bytes);
    if bytes.len() > limit {
        return Err(DecodeFailure::TooLarge);
    }
    Ok(Unpacked { bytes, damaged: end.is_none() || sound.is_some() })
}

fn run_length(input: &[u8], limit: usize) -> Result<Unpacked, DecodeFailure> {
    let mut bytes = Vec::new();
    let mut rest = input;
    while let Some((&length, after)) = rest.split_first() {
        rest = after;
        let count = usize::from(length);
        match length {
            128 => return Ok(Unpacked { bytes, damaged: false }),
            0..=127 => {
                let Some((literal, after)) = rest.split_at_checked(count + 1) else {
                    bytes.extend_from_slice(rest);
                    break;
                };
                bytes.extend_from_slice(literal);
                rest = after;
            }
            129.. => {
                let Some((&byte, after)) = rest.split_first() else { break };
                bytes.extend(std::iter::repeat_n(byte, 257 - count));
                rest = after;
            }
        }
        if bytes.len() > limit {
            return Err(DecodeFailure::TooLarge);
        }
    }
    Ok(Unpacked { bytes, damaged: true })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn deflated(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(data).expect("to memory");
        encoder.finish().expect("to memory")
    }

    fn flate_filter() -> Vec<Vec<u8>> {
        vec![b"FlateDecode".to_vec()]
    }

    #[test]
    fn what_is_before_the_damage_is_kept_and_the_damage_told() {
        let data: Vec<u8> = (0..20_000_u32).flat_map(|number| (number * 7919).to_string().into_bytes()).collect();
        let packed = deflated(&data);
        let whole = decode(&packed, &flate_filter(), &[], 1 << 20).expect("sound");
        assert_eq!((whole.bytes.as_slice(), whole.damaged), (data.as_slice(), false));
        let cut = decode(&packed[..packed.len() / 2], &flate_filter(), &[], 1 << 20).expect("partly");
        assert!(cut.damaged && cut.bytes.len() > 1000 && data.starts_with(&cut.bytes));
        let no_checksum = decode(&packed[..packed.len() - 4], &flate_filter(), &[], 1 << 20).expect("all bytes are there");
        assert_eq!(no_checksum.bytes, data);
    }

    #[test]
    fn nothing_unpacks_beyond_the_limit() {
        let packed = deflated(&vec![b' '; 1 << 20]);
        let twice = deflated(&packed);
        let filters = [flate_filter(), flate_filter()].concat();
        assert_eq!(decode(&packed, &flate_filter(), &[], 1 << 16).map(|_| ()), Err(DecodeFailure::TooLarge));
        assert_eq!(decode(&twice, &filters, &[], 1 << 16).map(|_| ()), Err(DecodeFailure::TooLarge));
        assert_eq!(decode(&twice, &filters, &[], 1 << 21).map(|unpacked| unpacked.bytes.len()), Ok(1 << 20));
    }

    #[test]
    fn the_old_filters_keep_what_is_before_the_damage() {
        let undo = |filter: &str, data: &[u8]| {
            let unpacked = decode(data, &[filter.as_bytes().to_vec()], &[], 100).expect("unpacked");
            (String::from_utf8_lossy(&unpacked.bytes).into_owned(), unpacked.damaged)
        };
        assert_eq!(undo("ASCII85Decode", b"87cURD]i,\"Ebo80~>"), ("Hello World!".to_owned(), false));
        assert_eq!(undo("ASCII85Decode", b"87cURD]i,\"Eb"), ("Hello Wor".to_owned(), true));
        assert_eq!(undo("ASCIIHexDecode", b"48 65 6C>"), ("Hel".to_owned(), false));
        assert_eq!(undo("ASCIIHexDecode", b"48 65 ?6C>"), ("He".to_owned(), true));
        assert_eq!(undo("RunLengthDecode", &[1, b'a', b'b', 254, b'c', 128]), ("abccc".to_owned(), false));
        assert_eq!(undo("RunLengthDecode", &[5, b'a', b'b']), ("ab".to_owned(), true));
        let packed = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(b"-----A---B").expect("to memory");
        assert_eq!(undo("LZWDecode", &packed), ("-----A---B".to_owned(), false));
        assert!(undo("LZWDecode", &packed[..packed.len() - 2]).1);
    }

    #[test]
    fn predictors_are_undone() {
        let parameters = |predictor: i64| {
            let entries = [(b"Predictor".to_vec(), predictor), (b"Columns".to_vec(), 3)];
            vec![Some(Dictionary(entries.into_iter().map(|(key, value)| (key, Object::Integer(value))).collect()))]
        };
        // Rows of PNG: left, above.
        let png = deflated(&[1, 10, 1, 1, 2, 5, 5, 5]);
        assert_eq!(decode(&png, &flate_filter(), &parameters(12), 100).map(|unpacked| unpacked.bytes), Ok(vec![10, 11, 12, 15, 16, 17]));
        let tiff = deflated(&[10, 1, 1, 20, 255, 0]);
        assert_eq!(decode(&tiff, &flate_filter(), &parameters(2), 100).map(|unpacked| unpacked.bytes), Ok(vec![10, 11, 12, 20, 19, 19]));
    }
}
