//! What the boards said of themselves when they were asked, so that a list says it too: their name,
//! and the identity of the chip, by which their runs are known.

use std::collections::BTreeMap;

use board::BoardInfo;
use protocol::BoardView;

/// Boards by the identity of the USB device they are behind.
#[derive(Debug, Default)]
pub(crate) struct Met(BTreeMap<String, BoardView>);

impl Met {
    /// Remembers what a board said; whether that is new.
    pub(crate) fn meet(&mut self, usb_identity: &str, kind: &str, info: &BoardInfo) -> bool {
        let board = BoardView {
            name: info.name.clone(),
            kind: kind.to_owned(),
            identity: info.chip_id.clone(),
            emulated: info.emulated,
        };
        let before = self.0.insert(usb_identity.to_owned(), board.clone());
        before != Some(board)
    }

    /// The board behind a USB device, where it was asked.
    pub(crate) fn on(&self, usb_identity: &str) -> Option<&BoardView> {
        self.0.get(usb_identity)
    }

    /// Forgets boards that were known only by the place they hung at and are not `there` any more:
    /// the next one there may be another. One with a serial number comes back as itself.
    pub(crate) fn forget_places(&mut self, there: &[board::Port]) {
        let there: Vec<String> = there.iter().filter_map(board::Port::identity).collect();
        self.0.retain(|identity, _| !identity.contains('@') || there.contains(identity));
    }
}
