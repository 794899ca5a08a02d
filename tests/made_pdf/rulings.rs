//! A page of ruled tables: the ways that lines are drawn, and the paths that draw none.

use super::Made;
use super::file::{A4, File};
use super::fonts::{song, utf16_face};
use super::pen::Pen;

pub fn kinds() -> Vec<Made> {
    vec![rulings()]
}

const COLUMNS: [f64; 4] = [72.0, 172.0, 322.0, 472.0];

/// The edges between three rows of 20 pt that end at `bottom`, from above.
fn edges(bottom: f64) -> [f64; 4] {
    [bottom + 60.0, bottom + 40.0, bottom + 20.0, bottom]
}

fn cells(pen: &mut Pen, bottom: f64) {
    let face = utf16_face("F1");
    let rows = [["科目编码", "科目名称", "预算数（元）"], ["2010301", "行政运行", "1,234.56"], ["合计", "", "1,234.56"]];
    for (row, top) in rows.iter().zip(edges(bottom)) {
        for (text, x) in row.iter().zip(COLUMNS) {
            if !text.is_empty() {
                pen.write(&face, 10.5, x + 4.0, top - 14.0, text);
            }
        }
    }
}

/// Three tables of three columns and three rows, ruled by stroked segments, by thin filled rectangles, and by a stroked box a cell;
/// then paths that leave nothing to see. A reader that takes every path for a line finds tables where there are none; one that takes
/// only strokes misses the second table.
fn rulings() -> Made {
    let mut file = File::new();
    let font = song(&mut file);
    let mut pen = Pen::new();
    stroked(&mut pen, 700.0);
    filled(&mut pen, 600.0);
    boxes(&mut pen, 500.0);
    unseen(&mut pen);
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), &pen);
    file.made("rulings")
}

/// Segments: one a path, all uprights in one path, and the last edge drawn in a space ten times as large.
fn stroked(pen: &mut Pen, bottom: f64) {
    let [top, upper, lower, _] = edges(bottom);
    let [left, .., right] = COLUMNS;
    pen.save();
    pen.raw("0 G 0.75 w");
    for y in [top, upper, lower] {
        pen.raw(&format!("{left} {y} m {right} {y} l S"));
        pen.painted([left, y, right, y]);
    }
    let path: String = COLUMNS.iter().map(|x| format!("{x} {top} m {x} {bottom} l ")).collect();
    pen.raw(&format!("{path}S"));
    for x in COLUMNS {
        pen.painted([x, top, x, bottom]);
    }
    pen.concat([10.0, 0.0, 0.0, 10.0, 0.0, 0.0]);
    pen.raw(&format!("0.075 w {} {} m {} {} l S", left / 10.0, bottom / 10.0, right / 10.0, bottom / 10.0));
    pen.painted([left / 10.0, bottom / 10.0, right / 10.0, bottom / 10.0]);
    pen.restore();
    cells(pen, bottom);
}

/// Rectangles half a point thick, one with a negative height; the line is along the middle.
fn filled(pen: &mut Pen, bottom: f64) {
    let [left, .., right] = COLUMNS;
    pen.save();
    pen.raw("0 g");
    for (place, y) in edges(bottom).into_iter().enumerate() {
        let height = if place == 1 { -0.5 } else { 0.5 };
        pen.raw(&format!("{left} {y} {} {height} re f", right - left));
        pen.painted([left, y + height / 2.0, right, y + height / 2.0]);
    }
    for x in COLUMNS {
        pen.raw(&format!("{x} {bottom} 0.5 60 re f*"));
        pen.painted([x + 0.25, bottom, x + 0.25, bottom + 60.0]);
    }
    pen.restore();
    cells(pen, bottom);
}

/// A box around every cell: four lines each, so that what cells share is drawn twice.
fn boxes(pen: &mut Pen, bottom: f64) {
    pen.save();
    pen.raw("0.2 0.2 0.2 RG 0.5 w");
    for top in &edges(bottom)[..3] {
        for sides in COLUMNS.windows(2) {
            let (left, right, low) = (sides[0], sides[1], top - 20.0);
            pen.raw(&format!("{left} {low} {} 20 re S", right - left));
            pen.painted([left, low, right, low]);
            pen.painted([right, low, right, *top]);
            pen.painted([right, *top, left, *top]);
            pen.painted([left, *top, left, low]);
        }
    }
    pen.restore();
    cells(pen, bottom);
}

/// What is not to be found: white fills and strokes, paths that only end or only clip, and lines outside of the clip.
fn unseen(pen: &mut Pen) {
    pen.save();
    pen.raw("1 g 72 400 400 0.5 re f");
    pen.raw("1 1 1 rg 72 410 400 20 re f");
    pen.raw("0 0 0 0 k 72 440 0.5 40 re f");
    pen.raw("1 G 0.5 w 72 450 m 472 450 l S");
    pen.raw("0 G 0 g 72 460 m 472 460 l n");
    pen.raw("72 465 400 0.5 re n");
    pen.raw("0 0 0 RG 100 300 200 50 re W n");
    // Above the clip, and right of it.
    pen.raw("72 380 m 472 380 l S");
    pen.raw("350 310 0.5 30 re f");
    pen.restore();
    pen.write(&utf16_face("F1"), 10.5, 72.0, 200.0, "单位：万元、一年度");
}
