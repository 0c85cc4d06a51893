//! Ports and the boards on them.

use serde::{Deserialize, Serialize};

/// Whether a port can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PortViewState {
    /// A known board is on it and ready.
    Ready,
    /// It can be opened; what is on it was not asked.
    Free,
    /// Another program has it open, or a face of this one uses it; the hint says which.
    Busy,
    /// The user may not open it.
    NoPermission,
    /// What is on it waits for an image instead of running one.
    Bootloader,
    /// The system does not say.
    Unknown,
}

impl PortViewState {
    /// As a person says it.
    pub fn word(self) -> &'static str {
        match self {
            PortViewState::Ready => "ready",
            PortViewState::Free => "free",
            PortViewState::Busy => "busy",
            PortViewState::NoPermission => "no permission",
            PortViewState::Bootloader => "bootloader",
            PortViewState::Unknown => "unknown",
        }
    }
}

/// What a port is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PortViewKind {
    /// A board, or something on USB that may be one.
    Board,
    /// A power meter.
    Meter,
    /// Nothing that runs a model: the computer's own UARTs, Bluetooth, modems.
    #[default]
    Other,
}

/// What is on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BoardView {
    /// Name a person would say.
    pub name: String,
    /// Chip family, `host`, or `unknown`.
    pub kind: String,
    /// Identity that stays when the cable moves.
    pub identity: String,
    /// Nothing it yields is a hardware figure.
    pub emulated: bool,
}

/// USB identity of a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UsbView {
    /// Vendor id, four hex digits.
    pub vid: String,
    /// Product id, four hex digits.
    pub pid: String,
    /// Serial number, where it has one.
    pub serial: Option<String>,
    /// Product name the device gives itself.
    pub product: Option<String>,
    /// What a person calls it: by our own table, else by the USB id database.
    #[serde(default)]
    pub name: Option<String>,
}

impl UsbView {
    /// What a person calls it, else what the device calls itself.
    pub fn called(&self) -> Option<&str> {
        self.name.as_deref().or(self.product.as_deref())
    }
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PortView {
    /// What to give to `--board`; so can be the board's identity, its serial number, or its name
    /// where only one has it.
    pub path: String,
    /// What it is for.
    #[serde(default)]
    pub kind: PortViewKind,
    /// Whether it can be used.
    pub state: PortViewState,
    /// What is on it, where that is known.
    pub board: Option<BoardView>,
    /// How this program speaks with the board, where it has done so: one of [`crate::DRIVERS`]. Of a
    /// meter, which of [`crate::METERS`] it is.
    #[serde(default)]
    pub driver: Option<String>,
    /// USB identity.
    pub usb: Option<UsbView>,
    /// What to do where it cannot be used.
    pub hint: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::UsbView;

    #[test]
    fn a_device_is_called_by_our_name_before_its_own() {
        let check = |name: Option<&str>, product: Option<&str>, expect| {
            let usb = UsbView {
                vid: "1915".into(),
                pid: "c00a".into(),
                serial: None,
                product: product.map(str::to_owned),
                name: name.map(str::to_owned),
            };
            assert_eq!(usb.called(), expect);
        };
        check(
            Some("Nordic Power Profiler Kit II"),
            Some("PPK2"),
            Some("Nordic Power Profiler Kit II"),
        );
        check(None, Some("PPK2"), Some("PPK2"));
        check(None, None, None);
    }
}
