//! Who may come in: credentials, SASL, throttling of guesses, and sessions that a lock, a
//! password change or a revocation ends at once, on every node.

mod activity;
mod app_password;
mod first;
#[doc(hidden)]
pub mod fuzzing;
mod password;
mod record;
pub mod sasl;
mod scram;
mod session;
mod sign_in;
mod throttle;
mod verified;

pub use app_password::AppSecret;
pub use password::{PasswordHasher, hash_password, verify_password};
pub use session::{EndReason, Session};
pub use sign_in::{Access, AccessConfig, Attempt, Protocol, Refusal, SignedIn, Vouched};
