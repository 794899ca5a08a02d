//! Files → [`Grammars`], with every mistake named by file, line and key.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use toml::Spanned;

use super::Grammars;
use super::catalogue::{Catalogue, CatalogueEntry, Standing};
use super::code::Code;
use super::file::GrammarFile;
use super::form::{Block, Column, ColumnKind, Form, Level, NameSource, Slot, SlotKind, TableForm};
use super::identity::{self, Agreement, Identity, Scope, WrittenScope};
use super::key::{heading_key, key, label_key, title_key};
use super::narrative::NarrativeWords;
use super::target::WrittenTarget;
use super::vocabulary::Vocabulary;
use crate::disclosure::{CodeLevel, DocumentKind, Side};
use crate::error::GrammarError;

static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/grammars");

pub(super) fn built_in() -> Result<Grammars, GrammarError> {
    let mut files = Vec::new();
    collect_built_in(&BUILT_IN, &mut files);
    from_files(files, Path::new("grammars"))
}

fn collect_built_in(folder: &Dir<'_>, files: &mut Vec<GrammarFile>) {
    for file in folder.files() {
        if let Some(text) = file.contents_utf8() {
            files.push(GrammarFile { path: Path::new("grammars").join(file.path()), text: text.to_owned() });
        }
    }
    folder.dirs().for_each(|inner| collect_built_in(inner, files));
}

/// Writes the built-in grammars into a new folder; how many files.
///
/// # Errors
/// The folder exists already or cannot be written.
pub fn export(folder: &Path) -> std::io::Result<usize> {
    std::fs::create_dir(folder)?;
    BUILT_IN.extract(folder)?;
    let mut files = Vec::new();
    collect_built_in(&BUILT_IN, &mut files);
    Ok(files.len())
}

pub(super) fn from_folder(folder: &Path) -> Result<Grammars, GrammarError> {
    let fail = |path: &Path, error: std::io::Error| GrammarError {
        path: path.to_owned(),
        place: None,
        key: None,
        message: format!("cannot be read: {error}"),
    };
    let mut files = Vec::new();
    for place in [folder.to_owned(), folder.join("forms"), folder.join("codes")] {
        for entry in std::fs::read_dir(&place).map_err(|error| fail(&place, error))? {
            let path = entry.map_err(|error| fail(&place, error))?.path();
            if path.extension().is_some_and(|ending| ending == "toml" || ending == "tsv") {
                let text = std::fs::read_to_string(&path).map_err(|error| fail(&path, error))?;
                files.push(GrammarFile { path, text });
            }
        }
    }
    from_files(files, folder)
}

fn from_files(mut files: Vec<GrammarFile>, folder: &Path) -> Result<Grammars, GrammarError> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let inside = |file: &GrammarFile, name: &str| file.path.parent().is_some_and(|parent| parent.ends_with(name));
    let words_in = |name: &str| {
        files.iter().find(|file| file.path.ends_with(name)).ok_or_else(|| GrammarError {
            path: folder.join(name),
            place: None,
            key: None,
            message: "is missing; `gongkai forms export DIR` writes the built-in one".to_owned(),
        })
    };
    let vocabulary = words_in("vocabulary.toml")?.parse::<Vocabulary>()?.into_keys();
    let words = words_in("narrative.toml")?;
    let narrative = words.parse::<NarrativeWords>()?.into_keys().map_err(|error| GrammarError {
        path: words.path.clone(),
        place: None,
        key: Some("outline".to_owned()),
        message: format!("the words of a template cannot be searched for: {error}"),
    })?;
    let identities = words_in("identities.toml")?;
    let mut sets: BTreeMap<String, Vec<CatalogueEntry>> = BTreeMap::new();
    for file in files.iter().filter(|file| inside(file, "codes") && file.path.extension().is_some_and(|ending| ending == "tsv")) {
        let (set, entries) = catalogue(file)?;
        sets.entry(set).or_default().extend(entries);
    }
    let catalogues: Vec<_> = sets.into_iter().map(|(set, entries)| Catalogue::new(set, entries)).collect();
    let mut forms = Vec::new();
    for file in files.iter().filter(|file| inside(file, "forms") && file.path.extension().is_some_and(|ending| ending == "toml")) {
        forms.push(form(file, &catalogues)?);
    }
    if forms.is_empty() {
        return Err(GrammarError {
            path: folder.join("forms"),
            place: None,
            key: None,
            message: "holds no form; expected at least one .toml file".to_owned(),
        });
    }
    let identities = super::identities::load(identities, &forms)?;
    Ok(Grammars { forms, vocabulary, narrative, identities, catalogues })
}

// ---- codes ----------------------------------------------------------------------------------------------------------

/// `<set>-<year>.tsv` or `<set>-<year>.recall.tsv`: lines of code, name, level.
fn catalogue(file: &GrammarFile) -> Result<(String, Vec<CatalogueEntry>), GrammarError> {
    let stem = file.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let (stem, standing) = stem.strip_suffix(".recall").map_or((stem, Standing::Attested), |stem| (stem, Standing::Recalled));
    let named = stem.rsplit_once('-').and_then(|(set, year)| Some((set.to_owned(), year.parse::<u16>().ok()?)));
    let (set, year) = named
        .ok_or_else(|| file.error(None, None, "has no set and year in its name; expected <set>-<year>.tsv or <set>-<year>.recall.tsv"))?;
    let mut entries: Vec<CatalogueEntry> = Vec::new();
    let mut seen = FxHashSet::default();
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let span = at..at + line.len();
        at += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if line.is_empty() {
            continue;
        }
        let mut fields = line.split('\t');
        let code = fields.next().and_then(Code::parse).ok_or_else(|| {
            file.error(Some(span.clone()), Some("code"), "expected a code of 3, 5 or 7 digits at the start of the line, then a tab")
        })?;
        let name = fields
            .next()
            .filter(|name| !name.trim().is_empty())
            .ok_or_else(|| file.error(Some(span.clone()), Some("name"), "expected the code's name after a tab"))?;
        let level = match code.level() {
            CodeLevel::Class => "类",
            CodeLevel::Section => "款",
            CodeLevel::Item => "项",
        };
        if let Some(written) = fields.next().filter(|written| *written != level && *written != "目") {
            let message = format!("is `{written}`; expected `{level}` for a code of {} digits", code.level().digits());
            return Err(file.error(Some(span), Some("level"), message));
        }
        if !seen.insert(code) {
            return Err(file.error(Some(span), Some("code"), format!("{code} stands here twice")));
        }
        entries.push(CatalogueEntry { code, name: name.to_owned(), year, standing });
    }
    Ok((set, entries))
}

// ---- forms ----------------------------------------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    id: Spanned<String>,
    title: String,
    kind: DocumentKind,
    unit: String,
    #[serde(default)]
    has_headings: bool,
    #[serde(default)]
    numbered_by_place: bool,
    #[serde(default)]
    is_of_unit: bool,
    #[serde(default)]
    of_department: Vec<String>,
    #[serde(default)]
    of_unit: Vec<String>,
    #[serde(default)]
    sections: Vec<String>,
    table: Vec<WrittenTable>,
    #[serde(default)]
    target: Vec<WrittenTarget>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    id: Spanned<String>,
    number: u32,
    title: String,
    #[serde(default)]
    variants: Vec<String>,
    unit: Option<String>,
    #[serde(default)]
    any_order: bool,
    #[serde(default)]
    identities: Vec<Spanned<String>>,
    #[serde(default)]
    optional_subtotals: Vec<Spanned<String>>,
    #[serde(default)]
    agreements: Vec<Spanned<String>>,
    #[serde(default)]
    lists_rows_of: Vec<Spanned<String>>,
    block: Vec<WrittenBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBlock {
    side: Option<Side>,
    block: Option<String>,
    code_set: Option<Spanned<String>>,
    #[serde(default)]
    classes: Vec<Spanned<String>>,
    #[serde(default)]
    code_columns: Vec<CodeLevel>,
    #[serde(default)]
    inline_codes: bool,
    #[serde(default)]
    heading: Vec<String>,
    #[serde(default)]
    code_heading: Vec<String>,
    #[serde(default)]
    name_heading: Vec<String>,
    #[serde(default)]
    name_from: Vec<WrittenNameSource>,
    #[serde(default)]
    before_name: Vec<WrittenColumn>,
    #[serde(default)]
    text_columns: Vec<WrittenColumn>,
    columns: Vec<WrittenColumn>,
    #[serde(default)]
    lines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColumn {
    id: Spanned<String>,
    heading: Vec<String>,
    #[serde(default)]
    seldom: bool,
    #[serde(default)]
    fill_down: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenNameSource {
    column: Spanned<String>,
    level: String,
}

fn form(file: &GrammarFile, catalogues: &[Catalogue]) -> Result<Form, GrammarError> {
    let written: WrittenForm = file.parse()?;
    let stem = file.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if written.id.as_ref() != stem {
        return Err(file.error(
            Some(written.id.span()),
            Some("id"),
            format!("is `{}`; expected the file's name, `{stem}`", written.id.as_ref()),
        ));
    }
    let mut tables = Vec::with_capacity(written.table.len());
    let mut seen = FxHashSet::default();
    for table in &written.table {
        if !seen.insert(table.id.as_ref().as_str()) {
            return Err(file.error(Some(table.id.span()), Some("id"), format!("the table `{}` stands here twice", table.id.as_ref())));
        }
        tables.push(table_form(file, table, catalogues)?);
    }
    let links = written
        .table
        .iter()
        .zip(&tables)
        .map(|(written, table)| table_links(file, written, table, &tables))
        .collect::<Result<Vec<_>, _>>()?;
    for (table, (agreements, lists_rows_of)) in tables.iter_mut().zip(links) {
        table.agreements = agreements;
        table.lists_rows_of = lists_rows_of;
    }
    if written.table.len() + written.target.len() > MOST_TABLES {
        let message = format!("has {} tables and targets; at most {MOST_TABLES} are supported", written.table.len() + written.target.len());
        return Err(file.error(Some(written.id.span()), Some("table"), message));
    }
    let level = match (written.is_of_unit, written.of_department, written.of_unit) {
        (false, department, unit) if department.is_empty() && unit.is_empty() => Level::Department,
        (true, department, unit) if department.is_empty() && unit.is_empty() => Level::Unit,
        (false, department, unit) if !department.is_empty() && !unit.is_empty() => Level::ByHeadings { department, unit },
        _ => {
            let message = "stands together with `of_unit`, and both without `is_of_unit`".to_owned();
            return Err(file.error(Some(written.id.span()), Some("of_department"), message));
        }
    };
    Ok(Form {
        id: written.id.as_ref().clone(),
        title: written.title,
        kind: written.kind,
        unit: written.unit,
        tables,
        sections: written.sections,
        targets: written.target.iter().map(WrittenTarget::form).collect(),
        has_headings: written.has_headings,
        numbered_by_place: written.numbered_by_place,
        level,
        path: file.path.clone(),
    })
}

/// Most tables of a form: sets of them are kept as the bits of one number.
const MOST_TABLES: usize = 60;

pub(super) fn title_keys(title: &str, variants: &[String]) -> Vec<String> {
    std::iter::once(title).chain(variants.iter().map(String::as_str)).map(title_key).collect()
}

fn table_form(file: &GrammarFile, written: &WrittenTable, catalogues: &[Catalogue]) -> Result<TableForm, GrammarError> {
    let blocks = written.block.iter().map(|block| block_form(file, block, catalogues)).collect::<Result<Vec<_>, _>>()?;
    if blocks.is_empty() {
        return Err(file.error(Some(written.id.span()), Some("block"), "the table has no block; expected one or more"));
    }
    if blocks.len() > 1 {
        let apart = |a: &Block, b: &Block| a.side != b.side || a.id != b.id;
        let are_apart = blocks.iter().enumerate().all(|(at, block)| blocks.iter().skip(at + 1).all(|other| apart(block, other)));
        // Blocks without a side are one list that goes on beside itself.
        let go_on = blocks.iter().all(|block| block.side.is_none() && block.id.is_none());
        if !are_apart && !go_on {
            let message = "of several blocks, each has a `side` of its own, or a `block` name within its side, or none has either";
            return Err(file.error(Some(written.id.span()), Some("side"), message));
        }
    }
    let mut heading_keys = FxHashSet::default();
    for block in &written.block {
        let columns = block.before_name.iter().chain(&block.text_columns).chain(&block.columns).flat_map(|column| &column.heading);
        let texts = block.heading.iter().chain(&block.code_heading).chain(&block.name_heading).chain(columns);
        heading_keys.extend(texts.flat_map(|text| text.split('|').map(key).chain(variants(text))));
        heading_keys.extend(block.code_columns.iter().map(|level| level_heading(*level).to_owned()));
    }
    let mut table = TableForm {
        id: Arc::from(written.id.as_ref().as_str()),
        number: written.number,
        title: written.title.clone(),
        title_keys: title_keys(&written.title, &written.variants),
        unit: written.unit.clone(),
        any_order: written.any_order,
        slots: written.block.iter().enumerate().flat_map(|(index, block)| slots(index, block)).collect(),
        blocks,
        identities: Vec::new(),
        optional_subtotals: Vec::new(),
        agreements: Vec::new(),
        lists_rows_of: Vec::new(),
        heading_keys,
    };
    table.identities = row_identities(file, written, &table)?;
    table.optional_subtotals = optional_subtotals(file, written, &table)?;
    Ok(table)
}

/// Keys of the variants of a heading text, which `|` divides.
fn variants(text: &str) -> Vec<String> {
    text.split('|').map(heading_key).collect()
}

/// The columns that a page shows of a block, from left to right.
fn slots(index: usize, block: &WrittenBlock) -> Vec<Slot> {
    let heading = |texts: &[String]| block.heading.iter().chain(texts).map(|text| variants(text)).collect::<Vec<_>>();
    let slot = |kind: SlotKind, leaf: Vec<String>, above: Vec<Vec<String>>| Slot { block: index, kind, leaf, above };
    let codes = block.code_columns.iter().enumerate().map(|(at, level)| {
        let mut leaf: Vec<String> = block.code_heading.iter().flat_map(|text| variants(text)).collect();
        leaf.push(level_heading(*level).to_owned());
        slot(SlotKind::Code(at), leaf, heading(&[]))
    });
    let column = |at: usize, column: &WrittenColumn| {
        let (leaf, above) = column.heading.split_last().map_or((Vec::new(), &[][..]), |(leaf, above)| (variants(leaf), above));
        slot(SlotKind::Column(at), leaf, heading(above))
    };
    let name = (!block.name_heading.is_empty())
        .then(|| slot(SlotKind::Name, block.name_heading.iter().flat_map(|text| variants(text)).collect(), heading(&[])));
    let before = block.before_name.len();
    let mut slots: Vec<Slot> = codes.collect();
    slots.extend(block.before_name.iter().enumerate().map(|(at, written)| column(at, written)));
    slots.extend(name);
    slots.extend(block.text_columns.iter().chain(&block.columns).enumerate().map(|(at, written)| column(before + at, written)));
    slots
}

/// The heading of a code column.
fn level_heading(level: CodeLevel) -> &'static str {
    match level {
        CodeLevel::Class => "类",
        CodeLevel::Section => "款",
        CodeLevel::Item => "项",
    }
}

fn block_form(file: &GrammarFile, written: &WrittenBlock, catalogues: &[Catalogue]) -> Result<Block, GrammarError> {
    let has_codes = !written.code_columns.is_empty() || written.inline_codes;
    match &written.code_set {
        Some(set) if !catalogues.iter().any(|catalogue| &catalogue.set == set.as_ref()) => {
            let known: Vec<_> = catalogues.iter().map(|catalogue| catalogue.set.as_str()).collect();
            let message = format!("there is no code list `{}`; expected one of {}", set.as_ref(), known.join(", "));
            return Err(file.error(Some(set.span()), Some("code_set"), message));
        }
        None if has_codes => {
            let span = written.columns.first().map(|column| column.id.span());
            return Err(file.error(span, Some("code_set"), "is missing; expected a code list, since the block has codes"));
        }
        _ => {}
    }
    let mut columns = Vec::new();
    let lists =
        [(ColumnKind::Text, &written.before_name), (ColumnKind::Text, &written.text_columns), (ColumnKind::Amount, &written.columns)];
    for (kind, list) in lists {
        for column in list {
            if columns.iter().any(|known: &Column| *known.id == *column.id.as_ref().as_str()) {
                let message = format!("the column `{}` stands here twice", column.id.as_ref());
                return Err(file.error(Some(column.id.span()), Some("id"), message));
            }
            columns.push(Column {
                id: Arc::from(column.id.as_ref().as_str()),
                kind,
                seldom: column.seldom,
                fill_down: column.fill_down,
                heading: column.heading.clone(),
            });
        }
    }
    let set = written.code_set.as_ref().and_then(|set| catalogues.iter().find(|catalogue| &catalogue.set == set.as_ref()));
    let listed = set.into_iter().flat_map(Catalogue::entries).filter(|entry| entry.code.level() == CodeLevel::Class);
    let listed: FxHashSet<u16> = listed.filter_map(|entry| entry.code.to_string().parse().ok()).collect();
    let mut classes = FxHashSet::default();
    for class in &written.classes {
        let number =
            class.as_ref().parse::<u16>().ok().filter(|number| listed.contains(number)).ok_or_else(|| {
                file.error(Some(class.span()), Some("classes"), format!("`{}` is no class of the code list", class.as_ref()))
            })?;
        classes.insert(number);
    }
    let mut name_from = Vec::with_capacity(written.name_from.len());
    for source in &written.name_from {
        let column = columns.iter().position(|column| *column.id == *source.column.as_ref().as_str() && column.kind == ColumnKind::Text);
        let column = column.ok_or_else(|| {
            let message = format!("there is no text column `{}`", source.column.as_ref());
            file.error(Some(source.column.span()), Some("column"), message)
        })?;
        name_from.push(NameSource { column, level: Arc::from(source.level.as_str()) });
    }
    Ok(Block {
        id: written.block.as_deref().map(Arc::from),
        has_names: !written.name_heading.is_empty(),
        name_from,
        is_restricted: !classes.is_empty(),
        classes: if classes.is_empty() { listed } else { classes },
        side: written.side,
        code_set: written.code_set.as_ref().map(|set| set.as_ref().clone()),
        code_columns: written.code_columns.clone(),
        inline_codes: written.inline_codes,
        columns,
        lines: written.lines.iter().map(|line| label_key(line)).collect(),
    })
}

fn row_identities(file: &GrammarFile, written: &WrittenTable, table: &TableForm) -> Result<Vec<Identity>, GrammarError> {
    let mut identities: Vec<Identity> = Vec::new();
    for text in &written.identities {
        let fail = |message: String| file.error(Some(text.span()), Some("identities"), message);
        let (_, parsed) = identity::identity(text.as_ref())
            .map_err(|_| fail(format!("`{}` is no identity; expected `column = column + column`", text.as_ref())))?;
        let side = match parsed.side {
            None if table.blocks.iter().all(|block| block.side.is_none()) => None,
            None => return Err(fail("the table has two sides; expected `revenue: …` or `expenditure: …`".to_owned())),
            Some(side) if table.blocks.iter().any(|block| block.side == Some(side)) => Some(side),
            Some(_) => return Err(fail("the table has no such side".to_owned())),
        };
        // It holds in every block of the side.
        for block in (0..table.blocks.len()).filter(|&at| table.blocks.get(at).is_some_and(|block| block.side == side)) {
            let column = |id: &str| {
                table.blocks.get(block).and_then(|block| block.column_index(id)).ok_or_else(|| {
                    let known: Vec<_> = table.blocks.iter().flat_map(|block| &block.columns).map(|column| &*column.id).collect();
                    fail(format!("there is no column `{id}`; expected one of {}", known.join(", ")))
                })
            };
            identities.push(Identity {
                text: Arc::from(text.as_ref().as_str()),
                block,
                whole: column(parsed.whole)?,
                parts: parsed.parts.iter().map(|part| column(part)).collect::<Result<_, _>>()?,
                codes: parsed.codes.iter().map(|&code| code.to_owned()).collect(),
            });
        }
    }
    Ok(identities)
}

fn optional_subtotals(file: &GrammarFile, written: &WrittenTable, table: &TableForm) -> Result<Vec<(usize, usize)>, GrammarError> {
    let place = |subtotal: &Spanned<String>| {
        let found = table.blocks.iter().enumerate().find_map(|(index, block)| Some((index, block.column_index(subtotal.as_ref())?)));
        found.ok_or_else(|| {
            file.error(Some(subtotal.span()), Some("optional_subtotals"), format!("there is no column `{}`", subtotal.as_ref()))
        })
    };
    written.optional_subtotals.iter().map(place).collect()
}

type Links = (Vec<Agreement>, Vec<usize>);

fn table_links(file: &GrammarFile, written: &WrittenTable, table: &TableForm, tables: &[TableForm]) -> Result<Links, GrammarError> {
    let find = |id: &str, span: Range<usize>, key: &str| {
        tables.iter().position(|table| *table.id == *id).ok_or_else(|| {
            let known: Vec<_> = tables.iter().map(|table| &*table.id).collect();
            file.error(Some(span), Some(key), format!("there is no table `{id}`; expected one of {}", known.join(", ")))
        })
    };
    let mut agreements = Vec::new();
    for text in &written.agreements {
        let fail = |message: String| file.error(Some(text.span()), Some("agreements"), message);
        let (_, parsed) = identity::agreement(text.as_ref()).map_err(|_| {
            fail(format!("`{}` is no agreement; expected `column = table.column by item`, `… by class` or `… at LINE`", text.as_ref()))
        })?;
        let columns = parsed
            .columns
            .iter()
            .map(|id| {
                table
                    .blocks
                    .first()
                    .and_then(|block| block.column_index(id))
                    .ok_or_else(|| fail(format!("there is no column `{id}` in this table")))
            })
            .collect::<Result<_, _>>()?;
        let other = find(parsed.table, text.span(), "agreements")?;
        let line = match &parsed.scope {
            WrittenScope::Line(label) => Some(label_key(label)),
            WrittenScope::Item | WrittenScope::Class | WrittenScope::Total => None,
        };
        let blocks = tables.get(other).map_or(&[][..], |table| &table.blocks);
        let place = blocks.iter().enumerate().find_map(|(index, block)| {
            let column = block.column_index(parsed.column)?;
            let fits = match (&line, &parsed.scope) {
                (Some(label), _) => block.lines.contains(label),
                (None, WrittenScope::Total) => true,
                (None, _) => block.code_set.is_some(),
            };
            fits.then_some((other, index, column))
        });
        let other =
            place.ok_or_else(|| fail(format!("the table `{}` has no column `{}` with such rows or lines", parsed.table, parsed.column)))?;
        let scope = match (parsed.scope, line) {
            (WrittenScope::Class, _) => Scope::Class,
            (WrittenScope::Total, _) => Scope::Total,
            (_, Some(label)) => Scope::Line(label),
            _ => Scope::Item,
        };
        agreements.push(Agreement { text: Arc::from(text.as_ref().as_str()), columns, other, scope, relation: parsed.relation });
    }
    let lists_rows_of = written.lists_rows_of.iter().map(|id| find(id.as_ref(), id.span(), "lists_rows_of")).collect::<Result<_, _>>()?;
    Ok((agreements, lists_rows_of))
}
