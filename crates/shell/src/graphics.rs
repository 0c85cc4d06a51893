//! Which of Linux' graphics variables are set before WebKit begins: there is no value that is right everywhere.

use std::path::Path;

const NO_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
const NO_EXPLICIT_SYNC: &str = "__NV_DISABLE_EXPLICIT_SYNC";
/// The first WebKit that draws by DMA-BUF.
const DMABUF_SINCE: (u32, u32) = (2, 42);

/// What draws to the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    X11,
    Wayland,
}

/// What there is to decide by.
#[derive(Clone, Copy, Debug)]
struct Machine {
    /// NVIDIA's own driver is loaded.
    nvidia: bool,
    session: Session,
    /// WebKit's version, where it says one.
    webkit: Option<(u32, u32)>,
    /// The kernel offers a graphics device.
    device: bool,
}

/// The variables to set. `set` says whether the user has set one, to whatever: then it stays.
fn variables(machine: Machine, set: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let dmabuf = machine.webkit.is_some_and(|version| version >= DMABUF_SINCE);
    let wanted = match (machine.nvidia, machine.session, machine.device) {
        (true, Session::Wayland, true) => Some(NO_EXPLICIT_SYNC),
        (true, Session::X11, _) | (_, _, false) if dmabuf => Some(NO_DMABUF),
        _ => None,
    };
    wanted.into_iter().filter(|name| !set(name)).collect()
}

/// The variables that this machine wants, each to be set to 1, and that the user has not set. `webkit` is WebKit's
/// version, where it says one. To be set before anything else is done.
pub fn wanted(webkit: Option<&str>) -> Vec<&'static str> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    let has = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let x11 = std::env::var("GDK_BACKEND").is_ok_and(|backend| backend.starts_with("x11"));
    let machine = Machine {
        nvidia: Path::new("/proc/driver/nvidia/version").exists(),
        session: match has("WAYLAND_DISPLAY") && !x11 {
            true => Session::Wayland,
            false => Session::X11,
        },
        webkit: webkit.and_then(version),
        device: Path::new("/dev/dri").exists(),
    };
    variables(machine, |name| std::env::var_os(name).is_some())
}

/// `2.50.6` as numbers.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_gets_what_it_needs_and_the_user_has_the_last_word() {
        use Session::{Wayland, X11};
        let new = Some((2, 50));
        for (nvidia, session, webkit, device, expect) in [
            (false, X11, new, true, None),
            (false, Wayland, new, true, None),
            (true, Wayland, new, true, Some(NO_EXPLICIT_SYNC)),
            (true, X11, new, true, Some(NO_DMABUF)),
            (true, X11, Some((2, 42)), true, Some(NO_DMABUF)),
            // Nothing is drawn by DMA-BUF there.
            (true, X11, Some((2, 40)), true, None),
            (true, X11, None, true, None),
            (false, X11, new, false, Some(NO_DMABUF)),
            (false, Wayland, new, false, Some(NO_DMABUF)),
            (true, Wayland, new, false, Some(NO_DMABUF)),
            (false, X11, Some((2, 38)), false, None),
        ] {
            let machine = Machine { nvidia, session, webkit, device };
            let found = variables(machine, |_| false);
            assert_eq!(found, expect.into_iter().collect::<Vec<_>>(), "{machine:?}");
            assert!(variables(machine, |_| true).is_empty(), "{machine:?}");
        }
    }

    #[test]
    fn a_version_is_its_first_two_numbers() {
        assert_eq!(version("2.50.6"), Some((2, 50)));
        assert_eq!(version("2.42"), Some((2, 42)));
        assert_eq!(version("2"), None);
        assert_eq!(version("new.er"), None);
    }
}
