//! The least that makes a true Flate stream: zlib with stored blocks, and the PNG predictor "up".

/// zlib data that inflates to `data`, in stored blocks of at most `1 << 8` bytes so that there are several.
pub fn zlib(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = data.chunks(1 << 8).collect();
    for (place, block) in blocks.iter().enumerate() {
        let length = u16::try_from(block.len()).expect("a short block");
        out.push(u8::from(place + 1 == blocks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*block);
    }
    if blocks.is_empty() {
        out.extend([1, 0, 0, 0xFF, 0xFF]);
    }
    out.extend(adler32(data).to_be_bytes());
    out
}

fn adler32(data: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    for &byte in data {
        low = (low + u32::from(byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    high << 16 | low
}

/// Rows of `columns` bytes, each after its filter's number 2 ("up") and less the row above. The last row must be whole.
pub fn png_up(data: &[u8], columns: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut above = vec![0_u8; columns];
    for row in data.chunks(columns) {
        assert_eq!(row.len(), columns, "the last row is whole");
        out.push(2);
        out.extend(row.iter().zip(&above).map(|(here, above)| here.wrapping_sub(*above)));
        row.clone_into(&mut above);
    }
    out
}
