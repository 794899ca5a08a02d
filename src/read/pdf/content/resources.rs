//! What content refers to by name: fonts, forms, graphics states, properties; read once a file.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::super::font::Font;
use super::super::limits::{Budget, Limit};
use super::super::object::{Counted, Dictionary, Object, ObjectId, ObjectSource, Resolve as _};

/// A resource dictionary, its categories resolved.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    pub(super) fonts: Dictionary,
    pub(super) x_objects: Dictionary,
    pub(super) graphics_states: Dictionary,
    pub(super) colour_spaces: Dictionary,
    pub(super) properties: Dictionary,
}

impl Resources {
    fn load(dictionary: &Dictionary, source: &dyn ObjectSource) -> Self {
        let category = |key: &[u8]| source.dictionary(dictionary, key).unwrap_or_default();
        Self {
            fonts: category(b"Font"),
            x_objects: category(b"XObject"),
            graphics_states: category(b"ExtGState"),
            colour_spaces: category(b"ColorSpace"),
            properties: category(b"Properties"),
        }
    }
}

/// A form, unpacked.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) content: Vec<u8>,
    pub(super) dictionary: Dictionary,
}

/// What pages of a file share.
pub(crate) struct FileContext<'s> {
    pub(crate) source: &'s dyn ObjectSource,
    pub(crate) budget: Budget,
    pub(crate) fonts: Vec<Font>,
    font_ids: FxHashMap<ObjectId, usize>,
    /// Fonts whose dictionaries stand in the resources themselves, by what they look like.
    direct_fonts: FxHashMap<u64, Vec<(Dictionary, usize)>>,
    missing_font: Option<usize>,
    resources: FxHashMap<ObjectId, Rc<Resources>>,
    /// Small forms that pages call again and again.
    pub(super) forms: FxHashMap<ObjectId, Rc<Form>>,
    forms_bytes: usize,
    /// Layers that are switched off.
    pub(super) hidden_layers: Vec<ObjectId>,
}

/// Most bytes of unpacked forms that are kept for other pages.
const FORMS_KEPT: usize = 8 << 20;

impl<'s> FileContext<'s> {
    pub(crate) fn new(source: &'s dyn ObjectSource, budget: Budget, catalog: &Dictionary) -> Self {
        Self {
            source,
            budget,
            fonts: Vec::new(),
            font_ids: FxHashMap::default(),
            direct_fonts: FxHashMap::default(),
            missing_font: None,
            resources: FxHashMap::default(),
            forms: FxHashMap::default(),
            forms_bytes: 0,
            hidden_layers: hidden_layers(catalog, source),
        }
    }

    /// The resources behind a reference, or given directly.
    pub(crate) fn resources(&mut self, object: &Object) -> Option<Rc<Resources>> {
        if let Object::Reference(id) = object {
            if let Some(known) = self.resources.get(id) {
                return Some(Rc::clone(known));
            }
            let resolved = self.source.resolve(object)?;
            let loaded = Rc::new(Resources::load(resolved.as_dictionary()?, self.source));
            self.resources.insert(*id, Rc::clone(&loaded));
            return Some(loaded);
        }
        Some(Rc::new(Resources::load(object.as_dictionary()?, self.source)))
    }

    /// The index of the font that resources know by a name.
    pub(super) fn font(&mut self, resources: &Resources, name: &[u8]) -> Result<Option<usize>, Limit> {
        resources.fonts.entry(name).map_or(Ok(None), |entry| self.font_of(entry))
    }

    /// The index of the font behind an entry: a reference, or a dictionary that stands there itself.
    pub(super) fn font_of(&mut self, entry: &Object) -> Result<Option<usize>, Limit> {
        if let Object::Reference(id) = entry {
            if let Some(&index) = self.font_ids.get(id) {
                return Ok(Some(index));
            }
            let index = self.load_font(entry)?;
            self.font_ids.extend(index.map(|index| (*id, index)));
            return Ok(index);
        }
        // Pages may bring the same dictionary again and again.
        let Object::Dictionary(dictionary) = entry else { return Ok(None) };
        let key = dictionary.fingerprint();
        let known = self.direct_fonts.get(&key).and_then(|fonts| fonts.iter().find(|(known, _)| known == dictionary));
        if let Some(&(_, index)) = known {
            return Ok(Some(index));
        }
        let index = self.load_font(entry)?;
        if let Some(index) = index {
            self.direct_fonts.entry(key).or_default().push((dictionary.clone(), index));
        }
        Ok(index)
    }

    /// A font that knows nothing, for text whose font is not there.
    pub(super) fn missing_font(&mut self) -> usize {
        if let Some(index) = self.missing_font {
            return index;
        }
        self.fonts.push(Font::missing());
        let index = self.fonts.len() - 1;
        self.missing_font = Some(index);
        index
    }

    fn load_font(&mut self, entry: &Object) -> Result<Option<usize>, Limit> {
        let Some(resolved) = self.source.resolve(entry) else { return Ok(None) };
        let Some(dictionary) = resolved.as_dictionary() else { return Ok(None) };
        self.budget.font()?;
        let counted = Counted::new(self.source);
        let font = Font::load(dictionary, &counted, self.budget.limits().stream_bytes);
        self.budget.unpacked(counted.bytes())?;
        self.fonts.push(font);
        Ok(Some(self.fonts.len() - 1))
    }

    pub(super) fn keep_form(&mut self, id: ObjectId, form: &Rc<Form>) {
        if self.forms_bytes + form.content.len() <= FORMS_KEPT {
            self.forms_bytes += form.content.len();
            self.forms.insert(id, Rc::clone(form));
        }
    }

    /// Whether an optional content group, or a membership of only hidden ones, is switched off.
    pub(crate) fn is_hidden(&self, group: &Object) -> bool {
        if self.hidden_layers.is_empty() {
            return false;
        }
        if let Object::Reference(id) = group
            && self.hidden_layers.contains(id)
        {
            return true;
        }
        let Some(Object::Dictionary(membership)) = self.source.resolve(group) else { return false };
        let hidden = |object: &Object| matches!(object, Object::Reference(id) if self.hidden_layers.contains(id));
        match membership.entry(b"OCGs") {
            Some(Object::Array(groups)) => {
                let policy = membership.name(b"P").unwrap_or(b"AnyOn");
                match policy {
                    b"AllOn" => groups.iter().any(hidden),
                    b"AnyOff" => !groups.iter().any(hidden),
                    b"AllOff" => !groups.iter().all(hidden),
                    _ => !groups.is_empty() && groups.iter().all(hidden),
                }
            }
            Some(group) => hidden(group),
            None => false,
        }
    }
}

/// The layers that the default configuration switches off.
fn hidden_layers(catalog: &Dictionary, source: &dyn ObjectSource) -> Vec<ObjectId> {
    let Some(properties) = source.dictionary(catalog, b"OCProperties") else { return Vec::new() };
    let Some(configuration) = source.dictionary(&properties, b"D") else { return Vec::new() };
    let list = |dictionary: &Dictionary, key: &[u8]| match source.get(dictionary, key) {
        Some(Object::Array(items)) => {
            items.iter().filter_map(|item| if let Object::Reference(id) = item { Some(*id) } else { None }).collect()
        }
        _ => Vec::new(),
    };
    let mut hidden = list(&configuration, b"OFF");
    if configuration.name(b"BaseState") == Some(b"OFF") {
        let shown = list(&configuration, b"ON");
        hidden.extend(list(&properties, b"OCGs").into_iter().filter(|id| !shown.contains(id)));
    }
    hidden
}
