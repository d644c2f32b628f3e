//! Reading CSV (RFC 4180) as Excel and people write it.

use std::borrow::Cow;

use ::csv::{ReaderBuilder, StringRecord};

use super::{Budget, Collector, Grid, cell};
use crate::DocumentError;

pub(super) fn grid(bytes: &[u8]) -> Result<Grid, DocumentError> {
    let text = with_plain_ends(&decoded(bytes)?);
    let (delimiter, text) = match said(&text) {
        Some(found) => found,
        None => (likely(&text), text.as_str()),
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut budget = Budget::default();
    let mut rows = Collector::new(&mut budget);
    let mut record = StringRecord::new();
    // Excel counts a record as one row, whatever line ends lie inside its quotes; the reader counts lines, and steps over empty ones.
    let mut inside = 0;
    loop {
        let row =
            |line: u64, inside: u64| u32::try_from(line.saturating_sub(inside)).unwrap_or(u32::MAX);
        let line = reader.position().line();
        let damaged = |_| DocumentError::DamagedCsv {
            row: row(line, inside),
        };
        if !reader.read_record(&mut record).map_err(damaged)? {
            break;
        }
        let ends: usize = record
            .iter()
            .map(|field| field.bytes().filter(|&byte| byte == b'\n').count())
            .sum();
        inside += u64::try_from(ends).unwrap_or(0);
        // The line after the record's, counted from 1: two more than its row counted from 0.
        let row = row(reader.position().line(), inside + 2);
        for (column, field) in record.iter().enumerate() {
            rows.add(row, column, cell(defused(field)))?;
        }
    }
    Ok(Grid {
        name: String::new(),
        rows: rows.rows,
    })
}

/// Each line, the last too, with LF at its end: Excel for old Macs writes CR alone.
fn with_plain_ends(text: &str) -> String {
    let mut plain = text.replace("\r\n", "\n").replace('\r', "\n");
    plain.push('\n');
    plain
}

/// Takes off the apostrophe that [`super::write_csv`] sets before what a spreadsheet would calculate.
fn defused(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if super::write::defuses(rest) => rest,
        _ => field,
    }
}

/// UTF-16 by its mark, UTF-8 where it is, else windows-1258, which Vietnamese Excel wrote before Unicode.
fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, DocumentError> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding
            .decode_without_bom_handling_and_without_replacement(rest)
            .ok_or(DocumentError::NotASheet);
    }
    if bytes.contains(&0) {
        return Err(DocumentError::NotASheet);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    encoding_rs::WINDOWS_1258
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(DocumentError::NotASheet)
}

/// Excel's own first line that names the delimiter, `sep=;`, which it does not show as a row.
fn said(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let [delimiter] = *first.trim_end().strip_prefix("sep=")?.as_bytes() else {
        return None;
    };
    matches!(delimiter, b';' | b',' | b'\t' | b'|').then_some((delimiter, rest))
}

/// The delimiter that the first lines have most of, outside quotes.
fn likely(text: &str) -> u8 {
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    let mut lines = 0;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                lines += 1;
                if lines == 20 {
                    break;
                }
            }
            _ if !quoted => {
                for (delimiter, count) in &mut counts {
                    *count += u32::from(byte == *delimiter);
                }
            }
            _ => {}
        }
    }
    // The earlier of two with as many.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| *delimiter)
}
