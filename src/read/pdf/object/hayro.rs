//! The second parser: `hayro-syntax`. Lazy, so it is far quicker for files of very many objects, and it mends single wrong
//! entries of a cross-reference table. It has no limit on what a stream unpacks to: what it unpacks by itself (object streams)
//! is checked before it may open a file, all other streams are unpacked here.

use std::sync::Arc;

use hayro_syntax::object::{Array, Dict, MaybeRef, Object as HayroObject, ObjectIdentifier, Stream};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::{DecodeFailure, Dictionary, Object, ObjectId, ObjectSource, Unpacked, decode};

/// A file as `hayro-syntax` sees it.
pub(crate) struct HayroSource {
    pdf: Pdf,
}

/// Why `hayro-syntax` did not open a file.
pub(crate) enum HayroError {
    /// The empty user password does not open it.
    Password,
    /// Anything else.
    Broken,
}

/// How deep direct objects may nest.
const DEPTH: usize = 64;

impl HayroSource {
    /// Opens a file; nothing but its cross-reference table and page tree is parsed yet.
    pub(crate) fn open(bytes: Arc<Vec<u8>>) -> Result<Self, HayroError> {
        match Pdf::new(bytes) {
            Ok(pdf) => Ok(Self { pdf }),
            Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected)) => Err(HayroError::Password),
            Err(_) => Err(HayroError::Broken),
        }
    }

    /// How many pages this parser itself finds.
    pub(crate) fn page_count(&self) -> usize {
        self.pdf.pages().len()
    }
}

fn identifier(id: ObjectId) -> ObjectIdentifier {
    ObjectIdentifier::new(id.number, i32::from(id.generation))
}

fn object_id(identifier: ObjectIdentifier) -> Option<ObjectId> {
    Some(ObjectId { number: identifier.obj_number, generation: u16::try_from(identifier.gen_number).ok()? })
}

impl ObjectSource for HayroSource {
    fn root(&self) -> Option<ObjectId> {
        object_id(self.pdf.xref().root_id())
    }

    fn object(&self, id: ObjectId) -> Option<Object> {
        let object = self.pdf.xref().get::<HayroObject<'_>>(identifier(id))?;
        Some(convert(&object, id, DEPTH))
    }

    fn ids(&self) -> Vec<ObjectId> {
        let own = |object: HayroObject<'_>| match object {
            HayroObject::Dict(dictionary) => dictionary.obj_id(),
            HayroObject::Stream(stream) => Some(stream.obj_id()),
            _ => None,
        };
        let mut ids: Vec<ObjectId> = self.pdf.objects().into_iter().filter_map(own).filter_map(object_id).collect();
        ids.sort_unstable();
        ids
    }

    fn decoded(
        &self,
        id: ObjectId,
        filters: &[Vec<u8>],
        parameters: &[Option<Dictionary>],
        limit: usize,
    ) -> Result<Unpacked, DecodeFailure> {
        let stream = self.pdf.xref().get::<Stream<'_>>(identifier(id)).ok_or(DecodeFailure::Missing)?;
        decode(&stream.raw_data(), filters, parameters, limit)
    }

    fn len(&self) -> usize {
        self.pdf.len()
    }
}

fn convert(object: &HayroObject<'_>, id: ObjectId, depth: usize) -> Object {
    let Some(depth) = depth.checked_sub(1) else { return Object::Null };
    match object {
        HayroObject::Null(_) => Object::Null,
        HayroObject::Boolean(boolean) => Object::Boolean(*boolean),
        HayroObject::Number(number) => {
            let real = number.as_f64();
            #[expect(clippy::cast_precision_loss, reason = "only to tell integers from reals")]
            let integral = number.as_i64() as f64;
            // The other parser keeps reals as `f32`; both must give the same.
            #[expect(clippy::float_cmp, reason = "exactly integral or not")]
            if integral == real { Object::Integer(number.as_i64()) } else { Object::Real(f64::from(number.as_f32())) }
        }
        HayroObject::String(string) => Object::String(string.as_bytes().to_vec()),
        HayroObject::Name(name) => Object::Name(name.as_ref().to_vec()),
        HayroObject::Array(array) => Object::Array(convert_array(array, id, depth)),
        HayroObject::Dict(dictionary) => Object::Dictionary(convert_dictionary(dictionary, id, depth)),
        HayroObject::Stream(stream) => Object::Stream(convert_dictionary(stream.dict(), id, depth), id),
    }
}

fn convert_array(array: &Array<'_>, id: ObjectId, depth: usize) -> Vec<Object> {
    array.raw_iter().map(|item| convert_item(&item, id, depth)).collect()
}

fn convert_dictionary(dictionary: &Dict<'_>, id: ObjectId, depth: usize) -> Dictionary {
    Dictionary(dictionary.entries().map(|(key, value)| (key.as_ref().to_vec(), convert_item(&value, id, depth))).collect())
}

fn convert_item(item: &MaybeRef<HayroObject<'_>>, id: ObjectId, depth: usize) -> Object {
    match item {
        MaybeRef::Ref(reference) => object_id((*reference).into()).map_or(Object::Null, Object::Reference),
        MaybeRef::NotRef(object) => convert(object, id, depth),
    }
}
