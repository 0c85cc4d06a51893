//! What a port is, in words.

use egui::Color32;
use protocol::{PortView, PortViewKind, PortViewState, UsbView};

use crate::icon::Icon;
use crate::theme::Palette;
use crate::words::without_emulated;

/// Something may be on it that runs models.
pub(super) fn may_be_a_board(port: &PortView) -> bool {
    port.board.is_some() || port.kind == PortViewKind::Board
}

/// What a person calls it.
pub(super) fn name(port: &PortView) -> &str {
    let known = port.usb.as_ref().and_then(UsbView::called);
    port.board.as_ref().map(|board| board.name.as_str()).or(known).unwrap_or(&port.path)
}

/// The same without what the label EMULATED beside it says already: in a narrow list the boards of QEMU's are to be
/// told apart.
pub(super) fn short_name(port: &PortView) -> &str {
    match &port.board {
        Some(board) if board.emulated => without_emulated(&board.name),
        _ => name(port),
    }
}

/// The colour of how it is, and its ground.
pub(super) fn colors(port: &PortView, palette: &Palette) -> (Color32, Color32) {
    match port.state {
        PortViewState::Ready => (palette.good, palette.good_back),
        PortViewState::Free | PortViewState::Unknown => (palette.same, palette.same_back),
        PortViewState::Busy | PortViewState::NoPermission | PortViewState::Bootloader => {
            (palette.open, palette.open_back)
        }
    }
}

pub(super) fn sign(port: &PortView) -> Icon {
    match (&port.board, port.state) {
        (_, PortViewState::NoPermission | PortViewState::Busy) => Icon::Lock,
        (Some(board), _) if board.kind == "host" => Icon::Computer,
        (Some(_), _) => Icon::Board,
        (None, _) if port.kind == PortViewKind::Meter => Icon::Pulse,
        (None, _) => Icon::Usb,
    }
}

/// What stays the same when the cable moves, and how it was spoken with.
pub(super) fn identity(port: &PortView) -> String {
    let identity = match &port.board {
        Some(board) => board.identity.clone(),
        None => "No identity".into(),
    };
    match port.driver.as_deref() {
        Some(driver) => format!("{identity} · speaks {driver}"),
        None => format!("{identity} · not asked yet"),
    }
}

/// Where it hangs; with what USB tells of it, where its identity does not say so already.
pub(super) fn place(port: &PortView) -> String {
    let said = |usb: &UsbView| {
        let ids = format!("{}:{}", usb.vid, usb.pid);
        port.board.as_ref().is_some_and(|board| board.identity.starts_with(&ids))
    };
    match &port.usb {
        Some(usb) if said(usb) => port.path.clone(),
        Some(usb) => format!("{} · {}", port.path, usb_words(usb)),
        None => port.path.clone(),
    }
}

fn usb_words(usb: &UsbView) -> String {
    let ids = format!("USB {}:{}", usb.vid, usb.pid);
    match &usb.serial {
        Some(serial) => format!("{ids} · {serial}"),
        None => ids,
    }
}

/// What uses the board and whose that is, where another face may be meant: `a profile (a window on lab-3 at
/// 192.0.2.7)`.
pub(super) fn user(port: &PortView) -> Option<&str> {
    let (user, _) = port.hint.as_deref()?.split_once(" is using it")?;
    user.ends_with(')').then_some(user)
}

/// A hint for people: what is between backticks is for a shell, and has a button.
pub(super) fn hint(hint: &str) -> String {
    hint.replace('`', "")
}

/// What is between the first backticks of a hint, or begins with `sudo`: what can be put into a
/// shell.
pub(super) fn command(hint: &str) -> Option<&str> {
    if let Some((_, rest)) = hint.split_once('`') {
        return rest.split_once('`').map(|(command, _)| command);
    }
    hint.find("sudo ").and_then(|at| hint.get(at..))
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_command_of_a_remedy_is_found() {
        let check = |hint, expect| assert_eq!(command(hint), expect, "{hint}");
        check("add yourself (`sudo usermod -aG dialout $USER`, on Arch `uucp`)", {
            Some("sudo usermod -aG dialout $USER")
        });
        check("join the group: sudo usermod -aG x $USER", Some("sudo usermod -aG x $USER"));
        check("run the program as a user who may open it", None);
    }
}
