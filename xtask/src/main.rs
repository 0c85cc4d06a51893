//! Build chores that are more than one line.
//!
//! `web` makes the page: it builds `crates/page` for wasm32, ties the module to JavaScript by
//! wasm-bindgen as a library, and puts everything into a folder that `benchvise serve` finds.

mod bundle;
mod names;
mod toolchain;
mod web;

use std::process::ExitCode;

/// Why a chore was not done: a sentence, and what to do.
#[derive(Debug)]
enum Trouble {
    /// This computer lacks something.
    Lacks(String),
    /// Something did not work.
    Failed(String),
}

impl From<String> for Trouble {
    fn from(words: String) -> Trouble {
        Trouble::Failed(words)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["web"] => web::web(),
        _ => {
            Err(Trouble::Failed("say what to do: `web` makes the page (or type: make web)".into()))
        }
    };
    let (words, code) = match done {
        Ok(()) => return ExitCode::SUCCESS,
        // So that a script can tell the two apart.
        Err(Trouble::Lacks(words)) => (words, 3),
        Err(Trouble::Failed(words)) => (words, 1),
    };
    eprintln!("xtask: {words}");
    ExitCode::from(code)
}
