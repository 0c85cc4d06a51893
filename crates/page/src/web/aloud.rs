//! The words, buttons and fields beside the canvas.

use std::cell::RefCell;
use std::rc::Rc;

use egui::Context;
use ui::Desk;
use ui::aloud::{Aloud, Button, Press};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use super::fields::{self, Fields};
use super::{dom, list};

/// Seconds between two looks: who listens hears no more than that.
const EVERY_S: f64 = 0.3;
/// Which of its group's buttons a button is.
const NUMBER: &str = "data-number";

/// The page's parts for it, and what they say.
pub(super) struct Beside {
    rooms: Element,
    fields: Element,
    deeds: Element,
    connection: Element,
    lines: Element,
    messages: Element,
    said: Aloud,
    filled: Fields,
    looked_s: f64,
    pressed: Vec<Press>,
    context: Option<Context>,
}

impl Beside {
    pub(super) fn of_page() -> Result<Rc<RefCell<Beside>>, JsValue> {
        let beside = Rc::new(RefCell::new(Beside {
            rooms: dom::part("rooms")?,
            fields: dom::part("fields")?,
            deeds: dom::part("deeds")?,
            connection: dom::part("connection")?,
            lines: dom::part("lines")?,
            messages: dom::part("messages")?,
            said: Aloud::default(),
            filled: Fields::default(),
            looked_s: f64::MIN,
            pressed: Vec::new(),
            context: None,
        }));
        Beside::listen(
            &beside,
            |beside| &beside.rooms,
            "click",
            |said, on| button(&said.rooms, on),
        )?;
        Beside::listen(
            &beside,
            |beside| &beside.deeds,
            "click",
            |said, on| button(&said.deeds, on),
        )?;
        Beside::listen(&beside, |beside| &beside.fields, "change", written)?;
        // A field that is left is nobody's any more, and follows again.
        Beside::listen(&beside, |beside| &beside.fields, "focusout", |_, _| None)?;
        Ok(beside)
    }

    /// One listener a group, for parts that come and go.
    fn listen(
        beside: &Rc<RefCell<Beside>>,
        group: fn(&Beside) -> &Element,
        event: &str,
        press: fn(&Aloud, &Element) -> Option<Press>,
    ) -> Result<(), JsValue> {
        let shared = Rc::clone(beside);
        let heard = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if dom::broken() {
                return;
            }
            let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let Ok(mut beside) = shared.try_borrow_mut() else { return };
            let press = on.and_then(|on| press(&beside.said, &on));
            beside.pressed.extend(press);
            if let Some(context) = &beside.context {
                context.request_repaint();
            }
        });
        let listener = heard.as_ref().unchecked_ref();
        group(&beside.borrow()).add_event_listener_with_callback(event, listener)?;
        // It listens as long as the page is there.
        heard.forget();
        Ok(())
    }

    /// Whom to wake when something is pressed.
    pub(super) fn wake(&mut self, context: Context) {
        self.context = Some(context);
    }

    /// What was pressed since the last time.
    pub(super) fn pressed(&mut self) -> Vec<Press> {
        std::mem::take(&mut self.pressed)
    }

    /// Says what has changed.
    pub(super) fn tell(&mut self, desk: &Desk, context: &Context) {
        let now_s = context.input(|input| input.time);
        let wait_s = self.looked_s + EVERY_S - now_s;
        if wait_s > 0.0 {
            context.request_repaint_after_secs(wait_s as f32);
            return;
        }
        self.looked_s = now_s;
        let said = desk.aloud();
        // A part that the browser does not change keeps what it said before.
        if said.rooms != self.said.rooms {
            drop(fill_buttons(&self.rooms, &said.rooms, &self.said.rooms));
        }
        // Also where nothing changed: one that had the focus may have been passed over.
        drop(self.filled.fill(&self.fields, said.here(), &said.fields));
        if said.deeds != self.said.deeds {
            drop(fill_buttons(&self.deeds, &said.deeds, &self.said.deeds));
        }
        if said.connection != self.said.connection {
            self.connection.set_text_content(Some(&said.connection));
        }
        drop(list::renew(&self.lines, &self.said.lines, &said.lines, line));
        drop(list::renew(&self.messages, &self.said.messages, &said.messages, line));
        self.said = said;
    }
}

/// The button that was pressed.
fn button(buttons: &[Button], on: &Element) -> Option<Press> {
    let number: usize = on.get_attribute(NUMBER)?.parse().ok()?;
    buttons.get(number).map(|button| button.press.clone())
}

/// The field that was written, and what stands in it now.
fn written(said: &Aloud, on: &Element) -> Option<Press> {
    let number: usize = on.get_attribute(fields::NUMBER)?.parse().ok()?;
    let field = said.fields.get(number)?.key.clone();
    Some(Press::Write { place: said.here()?, field, value: fields::value(on)? })
}

/// Buttons by their names.
fn fill_buttons(group: &Element, buttons: &[Button], before: &[Button]) -> Result<(), JsValue> {
    let names = |buttons: &[Button]| -> Vec<String> {
        buttons.iter().map(|button| button.name.clone()).collect()
    };
    let elements = list::renew(group, &names(before), &names(buttons), |name| {
        let element = dom::document()?.create_element("button")?;
        element.set_attribute("type", "button")?;
        element.set_text_content(Some(name));
        Ok(element)
    })?;
    for (number, (element, button)) in elements.iter().zip(buttons).enumerate() {
        element.set_attribute(NUMBER, &number.to_string())?;
        match button.here {
            true => element.set_attribute("aria-current", "page")?,
            false => element.remove_attribute("aria-current")?,
        }
    }
    Ok(())
}

/// A line an element; what is said already is not said again because it stands elsewhere now.
fn line(words: &String) -> Result<Element, JsValue> {
    let element = dom::document()?.create_element("li")?;
    element.set_text_content(Some(words));
    Ok(element)
}
