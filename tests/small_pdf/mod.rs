//! Small PDF files for tests of one thing each: a page, its content, a font, and forms.

#![allow(dead_code, unreachable_pub, clippy::expect_used, reason = "code for tests, of which each takes what it needs")]

use std::fmt::Write as _;

use gongkai::read::pdf::{Page, PdfDocument, PdfLimits};

/// A file of numbered objects; the first is the catalog.
pub fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(bytes.len());
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    let mut end = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(end, "{place:010} 00000 n ");
    }
    let _ = write!(end, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    bytes.extend_from_slice(end.as_bytes());
    bytes
}

pub fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dictionary}/Length {}>>\nstream\n", data.len()).into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

/// One page that shows `content` with the font `F` and the forms given, objects 6 and on.
pub fn page_with(content: Vec<u8>, forms: Vec<Vec<u8>>) -> Vec<u8> {
    let names: String = (0..forms.len()).fold(String::new(), |mut names, index| {
        let _ = write!(names, "/X{index} {} 0 R", index + 6);
        names
    });
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<<{names}>>>>>>").into_bytes(),
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    objects.extend(forms);
    file(&objects)
}

pub fn text(page: &Page) -> String {
    page.glyphs.iter().fold(String::new(), |mut text, glyph| {
        glyph.text.push_to(&mut text);
        text
    })
}

pub fn read(bytes: Vec<u8>, limits: &PdfLimits) -> Page {
    let document = PdfDocument::open(bytes, limits).expect("opens");
    document.reader().page(0).expect("has a page")
}

/// What every form begins with.
pub const FORM: &str = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]";
