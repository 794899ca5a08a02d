//! Opening a file: which parser reads it, and what is done when it is damaged.
//!
//! `lopdf` is the rule. `hayro-syntax` comes first for files of very many objects, which `lopdf` would parse one and all, and
//! second for damaged ones: a file whose cross-reference table had to be mended, whose pages refer to what is not there, or whose
//! page count is not what it says. Of several attempts the one with the most pages and characters is kept.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use memchr::memmem;
use rustc_hash::FxHashMap;

use super::content::{Token, Tokenizer, unescape_name};
use super::limits::{Budget, PdfLimits};
use super::object::{
    DecodeFailure, HayroError, HayroSource, LopdfError, LopdfSource, Object, ObjectId, ObjectSource, Resolve as _, decode,
};
use super::tree::PageTree;
use super::{PageReader, PdfDocument};
use crate::disclosure;
use crate::error::InputError;

/// The parser of the object layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Parser {
    /// The crate `lopdf`.
    Lopdf,
    /// The crate `hayro-syntax`.
    HayroSyntax,
    /// The crate `lopdf`, scanning the file for objects instead of trusting its cross-reference table.
    LopdfRebuilt,
}

impl Parser {
    /// Its name in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lopdf => "lopdf",
            Self::HayroSyntax => "hayro-syntax",
            Self::LopdfRebuilt => "lopdf, cross-reference table rebuilt",
        }
    }
}

/// How a file was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The parser whose reading was taken.
    pub parser: Parser,
    /// Why it was not simply the first; empty for a sound, ordinary file.
    pub reasons: Vec<RecoveryReason>,
}

impl From<&Recovery> for disclosure::Recovery {
    fn from(recovery: &Recovery) -> Self {
        Self { parser: recovery.parser.name().to_owned(), reasons: recovery.reasons.iter().map(RecoveryReason::message).collect() }
    }
}

/// Why a file was not read in the ordinary way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecoveryReason {
    /// More objects than the eager parser should parse.
    ManyObjects,
    /// A tagged file, most of whose objects describe its structure.
    Tagged,
    /// A parser did not open it.
    NotOpened {
        /// Which.
        parser: Parser,
        /// Its words.
        message: String,
    },
    /// The cross-reference table was broken; it was mended.
    CrossReferenceMended,
    /// Pages refer to objects that are not there or are broken.
    Unresolved {
        /// How many.
        references: usize,
    },
    /// The page tree gives another number of pages than it says.
    PageCount {
        /// `/Count`.
        stated: i64,
        /// Pages found.
        found: usize,
    },
    /// The catalog is lost with the end of the file.
    CatalogLost,
    /// The page tree is lost; pages were searched, in the order of their object numbers.
    PagesSearched,
}

impl RecoveryReason {
    /// What happened, in words.
    pub fn message(&self) -> String {
        match self {
            Self::ManyObjects => "the file has very many objects".to_owned(),
            Self::Tagged => "the file is tagged".to_owned(),
            Self::NotOpened { parser, message } => format!("{} could not open it: {message}", parser.name()),
            Self::CrossReferenceMended => {
                "the cross-reference table is broken and was mended; an older revision's objects may show".to_owned()
            }
            Self::Unresolved { references } => format!("{references} objects that pages refer to are missing or broken"),
            Self::PageCount { stated, found } => format!("the file says that it has {stated} pages, and {found} are found"),
            Self::CatalogLost => "the end of the file is missing, and its catalog with it: pages may be missing".to_owned(),
            Self::PagesSearched => {
                "the page tree is lost: pages were searched among all objects, and their order may not be the published one".to_owned()
            }
        }
    }

    /// Whether it tells of damage, not only of size.
    pub fn is_damage(&self) -> bool {
        !matches!(self, Self::ManyObjects | Self::Tagged)
    }
}

/// From so many objects on the lazy parser comes first.
const MANY_OBJECTS: u64 = 5_000;

/// An attempt that gave pages.
struct Attempt {
    parser: Parser,
    source: Box<dyn ObjectSource>,
    tree: PageTree,
    damage: Vec<RecoveryReason>,
    /// References of pages that do not resolve.
    unresolved: usize,
}

/// What an attempt that failed says.
enum Failure {
    Password,
    Broken(String),
}

pub(super) fn open(bytes: Vec<u8>, limits: &PdfLimits) -> Result<PdfDocument, InputError> {
    let bytes = Arc::new(bytes);
    let packed = packed_objects(&bytes);
    if packed == PackedObjects::TooMany {
        return Err(InputError::BrokenPdf { cause: "its object streams unpack to too many bytes".to_owned() });
    }
    let why_lazy = match packed {
        PackedObjects::Bytes(packed) if packed > EAGER_OBJECT_STREAMS => Some(RecoveryReason::ManyObjects),
        _ => lazy_first(&bytes),
    };
    let order = if why_lazy.is_some() {
        [Parser::HayroSyntax, Parser::Lopdf, Parser::LopdfRebuilt]
    } else {
        [Parser::Lopdf, Parser::HayroSyntax, Parser::LopdfRebuilt]
    };
    let mut reasons: Vec<RecoveryReason> = why_lazy.into_iter().collect();
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut password = false;
    for parser in order {
        let too_dear = match packed {
            PackedObjects::Bytes(packed) => parser != Parser::HayroSyntax && packed > EAGER_OBJECT_STREAMS,
            // Only the eager parser bounds what it unpacks.
            PackedObjects::Hidden | PackedObjects::TooMany => parser == Parser::HayroSyntax,
        };
        if too_dear {
            reasons.push(RecoveryReason::NotOpened { parser, message: "its object streams could not be bounded for it".to_owned() });
            continue;
        }
        match attempt(parser, &bytes, limits) {
            Ok(attempt) if attempt.damage.is_empty() && attempts.is_empty() => {
                return Ok(PdfDocument::new(attempt.source, attempt.tree, Recovery { parser, reasons }, *limits));
            }
            Ok(attempt) => attempts.push(attempt),
            Err(Failure::Password) => {
                password = true;
                reasons.push(RecoveryReason::NotOpened { parser, message: "a password is needed".to_owned() });
            }
            Err(Failure::Broken(message)) => reasons.push(RecoveryReason::NotOpened { parser, message }),
        }
    }
    if attempts.is_empty() && !password {
        // The end of the file is lost, and the catalog with it: given another, the objects that are left can be searched.
        let salvaged = Arc::new(with_new_end(&bytes));
        if let Ok(mut attempt) = attempt(Parser::LopdfRebuilt, &salvaged, limits) {
            attempt.damage = vec![RecoveryReason::CatalogLost, RecoveryReason::PagesSearched];
            attempts.push(attempt);
        }
    }
    // Why the first attempt was not simply taken, and what is wrong with the one that is.
    let first_damage = attempts.first().map(|attempt| attempt.damage.clone()).unwrap_or_default();
    let Some(best) = best(attempts, limits) else {
        if password {
            return Err(InputError::PasswordNeeded);
        }
        let cause = reasons.iter().filter(|reason| reason.is_damage()).map(RecoveryReason::message).collect::<Vec<_>>().join("; ");
        return Err(InputError::BrokenPdf { cause });
    };
    for reason in first_damage.into_iter().chain(best.damage) {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    // What another parser says of a file that this one opened is of no interest.
    reasons.retain(|reason| !matches!(reason, RecoveryReason::NotOpened { parser, .. } if after(order, best.parser, *parser)));
    Ok(PdfDocument::new(best.source, best.tree, Recovery { parser: best.parser, reasons }, *limits))
}

/// Whether `other` was only tried after `taken`.
fn after(order: [Parser; 3], taken: Parser, other: Parser) -> bool {
    let place = |parser| order.iter().position(|&known| known == parser);
    place(other) > place(taken)
}

/// Opens a file with one parser, whatever its damage: for comparing parsers.
pub(super) fn open_with(parser: Parser, bytes: Vec<u8>, limits: &PdfLimits) -> Option<PdfDocument> {
    let attempt = attempt(parser, &Arc::new(bytes), limits).ok()?;
    Some(PdfDocument::new(attempt.source, attempt.tree, Recovery { parser, reasons: attempt.damage }, *limits))
}

/// Whether, and why, the lazy parser comes first: judged by the bytes, before anything is parsed.
fn lazy_first(bytes: &[u8]) -> Option<RecoveryReason> {
    // An update may free objects, which the lazy parser shows all the same. A linearised file has two tables and no update.
    let linearised = memmem::find(bytes.get(..bytes.len().min(2048)).unwrap_or_default(), b"/Linearized").is_some();
    if memmem::find_iter(bytes, b"startxref").count() > 1 + usize::from(linearised) {
        return None;
    }
    if memmem::find(bytes, b"/StructTreeRoot").is_some() {
        return Some(RecoveryReason::Tagged);
    }
    let stated = memmem::rfind(bytes, b"/Size").and_then(|place| {
        let digits = bytes.get(place + 5..)?.iter().skip_while(|byte| byte.is_ascii_whitespace()).take_while(|byte| byte.is_ascii_digit());
        digits.take(12).try_fold(0_u64, |number, &digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
    });
    stated.is_some_and(|objects| objects > MANY_OBJECTS).then_some(RecoveryReason::ManyObjects)
}

fn attempt(parser: Parser, bytes: &Arc<Vec<u8>>, limits: &PdfLimits) -> Result<Attempt, Failure> {
    // A parser's panic is a failure of that parser, not of the run.
    let guarded = catch_unwind(AssertUnwindSafe(|| {
        let Parsed { source, mended, own_pages } = parse(parser, bytes, limits)?;
        let catalog = source.root().and_then(|root| source.object(root));
        let tree = PageTree::load(catalog.as_ref().and_then(Object::as_dictionary), source.as_ref(), limits.pages);
        if tree.pages.is_empty() {
            return Err(Failure::Broken("it has no pages".to_owned()));
        }
        let unresolved = unresolved_references(&tree, source.as_ref());
        let mut damage = Vec::new();
        if mended {
            damage.push(RecoveryReason::CrossReferenceMended);
        }
        if unresolved > 0 {
            damage.push(RecoveryReason::Unresolved { references: unresolved });
        }
        if tree.searched {
            damage.push(RecoveryReason::PagesSearched);
        }
        let found = tree.pages.len();
        if let Some(stated) = tree.stated_count.filter(|&stated| stated != i64::try_from(found).unwrap_or(i64::MAX)) {
            damage.push(RecoveryReason::PageCount { stated, found });
        } else if let Some(other) = own_pages.filter(|&other| other != found) {
            damage.push(RecoveryReason::PageCount { stated: i64::try_from(other).unwrap_or(i64::MAX), found });
        }
        Ok(Attempt { parser, source, tree, damage, unresolved })
    }));
    guarded.unwrap_or_else(|_| Err(Failure::Broken("it failed inside the parser".to_owned())))
}

/// The file with a catalog and a trailer at its end; the page tree that they name is empty, so that pages are searched.
fn with_new_end(bytes: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"\nendstream\nendobj\n999998 0 obj\n<</Type/Catalog/Pages 999999 0 R>>\nendobj\n\
        999999 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Size 1000000/Root 999998 0 R>>\nstartxref\n0\n%%EOF\n";
    let mut salvaged = Vec::with_capacity(bytes.len() + END.len());
    salvaged.extend_from_slice(bytes);
    salvaged.extend_from_slice(END);
    salvaged
}

/// A parsed file.
struct Parsed {
    source: Box<dyn ObjectSource>,
    /// Its cross-reference table was mended.
    mended: bool,
    /// How many pages the parser itself counts.
    own_pages: Option<usize>,
}

fn parse(parser: Parser, bytes: &Arc<Vec<u8>>, limits: &PdfLimits) -> Result<Parsed, Failure> {
    match parser {
        Parser::Lopdf | Parser::LopdfRebuilt => match LopdfSource::open(bytes, parser == Parser::LopdfRebuilt, limits.stream_bytes) {
            Ok(source) => {
                let mended = source.repaired();
                Ok(Parsed { source: Box::new(source), mended, own_pages: None })
            }
            Err(LopdfError::Password) => Err(Failure::Password),
            Err(LopdfError::Broken(message)) => Err(Failure::Broken(message)),
        },
        Parser::HayroSyntax => match HayroSource::open(Arc::clone(bytes)) {
            Ok(source) => {
                let own_pages = Some(source.page_count());
                // This parser mends a table without a word: whether it had to is seen from the file.
                Ok(Parsed { source: Box::new(source), mended: !has_table_where_stated(bytes), own_pages })
            }
            Err(HayroError::Password) => Err(Failure::Password),
            Err(HayroError::Broken) => Err(Failure::Broken("it is not a readable PDF".to_owned())),
        },
    }
}

/// Whether the last `startxref` leads to a cross-reference table or stream.
fn has_table_where_stated(bytes: &[u8]) -> bool {
    // Offsets count from the header, before which there may be junk.
    let header = memmem::find(bytes.get(..bytes.len().min(1024)).unwrap_or_default(), b"%PDF-").unwrap_or(0);
    let stated = memmem::rfind(bytes, b"startxref").and_then(|place| {
        let text = bytes.get(place + 9..)?.trim_ascii_start();
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).take(15);
        digits.fold(None, |number, digit| Some(number.unwrap_or(0) * 10 + usize::from(digit - b'0')))
    });
    let Some(stated) = stated else { return false };
    [stated, stated.saturating_add(header)].into_iter().any(|place| {
        let text = bytes.get(place..).unwrap_or_default();
        let head = text.get(..text.len().min(32)).unwrap_or_default().trim_ascii_start();
        let mut words = head.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        let is_number = |word: Option<&[u8]>| word.is_some_and(|word| word.iter().all(u8::is_ascii_digit));
        // `xref`, or the stream's `12 0 obj`.
        head.starts_with(b"xref")
            || is_number(words.next()) && is_number(words.next()) && words.next().is_some_and(|word| word.starts_with(b"obj"))
    })
}

/// What object streams and cross-reference streams, which parsers unpack by themselves, come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PackedObjects {
    /// So many bytes in all.
    Bytes(usize),
    /// One of them unpacks to more than is allowed.
    TooMany,
    /// It cannot be told: the file is encrypted.
    Hidden,
}

/// Most bytes that one object stream unpacks to, and all of a file together. A parsed object costs up to 70 times its bytes.
const OBJECT_STREAM: usize = 8 << 20;
const OBJECT_STREAMS: usize = 128 << 20;
/// From so many bytes in object streams on, the lazy parser comes first, and the eager one is not asked at all.
const EAGER_OBJECT_STREAMS: usize = 16 << 20;

/// Unpacks every object stream once, with a bound, before a parser may.
fn packed_objects(bytes: &[u8]) -> PackedObjects {
    let mut total = 0_usize;
    let mut any = false;
    for place in memmem::find_iter(bytes, b"stream") {
        // Not the end of one, and the dictionary before it must be that of objects; escaped names may hide what it is.
        let before = bytes.get(place.saturating_sub(DICTIONARY)..place).unwrap_or_default();
        let own = before.get(memmem::rfind(before, b"obj").unwrap_or(0)..).unwrap_or_default();
        if before.ends_with(b"end")
            || !(memmem::find(own, b"ObjStm").is_some() || memmem::find(own, b"XRef").is_some() || own.contains(&b'#'))
        {
            continue;
        }
        any = true;
        let data = bytes.get(place + 6..).unwrap_or_default();
        let data = data.strip_prefix(b"\r\n").or_else(|| data.strip_prefix(b"\n")).or_else(|| data.strip_prefix(b"\r")).unwrap_or(data);
        match decode(data, &filters_in(own), &[], OBJECT_STREAM) {
            Ok(unpacked) => total = total.saturating_add(unpacked.bytes.len()),
            Err(DecodeFailure::TooLarge) if !own.contains(&b'#') || memmem::find(own, b"ObjStm").is_some() => {
                return PackedObjects::TooMany;
            }
            Err(_) => {}
        }
        if total > OBJECT_STREAMS {
            return PackedObjects::TooMany;
        }
    }
    if any && memmem::find(bytes, b"/Encrypt").is_some() { PackedObjects::Hidden } else { PackedObjects::Bytes(total) }
}

/// No dictionary of an object stream is longer.
const DICTIONARY: usize = 1 << 16;

/// The names of filters in a dictionary's text.
fn filters_in(dictionary: &[u8]) -> Vec<Vec<u8>> {
    let mut filters = Vec::new();
    let mut inside = false;
    for token in Tokenizer::new(dictionary) {
        match token {
            Token::Name(b"Filter" | b"F") => inside = true,
            Token::Name(name) if inside => filters.push(unescape_name(name).into_owned()),
            Token::ArrayStart if inside => {}
            _ => inside = false,
        }
        // A single name is all; a list goes on to its end.
        if !filters.is_empty() && !inside {
            break;
        }
    }
    filters
}

/// Contents, resources, fonts and forms of pages that do not resolve, each object counted once.
fn unresolved_references(tree: &PageTree, source: &dyn ObjectSource) -> usize {
    let mut references = References { source, known: FxHashMap::default(), missing: tree.missing_kids };
    for page in &tree.pages {
        let contents = page.dictionary.entry(b"Contents").and_then(|contents| references.follow(contents, is_content));
        if let Some(Object::Array(parts)) = contents {
            for part in &parts {
                references.check(part, is_content);
            }
        }
        let resources = page.resources.as_ref().and_then(|resources| references.follow(resources, is_dictionary));
        let Some(Object::Dictionary(resources)) = resources else { continue };
        for (category, fits) in [(&b"Font"[..], is_dictionary as fn(&Object) -> bool), (b"XObject", is_content)] {
            let named = resources.entry(category).and_then(|entry| references.follow(entry, is_dictionary));
            if let Some(Object::Dictionary(named)) = named {
                for (_, entry) in &named.0 {
                    references.check(entry, fits);
                }
            }
        }
    }
    references.missing
}

fn is_content(object: &Object) -> bool {
    matches!(object, Object::Stream(..) | Object::Array(_))
}

fn is_dictionary(object: &Object) -> bool {
    matches!(object, Object::Dictionary(_))
}

/// References that have been followed.
struct References<'s> {
    source: &'s dyn ObjectSource,
    known: FxHashMap<ObjectId, bool>,
    missing: usize,
}

impl References<'_> {
    /// Follows a reference and sees whether what it refers to is there and of the right kind. Null is no damage. A reference to
    /// nothing is null too, by the letter, but looks like one to something broken: it is worth a second look.
    fn follow(&mut self, entry: &Object, fits: fn(&Object) -> bool) -> Option<Object> {
        let resolved = self.source.resolve(entry);
        let freed = resolved == Some(Object::Null);
        let found = resolved.filter(fits);
        if let Object::Reference(id) = entry
            && self.known.insert(*id, found.is_some()).is_none()
            && found.is_none()
            && !freed
        {
            self.missing += 1;
        }
        found
    }

    /// As [`References::follow`], each object once.
    fn check(&mut self, entry: &Object, fits: fn(&Object) -> bool) {
        if matches!(entry, Object::Reference(id) if self.known.contains_key(id)) {
            return;
        }
        // Parts of a font without which its codes have no characters or no widths.
        if let Some(Object::Dictionary(found)) = self.follow(entry, fits) {
            for key in [&b"ToUnicode"[..], b"Encoding", b"Widths", b"FontDescriptor", b"DescendantFonts"] {
                if let Some(part) = found.entry(key) {
                    self.check(part, |_| true);
                }
            }
        }
    }
}

/// The attempt with the most pages; of several, the one whose pages say most, then the one with the fewest gaps, then the first.
fn best(attempts: Vec<Attempt>, limits: &PdfLimits) -> Option<Attempt> {
    if attempts.len() < 2 {
        return attempts.into_iter().next();
    }
    let worth = |attempt: &Attempt| {
        let searched = attempt.tree.searched;
        let mut reader = PageReader::over(attempt.source.as_ref(), &attempt.tree, Budget::new(*limits));
        let mut characters = 0_usize;
        for index in 0..attempt.tree.pages.len() {
            let page = reader.page(index);
            characters += page.map_or(0, |page| page.glyphs.iter().filter(|glyph| glyph.text != super::Characters::UNKNOWN).count());
        }
        (characters, !searched, attempt.tree.pages.len(), usize::MAX - attempt.unresolved)
    };
    let worths: Vec<_> = attempts.iter().map(worth).collect();
    let top = worths.iter().max()?;
    let index = worths.iter().position(|worth| worth == top)?;
    attempts.into_iter().nth(index)
}
