//! Integration tests: whole stores in temporary folders, and other processes where it takes them.

mod record;
mod support;
