//! A list of elements that follows a list of things: what is the same stays where it is, so that it is not read again
//! and does not lose the focus.

use wasm_bindgen::prelude::*;
use web_sys::{Element, Node};

use crate::keep::kept;

/// Makes a group's elements those of `after`, where they are those of `before`. All of them, in order.
pub(super) fn renew<T: PartialEq>(
    group: &Element,
    before: &[T],
    after: &[T],
    make: impl Fn(&T) -> Result<Element, JsValue>,
) -> Result<Vec<Element>, JsValue> {
    let children = group.children();
    let old: Vec<Element> = (0..children.length()).filter_map(|at| children.item(at)).collect();
    // Somebody else changed it: nothing of it can be told apart any more.
    let before = if old.len() == before.len() { before } else { &[] };
    let stays = kept(before, after);
    for (at, element) in old.iter().enumerate() {
        if !stays.contains(&Some(at)) {
            element.remove();
        }
    }
    let mut elements = Vec::with_capacity(after.len());
    for (new, one) in after.iter().enumerate() {
        if let Some(at) = stays[new] {
            elements.push(old[at].clone());
            continue;
        }
        let element = make(one)?;
        let next = stays[new..].iter().flatten().next().map(|at| -> &Node { &old[*at] });
        group.insert_before(&element, next)?;
        elements.push(element);
    }
    Ok(elements)
}
