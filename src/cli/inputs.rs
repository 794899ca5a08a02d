//! Which files to read, and where their results go.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// Endings of files that are taken from a folder. A file that is named by itself is always taken.
const ENDINGS: [&str; 5] = ["pdf", "txt", "text", "md", "tsv"];

/// Deepest folder that is looked into: a bound against endless links.
const MOST_LEVELS: usize = 32;

/// The inputs of a run.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// Files in order, folders replaced by their files.
    pub(super) files: Vec<PathBuf>,
    /// What could not be looked at, with the reason.
    pub(super) failures: Vec<(PathBuf, String)>,
    /// Files in folders that are of other kinds.
    pub(super) skipped: usize,
}

/// Finds the files behind the arguments.
pub(super) fn find(arguments: &[PathBuf]) -> Inputs {
    let mut inputs = Inputs::default();
    for argument in arguments {
        if argument.is_dir() {
            let before = inputs.files.len();
            let (failures, skipped) = (inputs.failures.len(), inputs.skipped);
            search(argument, 0, &mut inputs);
            if inputs.files.len() == before && inputs.failures.len() == failures {
                let others =
                    if inputs.skipped > skipped { format!(" ({} files of other kinds)", inputs.skipped - skipped) } else { String::new() };
                inputs.failures.push((
                    argument.clone(),
                    format!("holds no disclosure{others}; hint: .pdf, .txt, .md and .tsv files are taken from folders"),
                ));
            }
        } else {
            inputs.files.push(argument.clone());
        }
    }
    inputs
}

fn search(folder: &Path, level: usize, inputs: &mut Inputs) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            inputs.failures.push((folder.to_owned(), format!("cannot be read: {error}")));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) => paths.push(entry.path()),
            Err(error) => inputs.failures.push((folder.to_owned(), format!("cannot be read: {error}"))),
        }
    }
    paths.sort();
    for path in paths {
        let is_hidden = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'));
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            if !path.is_symlink() && level < MOST_LEVELS {
                search(&path, level + 1, inputs);
            }
        } else if path
            .extension()
            .and_then(|ending| ending.to_str())
            .is_some_and(|ending| ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
        {
            inputs.files.push(path);
        } else {
            inputs.skipped += 1;
        }
    }
}

/// The result file of each input, or why it has none: two inputs with one stem would overwrite each other.
pub(super) fn targets(files: &[PathBuf], out: &Path) -> Vec<Result<PathBuf, String>> {
    let mut taken: HashMap<OsString, &Path> = HashMap::new();
    files
        .iter()
        .map(|file| {
            let stem = file.file_stem().ok_or_else(|| "has no file name".to_owned())?;
            if let Some(other) = taken.insert(stem.to_owned(), file) {
                taken.insert(stem.to_owned(), other);
                return Err(format!("would overwrite the result of {}; hint: convert them into different folders", other.display()));
            }
            let mut name = stem.to_owned();
            name.push(".json");
            Ok(out.join(name))
        })
        .collect()
}
