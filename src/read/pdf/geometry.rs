//! Points, matrices and boxes. Computed in `f64`; what a [`super::Page`] keeps is `f32`, which is exact to a ten-thousandth of a point.

/// A place on the page, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f32,
    /// From the top edge.
    pub y: f32,
}

/// An upright box, in points, origin at the top left of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Bottom edge.
    pub y1: f32,
}

impl Rect {
    /// The smallest box that holds both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { x0: self.x0.min(other.x0), y0: self.y0.min(other.y0), x1: self.x1.max(other.x1), y1: self.y1.max(other.y1) }
    }
}

/// The six numbers of a PDF matrix: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) a: f64,
    pub(crate) b: f64,
    pub(crate) c: f64,
    pub(crate) d: f64,
    pub(crate) e: f64,
    pub(crate) f: f64,
}

#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
impl Matrix {
    pub(crate) const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0, e: 0.0, f: 0.0 };

    pub(crate) const fn new([a, b, c, d, e, f]: [f64; 6]) -> Self {
        Self { a, b, c, d, e, f }
    }

    pub(crate) const fn translation(e: f64, f: f64) -> Self {
        Self { e, f, ..Self::IDENTITY }
    }

    /// First `self`, then `outer`: `self × outer` in the notation of the standard.
    pub(crate) fn then(self, outer: Self) -> Self {
        Self {
            a: self.a * outer.a + self.b * outer.c,
            b: self.a * outer.b + self.b * outer.d,
            c: self.c * outer.a + self.d * outer.c,
            d: self.c * outer.b + self.d * outer.d,
            e: self.e * outer.a + self.f * outer.c + outer.e,
            f: self.e * outer.b + self.f * outer.d + outer.f,
        }
    }

    pub(crate) fn apply(self, x: f64, y: f64) -> (f64, f64) {
        (self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f)
    }

    /// How much areas grow, as a length: the mean of the scales of both axes.
    pub(crate) fn scale(self) -> f64 {
        (self.a * self.d - self.b * self.c).abs().sqrt()
    }
}

/// A box in the making, in `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bounds {
    pub(crate) x0: f64,
    pub(crate) y0: f64,
    pub(crate) x1: f64,
    pub(crate) y1: f64,
}

impl Bounds {
    /// The box that holds nothing.
    pub(crate) const EMPTY: Self = Self { x0: f64::INFINITY, y0: f64::INFINITY, x1: f64::NEG_INFINITY, y1: f64::NEG_INFINITY };

    pub(crate) fn of(corners: [(f64, f64); 4]) -> Self {
        corners.into_iter().fold(Self::EMPTY, Self::with)
    }

    pub(crate) fn with(self, (x, y): (f64, f64)) -> Self {
        Self { x0: self.x0.min(x), y0: self.y0.min(y), x1: self.x1.max(x), y1: self.y1.max(y) }
    }

    pub(crate) fn intersection(self, other: Self) -> Self {
        Self { x0: self.x0.max(other.x0), y0: self.y0.max(other.y0), x1: self.x1.min(other.x1), y1: self.y1.min(other.y1) }
    }

    /// A box `[x y width height]` or `[x0 y0 x1 y1]` seen through a matrix.
    pub(crate) fn through(self, matrix: Matrix) -> Self {
        Self::of([
            matrix.apply(self.x0, self.y0),
            matrix.apply(self.x1, self.y0),
            matrix.apply(self.x1, self.y1),
            matrix.apply(self.x0, self.y1),
        ])
    }

    pub(crate) fn width(self) -> f64 {
        self.x1 - self.x0
    }

    pub(crate) fn height(self) -> f64 {
        self.y1 - self.y0
    }

    #[expect(clippy::cast_possible_truncation, reason = "a ten-thousandth of a point is enough")]
    pub(crate) fn rect(self) -> Rect {
        Rect { x0: self.x0 as f32, y0: self.y0 as f32, x1: self.x1 as f32, y1: self.y1 as f32 }
    }
}
