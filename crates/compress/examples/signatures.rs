//! `cargo run --profile work -p compress --example signatures -- FOLDER`: how many signatures of a folder's Rust and
//! Python are left, word for word, with the grammar and without, at several ratios.

#![allow(clippy::print_stdout, reason = "a program that prints figures")]

use std::path::{Path, PathBuf};

use compress::{Budget, Kind, Request, Stage, Syntax, compress, tokens::O200k};

/// Where a signature begins, and where it ends: before its body or at its semicolon.
const RUST: &str = r"(?m)^[ \t]*((?:pub(?:\([a-z ]+\))? )?(?:default |async |const |unsafe |extern .C. )*(?:fn|struct|enum|trait|impl|type|mod|union)\b[^{;=]*)";
const PYTHON: &str = r"(?m)^[ \t]*((?:async )?(?:def|class) [^:]*:)";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let mut files = Vec::new();
    walk(Path::new(&folder), &mut files);
    files.sort();
    let counter = O200k::new()?;
    println!("ratio  signatures  with grammar  by lines  (tokens, files)");
    for ratio in [2.0, 4.0, 8.0] {
        let (mut all, mut kept, mut tokens, mut count) = (0, [0; 2], [0; 3], 0);
        for path in &files {
            let name = path.display().to_string();
            let Some(syntax) = Syntax::of_file(&name) else { continue };
            let pattern = match syntax {
                Syntax::Rust => RUST,
                Syntax::Python => PYTHON,
                _ => continue,
            };
            let Ok(text) = std::fs::read_to_string(path) else { continue };
            let pattern = regex::Regex::new(pattern)?;
            let signatures: Vec<String> =
                pattern.captures_iter(&text).map(|found| words(&found[1])).collect();
            all += signatures.len();
            count += 1;
            for (at, without) in [None, Some(Stage::Syntax)].into_iter().enumerate() {
                let request = Request {
                    kind: Some(Kind::Code),
                    syntax: Some(syntax),
                    without,
                    ..Request::new(&text, Budget::Ratio(ratio))
                };
                let done = compress(&request, &counter)?;
                tokens[at] += done.tokens_out;
                tokens[2] += if at == 0 { done.tokens_in } else { 0 };
                let left = words(&done.text);
                kept[at] += signatures.iter().filter(|one| left.contains(one.as_str())).count();
            }
        }
        let share = |kept: usize| 100.0 * kept as f64 / all.max(1) as f64;
        println!(
            "{ratio:<6} {all:<11} {:<13.1} {:<9.1} ({} to {} and {}, {count})",
            share(kept[0]),
            share(kept[1]),
            tokens[2],
            tokens[0],
            tokens[1]
        );
    }
    Ok(())
}

/// A text with one space where there was white space.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden && !path.ends_with("target") {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}
