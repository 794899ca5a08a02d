//! `gongkai forms`.

use std::io::{self, Write};
use std::path::Path;

use super::args::Forms;
use super::{Outcome, print, say};
use crate::error::GrammarError;
use crate::grammar::Form;
use crate::read::{self, Limits};
use crate::{Grammars, write};

pub(super) fn run(command: &Forms, grammars: impl FnOnce() -> Result<Grammars, GrammarError>) -> Outcome {
    let grammars = match grammars() {
        Ok(grammars) => grammars,
        Err(error) => {
            say(&format!("error: {error}"));
            return Outcome::Unusable;
        }
    };
    match command {
        Forms::List => print(&|out| {
            grammars.forms.iter().try_for_each(|form| writeln!(out, "{}\ttables {}\t{}", form.id, form.tables.len(), form.title))
        }),
        Forms::Draft { input, id } => draft(input, id.as_deref(), &grammars),
        Forms::Export { folder } => match crate::grammar::export(folder) {
            Ok(files) => {
                say(&format!("{} files written into {}", files, folder.display()));
                Outcome::Complete
            }
            Err(error) => {
                say(&format!("error: {}: {error}", folder.display()));
                Outcome::Unusable
            }
        },
        Forms::Check => print(&|out| {
            let codes: usize = grammars.catalogues.iter().map(|catalogue| catalogue.entries().len()).sum();
            let tables: usize = grammars.forms.iter().map(|form| form.tables.len()).sum();
            writeln!(out, "no mistake; forms {}, tables {tables}, codes {codes}", grammars.forms.len())
        }),
        Forms::Show { form } => {
            if let Some(form) = grammars.forms.iter().find(|known| known.id == *form) {
                return print(&|out| show(out, form));
            }
            let known: Vec<_> = grammars.forms.iter().map(|form| form.id.as_str()).collect();
            say(&format!("error: there is no form `{form}`; hint: the forms are {}", known.join(", ")));
            Outcome::Unusable
        }
    }
}

/// Writes a form file for the tables of a document that no form has.
fn draft(input: &Path, id: Option<&str>, grammars: &Grammars) -> Outcome {
    let limits = Limits::default();
    let name = input.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let disclosure = read::bytes_of(input, &limits).and_then(|bytes| crate::disclosure(&name, &bytes, grammars, &limits));
    let disclosure = match disclosure {
        Ok(disclosure) => disclosure,
        Err(error) => {
            say(&format!("error: {}: {error}", input.display()));
            return Outcome::Partial;
        }
    };
    if disclosure.tables.iter().all(|table| table.headings.is_empty()) {
        say(&format!("error: {}: has no table that the form `{}` does not explain", input.display(), disclosure.document.form));
        return Outcome::Partial;
    }
    let stem = input.file_stem().map_or_else(|| "draft".to_owned(), |stem| stem.to_string_lossy().into_owned());
    let text = write::form_draft(&disclosure, id.unwrap_or(&stem), grammars);
    print(&|out| out.write_all(text.as_bytes()))
}

fn show(out: &mut dyn Write, form: &Form) -> io::Result<()> {
    writeln!(out, "{}\n{}\nfile {}, unit {}", form.id, form.title, form.path.display(), form.unit)?;
    for table in &form.tables {
        writeln!(out, "\n{}. {}\n   {}", table.number, table.title, table.id)?;
        for block in &table.blocks {
            if let Some(side) = block.side {
                writeln!(out, "   side {side:?}")?;
            }
            if let Some(set) = &block.code_set {
                writeln!(out, "   codes {set}{}", if block.inline_codes { ", in front of the name" } else { "" })?;
            }
            for column in &block.columns {
                writeln!(out, "   {:28} {}", column.id, column.heading.join(" / "))?;
            }
        }
        for identity in &table.identities {
            writeln!(out, "   holds: {}", identity.text)?;
        }
        for agreement in &table.agreements {
            writeln!(out, "   agrees: {}", agreement.text)?;
        }
    }
    Ok(())
}
