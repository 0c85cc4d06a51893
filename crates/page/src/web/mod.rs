//! The page itself: the desk of `ui` on a canvas.

mod aloud;
mod dom;
mod door;
mod files;
mod keys;
mod link;
mod shell;

use std::cell::RefCell;
use std::rc::Rc;

use ui::Desk;
use ui::model::Connection;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use aloud::Beside;
use door::Door;
use link::Socket;
use shell::Browser;

/// The mark that the browser's clock gets when the window first shows a host.
const READY: &str = "benchvise-ready";

/// Opens the window on a canvas and stays until the page is left.
///
/// # Errors
/// What the browser says where it cannot draw, or lacks one of the page's own parts.
#[wasm_bindgen]
pub async fn open(canvas: HtmlCanvasElement) -> Result<(), JsValue> {
    let door = Door::of_page()?;
    let beside = Beside::of_page()?;
    keys::keep_from_browser(&canvas)?;
    let options = eframe::WebOptions::default();
    let begin: eframe::AppCreator<'static> = Box::new(move |creation| {
        let context = &creation.egui_ctx;
        let link = Socket::connect(context.clone(), door);
        let shell = Browser::new(context.clone());
        beside.borrow_mut().wake(context.clone());
        let desk = Desk::new(context, Box::new(link), Box::new(shell));
        Ok(Box::new(Page { desk, beside, ready: false }))
    });
    eframe::WebRunner::new().start(canvas.clone(), options, begin).await?;
    canvas.focus()
}

/// The desk on its canvas.
struct Page {
    desk: Desk,
    beside: Rc<RefCell<Beside>>,
    ready: bool,
}

impl eframe::App for Page {
    fn logic(&mut self, ctx: &egui::Context, _: &mut eframe::Frame) {
        let pressed = self.beside.borrow_mut().pressed();
        for press in pressed {
            self.desk.press(&press);
        }
        self.desk.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _: &mut eframe::Frame) {
        self.desk.ui(ui);
        self.beside.borrow_mut().tell(&self.desk, ui.ctx());
        if !self.ready && self.desk.model().connection == Connection::Live {
            self.ready = true;
            dom::mark(READY);
        }
    }

    /// The page loses the focus, may be closed, or half a minute went by.
    fn save(&mut self, _: &mut dyn eframe::Storage) {
        self.desk.remember();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}
