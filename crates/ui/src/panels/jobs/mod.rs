//! Jobs.

use egui::Ui;

use crate::kit;
use crate::panel::{Panel, Scene};

/// The room.
#[derive(Debug, Default)]
pub struct Jobs {}

impl Panel for Jobs {
    fn ui(&mut self, ui: &mut Ui, _scene: &mut Scene<'_>) {
        kit::page(ui, "Jobs", |_| {}, |_| {});
    }
}
