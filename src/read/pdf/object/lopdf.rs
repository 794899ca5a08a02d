//! The first parser: `lopdf`. Eager, in safe Rust, quick for the files that most publishers make.

use ::lopdf::xref::XrefEntry;
use ::lopdf::{Document, LoadOptions};

use super::{DecodeFailure, Dictionary, Object, ObjectId, ObjectSource, Unpacked, decode};

/// A file as `lopdf` parsed it.
pub(crate) struct LopdfSource {
    document: Document,
}

/// Why `lopdf` did not open a file.
pub(crate) enum LopdfError {
    /// The empty user password does not open it.
    Password,
    /// Anything else, in lopdf's words.
    Broken(String),
}

impl LopdfSource {
    /// Parses a whole file. `rebuild` scans for objects instead of trusting the cross-reference table.
    pub(crate) fn open(bytes: &[u8], rebuild: bool, stream_limit: usize) -> Result<Self, LopdfError> {
        let options = LoadOptions { force_reconstruct: rebuild, max_decompressed_size: Some(stream_limit), ..LoadOptions::default() };
        let document = Document::load_mem_with_options(bytes, options).map_err(|error| match error {
            ::lopdf::Error::InvalidPassword | ::lopdf::Error::Decryption(::lopdf::encryption::DecryptionError::IncorrectPassword) => {
                LopdfError::Password
            }
            other => LopdfError::Broken(other.to_string()),
        })?;
        // A file with a real password "loads", with its encrypted objects left out.
        if document.is_encrypted() && document.encryption_state.is_none() {
            return Err(LopdfError::Password);
        }
        Ok(Self { document })
    }

    /// How the cross-reference table was repaired, if it was.
    pub(crate) fn repaired(&self) -> bool {
        self.document.xref_recovery.is_some()
    }

    fn is_freed(&self, id: ObjectId) -> bool {
        matches!(self.document.reference_table.get(id.number), Some(XrefEntry::Free | XrefEntry::UnusableFree))
    }

    fn find(&self, id: ObjectId) -> Option<&::lopdf::Object> {
        self.document.objects.get(&(id.number, id.generation))
    }
}

impl ObjectSource for LopdfSource {
    fn root(&self) -> Option<ObjectId> {
        self.document.trailer.get(b"Root").and_then(::lopdf::Object::as_reference).ok().map(object_id)
    }

    fn object(&self, id: ObjectId) -> Option<Object> {
        let Some(found) = self.find(id) else {
            // An object that an update has freed is null (ISO 32000-1, 7.5.4), not lost.
            return self.is_freed(id).then_some(Object::Null);
        };
        match found {
            // A stream whose /Length is no use keeps its place and loses its bytes: broken, not empty.
            ::lopdf::Object::Stream(stream)
                if stream.content.is_empty() && stream.dict.get(b"Length").and_then(::lopdf::Object::as_i64).ok() != Some(0) =>
            {
                None
            }
            object => Some(convert(object, id)),
        }
    }

    fn ids(&self) -> Vec<ObjectId> {
        self.document.objects.keys().copied().map(object_id).collect()
    }

    fn decoded(
        &self,
        id: ObjectId,
        filters: &[Vec<u8>],
        parameters: &[Option<Dictionary>],
        limit: usize,
    ) -> Result<Unpacked, DecodeFailure> {
        let Some(::lopdf::Object::Stream(stream)) = self.find(id) else { return Err(DecodeFailure::Missing) };
        decode(&stream.content, filters, parameters, limit)
    }

    fn len(&self) -> usize {
        self.document.objects.len()
    }
}

fn object_id((number, generation): ::lopdf::ObjectId) -> ObjectId {
    ObjectId { number, generation }
}

/// lopdf bounds the nesting of what it parses, so this recursion is bounded too.
fn convert(object: &::lopdf::Object, id: ObjectId) -> Object {
    match object {
        ::lopdf::Object::Null => Object::Null,
        ::lopdf::Object::Boolean(boolean) => Object::Boolean(*boolean),
        ::lopdf::Object::Integer(integer) => Object::Integer(*integer),
        ::lopdf::Object::Real(real) => Object::Real(f64::from(*real)),
        ::lopdf::Object::Name(name) => Object::Name(name.clone()),
        ::lopdf::Object::String(string, _) => Object::String(string.clone()),
        ::lopdf::Object::Array(items) => Object::Array(items.iter().map(|item| convert(item, id)).collect()),
        ::lopdf::Object::Dictionary(dictionary) => Object::Dictionary(convert_dictionary(dictionary, id)),
        ::lopdf::Object::Stream(stream) => Object::Stream(convert_dictionary(&stream.dict, id), id),
        ::lopdf::Object::Reference(reference) => Object::Reference(object_id(*reference)),
    }
}

fn convert_dictionary(dictionary: &::lopdf::Dictionary, id: ObjectId) -> Dictionary {
    let mut entries: Vec<_> = dictionary.iter().map(|(key, value)| (key.clone(), convert(value, id))).collect();
    // The other parser gives entries by key; the order must not tell them apart.
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    Dictionary(entries)
}
