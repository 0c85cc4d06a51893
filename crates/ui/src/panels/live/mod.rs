//! Live.

use egui::Ui;

use crate::kit;
use crate::panel::{Panel, Scene};

/// The room.
#[derive(Debug, Default)]
pub struct Live {}

impl Panel for Live {
    fn ui(&mut self, ui: &mut Ui, _scene: &mut Scene<'_>) {
        kit::page(ui, "Live", |_| {}, |_| {});
    }
}
