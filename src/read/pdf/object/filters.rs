//! Undoing the filters of a stream, the same for both parsers, each layer with a limit. Flate is done here, so that a damaged
//! stream gives what is before the damage and says so; the rare other filters are lopdf's.

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
            b"LZW" | b"LZWDecode" => by_lopdf(input, "LZWDecode", parameters, limit)?,
            b"A85" | b"ASCII85Decode" => by_lopdf(input, "ASCII85Decode", None, limit)?,
            b"AHx" | b"ASCIIHexDecode" => by_lopdf(input, "ASCIIHexDecode", None, limit)?,
            b"RL" | b"RunLengthDecode" => by_lopdf(input, "RunLengthDecode", None, limit)?,
            b"BrotliDecode" => by_lopdf(input, "BrotliDecode", None, limit)?,
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

/// One of lopdf's decoders.
fn by_lopdf(input: &[u8], filter: &str, parameters: Option<&Dictionary>, limit: usize) -> Result<Unpacked, DecodeFailure> {
    use ::lopdf::{DecompressError, Error};
    let mut dictionary = ::lopdf::Dictionary::new();
    dictionary.set("Filter", ::lopdf::Object::Name(filter.as_bytes().to_vec()));
    if let Some(parameters) = parameters {
        dictionary.set("DecodeParms", lopdf_dictionary(parameters));
    }
    let stream = ::lopdf::Stream { dict: dictionary, content: input.to_vec(), allows_compression: false, start_position: None };
    match stream.decompressed_content_with_limit(limit) {
        Ok(bytes) => Ok(Unpacked { damaged: bytes.is_empty() && !input.is_empty(), bytes }),
        Err(Error::Decompress(DecompressError::MemoryLimitExceeded { .. })) => Err(DecodeFailure::TooLarge),
        Err(_) => Err(DecodeFailure::Broken),
    }
}

/// Only what decoders look at: numbers.
fn lopdf_dictionary(dictionary: &Dictionary) -> ::lopdf::Dictionary {
    let mut result = ::lopdf::Dictionary::new();
    for (key, value) in &dictionary.0 {
        if let Some(integer) = value.as_integer() {
            result.set(key.clone(), ::lopdf::Object::Integer(integer));
        }
    }
    result
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
