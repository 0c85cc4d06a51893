//! What a program was started with.

use std::path::{Path, PathBuf};

/// The files among what a program was started with, itself the first, in the folder it was started in.
pub fn given_files(given: &[String], folder: &Path) -> Vec<PathBuf> {
    let files = given.iter().skip(1).filter(|one| !one.starts_with('-'));
    files.map(|one| folder.join(one)).filter(|path| path.exists()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_from_the_folder_of_the_start_and_nothing_else_is_taken_for_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let given =
            ["program", "--flag", "Cargo.toml", "absent.txt", "../ui/Cargo.toml"].map(String::from);
        assert_eq!(
            given_files(&given, folder),
            [folder.join("Cargo.toml"), folder.join("../ui/Cargo.toml")]
        );
        assert!(given_files(&[], folder).is_empty());
    }
}
