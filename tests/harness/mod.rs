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
                let settings: &[(&str, &str)] = &[$($settings)?];
                let demo = crate::harness::Demo::start_with(None, settings);
                super::$case(&demo);
                demo.stop();
            })*
        }
        mod postgres {
            $(#[test] fn $case() {
                if !crate::harness::postgres_wanted() {
                    return;
                }
                let settings: &[(&str, &str)] = &[$($settings)?];
                let database = Some(crate::harness::Database::create());
                let demo = crate::harness::Demo::start_with(database, settings);
                super::$case(&demo);
                demo.stop();
            })*
        }
    };
}
