//! Kinds whose trouble is how streams and objects are packed or locked.

use super::Made;
use super::file::{A4, File};
use super::flate::{png_up, zlib};
use super::fonts::{budget_table, glyph_face, identity, song, utf16_face};
use super::pen::Pen;

pub fn kinds() -> Vec<Made> {
    let mut kinds = vec![
        indirect_filter(),
        object_streams("object-streams", |place| place),
        object_streams("object-streams-bad-startxref", |place| place - 111),
    ];
    kinds.extend(encrypted());
    kinds
}

fn two_pens() -> (Pen, Pen) {
    let (mut first, mut second) = (Pen::new(), Pen::new());
    budget_table(&mut first, &utf16_face("F1"));
    second.write(&glyph_face("F2"), 16.0, 200.0, 780.0, "部门支出预算表");
    second.write(&glyph_face("F2"), 10.5, 72.0, 740.0, "2010301");
    second.write(&glyph_face("F2"), 10.5, 160.0, 740.0, "行政运行（基本支出）：1,234.56");
    (first, second)
}

/// /Filter and /DecodeParms are references, on the first page a name, on the second arrays whose members are references; and the
/// second page has a PNG predictor. A reader that looks at the dictionary's own values finds no filter and no text.
fn indirect_filter() -> Made {
    let mut file = File::new();
    let (song, embedded) = (song(&mut file), identity(&mut file, true));
    let resources = format!("/Font<</F1 {song} 0 R/F2 {embedded} 0 R>>");
    let (first, mut second) = two_pens();
    let filter = file.add("/FlateDecode");
    let plain = file.add("null");
    let contents = file.stream(format!("/Filter {filter} 0 R/DecodeParms {plain} 0 R"), zlib(&first.content));
    file.page_of(&A4, &resources, &format!("{contents} 0 R"), &first);

    let columns = file.add("12");
    let parameters = file.add(format!("<</Predictor 15/Columns {columns} 0 R>>"));
    let (filters, all_parameters) = (file.add(format!("[{filter} 0 R]")), file.add(format!("[{parameters} 0 R]")));
    while second.content.len() % 12 != 0 {
        second.content.push(b'\n');
    }
    let contents = file.stream(format!("/Filter {filters} 0 R/DecodeParms {all_parameters} 0 R"), zlib(&png_up(&second.content, 12)));
    file.page_of(&A4, &resources, &format!("{contents} 0 R"), &second);
    file.made("indirect-filter")
}

/// Catalog, pages and fonts are in an object stream and the cross-reference is a stream too, with a predictor. With a bad `startxref`
/// a search for `1 0 obj` finds only streams: the object stream must be unpacked in the search, or the table found by its /Type.
/// Fails: pdftotext does not open the one with the bad `startxref`.
fn object_streams(name: &'static str, startxref: fn(usize) -> usize) -> Made {
    let mut file = File::new();
    let (song, embedded) = (song(&mut file), identity(&mut file, true));
    let resources = format!("/Font<</F1 {song} 0 R/F2 {embedded} 0 R>>");
    let (first, second) = two_pens();
    for pen in [first, second] {
        let contents = file.packed("", &pen.content);
        file.page_of(&A4, &resources, &format!("{contents} 0 R"), &pen);
    }
    let bytes = file.with_object_streams(startxref);
    file.with_bytes(name, bytes)
}

/// Files that qpdf locked: tests/made_pdf/parts/make.py says how. The page is the lines of tests/made_pdf/parts/locked.txt in STSong-Light. The first
/// three open with the empty user password; the fourth wants the password `secret`, and nothing can be read of it without. The
/// collection's names in the font are strings, and locked too.
fn encrypted() -> Vec<Made> {
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    for line in include_str!("parts/locked.txt").lines() {
        let fields: Vec<&str> = line.split(' ').collect();
        let number = |place: usize| fields[place].parse().expect("a number");
        pen.write(&face, 12.0, number(0), number(1), fields[2]);
    }
    [
        // qpdf --encrypt "" owner 256
        ("encrypted-aes-256", include_bytes!("parts/aes-256.pdf").as_slice()),
        // qpdf --encrypt "" owner 128 --use-aes=y
        ("encrypted-aes-128", include_bytes!("parts/aes-128.pdf")),
        // qpdf --encrypt "" owner 128 --use-aes=n
        ("encrypted-rc4-128", include_bytes!("parts/rc4-128.pdf")),
        // qpdf --encrypt secret owner 256
        ("needs-password", include_bytes!("parts/needs-password.pdf")),
    ]
    .map(|(name, bytes)| {
        let pages = if name == "needs-password" { Vec::new() } else { vec![A4.page(&pen)] };
        Made { name, bytes: bytes.to_vec(), pages }
    })
    .into()
}
