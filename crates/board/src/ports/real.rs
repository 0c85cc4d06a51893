//! Where a port's path leads.

use std::path::{Path, PathBuf};

/// The path with links followed, as those of `/dev/serial/by-id`; as it is where there are none.
///
/// By hand and for the last part of the path alone: `realpath`, as umockdev plays it, brings the
/// process down where a link leads out of its tree.
pub fn real_path(path: &str) -> PathBuf {
    let mut path = PathBuf::from(path);
    // As many as Linux follows.
    for _ in 0..40 {
        let Ok(target) = std::fs::read_link(&path) else { break };
        path = plain(&path.parent().unwrap_or(Path::new("")).join(target));
    }
    path
}

/// Without `.` and `..`: links of `/dev` lead into its own folders, which are no links.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_also_upwards_and_in_a_circle_to_an_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let real = |name: &str| real_path(at(name).to_str().unwrap());
        std::fs::create_dir_all(at("serial/by-id")).unwrap();
        std::fs::write(at("ttyACM0"), "").unwrap();
        symlink("../../ttyACM0", at("serial/by-id/pico")).unwrap();
        symlink("serial/by-id/pico", at("board")).unwrap();
        symlink("circle", at("circle")).unwrap();
        for name in ["ttyACM0", "serial/by-id/pico", "board"] {
            assert_eq!(real(name), at("ttyACM0"), "{name}");
        }
        assert_eq!(real("circle"), at("circle"));
        assert_eq!(real("missing"), at("missing"));
        assert_eq!(real_path(""), PathBuf::from(""));
    }
}
