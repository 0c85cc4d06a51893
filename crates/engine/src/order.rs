//! What somebody asked for that can be done again by itself: with nobody to answer to, and no board but this
//! computer's own.

use std::path::{Path, PathBuf};

use protocol::Command;

use crate::boards::HOST;

/// Such a command, and whether it was begun once before.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) command: Command,
    pub(crate) again: bool,
}

impl Order {
    /// Of a command that can be done again by itself; `None` for every other. Its paths are named from the root,
    /// for the next program may stand elsewhere.
    pub(crate) fn of(command: &Command) -> Option<Order> {
        command.can_be_done_again(is_ours).then(|| {
            let mut command = command.clone();
            command.places_mut(from_the_root, known_or_from_the_root);
            Order { command, again: false }
        })
    }
}

/// This computer, or a board that QEMU plays.
fn is_ours(board: &str) -> bool {
    board == HOST || board::EmulatedBoard::of_kind(board).is_some()
}

fn from_the_root(path: &mut PathBuf) {
    if let Ok(whole) = std::path::absolute(&*path) {
        *path = whole;
    }
}

fn known_or_from_the_root(name: &mut String) {
    unknown_from_the_root(name, Path::exists);
}

/// A name that is known means the same wherever a program stands, whatever files there are.
fn unknown_from_the_root(name: &mut String, is_there: impl Fn(&Path) -> bool) {
    if !compress::tokens::is_known(name)
        && is_there(Path::new(name.as_str()))
        && let Ok(whole) = std::path::absolute(name.as_str())
        && let Some(whole) = whole.to_str()
    {
        *name = whole.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_named_from_the_root_and_names_stay() {
        let mut path = PathBuf::from("many/notes.txt");
        from_the_root(&mut path);
        assert!(path.is_absolute() && path.ends_with("many/notes.txt"));
        // The folder that tests of a crate stand in.
        for (name, moved) in [("o200k", false), ("src", true)] {
            let mut now = name.to_owned();
            known_or_from_the_root(&mut now);
            assert_eq!((now != name, Path::new(&now).is_absolute()), (moved, moved), "{now}");
        }
        let known = ["o200k", "o200k_base", "cl100k", "cl100k_base"].map(|name| (name, false));
        for (name, moved) in known.into_iter().chain([("o200", true)]) {
            let mut now = name.to_owned();
            unknown_from_the_root(&mut now, |_| true);
            assert_eq!((now != name, Path::new(&now).is_absolute()), (moved, moved), "{now}");
        }
        assert!(is_ours("host") && is_ours("emulated-m4f") && !is_ours("/dev/ttyACM0"));
    }
}
