//! What layout found on a page, as text and drawn over it.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::inspect_pdf::escaped;
use crate::layout::{self, Block, PageLayout};
use crate::read::pdf::{Page, Rect};

/// The lines and tables of a page.
pub(super) fn show(out: &mut dyn Write, page: &Page) -> io::Result<()> {
    let layout = layout::page(page.clone());
    if layout.turn != layout::Turn::None {
        writeln!(out, "turned so that its text runs to the right: {:?}", layout.turn)?;
    }
    for text in &layout.askew {
        writeln!(out, "askew {text}")?;
    }
    for block in &layout.blocks {
        match block {
            Block::Line(line) => {
                let texts: Vec<&str> = line.segments.iter().map(|segment| segment.text.as_str()).collect();
                let [x0, y0, x1, y1] = layout.on_page(line.bounds);
                writeln!(out, "line  {x0:>7.2} {y0:>7.2} {x1:>7.2} {y1:>7.2}  {}", texts.join(" │ "))?;
            }
            Block::Grid(grid) => {
                let kind = if grid.is_ruled() { "ruled" } else { "by alignment" };
                writeln!(out, "table {} rows, {} columns, {kind}", grid.height(), grid.width())?;
                let edges: Vec<String> = grid.columns.iter().map(|edge| format!("{edge:.1}")).collect();
                writeln!(out, "  columns at {}", edges.join(" "))?;
                for row in 0..grid.height() {
                    let cells = grid.cells_from(row).map(|cell| {
                        let merged = match (cell.row_end - cell.row, cell.column_end - cell.column) {
                            (1, 1) => String::new(),
                            (rows, columns) => format!("[{columns}×{rows}] "),
                        };
                        format!("{merged}{}", cell.text)
                    });
                    writeln!(out, "  {row:>3}  {}", cells.collect::<Vec<_>>().join(" │ "))?;
                }
            }
        }
    }
    Ok(())
}

/// Draws lines and cells over a page.
pub(super) fn draw(svg: &mut String, page: &Page) {
    let layout = layout::page(page.clone());
    let _ = writeln!(
        svg,
        "<style>.line{{stroke:#06c;stroke-width:.5}} .cell{{stroke:#a0a;stroke-width:.7;fill:#a0a;fill-opacity:.05}}</style>"
    );
    for block in &layout.blocks {
        match block {
            Block::Line(line) => boxed(svg, &layout, line.bounds, "line", ""),
            Block::Grid(grid) => {
                for cell in &grid.cells {
                    let edge = |edges: &[f32], at: usize| edges.get(at).copied().unwrap_or(0.0);
                    let bounds = Rect {
                        x0: edge(&grid.columns, cell.column),
                        y0: edge(&grid.rows, cell.row),
                        x1: edge(&grid.columns, cell.column_end),
                        y1: edge(&grid.rows, cell.row_end),
                    };
                    boxed(svg, &layout, bounds, "cell", &cell.text);
                }
            }
        }
    }
}

fn boxed(svg: &mut String, layout: &PageLayout, bounds: Rect, class: &str, title: &str) {
    let [x0, y0, x1, y1] = layout.on_page(bounds);
    let _ = writeln!(
        svg,
        "<rect class=\"{class}\" x=\"{x0:.2}\" y=\"{y0:.2}\" width=\"{:.2}\" height=\"{:.2}\"><title>{}</title></rect>",
        x1 - x0,
        y1 - y0,
        escaped(title)
    );
}
