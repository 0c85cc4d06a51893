//! The page as a whole: complete, well-formed, safe, and sensible with nothing in it.

mod sample;
mod tags;

use super::{Report, html, json};
use sample::report;

/// Where a person finds the pages to look at: beside the build, not in the repository.
fn folder() -> std::path::PathBuf {
    let program = std::env::current_exe().unwrap();
    let folder = program.parent().unwrap().join("report-pages");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_full_report_is_written_to_look_at() {
    let page = html(&report());
    tags::check(&page);
    std::fs::write(folder().join("full.html"), &page).unwrap();
}
