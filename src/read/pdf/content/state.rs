//! The graphics state (ISO 32000-1, 8.4), as far as it decides what is seen and where.

use super::super::geometry::{Bounds, Matrix};

/// What `q` saves and `Q` restores.
#[derive(Clone, Debug)]
pub(super) struct GraphicsState {
    /// From user space to the page as shown, top left origin.
    pub(super) matrix: Matrix,
    pub(super) clip: Bounds,
    pub(super) fill: Colour,
    pub(super) stroke: Colour,
    pub(super) fill_space: ColourSpace,
    pub(super) stroke_space: ColourSpace,
    pub(super) fill_alpha: f64,
    pub(super) stroke_alpha: f64,
    pub(super) line_width: f64,
    pub(super) dashed: bool,
    pub(super) text: TextState,
}

/// The text state (ISO 32000-1, 9.3).
#[derive(Clone, Debug)]
pub(super) struct TextState {
    /// Index of the font, once `Tf` has named one.
    pub(super) font: Option<usize>,
    pub(super) size: f64,
    pub(super) character_space: f64,
    pub(super) word_space: f64,
    /// `Tz` / 100.
    pub(super) horizontal_scale: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) render_mode: i64,
}

impl GraphicsState {
    pub(super) fn new(matrix: Matrix, clip: Bounds) -> Self {
        Self {
            matrix,
            clip,
            fill: Colour::BLACK,
            stroke: Colour::BLACK,
            fill_space: ColourSpace::Device,
            stroke_space: ColourSpace::Device,
            fill_alpha: 1.0,
            stroke_alpha: 1.0,
            line_width: 1.0,
            dashed: false,
            text: TextState {
                font: None,
                size: 0.0,
                character_space: 0.0,
                word_space: 0.0,
                horizontal_scale: 1.0,
                leading: 0.0,
                rise: 0.0,
                render_mode: 0,
            },
        }
    }
}

/// A colour, as far as it matters: what it looks like about, and whether it can be seen on white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) rgb: [u8; 3],
    /// A pattern or a colour space of unknown looks: never taken for white.
    pub(super) unknown: bool,
}

impl Colour {
    pub(super) const BLACK: Self = Self { rgb: [0; 3], unknown: false };
    pub(super) const UNKNOWN: Self = Self { rgb: [0; 3], unknown: true };

    pub(super) fn is_white(self) -> bool {
        !self.unknown && self.rgb.iter().all(|&part| part >= 253)
    }

    pub(super) fn gray(gray: f64) -> Self {
        Self { rgb: [part(gray); 3], unknown: false }
    }

    pub(super) fn rgb(red: f64, green: f64, blue: f64) -> Self {
        Self { rgb: [part(red), part(green), part(blue)], unknown: false }
    }

    pub(super) fn cmyk(cyan: f64, magenta: f64, yellow: f64, black: f64) -> Self {
        let mix = |ink: f64| (1.0 - ink.clamp(0.0, 1.0)) * (1.0 - black.clamp(0.0, 1.0));
        Self::rgb(mix(cyan), mix(magenta), mix(yellow))
    }

    /// Components of a colour space by their number alone.
    pub(super) fn components(components: &[f64], space: ColourSpace) -> Self {
        match (space, components) {
            (ColourSpace::Tint, &[tint]) => Self::gray(1.0 - tint),
            (ColourSpace::Opaque, _) => Self::UNKNOWN,
            (_, &[gray]) => Self::gray(gray),
            (ColourSpace::Device, &[red, green, blue]) => Self::rgb(red, green, blue),
            (ColourSpace::Device, &[cyan, magenta, yellow, black]) => Self::cmyk(cyan, magenta, yellow, black),
            _ => Self::UNKNOWN,
        }
    }
}

fn part(value: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let part = (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    part
}

/// What the components of `sc` mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColourSpace {
    /// Gray, RGB or CMYK, by their number: device, calibrated and ICC spaces.
    Device,
    /// How much of an ink (`Separation`).
    Tint,
    /// Patterns, palettes, Lab and others, whose looks are not worked out.
    Opaque,
}
