//! Ports and the boards on them.

use serde::{Deserialize, Serialize};

/// Whether a port can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortViewState {
    /// A known board is on it and ready.
    Ready,
    /// It can be opened; what is on it was not asked.
    Free,
    /// The user may not open it.
    NoPermission,
}

/// What is on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardView {
    /// Name a person would say.
    pub name: String,
    /// Kind, for `--board`.
    pub kind: String,
    /// Identity that stays when the cable moves.
    pub identity: String,
    /// Nothing it yields is a hardware figure.
    pub emulated: bool,
}

/// USB identity of a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsbView {
    /// Vendor id, four hex digits.
    pub vid: String,
    /// Product id, four hex digits.
    pub pid: String,
    /// Serial number, where it has one.
    pub serial: Option<String>,
    /// Product name the device gives itself.
    pub product: Option<String>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortView {
    /// What to give to `--board`.
    pub path: String,
    /// Whether it can be used.
    pub state: PortViewState,
    /// What is on it, where that is known.
    pub board: Option<BoardView>,
    /// USB identity.
    pub usb: Option<UsbView>,
    /// What to do where it cannot be used.
    pub hint: Option<String>,
}
