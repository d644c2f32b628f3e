//! Use cases on the store under a regulation: each act is carried out in one transaction with its record.

pub mod act;
pub mod audit;

pub use act::{Act, Action, Actor, record};
