//! Who may come in: credentials, SASL, throttling of guesses, and sessions that a lock, a
//! password change or a revocation ends at once, on every node.

mod activity;
mod app_password;
mod factor;
mod first;
#[doc(hidden)]
pub mod fuzzing;
mod letters;
mod passkey;
mod password;
mod record;
pub mod sasl;
mod scram;
mod session;
mod sign_in;
mod throttle;
mod totp;
mod verified;
mod webauthn;

pub use app_password::AppSecret;
pub use letters::{Letters, MailedCode, RecoveryCode, ResetKey};
pub use passkey::use_up;
pub use password::{PasswordHasher, hash_password, verify_password};
pub use session::{EndReason, Session};
pub use sign_in::{Access, AccessConfig, Attempt, Protocol, Refusal, SignedIn, Vouched};
pub use totp::TotpSecret;
pub use webauthn::{Assertion, Made, Registration, RelyingParty};
