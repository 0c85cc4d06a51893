//! The page itself: the desk of `ui` on a canvas.

mod aloud;
mod desktop;
mod dom;
mod door;
mod fields;
mod files;
mod keys;
mod link;
mod list;
mod memory;
mod shell;

use std::cell::RefCell;
use std::rc::Rc;

use protocol::desktop::Word;
use ui::model::Connection;
use ui::{Desk, Link, Shell};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use aloud::Beside;
use desktop::{Around, Program};
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
    // What goes wrong below is on the console, where `start.js` finds the last of it. Nobody else has a logger here.
    drop(eframe::WebLogger::init(log::LevelFilter::Warn));
    let door = Door::of_page()?;
    let beside = Beside::of_page()?;
    keys::keep_from_browser(&canvas)?;
    let options = eframe::WebOptions::default();
    let begin: eframe::AppCreator<'static> = Box::new(move |creation| {
        let context = &creation.egui_ctx;
        let program = desktop::core().map(|core| Program::open(core, context.clone()));
        let program = program.transpose().map_err(|error| dom::words(&error))?;
        let (link, shell): (Box<dyn Link>, Box<dyn Shell>) = match &program {
            Some(program) => (Box::new(program.clone()), Box::new(Around::new(program.clone()))),
            None => {
                let socket = Socket::connect(context.clone(), door);
                (Box::new(socket), Box::new(Browser::new(context.clone())))
            }
        };
        beside.borrow_mut().wake(context.clone());
        let desk = Desk::new(context, link, shell);
        Ok(Box::new(Page { desk, beside, program, begun: None, painted: false, ready: false }))
    });
    eframe::WebRunner::new().start(canvas.clone(), options, begin).await?;
    canvas.focus()
}

/// The desk on its canvas.
struct Page {
    desk: Desk,
    beside: Rc<RefCell<Beside>>,
    /// The program whose window this is, where it is one's.
    program: Option<Program>,
    /// egui's number of the frame that was begun first.
    begun: Option<u64>,
    painted: bool,
    ready: bool,
}

impl Page {
    fn say(&self, word: Word) {
        if let Some(program) = &self.program {
            program.say(word);
        }
    }

    /// A frame was handed to the display once the next one begins.
    fn count(&mut self, ctx: &egui::Context) {
        let number = ctx.cumulative_frame_nr();
        match self.begun {
            None => {
                self.begun = Some(number);
                ctx.request_repaint();
            }
            Some(first) if first != number && !self.painted => {
                self.painted = true;
                self.say(Word::Painted);
            }
            Some(_) => {}
        }
    }
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
        self.count(ui.ctx());
        self.desk.ui(ui);
        self.beside.borrow_mut().tell(&self.desk, ui.ctx());
        if !self.ready && self.desk.model().connection == Connection::Live {
            self.ready = true;
            dom::mark(READY);
            self.say(Word::Ready);
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
