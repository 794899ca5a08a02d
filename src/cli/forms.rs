//! `gongkai forms`.

use std::io::{self, Write};

use super::args::Forms;
use super::{Outcome, print, say};
use crate::Grammars;
use crate::error::GrammarError;
use crate::grammar::Form;

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
