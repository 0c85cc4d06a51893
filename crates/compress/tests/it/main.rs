//! Integration tests of the document world, in one binary.

#![expect(clippy::expect_used, reason = "a helper of tests is a test")]

mod budgets;
mod corpus;
mod documents;
mod documents_fuzz;
mod fuzz;
mod incremental;
mod invariants;
mod jsonl;
mod kinds;
mod scripts;
mod stream;
mod tokens;
