//! Whether this user may open a port, and what to do where not.

use super::PortState;

/// Free, or why not; `None` where there is no such port any more.
#[cfg(unix)]
pub(super) fn state(path: &str) -> Option<PortState> {
    use rustix::fs::{Access, access};
    use rustix::io::Errno;
    match access(path, Access::READ_OK | Access::WRITE_OK) {
        Ok(()) => Some(PortState::Free),
        Err(Errno::NOENT) => None,
        Err(Errno::ACCESS | Errno::PERM) => {
            Some(PortState::NoPermission { remedy: permission_remedy(path) })
        }
        Err(error) => Some(PortState::Unknown { why: std::io::Error::from(error).to_string() }),
    }
}

#[cfg(not(unix))]
pub(super) fn state(_path: &str) -> Option<PortState> {
    Some(PortState::Free)
}

/// What to do where the port at `path` may not be opened.
#[cfg(target_os = "linux")]
pub(crate) fn permission_remedy(path: &str) -> String {
    linux::remedy(path)
}

/// What to do where the port at `path` may not be opened.
#[cfg(not(target_os = "linux"))]
pub(crate) fn permission_remedy(_path: &str) -> String {
    "run the program as a user who may open it".into()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    use rustix::process::{getgroups, getuid};

    /// What `remedy` goes by.
    pub(super) struct Node<'a> {
        /// The name of the group that owns it; `None` where it has no name.
        pub(super) group: Option<&'a str>,
        pub(super) mode: u32,
        /// Users that the system counts among the group.
        pub(super) members: Vec<&'a str>,
    }

    pub(super) fn remedy(path: &str) -> String {
        let Ok(found) = fs::metadata(path) else { return words(&Node::nobodys(), None, false) };
        let groups = fs::read_to_string("/etc/group").unwrap_or_default();
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let user = name_of(&users, getuid().as_raw());
        let held = getgroups().is_ok_and(|held| held.iter().any(|g| g.as_raw() == found.gid()));
        words(&node(&groups, found.gid(), found.mode()), user, held)
    }

    impl Node<'_> {
        fn nobodys() -> Node<'static> {
            Node { group: None, mode: 0, members: Vec::new() }
        }
    }

    /// The group with that id in the text of `/etc/group`.
    pub(super) fn node(groups: &str, gid: u32, mode: u32) -> Node<'_> {
        let line = groups
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.get(2).is_some_and(|id| id.trim().parse() == Ok(gid)));
        let Some(fields) = line else { return Node { mode, ..Node::nobodys() } };
        let members = fields.get(3).copied().unwrap_or_default();
        let members = members.split(',').map(str::trim).filter(|m| !m.is_empty()).collect();
        Node { group: fields.first().copied(), mode, members }
    }

    /// The user with that id in the text of `/etc/passwd`.
    pub(super) fn name_of(users: &str, uid: u32) -> Option<&str> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            let name = fields.next()?;
            (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
        })
    }

    /// `held`: this process is in the group.
    pub(super) fn words(node: &Node<'_>, user: Option<&str>, held: bool) -> String {
        const RULE: &str = "let `benchvise doctor --fix` write a udev rule for it";
        let opens = node.mode & 0o060 == 0o060;
        match node.group {
            // Nobody should join root's group for a port.
            Some(group) if opens && group != "root" && !held => {
                if user.is_some_and(|user| node.members.contains(&user)) {
                    return format!(
                        "you are in the group {group} since your last login, so log in again"
                    );
                }
                format!(
                    "add yourself to the group {group} (`sudo usermod -aG {group} $USER`) and log in again, or {RULE}"
                )
            }
            _ => RULE.into(),
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::linux::{name_of, node, words};
    use super::{PortState, state};

    #[test]
    fn a_port_of_which_the_system_tells_nothing_is_unknown_and_says_what_it_tells_instead() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        std::os::unix::fs::symlink("ttyACM0", at("ttyACM0")).unwrap();
        match state(&at("ttyACM0")) {
            Some(PortState::Unknown { why }) => assert!(why.contains("os error 40"), "{why}"),
            other => panic!("{other:?}"),
        }
        assert_eq!(state(&at("ttyACM1")), None);
        std::fs::write(at("ttyACM2"), "").unwrap();
        assert_eq!(state(&at("ttyACM2")), Some(PortState::Free));
    }

    const GROUPS: &str = "root:x:0:\ndialout:x:20:ada,bob\nuucp:x:10:\nbroken\n:::\n";

    #[test]
    fn the_remedy_names_the_group_that_owns_the_port() {
        let check = |gid, mode, user, expect: &str| {
            let said = words(&node(GROUPS, gid, mode), user, false);
            assert!(said.starts_with(expect), "{said}");
        };
        check(
            20,
            0o660,
            Some("eve"),
            "add yourself to the group dialout (`sudo usermod -aG dialout $USER`)",
        );
        check(10, 0o660, None, "add yourself to the group uucp");
        check(20, 0o660, Some("ada"), "you are in the group dialout since your last login");
        // The group may not either, or is nobody's to join.
        check(20, 0o600, Some("eve"), "let `benchvise doctor --fix`");
        check(0, 0o660, Some("eve"), "let `benchvise doctor --fix`");
        check(999, 0o660, Some("eve"), "let `benchvise doctor --fix`");
    }

    #[test]
    fn users_are_found_by_their_number() {
        let users = "root:x:0:0::/:/bin/sh\nada:x:1000:1000::/:/bin/sh\nodd\n";
        assert_eq!(name_of(users, 1000), Some("ada"));
        assert_eq!(name_of(users, 7), None);
    }

    #[test]
    fn any_text_for_groups_and_users_gives_a_remedy() {
        bolero::check!().with_iterations(500).with_type::<(Vec<u8>, u32, u32)>().for_each(
            |(bytes, id, mode)| {
                let text = String::from_utf8_lossy(bytes);
                let said = words(&node(&text, *id, *mode), name_of(&text, *id), false);
                assert!(!said.is_empty());
            },
        );
    }
}
