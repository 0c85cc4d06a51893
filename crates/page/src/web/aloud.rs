//! The words and buttons beside the canvas.

use std::cell::RefCell;
use std::rc::Rc;

use egui::Context;
use ui::Desk;
use ui::aloud::{Aloud, Button, Press};
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event};

use super::dom;

/// Seconds between two looks: who listens hears no more than that.
const EVERY_S: f64 = 0.3;
/// Which of its group's buttons a button is.
const NUMBER: &str = "data-number";

/// The page's parts for it, and what they say.
pub(super) struct Beside {
    rooms: Element,
    deeds: Element,
    connection: Element,
    lines: Element,
    messages: Element,
    said: Aloud,
    looked_s: f64,
    pressed: Vec<Press>,
    context: Option<Context>,
}

impl Beside {
    pub(super) fn of_page() -> Result<Rc<RefCell<Beside>>, JsValue> {
        let beside = Rc::new(RefCell::new(Beside {
            rooms: dom::part("rooms")?,
            deeds: dom::part("deeds")?,
            connection: dom::part("connection")?,
            lines: dom::part("lines")?,
            messages: dom::part("messages")?,
            said: Aloud::default(),
            looked_s: f64::MIN,
            pressed: Vec::new(),
            context: None,
        }));
        Beside::listen(&beside, |beside| &beside.rooms, |said| &said.rooms)?;
        Beside::listen(&beside, |beside| &beside.deeds, |said| &said.deeds)?;
        Ok(beside)
    }

    /// One listener a group, for buttons that come and go.
    fn listen(
        beside: &Rc<RefCell<Beside>>,
        group: fn(&Beside) -> &Element,
        buttons: fn(&Aloud) -> &Vec<Button>,
    ) -> Result<(), JsValue> {
        let shared = Rc::clone(beside);
        let clicked = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let number = target.and_then(|target| target.get_attribute(NUMBER));
            let number = number.and_then(|number| number.parse::<usize>().ok());
            let Ok(mut beside) = shared.try_borrow_mut() else { return };
            let press = number.and_then(|number| buttons(&beside.said).get(number).cloned());
            beside.pressed.extend(press.map(|button| button.press));
            if let Some(context) = &beside.context {
                context.request_repaint();
            }
        });
        let listener = clicked.as_ref().unchecked_ref();
        group(&beside.borrow()).add_event_listener_with_callback("click", listener)?;
        // It listens as long as the page is there.
        clicked.forget();
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
        if said.deeds != self.said.deeds {
            drop(fill_buttons(&self.deeds, &said.deeds, &self.said.deeds));
        }
        if said.connection != self.said.connection {
            self.connection.set_text_content(Some(&said.connection));
        }
        if said.lines != self.said.lines {
            drop(fill_lines(&self.lines, &said.lines));
        }
        if said.messages != self.said.messages {
            drop(fill_lines(&self.messages, &said.messages));
        }
        self.said = said;
    }
}

/// Takes away what comes behind the first so many.
fn keep_first(group: &Element, kept: usize) {
    while group.child_element_count() as usize > kept {
        let Some(last) = group.last_element_child() else { break };
        last.remove();
    }
}

/// Buttons by their names; those that are there already stay, so that none loses the focus.
fn fill_buttons(group: &Element, buttons: &[Button], before: &[Button]) -> Result<(), JsValue> {
    let same = |one: &Button, other: &Button| one.name == other.name;
    let kept = buttons.iter().zip(before).take_while(|(one, other)| same(one, other)).count();
    keep_first(group, kept);
    let children = group.children();
    for (number, button) in buttons.iter().enumerate() {
        let element = match children.item(number as u32) {
            Some(element) => element,
            None => {
                let element = dom::document()?.create_element("button")?;
                element.set_attribute("type", "button")?;
                element.set_attribute(NUMBER, &number.to_string())?;
                element.set_text_content(Some(&button.name));
                group.append_child(&element)?;
                element
            }
        };
        match button.here {
            true => element.set_attribute("aria-current", "page")?,
            false => element.remove_attribute("aria-current")?,
        }
    }
    Ok(())
}

/// A line an element; one that says the same as before is left alone, so that it is not read again.
fn fill_lines(list: &Element, lines: &[String]) -> Result<(), JsValue> {
    keep_first(list, lines.len());
    let children = list.children();
    for (number, line) in lines.iter().enumerate() {
        let element = match children.item(number as u32) {
            Some(element) => element,
            None => {
                let element = dom::document()?.create_element("li")?;
                list.append_child(&element)?;
                element
            }
        };
        if element.text_content().as_deref() != Some(line.as_str()) {
            element.set_text_content(Some(line));
        }
    }
    Ok(())
}
