//! What the program says to the person who started it. Everything else goes to the log.

use std::io::Write;

/// A line on standard output. A reader that went away (`| head`) is no error.
pub(crate) fn line(text: &str) {
    drop(writeln!(std::io::stdout(), "{text}"));
}

/// An error on standard error.
pub(crate) fn error(text: &str) {
    drop(writeln!(std::io::stderr(), "Lỗi: {text}"));
}

/// A note on standard error, beside what goes to standard output.
pub(crate) fn note(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}
