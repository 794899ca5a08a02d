//! The page tree (ISO 32000-1, 7.7.3): the pages in order, with the attributes that they inherit.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::geometry::{Bounds, Matrix};
use super::object::{Dictionary, Object, ObjectId, ObjectSource, Resolve as _};

/// A page and what it inherits.
#[derive(Clone, Debug)]
pub(crate) struct PageNode {
    pub(crate) dictionary: Dictionary,
    pub(crate) resources: Option<Rc<Object>>,
    media_box: Option<Bounds>,
    crop_box: Option<Bounds>,
    rotate: i64,
}

/// The pages of a file.
#[derive(Debug, Default)]
pub(crate) struct PageTree {
    pub(crate) pages: Vec<PageNode>,
    /// `/Count` of the root.
    pub(crate) stated_count: Option<i64>,
    /// Kids that are not there, or are no page.
    pub(crate) missing_kids: usize,
    /// Kids that stand a second time: a loop, or a page shared.
    pub(crate) repeated_kids: usize,
    /// The tree gave nothing; pages were searched among all objects, in the order of their numbers.
    pub(crate) searched: bool,
    /// More pages than the limit.
    pub(crate) too_many: bool,
}

#[derive(Clone, Default)]
struct Inherited {
    resources: Option<Rc<Object>>,
    media_box: Option<Bounds>,
    crop_box: Option<Bounds>,
    rotate: Option<i64>,
}

/// Nodes of a page tree, pages not counted: a tree of so many is no tree.
const MOST_NODES: usize = 100_000;
/// How deep the tree may be.
const MOST_DEPTH: usize = 1_000;

impl PageTree {
    /// Walks the tree below the catalog.
    pub(crate) fn load(catalog: Option<&Dictionary>, source: &dyn ObjectSource, most_pages: usize) -> Self {
        let mut tree = Self::default();
        if let Some(root) = catalog.and_then(|catalog| catalog.entry(b"Pages")) {
            tree.walk(root, source, most_pages);
        }
        if tree.pages.is_empty() {
            tree.search(source, most_pages);
        }
        tree
    }

    fn walk(&mut self, root: &Object, source: &dyn ObjectSource, most_pages: usize) {
        let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
        let mut nodes = 0;
        // The kids that are still to come, of every node that is open, with what they inherit.
        let mut open = vec![(vec![root.clone()].into_iter(), Inherited::default())];
        while let Some((kids, inherited)) = open.last_mut() {
            let Some(entry) = kids.next() else {
                open.pop();
                continue;
            };
            if let Object::Reference(id) = entry
                && !seen.insert(id)
            {
                self.repeated_kids += 1;
                continue;
            }
            let Some(Object::Dictionary(node)) = source.resolve(&entry) else {
                self.missing_kids += 1;
                continue;
            };
            if self.stated_count.is_none() {
                self.stated_count = source.get(&node, b"Count").and_then(|count| count.as_integer());
            }
            let inherited = inherited.with(&node, source);
            let kids = match source.get(&node, b"Kids") {
                Some(Object::Array(kids)) if node.name(b"Type") != Some(b"Page") => kids,
                _ => {
                    if node.name(b"Type") == Some(b"Pages") {
                        // An inner node without kids has no page.
                        continue;
                    }
                    if self.pages.len() >= most_pages {
                        self.too_many = true;
                        return;
                    }
                    self.pages.push(inherited.page(node));
                    continue;
                }
            };
            nodes += 1;
            if nodes > MOST_NODES || open.len() > MOST_DEPTH {
                self.too_many = true;
                return;
            }
            open.push((kids.into_iter(), inherited));
        }
    }

    fn search(&mut self, source: &dyn ObjectSource, most_pages: usize) {
        self.searched = true;
        for id in source.ids() {
            let Some(Object::Dictionary(dictionary)) = source.object(id) else { continue };
            if dictionary.name(b"Type") == Some(b"Page") && self.pages.len() < most_pages {
                let mut inherited = Inherited::default();
                // What its parents say, as far as they are there.
                let mut parents = Vec::new();
                let mut parent = source.dictionary(&dictionary, b"Parent");
                while let Some(node) = parent.take()
                    && parents.len() < 32
                {
                    parent = source.dictionary(&node, b"Parent");
                    parents.push(node);
                }
                for node in parents.iter().rev() {
                    inherited = inherited.with(node, source);
                }
                let page = inherited.with(&dictionary, source).page(dictionary);
                self.pages.push(page);
            }
        }
    }
}

impl Inherited {
    fn with(&self, node: &Dictionary, source: &dyn ObjectSource) -> Self {
        let bounds = |key: &[u8]| source.numbers(node, key).and_then(|numbers| corners(&numbers));
        Self {
            resources: node
                .entry(b"Resources")
                .filter(|entry| **entry != Object::Null)
                .map(|entry| Rc::new(entry.clone()))
                .or_else(|| self.resources.clone()),
            media_box: bounds(b"MediaBox").or(self.media_box),
            crop_box: bounds(b"CropBox").or(self.crop_box),
            rotate: source.get(node, b"Rotate").and_then(|rotate| rotate.as_integer()).or(self.rotate),
        }
    }

    fn page(self, dictionary: Dictionary) -> PageNode {
        PageNode {
            dictionary,
            resources: self.resources,
            media_box: self.media_box,
            crop_box: self.crop_box,
            rotate: self.rotate.unwrap_or(0).rem_euclid(360),
        }
    }
}

fn corners(numbers: &[f64]) -> Option<Bounds> {
    let &[x0, y0, x1, y1] = numbers else { return None };
    Some(Bounds { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) })
}

/// US letter, which the standard's readers assume where a file gives no size.
const LETTER: Bounds = Bounds { x0: 0.0, y0: 0.0, x1: 612.0, y1: 792.0 };

impl PageNode {
    /// Whether the page says how large it is.
    pub(crate) fn has_size(&self) -> bool {
        self.media_box.is_some_and(|media| media.width() >= 1.0 && media.height() >= 1.0)
    }

    /// Width and height of the page as shown, and the matrix from its user space to it.
    pub(crate) fn view(&self, source: &dyn ObjectSource) -> (f64, f64, Matrix) {
        let has_area = |bounds: &Bounds| bounds.width() >= 1.0 && bounds.height() >= 1.0;
        let media = self.media_box.filter(has_area).unwrap_or(LETTER);
        let shown = self.crop_box.map(|crop| crop.intersection(media)).filter(has_area).unwrap_or(media);
        let unit =
            source.get(&self.dictionary, b"UserUnit").and_then(|unit| unit.as_number()).filter(|unit| (0.01..=1000.0).contains(unit));
        let unit = unit.unwrap_or(1.0);
        let (width, height) = (shown.width() * unit, shown.height() * unit);
        // To the top left corner, downwards, before any turning.
        let upright = Matrix::new([unit, 0.0, 0.0, -unit, -shown.x0 * unit, shown.y1 * unit]);
        match self.rotate {
            90 => (height, width, upright.then(Matrix::new([0.0, 1.0, -1.0, 0.0, height, 0.0]))),
            180 => (width, height, upright.then(Matrix::new([-1.0, 0.0, 0.0, -1.0, width, height]))),
            270 => (height, width, upright.then(Matrix::new([0.0, -1.0, 1.0, 0.0, 0.0, width]))),
            _ => (width, height, upright),
        }
    }
}
