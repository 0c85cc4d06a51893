//! Integration tests of the document world, in one binary.

#![expect(clippy::expect_used, reason = "a helper of tests is a test")]

mod ablation;
mod blocks;
mod budgets;
mod cjk;
mod code;
mod content;
mod corpus;
mod documents;
mod documents_fuzz;
mod exports_fuzz;
mod fuzz;
mod guard;
mod incremental;
mod invariants;
mod jsonl;
mod kinds;
mod languages;
mod larger_fuzz;
mod lent;
mod pins;
mod rules;
mod scripts;
mod strategies;
mod stream;
mod tokens;
