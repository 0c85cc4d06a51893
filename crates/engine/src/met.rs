//! What the boards said of themselves when they were asked, so that a list says it too: their name,
//! the identity of the chip, by which their runs are known, and in which way they were spoken to.

use std::collections::BTreeMap;

use board::BoardInfo;
use protocol::BoardView;

/// Boards by the identity of the USB device they are behind.
#[derive(Debug, Default)]
pub(crate) struct Met(BTreeMap<String, Asked>);

/// A board that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Asked {
    board: BoardView,
    driver: &'static str,
}

impl Met {
    /// Remembers what a board said to the driver of that name; whether that is new.
    pub(crate) fn meet(
        &mut self,
        usb_identity: &str,
        kind: &str,
        info: &BoardInfo,
        driver: &'static str,
    ) -> bool {
        let board = BoardView {
            name: info.name.clone(),
            kind: kind.to_owned(),
            identity: info.chip_id.clone(),
            emulated: info.emulated,
        };
        let asked = Asked { board, driver };
        self.0.insert(usb_identity.to_owned(), asked.clone()) != Some(asked)
    }

    /// The board behind a USB device, where it was asked.
    pub(crate) fn on(&self, usb_identity: &str) -> Option<&BoardView> {
        self.0.get(usb_identity).map(|asked| &asked.board)
    }

    /// The driver that it was asked by.
    pub(crate) fn driver(&self, usb_identity: &str) -> Option<&'static str> {
        self.0.get(usb_identity).map(|asked| asked.driver)
    }

    /// Forgets boards that were known only by the place they hung at and are not `there` any more:
    /// the next one there may be another. One with a serial number comes back as itself.
    pub(crate) fn forget_places(&mut self, there: &[board::Port]) {
        let there: Vec<String> = there.iter().filter_map(board::Port::identity).collect();
        self.0.retain(|identity, _| !identity.contains('@') || there.contains(identity));
    }
}
