//! Forms: content that other content calls, and the appearances of annotations.

use std::rc::Rc;

use super::super::geometry::{Bounds, Matrix};
use super::super::limits::Limit;
use super::super::object::{DecodeFailure, Dictionary, Object, ObjectId, Resolve as _};
use super::super::page::Trouble;
use super::interpreter::{Interpreter, Run};
use super::resources::{Form, Resources};
use super::state::GraphicsState;
use super::token::{Token, unescape_name};

impl Interpreter<'_, '_> {
    /// Runs the appearance of an annotation within its rectangle.
    pub(crate) fn annotation(&mut self, appearance: &Object, rectangle: Bounds, matrix: Matrix, clip: Bounds) {
        let Some(Object::Stream(dictionary, id)) = self.file.source.resolve(appearance) else { return };
        let numbers = self.file.source.numbers(&dictionary, b"BBox").and_then(|numbers| <[f64; 4]>::try_from(numbers).ok());
        let Some([x0, y0, x1, y1]) = numbers else { return };
        let bounds = Bounds { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) };
        let own = form_matrix(self.file.source.numbers(&dictionary, b"Matrix"));
        // ISO 32000-1, 12.5.5, algorithm 8.1: the transformed box is fitted into the rectangle.
        let seen = bounds.through(own);
        let fit = |from: f64, to: f64| if from.abs() < 1e-9 { 1.0 } else { to / from };
        let (scale_x, scale_y) = (fit(seen.width(), rectangle.width()), fit(seen.height(), rectangle.height()));
        let fitted = Matrix::new([scale_x, 0.0, 0.0, scale_y, rectangle.x0 - seen.x0 * scale_x, rectangle.y0 - seen.y0 * scale_y]);
        self.annotation = true;
        let state = GraphicsState::new(fitted.then(matrix), clip);
        if let Err(limit) = self.form(id, dictionary, &Resources::default(), &state, false) {
            self.canvas.trouble(Trouble::Limit(limit));
        }
        self.annotation = false;
    }

    pub(super) fn x_object(&mut self, operands: &[Token<'_>], run: &mut Run<'_>) -> Result<(), Limit> {
        let Some(Token::Name(name)) = operands.last() else { return Ok(()) };
        let name = unescape_name(name);
        let entry = run.resources.x_objects.entry(&name);
        let known = match entry {
            Some(Object::Reference(id)) => self.file.forms.get(id).map(|form| (*id, Rc::clone(form))),
            _ => None,
        };
        let hidden = run.is_hidden();
        if let Some((id, form)) = known {
            return self.run_form(id, &form, run.resources, &run.state, hidden);
        }
        let Some(Object::Stream(dictionary, id)) = entry.and_then(|entry| self.file.source.resolve(entry)) else {
            self.canvas.trouble(Trouble::MissingResource { what: "XObject", name: String::from_utf8_lossy(&name).into_owned() });
            return Ok(());
        };
        if let Some(Object::Name(subtype)) = self.file.source.get(&dictionary, b"Subtype")
            && subtype == b"Image"
        {
            if !hidden {
                self.image(&dictionary, &run.state);
            }
            return Ok(());
        }
        self.form(id, dictionary, run.resources, &run.state, hidden)
    }

    pub(super) fn form(
        &mut self,
        id: ObjectId,
        dictionary: Dictionary,
        parent: &Resources,
        state: &GraphicsState,
        hidden: bool,
    ) -> Result<(), Limit> {
        if self.open_forms.contains(&id) {
            self.canvas.trouble(Trouble::SelfCall);
            return Ok(());
        }
        let limit = self.file.budget.limits().stream_bytes;
        let content = match self.file.source.stream(&dictionary, id, limit) {
            Ok(unpacked) => {
                if unpacked.damaged {
                    self.canvas.trouble(Trouble::BrokenStream { what: "form" });
                }
                unpacked.bytes
            }
            Err(DecodeFailure::TooLarge) => return Err(Limit::StreamBytes),
            Err(_) => {
                self.canvas.trouble(Trouble::BrokenStream { what: "form" });
                return Ok(());
            }
        };
        let form = Rc::new(Form { content, dictionary });
        self.file.keep_form(id, &form);
        self.run_form(id, &form, parent, state, hidden)
    }

    fn run_form(&mut self, id: ObjectId, form: &Form, parent: &Resources, state: &GraphicsState, hidden: bool) -> Result<(), Limit> {
        if self.open_forms.contains(&id) {
            self.canvas.trouble(Trouble::SelfCall);
            return Ok(());
        }
        self.file.budget.form_call(self.open_forms.len())?;
        self.file.budget.unpacked(form.content.len())?;
        let hidden = hidden || form.dictionary.entry(b"OC").is_some_and(|group| self.file.is_hidden(group));
        let source = self.file.source;
        let mut inner = state.clone();
        inner.matrix = form_matrix(source.numbers(&form.dictionary, b"Matrix")).then(state.matrix);
        if let Some(&[x0, y0, x1, y1]) = source.numbers(&form.dictionary, b"BBox").as_deref() {
            let bounds = Bounds { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) };
            inner.clip = inner.clip.intersection(bounds.through(inner.matrix));
        }
        let own = form.dictionary.entry(b"Resources").and_then(|resources| self.file.resources(resources));
        self.open_forms.push(id);
        let outcome = self.run(&form.content, own.as_deref().unwrap_or(parent), inner, hidden);
        self.open_forms.pop();
        outcome
    }
}

fn form_matrix(numbers: Option<Vec<f64>>) -> Matrix {
    numbers.and_then(|numbers| numbers.try_into().ok()).map_or(Matrix::IDENTITY, Matrix::new)
}
