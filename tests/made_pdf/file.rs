//! The file around the pages: objects, streams, cross-reference tables and streams. Kept open enough that damage can be done.

use super::flate::{png_up, zlib};
use super::pen::Pen;
use super::{Made, MadeGlyph, MadePage};

/// The page's boxes and its turn, in degrees clockwise.
#[derive(Clone, Copy)]
pub struct Sheet {
    pub media: [f64; 4],
    pub crop: Option<[f64; 4]>,
    pub turn: u16,
}

pub const A4: Sheet = Sheet { media: [0.0, 0.0, 595.0, 842.0], crop: None, turn: 0 };

impl Sheet {
    /// What a reader must find of what the pen drew, seen from the top left corner of the turned page.
    pub fn page(&self, pen: &Pen) -> MadePage {
        let [x0, y0, x1, y1] = self.crop.unwrap_or(self.media);
        let see = |x: f64, y: f64| match self.turn {
            90 => (y - y0, x - x0),
            180 => (x1 - x, y - y0),
            270 => (y1 - y, x1 - x),
            _ => (x - x0, y1 - y),
        };
        let (width, height) = if self.turn.is_multiple_of(180) { (x1 - x0, y1 - y0) } else { (y1 - y0, x1 - x0) };
        let glyphs = pen.glyphs.iter().map(|glyph| {
            let (x, y) = see(glyph.x, glyph.y);
            MadeGlyph { text: glyph.text.clone(), x, y }
        });
        let rules = pen.rules.iter().map(|&[x0, y0, x1, y1]| {
            let ((x0, y0), (x1, y1)) = (see(x0, y0), see(x1, y1));
            [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
        });
        MadePage { width, height, glyphs: glyphs.collect(), rules: rules.collect() }
    }
}

pub fn rectangle(name: &str, bounds: [f64; 4]) -> String {
    format!("/{name}[{}]", bounds.map(|bound| bound.to_string()).join(" "))
}

enum Object {
    Plain(String),
    Stream { entries: String, data: Vec<u8> },
}

const CATALOG: usize = 1;
const PAGES: usize = 2;

/// Objects by number, from 1: the catalog, the Pages node, and whatever is added.
pub struct File {
    objects: Vec<Object>,
    kids: Vec<usize>,
    pages: Vec<MadePage>,
}

/// Objects set one after another, before the cross-reference table.
pub struct Laid {
    pub bytes: Vec<u8>,
    /// Where the objects start, from object 1.
    pub offsets: Vec<usize>,
}

impl Laid {
    /// The objects with a cross-reference table that says `offsets`, and a trailer.
    pub fn finished(self) -> Vec<u8> {
        let Self { mut bytes, offsets } = self;
        let (start, size) = (bytes.len(), offsets.len() + 1);
        let mut tail = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in offsets {
            tail += &format!("{offset:010} 00000 n \n");
        }
        tail += &format!("trailer\n<</Size {size}/Root {CATALOG} 0 R>>\nstartxref\n{start}\n%%EOF\n");
        bytes.extend(tail.into_bytes());
        bytes
    }
}

impl File {
    pub fn new() -> Self {
        let objects = vec![Object::Plain(format!("<</Type/Catalog/Pages {PAGES} 0 R>>")), Object::Plain(String::new())];
        let mut file = Self { objects, kids: Vec::new(), pages: Vec::new() };
        file.inherit("");
        file
    }

    pub fn add(&mut self, body: impl Into<String>) -> usize {
        self.objects.push(Object::Plain(body.into()));
        self.objects.len()
    }

    pub fn stream(&mut self, entries: impl Into<String>, data: impl Into<Vec<u8>>) -> usize {
        self.objects.push(Object::Stream { entries: entries.into(), data: data.into() });
        self.objects.len()
    }

    /// A stored-deflate stream.
    pub fn packed(&mut self, entries: &str, data: &[u8]) -> usize {
        self.stream(format!("{entries}/Filter/FlateDecode"), zlib(data))
    }

    /// Gives the Pages node entries for the pages to inherit.
    fn inherit(&mut self, entries: &str) {
        let kids: String = self.kids.iter().map(|kid| format!("{kid} 0 R ")).collect();
        let node = format!("<</Type/Pages/Kids[{kids}]/Count {}{entries}>>", self.kids.len());
        self.objects[PAGES - 1] = Object::Plain(node);
    }

    /// A page whose content stream and boxes are its own. `resources` is what stands between the brackets of /Resources.
    pub fn page(&mut self, sheet: &Sheet, resources: &str, pen: &Pen) -> usize {
        let contents = self.stream("", pen.content.clone());
        self.page_of(sheet, resources, &format!("{contents} 0 R"), pen);
        contents
    }

    /// A page of content streams that have been added already; `pen` only tells what is on them.
    pub fn page_of(&mut self, sheet: &Sheet, resources: &str, contents: &str, pen: &Pen) {
        let mut own = rectangle("MediaBox", sheet.media);
        own += &sheet.crop.map_or_else(String::new, |crop| rectangle("CropBox", crop));
        if sheet.turn != 0 {
            own += &format!("/Rotate {}", sheet.turn);
        }
        self.page_with(sheet, &own, "", resources, contents, pen);
    }

    /// A page whose dictionary has `own` and whose parent has `inherited`.
    pub fn page_with(&mut self, sheet: &Sheet, own: &str, inherited: &str, resources: &str, contents: &str, pen: &Pen) {
        let page = self.add(format!("<</Type/Page/Parent {PAGES} 0 R{own}/Resources<<{resources}>>/Contents {contents}>>"));
        self.kids.push(page);
        self.pages.push(sheet.page(pen));
        self.inherit(inherited);
    }

    /// The file, whole.
    pub fn made(self, name: &'static str) -> Made {
        let bytes = self.laid(|length| length).finished();
        self.with_bytes(name, bytes)
    }

    /// The pages of this file with bytes that are not quite its own.
    pub fn with_bytes(self, name: &'static str, bytes: Vec<u8>) -> Made {
        Made { name, bytes, pages: self.pages }
    }

    /// The numbers of the objects that are streams.
    pub fn streams(&self) -> Vec<usize> {
        (1..=self.objects.len()).filter(|&number| matches!(self.objects[number - 1], Object::Stream { .. })).collect()
    }

    /// All objects; `length` makes the /Length that is written out of the true one.
    pub fn laid(&self, length: fn(usize) -> usize) -> Laid {
        let mut laid = Laid { bytes: header(), offsets: Vec::new() };
        for (place, object) in self.objects.iter().enumerate() {
            laid.offsets.push(laid.bytes.len());
            lay(&mut laid.bytes, place + 1, object, length);
        }
        laid
    }

    /// The file with all that is not a stream in an object stream, and a cross-reference stream with a predictor; both packed.
    /// `startxref` makes the place of the cross-reference stream that is written out of the true one.
    pub fn with_object_streams(&self, startxref: fn(usize) -> usize) -> Vec<u8> {
        let mut bytes = header();
        let (holder, table) = (self.objects.len() + 1, self.objects.len() + 2);
        let (mut index, mut held, mut count) = (String::new(), String::new(), 0);
        // Of each object from 0: its kind, then where it is, then its generation or its place in the object stream.
        let mut entries = vec![(0_u8, 0_usize, 255_usize)];
        for (place, object) in self.objects.iter().enumerate() {
            match object {
                Object::Stream { .. } => {
                    entries.push((1, bytes.len(), 0));
                    lay(&mut bytes, place + 1, object, |length| length);
                }
                Object::Plain(body) => {
                    entries.push((2, holder, count));
                    index += &format!("{} {} ", place + 1, held.len());
                    held += &format!("{body}\n");
                    count += 1;
                }
            }
        }
        entries.push((1, bytes.len(), 0));
        let first = index.len();
        let data = zlib((index + &held).as_bytes());
        let entries_of_holder = format!("/Type/ObjStm/N {count}/First {first}/Filter/FlateDecode");
        lay(&mut bytes, holder, &Object::Stream { entries: entries_of_holder, data }, |length| length);
        let start = bytes.len();
        entries.push((1, start, 0));
        let mut rows = Vec::new();
        for (kind, middle, last) in entries {
            rows.push(kind);
            rows.extend(u16::try_from(middle).expect("a small file").to_be_bytes());
            rows.push(u8::try_from(last).expect("few objects"));
        }
        let entries_of_table =
            format!("/Type/XRef/Size {}/W[1 2 1]/Root {CATALOG} 0 R/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>", table + 1);
        let data = zlib(&png_up(&rows, 4));
        lay(&mut bytes, table, &Object::Stream { entries: entries_of_table, data }, |length| length);
        bytes.extend(format!("startxref\n{}\n%%EOF\n", startxref(start)).into_bytes());
        bytes
    }
}

fn header() -> Vec<u8> {
    b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec()
}

fn lay(bytes: &mut Vec<u8>, number: usize, object: &Object, length: fn(usize) -> usize) {
    bytes.extend(format!("{number} 0 obj\n").into_bytes());
    match object {
        Object::Plain(body) => bytes.extend(body.as_bytes()),
        Object::Stream { entries, data } => {
            bytes.extend(format!("<<{entries}/Length {}>>\nstream\n", length(data.len())).into_bytes());
            bytes.extend(data);
            bytes.extend(b"\nendstream");
        }
    }
    bytes.extend(b"\nendobj\n");
}
