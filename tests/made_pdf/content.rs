//! Kinds whose trouble is in the content of the page. All are in STSong-Light by UniGB-UCS2-H, whose text is easy.

use super::Made;
use super::file::{A4, File, Sheet, rectangle};
use super::fonts::{budget_table, song, utf16_face};
use super::pen::{Pen, Piece, numbers};

pub fn kinds() -> Vec<Made> {
    vec![form_xobject(), invisible_text(), bold_by_double_print(), crop_and_rotate(), inline_image(), contents_array(), text_state()]
}

/// A page of its own content stream and the one font.
fn page_by(name: &'static str, pen: &Pen) -> Made {
    let mut file = File::new();
    let font = song(&mut file);
    file.page(&A4, &format!("/Font<</F1 {font} 0 R>>"), pen);
    file.made(name)
}

/// Text in a form XObject with a /Matrix, painted twice in different places, once turned; in it a nested form. The outer form has no
/// /Resources and takes the page's, as old files do; the inner calls its font by a name that the page does not know.
fn form_xobject() -> Made {
    let mut file = File::new();
    let font = song(&mut file);
    let mut inner = Pen::new();
    inner.write(&utf16_face("Inner"), 8.0, 10.0, 5.0, "（单位：万元）");
    let inner_matrix = [1.5, 0.0, 0.0, 1.5, 20.0, -30.0];
    let bounds = "/Type/XObject/Subtype/Form/BBox[0 -200 600 200]";
    let inner_form =
        file.stream(format!("{bounds}/Matrix[{}]/Resources<</Font<</Inner {font} 0 R>>>>", numbers(inner_matrix)), inner.content.clone());
    let face = utf16_face("F1");
    let mut outer = Pen::new();
    outer.write(&face, 20.0, 0.0, 40.0, "科目编码：2010301");
    outer.write(&face, 20.0, 200.0, 40.0, "1,234.56");
    outer.save();
    outer.concat([1.0, 0.0, 0.0, 1.0, 5.0, 2.0]);
    outer.form("Nested", inner_matrix, &inner);
    outer.restore();
    let outer_matrix = [0.5, 0.0, 0.0, 0.5, 10.0, 20.0];
    let outer_form = file.stream(format!("{bounds}/Matrix[{}]", numbers(outer_matrix)), outer.content.clone());

    let mut pen = Pen::new();
    pen.write(&face, 16.0, 200.0, 780.0, "部门预算支出表");
    for place in [[1.0, 0.0, 0.0, 1.0, 72.0, 600.0], [0.0, 1.0, -1.0, 0.0, 300.0, 300.0]] {
        pen.save();
        pen.concat(place);
        pen.form("Row", outer_matrix, &outer);
        pen.restore();
    }
    let resources = format!("/Font<</F1 {font} 0 R>>/XObject<</Row {outer_form} 0 R/Nested {inner_form} 0 R>>");
    file.page(&A4, &resources, &pen);
    file.made("form-xobject")
}

/// A line in render mode 3, neither filled nor stroked, as under a scanned page: text all the same, which a reader that goes
/// by what is painted does not give.
fn invisible_text() -> Made {
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    pen.write(&face, 16.0, 200.0, 780.0, "部门预算支出表");
    pen.save();
    pen.raw("3 Tr");
    pen.write(&face, 10.5, 72.0, 740.0, "2010301");
    pen.write(&face, 10.5, 160.0, 740.0, "行政运行（元）");
    pen.write(&face, 10.5, 400.0, 740.0, "1,234.56");
    pen.restore();
    pen.write(&face, 10.5, 72.0, 720.0, "合计：1,234.56");
    page_by("invisible-text", &pen)
}

/// Bold made by printing the same string twice, 0.3 pt apart. Both stand in the glyphs; a reader that joins glyphs by their
/// place reads every character twice.
/// Fails: pdfium leaves the second print out.
fn bold_by_double_print() -> Made {
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    for (x, y, text) in [(72.0, 740.0, "合计（万元）"), (400.0, 740.0, "98,765.44"), (72.0, 720.0, "2010301行政运行")] {
        pen.write(&face, 10.5, x, y, text);
        pen.write(&face, 10.5, x + 0.3, y, text);
    }
    pen.write(&face, 10.5, 400.0, 720.0, "1,234.56");
    page_by("bold-by-double-print", &pen)
}

/// Neither box starts at the origin, and the turn by 270 degrees and the /MediaBox are the Pages node's, for the page to inherit.
/// (PyMuPDF gives origins as if the page were not turned.)
fn crop_and_rotate() -> Made {
    let sheet = Sheet { media: [10.0, -20.0, 630.0, 850.0], crop: Some([50.5, 60.0, 560.0, 800.25]), turn: 270 };
    let mut file = File::new();
    let font = song(&mut file);
    let mut pen = Pen::new();
    budget_table(&mut pen, &utf16_face("F1"));
    let contents = file.stream("", pen.content.clone());
    file.page_with(
        &sheet,
        &rectangle("CropBox", sheet.crop.unwrap_or(sheet.media)),
        &format!("{}/Rotate {}", rectangle("MediaBox", sheet.media), sheet.turn),
        &format!("/Font<</F1 {font} 0 R>>"),
        &format!("{contents} 0 R"),
        &pen,
    );
    file.made("crop-and-rotate")
}

/// An inline image whose 64 bytes of data hold ` EI ` and, after it, what looks like text. A reader that looks for the first ` EI `
/// reads figures that are not on the page, or loses the line below.
/// Fails: the content check of qpdf goes on at the wrong place.
fn inline_image() -> Made {
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    pen.write(&face, 10.5, 72.0, 740.0, "科目编码：2010301（行政运行）");
    let mut data = b"\x00\xFF\x80 EI Q BT /F1 9 Tf 72 500 Td (\x00\x38\x00\x38) Tj ET \xFE\x01( EI <".to_vec();
    data.resize(64, 0x7F);
    pen.raw("q 40 0 0 40 72 650 cm\nBI /W 8 /H 8 /BPC 8 /CS /G ID");
    // The newline that `raw` ends with is the one white space after ID.
    pen.content.extend(data);
    pen.raw("\nEI Q");
    pen.write(&face, 10.5, 72.0, 620.0, "合计（元）：1,234.56");
    page_by("inline-image", &pen)
}

/// Content in five streams, cut between tokens: within the array of a `TJ`, between operands, and within a text object. No stream
/// ends in white space, so that joining them as they are makes other numbers (`70` and `700` become `70700`).
fn contents_array() -> Made {
    let mut file = File::new();
    let font = song(&mut file);
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    pen.write(&face, 16.0, 200.0, 780.0, "部门预算支出表");
    pen.begin();
    pen.font(&face, 10.5);
    pen.step(70.0, 700.0);
    pen.show_pieces(&face, &[Piece::Text("2010301"), Piece::Back(-150.0), Piece::Text("行政运行（元）")]);
    pen.step(300.0, 0.0);
    pen.show(&face, "1,234.56");
    pen.end();
    pen.write(&face, 10.5, 70.0, 680.0, "合计、支出：98,765.44");
    let whole = String::from_utf8(pen.content.clone()).expect("hexadecimal strings");
    let mut rest = whole.as_str();
    let mut contents = String::new();
    // What the second stream starts with, the third, and so on.
    for start in ["700 Td", "-150", "] TJ", "0 Td"] {
        let (part, after) = rest.split_at(rest.find(start).expect("the place to cut"));
        contents += &format!("{} 0 R ", file.stream("", part.trim_end().as_bytes()));
        rest = after;
    }
    contents += &format!("{} 0 R", file.stream("", rest.trim_end().as_bytes()));
    file.page_of(&A4, &format!("/Font<</F1 {font} 0 R>>"), &format!("[{contents}]"), &pen);
    file.made("contents-array")
}

/// Every operator that moves text: spacing, stretch, rise, leading, `'` and `"`, also under a skewed matrix and after `Q`.
fn text_state() -> Made {
    let face = utf16_face("F1");
    let mut pen = Pen::new();
    pen.begin();
    pen.font(&face, 12.0);
    pen.step(72.0, 760.0);
    pen.char_space(1.5);
    pen.show(&face, "科目编码：");
    pen.stretch(80.0);
    pen.show(&face, "2010301");
    pen.show_pieces(&face, &[Piece::Text("行政"), Piece::Back(400.0), Piece::Text("运行"), Piece::Back(-750.0), Piece::Text("元")]);
    pen.leading(18.5);
    // A code of two bytes takes no word space, even where it means a space.
    pen.word_space(20.0);
    pen.show_below(&face, "合计 1,234.56");
    pen.rise(4.0);
    pen.show(&face, "（一）");
    pen.rise(0.0);
    pen.show_below_spaced(&face, 3.0, 0.25, "基本支出");
    pen.next_line();
    pen.stretch(100.0);
    pen.show(&face, "项目支出");
    pen.end();
    pen.save();
    pen.concat([1.0, 0.0, 0.25, 1.0, 0.0, 0.0]);
    pen.char_space(2.0);
    pen.begin();
    pen.font(&face, 1.0);
    pen.matrix([10.5, 0.0, 0.0, 10.5, 72.0, 600.0]);
    pen.char_space(0.1);
    pen.show(&face, "预算数：98,765.44");
    pen.end();
    pen.restore();
    // Back to a spacing of 0.25.
    pen.write(&face, 10.5, 72.0, 560.0, "年度预算");
    page_by("text-state", &pen)
}
