//! Use cases on the store under a regulation: each act is carried out in one transaction with its record.

pub mod audit;
