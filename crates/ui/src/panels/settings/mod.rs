//! Settings.

use egui::Ui;

use crate::kit;
use crate::panel::{Panel, Scene};

/// The room.
#[derive(Debug, Default)]
pub struct Settings {}

impl Panel for Settings {
    fn ui(&mut self, ui: &mut Ui, _scene: &mut Scene<'_>) {
        kit::page(ui, "Settings", |_| {}, |_| {});
    }
}
