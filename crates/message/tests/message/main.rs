//! Tests of the message crate: tables of mail, sane and broken, and what IMAP says of it.

#![allow(clippy::unwrap_used)]

mod address;
mod binary;
mod broken;
mod corpus;
mod date;
mod encoding;
mod envelope;
mod facts;
mod filter;
mod footer;
mod header;
mod preview;
mod properties;
mod section;
mod smime;
mod structure;
mod text;
mod thread;

use congvu_message::{Analysis, Analyzer};

/// Analyses a message written with bare line feeds, which become CRLF.
fn analyze(text: &str) -> Analysis {
    raw(&crlf(text))
}

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn raw(bytes: &[u8]) -> Analysis {
    let mut analyzer = Analyzer::new();
    analyzer.feed(bytes);
    analyzer.finish()
}

fn bodystructure(analysis: &Analysis) -> String {
    let mut out = Vec::new();
    analysis.structure.bodystructure(&mut out, true);
    String::from_utf8(out).expect("UTF-8")
}

fn body(analysis: &Analysis) -> String {
    let mut out = Vec::new();
    analysis.structure.bodystructure(&mut out, false);
    String::from_utf8(out).expect("UTF-8")
}
