//! What can be written and chosen beside the canvas: a label with a field in it for each.
//!
//! A field that has the focus is somebody's: nothing is written into it, and what it offers stays.

use js_sys::Reflect;
use ui::aloud::{Choice, Field, How};
use ui::asks::Place;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::{dom, list};

/// Which of the fields a field is.
pub(super) const NUMBER: &str = "data-field";

/// The fields as they stand in the page.
#[derive(Default)]
pub(super) struct Fields {
    shapes: Vec<Shape>,
    labels: Vec<Element>,
    /// What each of them offers.
    offered: Vec<Vec<Choice>>,
}

/// What makes a field the same one: everything but what stands in it and what it offers.
#[derive(Clone, PartialEq)]
struct Shape {
    place: Option<Place>,
    key: String,
    name: String,
    how: How,
}

impl Shape {
    fn of(place: Option<Place>, field: &Field) -> Shape {
        let how = match &field.how {
            How::Choice(_) => How::Choice(Vec::new()),
            how => how.clone(),
        };
        Shape { place, key: field.key.clone(), name: field.name.clone(), how }
    }
}

impl Fields {
    /// Makes the page's fields these.
    pub(super) fn fill(
        &mut self,
        group: &Element,
        place: Option<Place>,
        fields: &[Field],
    ) -> Result<(), JsValue> {
        let shapes: Vec<Shape> = fields.iter().map(|field| Shape::of(place, field)).collect();
        let labels = list::renew(group, &self.shapes, &shapes, label)?;
        // One that is new offers nothing yet, whyever it was made.
        let mut offered = Vec::with_capacity(labels.len());
        for label in &labels {
            let before = self.labels.iter().zip(&self.offered).find(|(known, _)| *known == label);
            offered.push(before.map_or_else(Vec::new, |(_, offers)| offers.clone()));
        }
        self.offered = offered;
        self.shapes = shapes;
        self.labels.clone_from(&labels);
        let focused = dom::document()?.active_element();
        for (number, (label, field)) in labels.iter().zip(fields).enumerate() {
            let Some(input) = label.last_element_child() else { continue };
            input.set_attribute(NUMBER, &number.to_string())?;
            if focused.as_ref() == Some(&input) {
                continue;
            }
            if let How::Choice(choices) = &field.how
                && self.offered[number] != *choices
            {
                offer(&input, choices)?;
                self.offered[number].clone_from(choices);
            }
            if value(&input).as_deref() != Some(field.value.as_str()) {
                Reflect::set(&input, &"value".into(), &field.value.as_str().into())?;
            }
        }
        Ok(())
    }
}

/// What stands in a field.
pub(super) fn value(input: &Element) -> Option<String> {
    Reflect::get(input, &"value".into()).ok()?.as_string()
}

fn label(shape: &Shape) -> Result<Element, JsValue> {
    let document = dom::document()?;
    let label = document.create_element("label")?;
    let name = document.create_element("span")?;
    name.set_text_content(Some(&shape.name));
    let input = match &shape.how {
        How::Line => document.create_element("input")?,
        How::Lines(rows) => {
            let area = document.create_element("textarea")?;
            area.set_attribute("rows", &rows.to_string())?;
            area
        }
        How::Choice(_) => document.create_element("select")?,
    };
    if !matches!(shape.how, How::Choice(_)) {
        input.set_attribute("autocomplete", "off")?;
        input.set_attribute("spellcheck", "false")?;
    }
    label.append_child(&name)?;
    label.append_child(&input)?;
    Ok(label)
}

fn offer(select: &Element, choices: &[Choice]) -> Result<(), JsValue> {
    let document = dom::document()?;
    select.set_text_content(None);
    for choice in choices {
        let option = document.create_element("option")?;
        option.set_attribute("value", &choice.value)?;
        option.set_text_content(Some(&choice.name));
        select.append_child(&option)?;
    }
    Ok(())
}
