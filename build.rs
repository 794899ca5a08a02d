//! What is compiled into the program beside the code: the grammars, and the character maps of East Asian PDF fonts as tables
//! that are searched where they lie, so that reading the first page needs no unpacking.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a build that cannot go on stops")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use hayro_cmap::{BfString, CMap, CMapName, load_embedded};

/// The predefined CMaps of ISO 32000-1, table 118, without the Identity ones.
const PREDEFINED: &str = "GB-EUC-H GB-EUC-V GBpc-EUC-H GBpc-EUC-V GBK-EUC-H GBK-EUC-V GBKp-EUC-H GBKp-EUC-V GBK2K-H GBK2K-V \
    UniGB-UCS2-H UniGB-UCS2-V UniGB-UTF16-H UniGB-UTF16-V B5pc-H B5pc-V HKscs-B5-H HKscs-B5-V ETen-B5-H ETen-B5-V ETenms-B5-H \
    ETenms-B5-V CNS-EUC-H CNS-EUC-V UniCNS-UCS2-H UniCNS-UCS2-V UniCNS-UTF16-H UniCNS-UTF16-V 83pv-RKSJ-H 90ms-RKSJ-H 90ms-RKSJ-V \
    90msp-RKSJ-H 90msp-RKSJ-V 90pv-RKSJ-H Add-RKSJ-H Add-RKSJ-V EUC-H EUC-V Ext-RKSJ-H Ext-RKSJ-V H V UniJIS-UCS2-H UniJIS-UCS2-V \
    UniJIS-UCS2-HW-H UniJIS-UCS2-HW-V UniJIS-UTF16-H UniJIS-UTF16-V KSC-EUC-H KSC-EUC-V KSCms-UHC-H KSCms-UHC-V KSCms-UHC-HW-H \
    KSCms-UHC-HW-V KSCpc-EUC-H UniKS-UCS2-H UniKS-UCS2-V UniKS-UTF16-H UniKS-UTF16-V";

/// The character collections, with the CMap that takes their CIDs to Unicode.
const COLLECTIONS: [(&str, &str); 4] =
    [("GB1", "Adobe-GB1-UCS2"), ("CNS1", "Adobe-CNS1-UCS2"), ("Japan1", "Adobe-Japan1-UCS2"), ("Korea1", "Adobe-Korea1-UCS2")];

/// Codes `start..=start + more` have the CIDs from `cid` on.
struct Range {
    start: u32,
    more: u16,
    cid: u16,
}

fn main() {
    println!("cargo:rerun-if-changed=grammars");
    println!("cargo:rerun-if-changed=build.rs");
    let folder = env::var("OUT_DIR").expect("cargo gives every build script a folder");
    let mut data = Vec::new();
    let mut index =
        String::from("/// Predefined CMaps: name, the CMap below (vertical ones hold only what differs), tables by length of code.\n");
    let unreadable = "#[allow(clippy::unreadable_literal, reason = \"written by the build script\")]";
    let _ = writeln!(index, "{unreadable}\npub(super) static PREDEFINED: &[PredefinedCMap] = &[");
    let mut whole: BTreeMap<&str, [Vec<Range>; 4]> = BTreeMap::new();
    for name in PREDEFINED.split_whitespace() {
        whole.insert(name, ranges(&load(name)));
    }
    for (name, by_length) in &whole {
        let below = name.strip_suffix('V').map(|stem| format!("{stem}H")).filter(|below| whole.contains_key(below.as_str()));
        let mut places = Vec::new();
        for (length, ranges) in by_length.iter().enumerate() {
            let inherited: &[Range] = below.as_ref().map_or(&[], |below| &whole[below.as_str()][length]);
            let own = without(ranges, inherited);
            places.push((data.len(), own.len()));
            for range in own {
                data.extend_from_slice(&range.start.to_be_bytes());
                data.extend_from_slice(&range.more.to_be_bytes());
                data.extend_from_slice(&range.cid.to_be_bytes());
            }
        }
        let _ = writeln!(index, "    PredefinedCMap {{ name: {name:?}, below: {below:?}, tables: {places:?} }},");
    }
    let _ = writeln!(index, "];\n/// Character collections: ordering, place of the table of Unicode scalar values by CID, and its length.");
    let _ = writeln!(index, "{unreadable}\npub(super) static COLLECTIONS: &[(&str, usize, usize)] = &[");
    for (ordering, name) in COLLECTIONS {
        let map = load(name);
        let mut unicode: Vec<u32> = (0..=u32::from(u16::MAX))
            .map(|cid| match map.lookup_bf_string(cid) {
                Some(BfString::Char(character)) => u32::from(character),
                // A few CIDs of Japan1 stand for several characters; no disclosure has them.
                Some(BfString::String(_)) | None => 0,
            })
            .collect();
        unicode.truncate(unicode.iter().rposition(|&value| value != 0).map_or(0, |last| last + 1));
        let _ = writeln!(index, "    ({ordering:?}, {}, {}),", data.len(), unicode.len());
        data.extend(unicode.iter().flat_map(|value| value.to_be_bytes()));
    }
    let _ = writeln!(index, "];");
    fs::write(Path::new(&folder).join("cmaps.bin"), data).expect("the build folder can be written");
    fs::write(Path::new(&folder).join("cmaps.rs"), index).expect("the build folder can be written");
}

fn load(name: &str) -> CMap {
    let lookup = |name: CMapName<'_>| load_embedded(name);
    let bytes = lookup(CMapName::from_bytes(name.as_bytes())).unwrap_or_else(|| panic!("no CMap {name}"));
    CMap::parse(bytes, lookup).unwrap_or_else(|| panic!("the CMap {name} cannot be parsed"))
}

/// All codes of a CMap as runs, by length of code in bytes. Codes of three bytes are not in use; those of four bytes are
/// surrogate pairs, GB 18030 and CNS 11643.
fn ranges(map: &CMap) -> [Vec<Range>; 4] {
    let four = (0xD800_DC00..=0xD87F_DFFFu32)
        .filter(|code| (0xDC00..=0xDFFF).contains(&(code & 0xFFFF)))
        .chain((0x8EA1_A1A1..=0x8EA7_FEFE).filter(|code| code & 0x8080 == 0x8080))
        .chain((0x8130_8130..=0x8439_FE39).chain(0x9030_8130..=0x9839_FE39).filter(|code| {
            let [_, second, third, fourth] = u32::to_be_bytes(*code);
            (0x30..=0x39).contains(&second) && (0x81..=0xFE).contains(&third) && (0x30..=0x39).contains(&fourth)
        }));
    [runs(map, 1, 0..=0xFF), runs(map, 2, 0..=0xFFFF), Vec::new(), runs(map, 4, four)]
}

fn runs(map: &CMap, length: u8, codes: impl Iterator<Item = u32>) -> Vec<Range> {
    let mut runs: Vec<Range> = Vec::new();
    for code in codes {
        let Some(cid) = map.lookup_cid_code(code, length).and_then(|cid| u16::try_from(cid).ok()) else { continue };
        if let Some(last) = runs.last_mut()
            && last.start + u32::from(last.more) + 1 == code
            && u32::from(last.cid) + u32::from(last.more) + 1 == u32::from(cid)
            && last.more < u16::MAX
        {
            last.more += 1;
        } else {
            runs.push(Range { start: code, more: 0, cid });
        }
    }
    runs
}

/// The ranges that are not in `inherited` as they are: what a vertical CMap changes of its horizontal one.
fn without<'a>(ranges: &'a [Range], inherited: &[Range]) -> Vec<&'a Range> {
    let lookup = |code: u32| {
        let index = inherited.partition_point(|range| range.start <= code).checked_sub(1)?;
        let range = &inherited[index];
        let offset = code - range.start;
        (offset <= u32::from(range.more)).then(|| u32::from(range.cid) + offset)
    };
    ranges
        .iter()
        .filter(|range| (0..=u32::from(range.more)).any(|offset| lookup(range.start + offset) != Some(u32::from(range.cid) + offset)))
        .collect()
}
