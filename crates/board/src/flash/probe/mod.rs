//! Debug probes: they write through the chip's own debug port. The library `probe-rs` speaks to them
//! and knows the chips; what is here without it is how an image is cut.

#[cfg(not(feature = "probe-rs"))]
mod absent;
#[cfg(any(feature = "probe-rs", test))]
mod cut;
#[cfg(feature = "probe-rs")]
mod library;

#[cfg(not(feature = "probe-rs"))]
pub use absent::{ProbeChip, list_probes, write_by_probe};
#[cfg(feature = "probe-rs")]
pub use library::{ProbeChip, list_probes, write_by_probe};

/// A debug probe that is attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundProbe {
    /// What it calls itself.
    pub name: String,
    /// USB vendor.
    pub vid: u16,
    /// USB product.
    pub pid: u16,
    /// Its serial number.
    pub serial: Option<String>,
}

impl FoundProbe {
    /// One word for one probe, as ports are identified: `vid:pid:serial`.
    pub fn identity(&self) -> String {
        let FoundProbe { vid, pid, serial, .. } = self;
        let serial = serial.as_ref().map(|serial| format!(":{serial}")).unwrap_or_default();
        format!("{vid:04x}:{pid:04x}{serial}")
    }

    /// Whether that is what `wanted` names: the identity, or the serial number.
    pub fn is(&self, wanted: &str) -> bool {
        let is = |word: &str| word.eq_ignore_ascii_case(wanted);
        is(&self.identity()) || self.serial.as_deref().is_some_and(is)
    }
}
