//! Between *read* and *repair*, for pages: glyphs and rules → lines of text and grids of cells, in reading order.
//!
//! ```text
//! Page ──upright──▶ Page ──run──▶ runs ──fill──▶ cells of grids, runs outside ──lines──▶ lines of text
//!      ──edge──▶ edges ──grid──▶ frames ──────┘                              └──unruled──▶ grids by alignment
//! ```
//!
//! Every step is a function from one value to the next, and `gongkai inspect --svg` draws what it found. Knows geometry; knows nothing of
//! budgets.

mod document;
mod edge;
mod fill;
mod furniture;
mod grid;
mod lines;
mod run;
mod split;
mod unruled;
mod upright;

pub use document::document;
pub use edge::{Edge, Edges};
pub use lines::{Segment, TextLine};
pub use upright::Turn;

use crate::read::pdf::{Page, Rect};
use crate::read::{Grid, GridCell};
use grid::Frame;
use run::{Run, TextLayer};

/// What stands on a page.
#[derive(Clone, Debug)]
pub struct PageLayout {
    /// Page number, from 1.
    pub number: u32,
    /// Width of the page as it is shown.
    pub width: f32,
    /// Height of the page as it is shown.
    pub height: f32,
    /// How it was turned; all places below are on the turned page.
    pub turn: Turn,
    /// Lines and grids from top to bottom.
    pub blocks: Vec<Block>,
    /// The lines that rules draw.
    pub edges: Edges,
    /// Texts drawn askew: watermarks and stamps.
    pub askew: Vec<String>,
    /// Is the text an invisible layer over a picture of the page?
    pub is_recognised: bool,
    /// Has the page more lines than tables have? Then no ruled table was looked for: a drawing, or an attack.
    pub is_too_busy: bool,
}

/// Something on a page.
#[derive(Clone, Debug)]
pub enum Block {
    /// A line of text.
    Line(TextLine),
    /// A table.
    Grid(Grid),
}

impl Block {
    fn top(&self) -> f32 {
        match self {
            Self::Line(line) => line.bounds.y0,
            Self::Grid(grid) => grid.rows.first().copied().unwrap_or(0.0),
        }
    }
}

impl PageLayout {
    /// A box of the turned page on the page as it is shown, as left, top, right, bottom.
    pub fn on_page(&self, rect: Rect) -> [f32; 4] {
        let shown = self.turn.undo(rect, self.width, self.height);
        [shown.x0, shown.y0, shown.x1, shown.y1]
    }
}

/// Lays out a page.
pub fn page(page: Page) -> PageLayout {
    let (number, width, height) = (page.number, page.width, page.height);
    let (page, turn) = upright::upright(page);
    let layer = TextLayer::of(&page);
    let edges = edge::edges(&page.rules);
    let is_too_busy = edges.horizontal.len() > MOST_EDGES || edges.vertical.len() > MOST_EDGES;
    let frames: Vec<Frame> = if is_too_busy { Vec::new() } else { grid::frames(&edges).into_iter().filter(is_table).collect() };
    let (runs, askew) = run::runs(&page, layer);
    let filled = fill::fill(&page, runs, &frames);
    let mut layout = PageLayout {
        number,
        width,
        height,
        turn,
        blocks: Vec::new(),
        edges,
        askew: askew.iter().map(|run| text_of(&page, layer, run)).filter(|text| !text.is_empty()).collect(),
        is_recognised: layer == TextLayer::Invisible,
        is_too_busy,
    };
    for (frame, cells) in frames.into_iter().zip(filled.frames) {
        let (frame, mut cells) = split::split_rows(&page, frame, cells);
        let grid = ruled(&page, layer, &frame, &mut cells, &layout);
        layout.blocks.push(Block::Grid(grid));
    }
    let lines = lines::by_line(filled.outside);
    let (grids, lines) = unruled::grids(&page, layer, lines, &layout);
    layout.blocks.extend(grids.into_iter().map(Block::Grid));
    layout.blocks.extend(lines.iter().filter_map(|runs| lines::text_line(&page, layer, runs)).map(Block::Line));
    layout.blocks.sort_by(|a, b| a.top().total_cmp(&b.top()));
    layout
}

/// A page has so many lines across, and so many down, at most: the largest table known has some 200.
const MOST_EDGES: usize = 2_000;

/// A frame of one column frames a text, it is no table.
fn is_table(frame: &Frame) -> bool {
    frame.columns.len() > 2
}

fn text_of(page: &Page, layer: TextLayer, run: &Run) -> String {
    let mut text = String::new();
    run::push_text(page, run.glyphs.clone(), layer, &mut text);
    text.trim().to_owned()
}

/// A ruled grid with its texts.
fn ruled(page: &Page, layer: TextLayer, frame: &Frame, pieces: &mut [(usize, fill::Piece)], layout: &PageLayout) -> Grid {
    let mut rest = pieces;
    let filled = frame.cells.iter().enumerate().map(|(cell, span)| {
        let bounds = frame.span_bounds(span);
        let count = rest.iter().take_while(|(owner, _)| *owner == cell).count();
        let (here, after) = std::mem::take(&mut rest).split_at_mut(count);
        rest = after;
        let (text, ink) = fill::text(page, layer, here, bounds.x1 - bounds.x0);
        let bbox = layout.on_page(ink.unwrap_or(bounds));
        GridCell { row: span.row, row_end: span.row_end, column: span.column, column_end: span.column_end, text, bbox }
    });
    let grid = Grid {
        page: layout.number,
        cells: filled.collect(),
        columns: frame.columns.clone(),
        owners: frame.owners(),
        rows: frame.rows.clone(),
        ink: Vec::new(),
        first_line: 0,
    };
    without_margins(grid)
}

/// Outer columns so narrow and blank are the margin between a table and a box around it, in points.
const MARGIN: f32 = 8.0;

/// A grid without the blank strip that a second box around it leaves on its left or right.
fn without_margins(grid: Grid) -> Grid {
    let is_margin = |column: usize| {
        let width = match grid.columns.get(column..column + 2) {
            Some(&[from, to]) => to - from,
            _ => return false,
        };
        let mut cells = (0..grid.height()).filter_map(|row| grid.cell(row, column));
        width < MARGIN && cells.all(|cell| cell.is_blank() && cell.column_end - cell.column == 1)
    };
    let width = grid.width();
    let (left, right) = (is_margin(0), width > 0 && is_margin(width - 1));
    if width < 4 || !(left || right) {
        return grid;
    }
    let from = usize::from(left);
    let to = width - usize::from(right);
    let mut places = vec![None; grid.cells.len()];
    let mut cells = Vec::with_capacity(grid.cells.len());
    for (cell, place) in grid.cells.iter().zip(&mut places) {
        if cell.column_end > from && cell.column < to {
            *place = Some(cells.len());
            cells.push(GridCell { column: cell.column - from, column_end: cell.column_end - from, ..cell.clone() });
        }
    }
    let owner = |row: usize, column: usize| grid.owners.get(row * width + column).and_then(|&owner| places.get(owner).copied().flatten());
    let owners =
        (0..grid.height()).flat_map(|row| (from..to).map(move |column| (row, column))).map(|(row, column)| owner(row, column).unwrap_or(0));
    Grid { owners: owners.collect(), columns: grid.columns.get(from..=to).unwrap_or_default().to_vec(), cells, ..grid.clone() }
}
