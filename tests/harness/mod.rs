//! What every case stands on: a running demo, programs with a time-out, folders that go away.

mod database;
mod demo;
mod letters;
mod program;
mod server;

pub use database::{Database, postgres_wanted};
pub use demo::{DOMAIN, Demo};
pub use letters::odd_letters;
pub use program::{Output, Program, congvu, wait_until};
pub use server::{Server, signal};

/// `both!(case)`: a `fn case(demo: &Demo)` as `sqlite::case` and `postgres::case`.
macro_rules! both {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() {
                let demo = crate::harness::Demo::start();
                super::$case(&demo);
                demo.stop();
            })*
        }
        mod postgres {
            $(#[test] fn $case() {
                if !crate::harness::postgres_wanted() {
                    return;
                }
                let demo = crate::harness::Demo::start_on_postgres();
                super::$case(&demo);
                demo.stop();
            })*
        }
    };
}
