//! The program as its users meet it: exit codes, messages, files.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::path::Path;

use common::{gongkai, sample, sample_path, text};
use gongkai::disclosure::Disclosure;

fn file(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("written");
    path.to_string_lossy().into_owned()
}

#[test]
fn convert_writes_one_result_per_input_and_a_summary() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let run = gongkai(&["convert", &sample_path("korla-2024.txt").to_string_lossy(), "--out", &out.to_string_lossy()]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(text(&run.stdout), "");
    let summary = text(&run.stderr);
    for part in ["tables 11 with 583 rows", "without a title on the page: 3, 5", "repairs", "open questions 0"] {
        assert!(summary.contains(part), "{part} is missing in {summary}");
    }
    let json = fs::read(out.join("korla-2024.json")).expect("the result");
    let disclosure: Disclosure = serde_json::from_slice(&json).expect("it reads back");
    assert_eq!(disclosure.source.file, "korla-2024.txt");
    assert_eq!(gongkai::write::json(&disclosure).expect("written again"), json, "reading and writing loses nothing");
}

#[test]
fn bad_input_is_named_with_its_cause_and_the_rest_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let korla = sample("korla-2024.txt");
    let long_line = [korla.as_slice(), b"\n", "长".repeat(3_500_000).as_bytes(), b"\n"].concat();
    let inputs = [
        (file(path, "empty.txt", b""), "is empty"),
        (file(path, "blank.txt", b"\n \n\t\n"), "holds no table"),
        (file(path, "binary.txt", &[0, 159, 146, 150, 0, 1, 2, 3]), "binary data"),
        (file(path, "page.pdf", b"%PDF-1.7\n"), "is a PDF file"),
        (file(path, "latin.txt", &b"\xdcbersch\xfcsse f\xfcr das Jahr\n".repeat(20)), "unknown encoding"),
        (file(path, "letter.txt", "各位代表：\n一切正常。\n".as_bytes()), "holds no table"),
        (file(path, "huge.txt", &vec![b'\n'; 17 << 20]), "is too large"),
        (file(path, "lines.txt", &b"a\n".repeat(1_000_001)), "more than 1000000 lines"),
        (path.join("missing.txt").to_string_lossy().into_owned(), "cannot be read"),
        (file(path, "good.txt", &long_line), ""),
    ];
    let out = path.join("out");
    let mut arguments: Vec<&str> = vec!["convert", "--out", out.to_str().expect("a path")];
    arguments.extend(inputs.iter().map(|(input, _)| input.as_str()));
    let run = gongkai(&arguments);
    assert_eq!(run.status.code(), Some(1));
    let messages = text(&run.stderr);
    for (input, cause) in inputs.iter().filter(|(_, cause)| !cause.is_empty()) {
        let message = messages
            .lines()
            .find(|line| line.starts_with(&format!("error: {input}: ")))
            .unwrap_or_else(|| panic!("nothing on {input} in {messages}"));
        assert!(message.contains(cause), "{message} should say `{cause}`");
    }
    assert!(messages.contains("line 5196 is 10500000 bytes long"), "{messages}");
    assert!(messages.contains("1 of 10 documents converted"), "{messages}");
    let written: Vec<_> = fs::read_dir(&out).expect("the folder").map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(written, ["good.json"], "nothing half-written");
}

#[test]
fn a_folder_is_searched_and_an_empty_one_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let inner = folder.path().join("2024/xinjiang");
    fs::create_dir_all(&inner).expect("folders");
    fs::create_dir(folder.path().join("nothing")).expect("a folder");
    file(&inner, "a.txt", &sample("small-203-ocr-text-heavy.txt"));
    file(&inner, "b.MD", &sample("small-203-ocr-text-heavy.txt"));
    file(&inner, "notes.docx", b"?");
    let out = folder.path().join("out");
    let run = gongkai(&["convert", &folder.path().join("2024").to_string_lossy(), "--out", &out.to_string_lossy(), "--jobs", "2"]);
    assert_eq!((run.status.code(), text(&run.stderr).contains("1 files of other kinds were skipped")), (Some(0), true));
    assert!(out.join("a.json").exists() && out.join("b.json").exists());
    let run = gongkai(&["convert", &folder.path().join("nothing").to_string_lossy(), "--out", &out.to_string_lossy()]);
    assert_eq!((run.status.code(), text(&run.stderr).contains("holds no disclosure")), (Some(1), true));
}

#[test]
fn two_inputs_of_one_name_do_not_overwrite_each_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    fs::create_dir(&first).and_then(|()| fs::create_dir(&second)).expect("folders");
    let inputs = [&first, &second].map(|folder| file(folder, "a.txt", &sample("small-203-ocr-text-heavy.txt")));
    let out = folder.path().join("out");
    let run = gongkai(&["convert", &inputs[0], &inputs[1], "--out", &out.to_string_lossy(), "--quiet"]);
    assert_eq!((run.status.code(), text(&run.stderr).contains("would overwrite the result of")), (Some(1), true));
    assert!(out.join("a.json").exists());
}

#[test]
fn the_same_bytes_whatever_the_number_of_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["korla-2024.txt", "medium-40-ocr-text.txt", "small-203-ocr-text-heavy.txt"] {
        file(folder.path(), name, &sample(name));
    }
    let results = ["1", "2", "7"].map(|jobs| {
        let out = folder.path().join(format!("out-{jobs}"));
        let run = gongkai(&["convert", &folder.path().to_string_lossy(), "--out", &out.to_string_lossy(), "--jobs", jobs, "--quiet"]);
        assert_eq!(run.status.code(), Some(0), "{}", text(&run.stderr));
        let mut files: Vec<_> = fs::read_dir(&out).expect("results").map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        files.iter().map(|path| fs::read(path).expect("a result")).collect::<Vec<_>>()
    });
    assert_eq!(results[0].len(), 3);
    assert!(results[0] == results[1] && results[1] == results[2]);
}

#[test]
fn stdout_takes_one_input() {
    let korla = sample_path("korla-2024.txt");
    let korla = korla.to_string_lossy();
    let run = gongkai(&["convert", &korla, "--out", "-", "--quiet"]);
    assert_eq!((run.status.code(), text(&run.stderr).as_str()), (Some(0), ""));
    serde_json::from_slice::<Disclosure>(&run.stdout).expect("JSON on stdout");
    assert_eq!(gongkai(&["convert", &korla, &korla, "--out", "-"]).status.code(), Some(2));
}

#[test]
fn usage_errors_end_with_two() {
    for arguments in [
        &[][..],
        &["convert"],
        &["convert", "a", "--jobs", "0"],
        &["forms", "show", "atlantis"],
        &["--grammars", "/nowhere", "forms", "check"],
    ] {
        assert_eq!(gongkai(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn inspect_tells_why() {
    let korla = sample_path("korla-2024.txt");
    let korla = korla.to_string_lossy();
    let run = gongkai(&["inspect", &korla, "--line", "392"]);
    insta::assert_snapshot!("inspect_line_392", text(&run.stdout));
    let run = gongkai(&["inspect", &korla]);
    insta::assert_snapshot!("inspect_korla", text(&run.stdout));
    let run = gongkai(&["inspect", &korla, "--table", "6"]);
    insta::assert_snapshot!("inspect_table_6", text(&run.stdout));
    assert_eq!(gongkai(&["inspect", &korla, "--line", "999999"]).status.code(), Some(2));
}

#[test]
fn the_committed_schema_is_the_schema() {
    let run = gongkai(&["schema"]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/disclosure.schema.json");
    let committed = fs::read_to_string(path).expect("docs/disclosure.schema.json");
    assert!(text(&run.stdout) == committed, "hint: cargo run -- schema > docs/disclosure.schema.json");
}

#[test]
fn the_pages_of_a_pdf_are_shown() {
    let sample = format!("{}/samples/small-813-gbk.pdf", env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let drawing = folder.path().join("page.svg");
    let run = gongkai(&["inspect", &sample, "--page", "6", "--svg", &drawing.to_string_lossy()]);
    assert_eq!(run.status.code(), Some(0));
    insta::assert_snapshot!("inspect_pdf_page_6", text(&run.stdout));
    let drawing = fs::read_to_string(drawing).expect("drawn");
    assert!(drawing.starts_with("<svg") && drawing.ends_with("</svg>\n") && drawing.contains("<line") && drawing.contains(">表</text>"));

    let run = gongkai(&["inspect", &sample, "--json"]);
    let lines: Vec<serde_json::Value> = text(&run.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.first().and_then(|head| head["pages"].as_u64()), u64::try_from(lines.len() - 1).ok());
    assert_eq!(lines[0]["recovery"]["parser"], "lopdf");
    assert_eq!(lines[6]["glyphs"][0]["source"], "predefined_cmap");

    for (arguments, code, message) in [
        (vec!["inspect", &sample, "--page", "99"], 2, "has no page 99; it has 19"),
        (vec!["inspect", &sample, "--svg", "x.svg"], 2, "hint: say which with `--page N`"),
        (vec!["inspect", &sample, "--table", "3"], 2, "hint: `--page N` shows the lines and cells of a page"),
        (vec!["inspect", "samples/korla-2024.txt", "--page", "1"], 2, "is no PDF"),
    ] {
        let run = gongkai(&arguments);
        assert_eq!(run.status.code(), Some(code), "{arguments:?}");
        assert!(text(&run.stderr).contains(message), "{arguments:?}: {}", text(&run.stderr));
    }
}
