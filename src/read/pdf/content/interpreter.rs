//! Runs a content stream.

use super::super::geometry::{Bounds, Matrix};
use super::super::limits::Limit;
use super::super::object::{Object, ObjectId, Resolve as _};
use super::super::page::{Glyph, Image, Rule, Trouble};
use super::marked::{MarkedContent, actual_text_of_object, actual_text_of_tokens, replace};
use super::path::Path;
use super::resources::{FileContext, Resources};
use super::state::{Colour, ColourSpace, GraphicsState};
use super::text::{Hidden, ShownStrings, TextPage, TextPlace, show};
use super::token::{Token, Tokenizer, unescape_hexadecimal, unescape_literal, unescape_name};

/// What a page shows, as far as it has been run.
#[derive(Debug, Default)]
pub(crate) struct Canvas {
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) images: Vec<Image>,
    pub(crate) troubles: Vec<Trouble>,
}

impl Canvas {
    pub(super) fn trouble(&mut self, trouble: Trouble) {
        if self.troubles.len() < 64 && !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }
}

/// Runs the content streams of one page and of the forms that it calls.
pub(crate) struct Interpreter<'c, 's> {
    pub(super) file: &'c mut FileContext<'s>,
    pub(super) canvas: Canvas,
    shown: ShownStrings,
    /// Forms that are being run: one that calls itself is left out.
    pub(super) open_forms: Vec<ObjectId>,
    pub(super) annotation: bool,
    strings: Vec<u8>,
}

/// Graphics states that `q` may save.
const MOST_STATES: usize = 4096;
/// Marked contents that may be open.
const MOST_MARKS: usize = 4096;

/// What belongs to one stream.
pub(super) struct Run<'r> {
    pub(super) resources: &'r Resources,
    pub(super) state: GraphicsState,
    saved: Vec<GraphicsState>,
    /// `q` beyond the bound, so that their `Q` match.
    unsaved: usize,
    place: TextPlace,
    path: Path,
    marks: Vec<MarkedContent>,
    marks_beyond: usize,
    hidden: bool,
    /// The font that `Tf` named last, by its name.
    font_name: Option<(Vec<u8>, Option<usize>)>,
}

impl<'c, 's> Interpreter<'c, 's> {
    pub(crate) fn new(file: &'c mut FileContext<'s>) -> Self {
        Self {
            file,
            canvas: Canvas::default(),
            shown: ShownStrings::default(),
            open_forms: Vec::new(),
            annotation: false,
            strings: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> Canvas {
        self.canvas
    }

    /// Runs a page's content. `matrix` takes its user space to the page as shown, `clip` is the visible part.
    pub(crate) fn page(&mut self, content: &[u8], resources: &Resources, matrix: Matrix, clip: Bounds) {
        if let Err(limit) = self.run(content, resources, GraphicsState::new(matrix, clip), false) {
            self.canvas.trouble(Trouble::Limit(limit));
        }
    }

    pub(super) fn run(&mut self, content: &[u8], resources: &Resources, state: GraphicsState, hidden: bool) -> Result<(), Limit> {
        let mut run = Run {
            resources,
            state,
            saved: Vec::new(),
            unsaved: 0,
            place: TextPlace::START,
            path: Path::default(),
            marks: Vec::new(),
            marks_beyond: 0,
            hidden,
            font_name: None,
        };
        let most_operands = self.file.budget.limits().operands;
        let most_items = self.file.budget.limits().page_items;
        let mut operands: Vec<Token<'_>> = Vec::with_capacity(64);
        let mut tokens = Tokenizer::new(content);
        let mut outcome = Ok(());
        let mut open_arrays = 0_usize;
        while let Some(token) = tokens.next() {
            let Token::Operator(operator) = token else {
                match token {
                    Token::ArrayStart => open_arrays += 1,
                    Token::ArrayEnd => open_arrays = open_arrays.saturating_sub(1),
                    _ => {}
                }
                operands.push(token);
                if operands.len() > most_operands {
                    outcome = Err(Limit::Operands);
                    break;
                }
                continue;
            };
            if let Err(limit) = self.file.budget.operator() {
                outcome = Err(limit);
                break;
            }
            // An operator inside an array is junk, unless the array was never closed.
            if open_arrays > 0 {
                self.canvas.trouble(Trouble::OperatorInArray);
                if !matches!(operator, b"TJ" | b"Tj" | b"ET" | b"BT" | b"Q" | b"q" | b"d" | b"BDC") {
                    continue;
                }
            }
            open_arrays = 0;
            if operator == b"BI" {
                self.inline_image(&mut tokens, &run);
            } else if let Err(limit) = self.operator(operator, &operands, &mut run) {
                outcome = Err(limit);
                break;
            }
            operands.clear();
            if self.canvas.glyphs.len() + self.canvas.rules.len() + self.canvas.images.len() > most_items {
                outcome = Err(Limit::PageItems);
                break;
            }
        }
        // What is still open ends with the stream.
        while let Some(mark) = run.marks.pop() {
            self.end_mark(&mark);
        }
        outcome
    }

    #[expect(clippy::too_many_lines, reason = "one line an operator, in the order of the standard's table")]
    fn operator(&mut self, operator: &[u8], operands: &[Token<'_>], run: &mut Run<'_>) -> Result<(), Limit> {
        let matrix = run.state.matrix;
        match operator {
            // Graphics state
            b"q" => run.save(),
            b"Q" => run.restore(),
            b"cm" => {
                if let Some(numbers) = numbers::<6>(operands) {
                    run.state.matrix = Matrix::new(numbers).then(matrix);
                }
            }
            b"w" => {
                if let Some([width]) = numbers(operands) {
                    run.state.line_width = width.abs();
                }
            }
            b"d" => {
                // `[lengths] phase`: an empty list is a solid line.
                let dashes = operands.get(..operands.len().saturating_sub(2)).unwrap_or_default();
                run.state.dashed = dashes.iter().any(|token| matches!(token, Token::Number(number) if *number > 0.0));
            }
            b"gs" => self.graphics_state(operands, run)?,
            // Paths
            b"m" => {
                if let Some([x, y]) = numbers(operands) {
                    run.path.move_to(matrix, x, y);
                }
            }
            b"l" => {
                if let Some([x, y]) = numbers(operands) {
                    run.path.line_to(matrix, x, y);
                }
            }
            b"c" => {
                if let Some([x1, y1, x2, y2, x, y]) = numbers(operands) {
                    run.path.curve_to(matrix, &[(x1, y1), (x2, y2)], x, y);
                }
            }
            b"v" | b"y" => {
                if let Some([x1, y1, x, y]) = numbers(operands) {
                    run.path.curve_to(matrix, &[(x1, y1)], x, y);
                }
            }
            b"h" => run.path.close(),
            b"re" => {
                if let Some([x, y, width, height]) = numbers(operands) {
                    run.path.rectangle(matrix, x, y, width, height);
                }
            }
            b"S" => run.paint(false, true, &mut self.canvas.rules),
            b"s" => {
                run.path.close();
                run.paint(false, true, &mut self.canvas.rules);
            }
            b"f" | b"F" | b"f*" => run.paint(true, false, &mut self.canvas.rules),
            b"B" | b"B*" => run.paint(true, true, &mut self.canvas.rules),
            b"b" | b"b*" => {
                run.path.close();
                run.paint(true, true, &mut self.canvas.rules);
            }
            b"n" => run.paint(false, false, &mut self.canvas.rules),
            b"W" | b"W*" => run.path.clip = true,
            // Colours
            b"g" => run.set_fill(ColourSpace::Device, numbers(operands).map(|[gray]| Colour::gray(gray))),
            b"G" => run.set_stroke(ColourSpace::Device, numbers(operands).map(|[gray]| Colour::gray(gray))),
            b"rg" => run.set_fill(ColourSpace::Device, numbers(operands).map(|[r, g, b]| Colour::rgb(r, g, b))),
            b"RG" => run.set_stroke(ColourSpace::Device, numbers(operands).map(|[r, g, b]| Colour::rgb(r, g, b))),
            b"k" => run.set_fill(ColourSpace::Device, numbers(operands).map(|[c, m, y, k]| Colour::cmyk(c, m, y, k))),
            b"K" => run.set_stroke(ColourSpace::Device, numbers(operands).map(|[c, m, y, k]| Colour::cmyk(c, m, y, k))),
            b"cs" => {
                let space = self.colour_space(operands, run);
                run.set_fill(space, Some(initial_colour(space)));
            }
            b"CS" => {
                let space = self.colour_space(operands, run);
                run.set_stroke(space, Some(initial_colour(space)));
            }
            b"sc" | b"scn" => run.state.fill = components(operands, run.state.fill_space),
            b"SC" | b"SCN" => run.state.stroke = components(operands, run.state.stroke_space),
            // Text state
            b"Tc" => set(&mut run.state.text.character_space, operands),
            b"Tw" => set(&mut run.state.text.word_space, operands),
            b"TL" => set(&mut run.state.text.leading, operands),
            b"Ts" => set(&mut run.state.text.rise, operands),
            b"Tz" => {
                if let Some([percent]) = numbers(operands) {
                    run.state.text.horizontal_scale = percent / 100.0;
                }
            }
            b"Tr" => {
                if let Some([mode]) = numbers(operands) {
                    #[expect(clippy::cast_possible_truncation, reason = "a small integer, or nonsense")]
                    let mode = mode as i64;
                    run.state.text.render_mode = mode;
                }
            }
            b"Tf" => {
                if let &[.., Token::Name(name), Token::Number(size)] = operands {
                    run.state.text.size = size;
                    self.select_font(name, run)?;
                }
            }
            // Text
            b"BT" => run.place = TextPlace::START,
            b"Td" => {
                if let Some([x, y]) = numbers(operands) {
                    run.place.next_line(x, y);
                }
            }
            b"TD" => {
                if let Some([x, y]) = numbers(operands) {
                    run.state.text.leading = -y;
                    run.place.next_line(x, y);
                }
            }
            b"Tm" => {
                if let Some(numbers) = numbers::<6>(operands) {
                    run.place.set(Matrix::new(numbers));
                }
            }
            b"T*" => run.place.next_line(0.0, -run.state.text.leading),
            b"Tj" | b"TJ" => self.show_all(operands, run)?,
            b"'" => {
                run.place.next_line(0.0, -run.state.text.leading);
                self.show_all(operands, run)?;
            }
            b"\"" => {
                if let &[.., Token::Number(word_space), Token::Number(character_space), string] = operands {
                    run.state.text.word_space = word_space;
                    run.state.text.character_space = character_space;
                    run.place.next_line(0.0, -run.state.text.leading);
                    self.show_all(&[string], run)?;
                }
            }
            // Marked content
            b"BDC" | b"BMC" => self.begin_mark(operands, run),
            b"EMC" => {
                if run.marks_beyond > 0 {
                    run.marks_beyond -= 1;
                } else if let Some(mark) = run.marks.pop() {
                    self.end_mark(&mark);
                }
            }
            b"Do" => self.x_object(operands, run)?,
            _ => {}
        }
        if run.path.is_too_long() { Err(Limit::Operands) } else { Ok(()) }
    }

    fn graphics_state(&mut self, operands: &[Token<'_>], run: &mut Run<'_>) -> Result<(), Limit> {
        let Some(Token::Name(name)) = operands.last() else { return Ok(()) };
        let Some(Object::Dictionary(parameters)) = self.file.source.get(&run.resources.graphics_states, &unescape_name(name)) else {
            return Ok(());
        };
        for (key, value) in &parameters.0 {
            let number = || self.file.source.resolve(value).and_then(|value| value.as_number());
            match key.as_slice() {
                b"ca" => run.state.fill_alpha = number().unwrap_or(1.0),
                b"CA" => run.state.stroke_alpha = number().unwrap_or(1.0),
                b"LW" => run.state.line_width = number().unwrap_or(1.0),
                b"Font" => {
                    if let Some(Object::Array(pair)) = self.file.source.resolve(value)
                        && let [font, size] = pair.as_slice()
                    {
                        run.state.text.font = self.file.font_of(font)?;
                        run.state.text.size = size.as_number().unwrap_or(0.0);
                        run.font_name = None;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn colour_space(&mut self, operands: &[Token<'_>], run: &Run<'_>) -> ColourSpace {
        let Some(Token::Name(name)) = operands.last() else { return ColourSpace::Opaque };
        let name = unescape_name(name);
        let space = match name.as_ref() {
            b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" => return ColourSpace::Device,
            b"Pattern" => return ColourSpace::Opaque,
            _ => self.file.source.get(&run.resources.colour_spaces, &name),
        };
        let family = match &space {
            Some(Object::Name(family)) => Some(family.clone()),
            Some(Object::Array(parts)) => parts.first().and_then(Object::as_name).map(<[u8]>::to_vec),
            _ => None,
        };
        match family.as_deref() {
            Some(b"DeviceGray" | b"DeviceRGB" | b"DeviceCMYK" | b"CalGray" | b"CalRGB" | b"ICCBased") => ColourSpace::Device,
            Some(b"Separation") => ColourSpace::Tint,
            _ => ColourSpace::Opaque,
        }
    }

    fn select_font(&mut self, name: &[u8], run: &mut Run<'_>) -> Result<(), Limit> {
        if let Some((known, font)) = &run.font_name
            && known == name
        {
            run.state.text.font = *font;
            return Ok(());
        }
        let unescaped = unescape_name(name);
        let font = self.file.font(run.resources, &unescaped)?;
        match font.and_then(|index| self.file.fonts.get(index)) {
            Some(font) if font.damaged => self.canvas.trouble(Trouble::BrokenStream { what: "font" }),
            Some(_) => {}
            None => {
                let name = String::from_utf8_lossy(&unescaped).into_owned();
                self.canvas.trouble(Trouble::MissingResource { what: "font", name });
            }
        }
        run.state.text.font = font;
        run.font_name = Some((name.to_vec(), font));
        Ok(())
    }

    /// Shows the strings among the operands; numbers between them move the place.
    fn show_all(&mut self, operands: &[Token<'_>], run: &mut Run<'_>) -> Result<(), Limit> {
        // A page whose font is not there still shows as many characters as it has, unknown ones.
        let index = match run.state.text.font {
            Some(index) => index,
            None => self.file.missing_font(),
        };
        let hidden = Hidden { layer: run.is_hidden(), annotation: self.annotation };
        let source = self.file.source;
        let most = self.file.budget.limits().page_items;
        let Some(font) = self.file.fonts.get_mut(index) else { return Ok(()) };
        let vertical = font.is_vertical();
        let mut page = TextPage { source, shown: &mut self.shown, hidden, glyphs: &mut self.canvas.glyphs, most };
        let mut unescaped = std::mem::take(&mut self.strings);
        for operand in operands {
            let bytes = match *operand {
                Token::Number(amount) => {
                    run.place.kern(amount, &run.state.text, vertical);
                    continue;
                }
                Token::Literal(text) if memchr::memchr2(b'\\', b'\r', text).is_none() => text,
                Token::Literal(text) => {
                    unescape_literal(text, &mut unescaped);
                    unescaped.as_slice()
                }
                Token::Hexadecimal(text) => {
                    unescape_hexadecimal(text, &mut unescaped);
                    unescaped.as_slice()
                }
                _ => continue,
            };
            show(bytes, (index, font), &run.state, &mut run.place, &mut page)?;
        }
        self.strings = unescaped;
        Ok(())
    }

    fn begin_mark(&mut self, operands: &[Token<'_>], run: &mut Run<'_>) {
        if run.marks.len() >= MOST_MARKS {
            run.marks_beyond += 1;
            return;
        }
        let (mut actual_text, mut hidden) = (None, false);
        match operands {
            [Token::Name(tag), Token::Name(name), ..] => {
                let properties = run.resources.properties.entry(&unescape_name(name));
                if *tag == b"OC" {
                    hidden = properties.is_some_and(|group| self.file.is_hidden(group));
                } else if let Some(Object::Dictionary(properties)) = properties.and_then(|properties| self.file.source.resolve(properties))
                {
                    actual_text = actual_text_of_object(self.file.source.get(&properties, b"ActualText"));
                }
            }
            [Token::Name(_), list @ ..] if list.len() > 2 => actual_text = actual_text_of_tokens(list),
            _ => {}
        }
        run.marks.push(MarkedContent { actual_text, first_glyph: self.canvas.glyphs.len(), hidden });
    }

    fn end_mark(&mut self, mark: &MarkedContent) {
        if let Some(text) = &mark.actual_text {
            replace(&mut self.canvas.glyphs, mark.first_glyph, text);
        }
    }
}

impl Run<'_> {
    /// Whether what is drawn now is in a layer that is switched off.
    pub(super) fn is_hidden(&self) -> bool {
        self.hidden || self.marks.iter().any(|mark| mark.hidden)
    }

    fn save(&mut self) {
        if self.saved.len() < MOST_STATES {
            self.saved.push(self.state.clone());
        } else {
            self.unsaved += 1;
        }
    }

    fn restore(&mut self) {
        if self.unsaved > 0 {
            self.unsaved -= 1;
        } else if let Some(state) = self.saved.pop() {
            self.state = state;
            self.font_name = None;
        }
    }

    fn paint(&mut self, fill: bool, stroke: bool, rules: &mut Vec<Rule>) {
        let hidden = self.is_hidden();
        self.path.paint(&mut self.state, fill, stroke, hidden, rules);
    }

    fn set_fill(&mut self, space: ColourSpace, colour: Option<Colour>) {
        self.state.fill_space = space;
        self.state.fill = colour.unwrap_or(self.state.fill);
    }

    fn set_stroke(&mut self, space: ColourSpace, colour: Option<Colour>) {
        self.state.stroke_space = space;
        self.state.stroke = colour.unwrap_or(self.state.stroke);
    }
}

fn initial_colour(space: ColourSpace) -> Colour {
    match space {
        ColourSpace::Device | ColourSpace::Tint => Colour::BLACK,
        ColourSpace::Opaque => Colour::UNKNOWN,
    }
}

fn components(operands: &[Token<'_>], space: ColourSpace) -> Colour {
    let mut parts = [0.0; 8];
    let mut count = 0;
    for (place, operand) in parts.iter_mut().zip(operands) {
        let Token::Number(number) = operand else { return Colour::UNKNOWN };
        *place = *number;
        count += 1;
    }
    Colour::components(parts.get(..count).unwrap_or_default(), space)
}

/// The last `N` operands, if all are numbers.
fn numbers<const N: usize>(operands: &[Token<'_>]) -> Option<[f64; N]> {
    let last = operands.get(operands.len().checked_sub(N)?..)?;
    let mut numbers = [0.0; N];
    for (place, operand) in numbers.iter_mut().zip(last) {
        let Token::Number(number) = operand else { return None };
        *place = *number;
    }
    Some(numbers)
}

fn set(place: &mut f64, operands: &[Token<'_>]) {
    if let Some([number]) = numbers(operands) {
        *place = number;
    }
}
