//! A pen that writes a content stream and keeps account, by the arithmetic of ISO 32000-1 (9.3 and 9.4.4), of where the origin
//! of each glyph comes to lie. It knows nothing of fonts but what a [`Face`] says: the code of a character and its advance.

use super::MadeGlyph;

/// `[a b c d e f]` as in a content stream.
pub type Matrix = [f64; 6];

pub const UNCHANGED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The matrix that does `first`, then `second`.
pub fn then(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, _, _] = first;
    let [p, q, r, s, _, _] = second;
    let (e, f) = apply(second, first[4], first[5]);
    [a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e, f]
}

pub fn apply([a, b, c, d, e, f]: Matrix, x: f64, y: f64) -> (f64, f64) {
    (a * x + c * y + e, b * x + d * y + f)
}

/// One character code as a font takes it. Lengths are in thousandths of the font size.
pub struct Code {
    pub bytes: Vec<u8>,
    pub text: String,
    pub width: f64,
    pub down: Option<Down>,
}

/// Writing downwards: the position vector v, and the (negative) advance.
pub struct Down {
    pub v: (f64, f64),
    pub advance: f64,
}

impl Code {
    pub fn new(bytes: Vec<u8>, character: char, width: f64) -> Self {
        Self { bytes, text: character.to_string(), width, down: None }
    }
}

/// A font as the pen sees it: its name in the resources and what it makes of a character.
pub struct Face {
    pub name: &'static str,
    code: Box<dyn Fn(char) -> Code>,
}

impl Face {
    pub fn new(name: &'static str, code: impl Fn(char) -> Code + 'static) -> Self {
        Self { name, code: Box::new(code) }
    }
}

/// A member of the array that `TJ` takes.
pub enum Piece<'t> {
    Text(&'t str),
    Back(f64),
}

/// What `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

pub struct Pen {
    /// The content stream so far.
    pub content: Vec<u8>,
    /// Glyph origins and painted lines so far, in the space that the content stream starts in.
    pub glyphs: Vec<MadeGlyph>,
    pub rules: Vec<[f64; 4]>,
    /// Write strings as `(...)` and not as `<...>`.
    pub literal: bool,
    state: State,
    kept: Vec<State>,
    text: Matrix,
    line: Matrix,
}

impl Pen {
    pub fn new() -> Self {
        let state = State { matrix: UNCHANGED, size: 0.0, char_space: 0.0, word_space: 0.0, stretch: 1.0, leading: 0.0, rise: 0.0 };
        Self {
            content: Vec::new(),
            glyphs: Vec::new(),
            rules: Vec::new(),
            literal: false,
            state,
            kept: Vec::new(),
            text: UNCHANGED,
            line: UNCHANGED,
        }
    }

    pub fn literal() -> Self {
        Self { literal: true, ..Self::new() }
    }

    /// Writes operators of which the pen need know nothing.
    pub fn raw(&mut self, operators: &str) {
        self.content.extend_from_slice(operators.as_bytes());
        self.content.push(b'\n');
    }

    pub fn save(&mut self) {
        self.kept.push(self.state.clone());
        self.raw("q");
    }

    pub fn restore(&mut self) {
        self.state = self.kept.pop().expect("as many q as Q");
        self.raw("Q");
    }

    pub fn concat(&mut self, matrix: Matrix) {
        self.state.matrix = then(matrix, self.state.matrix);
        self.raw(&format!("{} cm", numbers(matrix)));
    }

    /// Notes a straight line that has just been painted, by its ends in the space of the moment.
    pub fn painted(&mut self, [x0, y0, x1, y1]: [f64; 4]) {
        let (x0, y0) = apply(self.state.matrix, x0, y0);
        let (x1, y1) = apply(self.state.matrix, x1, y1);
        self.rules.push([x0, y0, x1, y1]);
    }

    pub fn begin(&mut self) {
        (self.text, self.line) = (UNCHANGED, UNCHANGED);
        self.raw("BT");
    }

    pub fn end(&mut self) {
        self.raw("ET");
    }

    pub fn font(&mut self, face: &Face, size: f64) {
        self.state.size = size;
        self.raw(&format!("/{} {size} Tf", face.name));
    }

    pub fn matrix(&mut self, matrix: Matrix) {
        (self.text, self.line) = (matrix, matrix);
        self.raw(&format!("{} Tm", numbers(matrix)));
    }

    pub fn step(&mut self, x: f64, y: f64) {
        self.go_on(x, y);
        self.raw(&format!("{x} {y} Td"));
    }

    /// `TD`: as `Td`, and sets the leading.
    pub fn step_and_lead(&mut self, x: f64, y: f64) {
        self.state.leading = -y;
        self.go_on(x, y);
        self.raw(&format!("{x} {y} TD"));
    }

    pub fn next_line(&mut self) {
        self.go_on(0.0, -self.state.leading);
        self.raw("T*");
    }

    pub fn leading(&mut self, leading: f64) {
        self.state.leading = leading;
        self.raw(&format!("{leading} TL"));
    }

    pub fn char_space(&mut self, space: f64) {
        self.state.char_space = space;
        self.raw(&format!("{space} Tc"));
    }

    pub fn word_space(&mut self, space: f64) {
        self.state.word_space = space;
        self.raw(&format!("{space} Tw"));
    }

    /// `Tz`, which takes a hundredfold.
    pub fn stretch(&mut self, percent: f64) {
        self.state.stretch = percent / 100.0;
        self.raw(&format!("{percent} Tz"));
    }

    pub fn rise(&mut self, rise: f64) {
        self.state.rise = rise;
        self.raw(&format!("{rise} Ts"));
    }

    pub fn show(&mut self, face: &Face, text: &str) {
        let string = self.string(face, text);
        self.content.extend_from_slice(&string);
        self.raw(" Tj");
    }

    /// `'`: on to the next line, then as `Tj`.
    pub fn show_below(&mut self, face: &Face, text: &str) {
        self.go_on(0.0, -self.state.leading);
        let string = self.string(face, text);
        self.content.extend_from_slice(&string);
        self.raw(" '");
    }

    /// `"`: sets word and character spacing, then as `'`.
    pub fn show_below_spaced(&mut self, face: &Face, word_space: f64, char_space: f64, text: &str) {
        (self.state.word_space, self.state.char_space) = (word_space, char_space);
        self.go_on(0.0, -self.state.leading);
        let string = self.string(face, text);
        self.content.extend_from_slice(format!("{word_space} {char_space} ").as_bytes());
        self.content.extend_from_slice(&string);
        self.raw(" \"");
    }

    pub fn show_pieces(&mut self, face: &Face, pieces: &[Piece]) {
        self.content.push(b'[');
        for piece in pieces {
            match *piece {
                Piece::Text(text) => {
                    let string = self.string(face, text);
                    self.content.extend_from_slice(&string);
                }
                Piece::Back(thousandths) => {
                    self.advance(-thousandths / 1000.0 * self.state.size * self.state.stretch, 0.0);
                    self.content.extend_from_slice(format!(" {thousandths} ").as_bytes());
                }
            }
        }
        self.raw("] TJ");
    }

    /// A whole text object with one string in it.
    pub fn write(&mut self, face: &Face, size: f64, x: f64, y: f64, text: &str) {
        self.begin();
        self.font(face, size);
        self.step(x, y);
        self.show(face, text);
        self.end();
    }

    /// Paints a form XObject whose content `form` wrote and whose dictionary has `matrix`.
    pub fn form(&mut self, name: &str, matrix: Matrix, form: &Self) {
        let to_here = then(matrix, self.state.matrix);
        self.glyphs.extend(form.glyphs.iter().map(|glyph| {
            let (x, y) = apply(to_here, glyph.x, glyph.y);
            MadeGlyph { text: glyph.text.clone(), x, y }
        }));
        self.raw(&format!("/{name} Do"));
    }

    /// Says of the `count` glyphs shown last that nobody can know their text.
    pub fn forget(&mut self, count: usize) {
        for glyph in self.glyphs.iter_mut().rev().take(count) {
            "\u{FFFD}".clone_into(&mut glyph.text);
        }
    }

    /// Notes where each glyph of `text` lies, and returns the string that shows it.
    fn string(&mut self, face: &Face, text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        for character in text.chars() {
            let code = (face.code)(character);
            self.note(&code);
            bytes.extend(code.bytes);
        }
        if self.literal { literal(&bytes) } else { format!("<{}>", hex(&bytes)).into_bytes() }
    }

    fn note(&mut self, code: &Code) {
        let State { matrix, size, char_space, word_space, stretch, rise, .. } = self.state;
        let em = size / 1000.0;
        let (v_x, v_y) = code.down.as_ref().map_or((0.0, 0.0), |down| down.v);
        let (x, y) = apply(self.text, -v_x * em * stretch, rise - v_y * em);
        let (x, y) = apply(matrix, x, y);
        self.glyphs.push(MadeGlyph { text: code.text.clone(), x, y });
        let space = char_space + if code.bytes == [b' '] { word_space } else { 0.0 };
        match &code.down {
            None => self.advance((code.width * em + space) * stretch, 0.0),
            Some(down) => self.advance(0.0, down.advance * em + space),
        }
    }

    fn advance(&mut self, x: f64, y: f64) {
        self.text = then([1.0, 0.0, 0.0, 1.0, x, y], self.text);
    }

    fn go_on(&mut self, x: f64, y: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }
}

pub fn numbers(matrix: Matrix) -> String {
    matrix.map(|number| number.to_string()).join(" ")
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The bytes as they are, but for those that a literal string must escape.
fn literal(bytes: &[u8]) -> Vec<u8> {
    let mut string = vec![b'('];
    for &byte in bytes {
        match byte {
            b'(' | b')' | b'\\' => string.extend([b'\\', byte]),
            b'\r' => string.extend(b"\\r"),
            _ => string.push(byte),
        }
    }
    string.push(b')');
    string
}
