//! What the grammar tests share.

use super::{CommandBody, parse};
use crate::parse::{Fault, ParseOptions};

/// The command in `text`, which stands without tag and without CRLF.
pub(crate) fn read(text: &str) -> Result<CommandBody, Fault> {
    read_with(text, ParseOptions::default())
}

/// The same with options.
pub(crate) fn read_with(text: &str, options: ParseOptions) -> Result<CommandBody, Fault> {
    match parse(format!("t1 {text}\r\n").as_bytes(), options) {
        Ok(command) => {
            assert_eq!(command.tag.as_str(), "t1");
            Ok(command.body)
        }
        Err(e) => {
            assert_eq!(e.tag.unwrap().as_str(), "t1");
            Err(e.fault)
        }
    }
}

/// Each text must be BAD.
pub(crate) fn all_bad(texts: &[&str]) {
    for text in texts {
        let got = read(text);
        assert!(matches!(got, Err(Fault::Bad(_))), "{text}: {got:?}");
    }
}
