//! DTR and RTS: what opening and closing a port do to the board behind it.

use serialport::SerialPort;

use crate::known::Lines;

/// Does with the lines what the table says. A port without them, such as a pseudo-terminal,
/// refuses (ENOTTY), and that is no error.
pub(super) fn treat(port: &mut super::serial::Native, lines: Lines) {
    match lines {
        Lines::Leave => {}
        Lines::Assert => {
            // In this order: RTS up while DTR is down resets an ESP32.
            ignore("DTR", port.write_data_terminal_ready(true));
            ignore("RTS", port.write_request_to_send(true));
        }
        Lines::Hold => hold(port),
    }
}

fn ignore(line: &str, set: serialport::Result<()>) {
    if let Err(error) = set {
        tracing::debug!(%error, line, "the port has no such line");
    }
}

/// Closing leaves the lines up, so that the next opening does not raise them again.
#[cfg(unix)]
fn hold(port: &super::serial::Native) {
    use rustix::termios::{ControlModes, OptionalActions, tcgetattr, tcsetattr};
    let fd = super::serial::lend(port);
    let held = tcgetattr(fd).and_then(|mut settings| {
        settings.control_modes.remove(ControlModes::HUPCL);
        tcsetattr(fd, OptionalActions::Now, &settings)
    });
    if let Err(error) = held {
        tracing::debug!(%error, "closing will lower the lines");
    }
}

#[cfg(not(unix))]
fn hold(_: &super::serial::Native) {}
