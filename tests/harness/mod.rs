//! What every case stands on: a running demo, programs with a time-out, folders that go away.

mod database;
mod demo;
pub mod dovecot;
mod imap;
mod letters;
mod nsd;
mod postfix;
mod program;
mod s3;
mod server;

pub use database::{Database, postgres_wanted};
pub use demo::{DOMAIN, Demo, script, tests};
pub use dovecot::Dovecot;
pub use imap::{Fetched, Imap, Value};
pub use letters::odd_letters;
pub use nsd::Nsd;
pub use postfix::{Postfix, is_root, own_address};
pub use program::{Output, Program, binary, congvu, wait_until};
pub use s3::S3;
pub use server::{Server, signal};

/// `both!(case)`: a `fn case(demo: &Demo)` as `sqlite::case` and `postgres::case`.
/// `both!(case = SETTINGS)`: on a demo with these environment variables.
macro_rules! both {
    ($($case:ident $(= $settings:expr)?),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() {
                crate::harness::on_sqlite(super::$case, &[$($settings)?]);
            })*
        }
        mod postgres {
            $(#[test] fn $case() {
                crate::harness::on_postgres(super::$case, &[$($settings)?]);
            })*
        }
    };
}

/// The same for what is looked at in a browser, as `pages::sqlite::case` and `pages::postgres::case`. What a page does in the browser
/// does not depend on where the data lies, and the crates hold what it asks for to both: on PostgreSQL these wait for
/// `cargo xtask soak --pages`.
macro_rules! pages {
    ($($case:ident $(= $settings:expr)?),* $(,)?) => {
        mod pages {
            mod sqlite {
                $(#[test] fn $case() {
                    crate::harness::on_sqlite(super::super::$case, &[$($settings)?]);
                })*
            }
            mod postgres {
                $(#[test] #[ignore = "cargo xtask soak --pages"] fn $case() {
                    crate::harness::on_postgres(super::super::$case, &[$($settings)?]);
                })*
            }
        }
    };
}

/// A case on a demo of its own with these environment variables; on SQLite.
pub fn on_sqlite(case: impl FnOnce(&Demo), settings: &[(&str, &str)]) {
    let demo = Demo::start_with(None, settings);
    case(&demo);
    demo.stop();
}

/// The same on PostgreSQL, where that is wanted.
pub fn on_postgres(case: impl FnOnce(&Demo), settings: &[(&str, &str)]) {
    if postgres_wanted() {
        let demo = Demo::start_with(Some(Database::create()), settings);
        case(&demo);
        demo.stop();
    }
}
