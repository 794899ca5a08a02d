//! The object layer: what a PDF file is made of, whoever parsed it.
//!
//! Two parsers stand below one small trait. Both hand out the same [`Object`]s, so all that is above (page tree, fonts, content)
//! cannot tell them apart, and a test demands that it reads the same from both.

use std::cell::Cell;
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

mod filters;
mod hayro;
mod lopdf;

pub(crate) use filters::{DecodeFailure, Unpacked, decode};
pub(crate) use hayro::{HayroError, HayroSource};
pub(crate) use lopdf::{LopdfError, LopdfSource};

/// Number and generation of an indirect object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ObjectId {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

/// A PDF object with all that is directly inside it; references stay references.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    /// Rounded to `f32`, which is what both parsers give alike.
    Real(f64),
    Name(Vec<u8>),
    String(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The dictionary of a stream; its bytes are asked for by the id.
    Stream(Dictionary, ObjectId),
    Reference(ObjectId),
}

/// Entries in the order of the file. Dictionaries are short: a search along them beats hashing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dictionary(pub(crate) Vec<(Vec<u8>, Object)>);

impl Dictionary {
    /// The entry as it stands, perhaps a reference.
    pub(crate) fn entry(&self, key: &[u8]) -> Option<&Object> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, object)| object)
    }

    /// A number that equal dictionaries share.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hash_dictionary(self, &mut hasher);
        hasher.finish()
    }

    pub(crate) fn name(&self, key: &[u8]) -> Option<&[u8]> {
        self.entry(key).and_then(Object::as_name)
    }
}

impl Object {
    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match *self {
            #[expect(clippy::cast_precision_loss, reason = "coordinates and widths are small")]
            Self::Integer(integer) => Some(integer as f64),
            Self::Real(real) => Some(real),
            _ => None,
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a float that is no integer is none of the integers asked for")]
    pub(crate) fn as_integer(&self) -> Option<i64> {
        match *self {
            Self::Integer(integer) => Some(integer),
            Self::Real(real) if real.fract() == 0.0 => Some(real as i64),
            _ => None,
        }
    }

    /// A dictionary, or that of a stream.
    pub(crate) fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) | Self::Stream(dictionary, _) => Some(dictionary),
            _ => None,
        }
    }
}

fn hash_dictionary(dictionary: &Dictionary, hasher: &mut FxHasher) {
    for (key, value) in &dictionary.0 {
        hasher.write(key);
        hash(value, hasher);
    }
}

fn hash(object: &Object, hasher: &mut FxHasher) {
    match object {
        Object::Null => hasher.write_u8(0),
        Object::Boolean(boolean) => hasher.write_u8(1 + u8::from(*boolean)),
        Object::Integer(integer) => hasher.write_i64(*integer),
        Object::Real(real) => hasher.write_u64(real.to_bits()),
        Object::Name(bytes) | Object::String(bytes) => hasher.write(bytes),
        Object::Array(items) => items.iter().for_each(|item| hash(item, hasher)),
        Object::Dictionary(dictionary) | Object::Stream(dictionary, _) => hash_dictionary(dictionary, hasher),
        Object::Reference(id) => hasher.write_u32(id.number),
    }
}

/// A source that counts the bytes that it unpacks.
pub(crate) struct Counted<'s> {
    source: &'s dyn ObjectSource,
    bytes: Cell<usize>,
}

impl<'s> Counted<'s> {
    pub(crate) fn new(source: &'s dyn ObjectSource) -> Self {
        Self { source, bytes: Cell::new(0) }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.get()
    }
}

impl ObjectSource for Counted<'_> {
    fn root(&self) -> Option<ObjectId> {
        self.source.root()
    }

    fn object(&self, id: ObjectId) -> Option<Object> {
        self.source.object(id)
    }

    fn ids(&self) -> Vec<ObjectId> {
        self.source.ids()
    }

    fn decoded(
        &self,
        id: ObjectId,
        filters: &[Vec<u8>],
        parameters: &[Option<Dictionary>],
        limit: usize,
    ) -> Result<Unpacked, DecodeFailure> {
        let unpacked = self.source.decoded(id, filters, parameters, limit)?;
        self.bytes.set(self.bytes.get().saturating_add(unpacked.bytes.len()));
        Ok(unpacked)
    }

    fn len(&self) -> usize {
        self.source.len()
    }
}

/// A parsed file: whoever implements it knows where objects lie, how to decrypt them, and nothing of what they mean.
pub(crate) trait ObjectSource {
    /// The catalog, as the trailer names it.
    fn root(&self) -> Option<ObjectId>;
    /// One object, with all that is directly inside it; `None` where there is none or it is broken.
    fn object(&self, id: ObjectId) -> Option<Object>;
    /// All objects there are, in ascending order: for files whose page tree is lost.
    fn ids(&self) -> Vec<ObjectId>;
    /// Bytes of a stream, decrypted and with its filters undone, no longer than `limit`. `filters` and `parameters` are those
    /// of the stream with references resolved.
    fn decoded(
        &self,
        id: ObjectId,
        filters: &[Vec<u8>],
        parameters: &[Option<Dictionary>],
        limit: usize,
    ) -> Result<Unpacked, DecodeFailure>;
    /// How many objects the file has.
    fn len(&self) -> usize;
}

/// How deep references to references and direct objects are followed.
const DEPTH: usize = 32;

/// Following references, on top of any source.
pub(crate) trait Resolve {
    /// The object behind any chain of references.
    fn resolve(&self, object: &Object) -> Option<Object>;
    /// The entry of a dictionary, resolved; `None` also for null.
    fn get(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Object>;
    /// As [`Resolve::get`], where it is a dictionary or a stream's.
    fn dictionary(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Dictionary>;
    /// Numbers of an array, each resolved; `None` unless all are numbers.
    fn numbers(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<f64>>;
    /// All bytes of a stream, its filters undone.
    fn stream(&self, dictionary: &Dictionary, id: ObjectId, limit: usize) -> Result<Unpacked, DecodeFailure>;
}

impl<S: ObjectSource + ?Sized> Resolve for S {
    fn resolve(&self, object: &Object) -> Option<Object> {
        let Object::Reference(mut id) = *object else { return Some(object.clone()) };
        for _ in 0..DEPTH {
            match self.object(id)? {
                Object::Reference(next) => id = next,
                found => return Some(found),
            }
        }
        None
    }

    fn get(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Object> {
        self.resolve(dictionary.entry(key)?).filter(|object| *object != Object::Null)
    }

    fn dictionary(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Dictionary> {
        match self.get(dictionary, key)? {
            Object::Dictionary(found) | Object::Stream(found, _) => Some(found),
            _ => None,
        }
    }

    fn numbers(&self, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<f64>> {
        let Object::Array(items) = self.get(dictionary, key)? else { return None };
        items.iter().map(|item| self.resolve(item)?.as_number()).collect()
    }

    fn stream(&self, dictionary: &Dictionary, id: ObjectId, limit: usize) -> Result<Unpacked, DecodeFailure> {
        let list = |key: &[u8], short: &[u8]| match self.get(dictionary, key).or_else(|| self.get(dictionary, short)) {
            Some(Object::Array(items)) => items.iter().map(|item| self.resolve(item)).collect(),
            Some(single) => vec![Some(single)],
            None => Vec::new(),
        };
        let filters: Vec<Vec<u8>> =
            list(b"Filter", b"F").into_iter().filter_map(|filter| filter.as_ref().and_then(Object::as_name).map(<[u8]>::to_vec)).collect();
        let parameters: Vec<Option<Dictionary>> = list(b"DecodeParms", b"DP")
            .into_iter()
            .map(|parameters| {
                let Some(Object::Dictionary(parameters)) = parameters else { return None };
                let resolved = parameters.0.into_iter().map(|(key, value)| (key, self.resolve(&value).unwrap_or(Object::Null)));
                Some(Dictionary(resolved.collect()))
            })
            .collect();
        self.decoded(id, &filters, &parameters, limit)
    }
}
