//! The predefined CMaps and character collections (ISO 32000-1, 9.7.5.2): from codes to CIDs, from CIDs to Unicode. The tables
//! lie in the program as the build script wrote them; a look-up searches them where they lie.

use super::normalise::is_text;

/// A predefined CMap.
#[derive(Debug)]
pub(super) struct PredefinedCMap {
    name: &'static str,
    /// The CMap that this one changes in places.
    below: Option<&'static str>,
    /// Place and number of ranges, by length of code in bytes.
    tables: [(usize, usize); 4],
}

static DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/cmaps.bin"));

include!(concat!(env!("OUT_DIR"), "/cmaps.rs"));

/// Bytes of a range: first code, how many more, first CID.
const RANGE: usize = 8;

impl PredefinedCMap {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        PREDEFINED.iter().find(|cmap| cmap.name == name)
    }

    pub(super) fn is_vertical(&self) -> bool {
        self.name == "V" || self.name.ends_with("-V")
    }

    /// Whether codes are Unicode: UCS-2 or UTF-16.
    pub(super) fn is_unicode(&self) -> bool {
        self.name.starts_with("Uni")
    }

    /// The collection whose CIDs it gives.
    pub(super) fn ordering(&self) -> &'static str {
        let name = self.name;
        if name.starts_with("GB") || name.starts_with("UniGB") {
            "GB1"
        } else if name.contains("B5") || name.contains("CNS") {
            "CNS1"
        } else if name.starts_with("KSC") || name.starts_with("UniKS") {
            "Korea1"
        } else {
            "Japan1"
        }
    }

    /// The CID of a code of so many bytes.
    pub(super) fn cid(&self, code: u32, length: usize) -> Option<u16> {
        self.own_cid(code, length).or_else(|| Self::named(self.below?)?.own_cid(code, length))
    }

    /// The CID that the horizontal form of this CMap gives: vertical forms of punctuation have CIDs of their own, which stand for
    /// the same characters.
    pub(super) fn horizontal_cid(&self, code: u32, length: usize) -> Option<u16> {
        self.below.and_then(Self::named).and_then(|below| below.own_cid(code, length)).or_else(|| self.own_cid(code, length))
    }

    fn own_cid(&self, code: u32, length: usize) -> Option<u16> {
        let &(start, count) = self.tables.get(length.checked_sub(1)?)?;
        let table = DATA.get(start..start + count * RANGE)?;
        let range = |index: usize| table.get(index * RANGE..).and_then(|rest| rest.first_chunk::<RANGE>());
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            let &[a, b, c, d, ..] = range(middle)?;
            if u32::from_be_bytes([a, b, c, d]) <= code {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let &[a, b, c, d, more_high, more_low, cid_high, cid_low] = range(low.checked_sub(1)?)?;
        let offset = code - u32::from_be_bytes([a, b, c, d]);
        let offset = u16::try_from(offset).ok().filter(|&offset| offset <= u16::from_be_bytes([more_high, more_low]))?;
        u16::from_be_bytes([cid_high, cid_low]).checked_add(offset)
    }

    /// The lengths and byte ranges of its codes (from the published CMap files).
    pub(super) fn codespaces(&self) -> &'static [Codespace] {
        let name = self.name;
        if name.contains("UCS2") {
            UCS2
        } else if name.contains("UTF16") {
            UTF16
        } else if name.starts_with("GBK2K") {
            GB18030
        } else if name.starts_with("GBK") {
            GBK
        } else if name.starts_with("GBpc") {
            GB_MAC
        } else if name.contains("B5") {
            BIG5
        } else if name.starts_with("CNS-EUC") {
            CNS_EUC
        } else if name.contains("RKSJ") {
            if name.starts_with("83pv") || name.starts_with("90pv") { SHIFT_JIS_MAC } else { SHIFT_JIS }
        } else if name.starts_with("EUC") {
            EUC_JAPAN
        } else if name == "H" || name == "V" {
            JIS
        } else if name.starts_with("KSCms") {
            UHC
        } else if name.starts_with("KSCpc") {
            KSC_MAC
        } else {
            EUC
        }
    }
}

/// Codes of one length: each byte lies between those of `low` and `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Codespace {
    pub(super) length: usize,
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Codespace {
    const fn new(length: usize, low: u32, high: u32) -> Self {
        Self { length, low, high }
    }

    /// Whether the first bytes of `bytes` are a code of this space.
    fn holds(&self, bytes: &[u8]) -> bool {
        let shift = |index: usize| 8 * (self.length - 1 - index);
        bytes.len() >= self.length
            && bytes.iter().take(self.length).enumerate().all(|(index, &byte)| {
                let (low, high) = (self.low >> shift(index) & 0xFF, self.high >> shift(index) & 0xFF);
                (low..=high).contains(&u32::from(byte))
            })
    }
}

/// Splits the next code off `bytes`, which are not empty: the code, and how many bytes it has.
pub(super) fn split(bytes: &[u8], codespaces: &[Codespace]) -> (u32, usize) {
    let found = codespaces.iter().find(|space| space.holds(bytes));
    // No space holds it: as long as the shortest code, as the standard advises for the bytes of no code.
    let length = found.map_or_else(|| codespaces.iter().map(|space| space.length).min().unwrap_or(1), |space| space.length);
    let length = length.min(bytes.len()).max(1);
    (bytes.iter().take(length).fold(0, |code, &byte| code << 8 | u32::from(byte)), length)
}

const UCS2: &[Codespace] = &[Codespace::new(2, 0, 0xFFFF)];
const UTF16: &[Codespace] = &[Codespace::new(2, 0, 0xD7FF), Codespace::new(2, 0xE000, 0xFFFF), Codespace::new(4, 0xD800_DC00, 0xDBFF_DFFF)];
const GB18030: &[Codespace] = &[Codespace::new(1, 0, 0x7F), Codespace::new(4, 0x8130_8130, 0xFE39_FE39), Codespace::new(2, 0x8140, 0xFEFE)];
const GBK: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0x8140, 0xFEFE)];
const GB_MAC: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0xA1A1, 0xFCFE), Codespace::new(1, 0xFD, 0xFF)];
const BIG5: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0x8740, 0xFEFE)];
const CNS_EUC: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(4, 0x8EA1_A1A1, 0x8EA7_FEFE), Codespace::new(2, 0xA1A1, 0xFEFE)];
const SHIFT_JIS: &[Codespace] =
    &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0x8140, 0x9FFC), Codespace::new(1, 0xA0, 0xDF), Codespace::new(2, 0xE040, 0xFCFC)];
const SHIFT_JIS_MAC: &[Codespace] = &[
    Codespace::new(1, 0, 0x80),
    Codespace::new(2, 0x8140, 0x9FFC),
    Codespace::new(1, 0xA0, 0xDF),
    Codespace::new(2, 0xE040, 0xFCFC),
    Codespace::new(1, 0xFD, 0xFF),
];
const EUC_JAPAN: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0x8EA0, 0x8EDF), Codespace::new(2, 0xA1A1, 0xFEFE)];
const JIS: &[Codespace] = &[Codespace::new(2, 0x2121, 0x7E7E)];
const EUC: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0xA1A1, 0xFEFE)];
const UHC: &[Codespace] = &[Codespace::new(1, 0, 0x80), Codespace::new(2, 0x8141, 0xFEFE)];
const KSC_MAC: &[Codespace] = &[Codespace::new(1, 0, 0x84), Codespace::new(2, 0xA141, 0xFDFE), Codespace::new(1, 0xFE, 0xFF)];

/// The character of a CID in a collection (`GB1`, `CNS1`, `Japan1`, `Korea1`).
pub(super) fn unicode_of_cid(ordering: &str, cid: u16) -> Option<char> {
    let &(_, start, count) = COLLECTIONS.iter().find(|(name, ..)| *name == ordering)?;
    let index = usize::from(cid);
    if index >= count {
        return None;
    }
    let bytes = DATA.get(start + 4 * index..)?.first_chunk::<4>()?;
    char::from_u32(u32::from_be_bytes(*bytes)).filter(|&character| is_text(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every GBK code that the CMap knows stands for what GBK says, apart from vertical forms and a few signs of the private use
    /// area of old code pages.
    #[test]
    fn gbk_codes_have_the_characters_of_gbk() {
        let cmap = PredefinedCMap::named("GBK-EUC-H").expect("predefined");
        let (mut same, mut different) = (0, Vec::new());
        for code in 0x8140..=0xFEFE_u32 {
            let [_, _, high, low] = code.to_be_bytes();
            let bytes = [high, low];
            let (text, _, broken) = encoding_rs::GBK.decode(&bytes);
            let mut characters = text.chars();
            let (Some(expected), None, false) = (characters.next(), characters.next(), broken) else { continue };
            let Some(cid) = cmap.cid(code, 2) else { continue };
            if unicode_of_cid("GB1", cid) == Some(expected) {
                same += 1;
            } else if !('\u{E000}'..='\u{F8FF}').contains(&expected) {
                different.push(expected);
            }
        }
        assert!(same > 21_500, "{same}");
        assert!(different.len() < 60, "{different:?}");
        assert!(!different.iter().any(|character| ('\u{4E00}'..='\u{9FA5}').contains(character)), "{different:?}");
    }

    #[test]
    fn half_width_codes_are_ascii() {
        let cmap = PredefinedCMap::named("GBK-EUC-H").expect("predefined");
        for code in 0x21..=0x7D_u32 {
            let cid = cmap.cid(code, 1).expect("every ASCII code has a CID");
            assert_eq!(unicode_of_cid("GB1", cid), char::from_u32(code));
        }
    }

    #[test]
    fn mixed_codes_are_split_by_the_codespaces() {
        let gbk = PredefinedCMap::named("GBK-EUC-H").expect("predefined").codespaces();
        assert_eq!(split(b"\xca\xd5A", gbk), (0xCAD5, 2));
        assert_eq!(split(b"A\xca", gbk), (0x41, 1));
        assert_eq!(split(b"\xca", gbk), (0xCA, 1));
        let utf16 = PredefinedCMap::named("UniGB-UTF16-H").expect("predefined").codespaces();
        assert_eq!(split(b"\xd8\x40\xdc\x0bA", utf16), (0xD840_DC0B, 4));
    }

    #[test]
    fn a_vertical_cmap_changes_its_horizontal_one() {
        let (vertical, horizontal) =
            (PredefinedCMap::named("GBK-EUC-V").expect("predefined"), PredefinedCMap::named("GBK-EUC-H").expect("predefined"));
        // （ has a vertical form, 收 has none.
        assert_ne!(vertical.cid(0xA3A8, 2), horizontal.cid(0xA3A8, 2));
        assert_eq!(vertical.horizontal_cid(0xA3A8, 2), horizontal.cid(0xA3A8, 2));
        assert_eq!(vertical.cid(0xCAD5, 2), horizontal.cid(0xCAD5, 2));
    }
}
