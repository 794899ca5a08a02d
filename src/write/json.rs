//! The JSON document: compact, but with one row of a table to a line, so that people can read it and versions can be compared.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::disclosure::Disclosure;

/// Containers down to this depth put each of their members on a line of its own: document, tables, table, rows.
const BROKEN_DEPTH: usize = 4;

/// The disclosure as JSON, one table row to a line.
///
/// # Errors
/// None in practice: every value of a disclosure has a JSON form.
pub fn json(disclosure: &Disclosure) -> serde_json::Result<Vec<u8>> {
    serialized(disclosure, ByLine::default())
}

/// The disclosure as JSON with every value on a line of its own.
///
/// # Errors
/// As [`json`].
pub fn json_pretty(disclosure: &Disclosure) -> serde_json::Result<Vec<u8>> {
    serialized(disclosure, PrettyFormatter::new())
}

fn serialized(disclosure: &Disclosure, formatter: impl Formatter) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(1 << 18);
    disclosure.serialize(&mut Serializer::with_formatter(&mut bytes, formatter))?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Default)]
struct ByLine {
    depth: usize,
    has_members: bool,
}

impl ByLine {
    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_members = false;
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_members && self.depth < BROKEN_DEPTH {
            self.line(writer)?;
        }
        self.has_members = true;
        writer.write_all(bracket)
    }

    fn member<W: ?Sized + io::Write>(&mut self, writer: &mut W, is_first: bool) -> io::Result<()> {
        if !is_first {
            writer.write_all(b",")?;
        }
        self.has_members = true;
        if self.depth <= BROKEN_DEPTH { self.line(writer) } else { Ok(()) }
    }

    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        writer.write_all(b"    ".get(..self.depth.min(4)).unwrap_or_default())
    }
}

impl Formatter for ByLine {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.member(writer, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.member(writer, first)
    }
}
