//! What falls due for mailboxes, and its being carried out.

mod due;
mod facts;
mod proposals;
mod sweep;
mod trial;

pub use due::{Outcome, carry_out, is_felt};
pub use facts::{facts, kind};
pub(crate) use proposals::lapse_all;
pub use proposals::{Confirmed, confirm, lapse, put_off};
pub use sweep::{Item, Options, Swept, let_through, sweep};
pub use trial::{Counts, Trial, Tried, trial};
