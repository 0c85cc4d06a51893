//! What is written and chosen beside the canvas, by the keys of a keyboard.

use serde_json::json;

use super::browser::Browser;
use super::{photograph, press, says};
use crate::support::text;

/// The field of a name, or nothing.
fn found(name: &str) -> String {
    let name = json!(name);
    format!(
        "[...document.querySelectorAll('#fields label')]
           .find((label) => label.firstElementChild.textContent === {name})?.lastElementChild"
    )
}

/// What stands in a field.
#[track_caller]
fn stands(tab: &mut Browser, name: &str, value: &str) {
    let script = format!("{}?.value === {}", found(name), json!(value));
    tab.wait(&format!("{value:?} in {name}"), &script);
}

/// Writes into a field, in place of what stands there, and leaves it.
#[track_caller]
pub(super) fn write(tab: &mut Browser, name: &str, value: &str) {
    enter(tab, name);
    tab.ask("Input.insertText", json!({ "text": value }));
    tab.run("document.activeElement.blur()");
    stands(tab, name, value);
}

/// Goes into a field and chooses all that stands there.
#[track_caller]
fn enter(tab: &mut Browser, name: &str) {
    let script = format!(
        "(() => {{ const field = {}; field?.focus(); field?.select?.(); return field !== undefined; }})()",
        found(name)
    );
    tab.wait(&format!("the field {name}"), &script);
}

/// Chooses what is called so, or begins so.
#[track_caller]
pub(super) fn choose(tab: &mut Browser, name: &str, begins: &str) {
    let script = format!(
        "(() => {{ const field = {};
           const option = [...field?.options ?? []].find((one) => one.textContent.startsWith({}));
           if (option === undefined) return null;
           field.focus();
           field.value = option.value;
           field.dispatchEvent(new Event('change', {{ bubbles: true }}));
           field.blur();
           return option.value; }})()",
        found(name),
        json!(begins)
    );
    let value = text(&tab.wait(&format!("{begins} in {name}"), &script));
    stands(tab, name, &value);
}

/// The forms of what follows: a short run would be over before it is looked at, and a long try takes this test's time.
pub(super) fn are_filled_in(tab: &mut Browser) {
    press(tab, "Go to Fit");
    choose(tab, "Compress to", "A number");
    for (name, value) in
        [("Tokens of the document", "40"), ("Tokens to make", "8"), ("Repetitions of each", "3")]
    {
        write(tab, name, value);
    }
    press(tab, "Go to Bench");
    write(tab, "Tokens", "few");
    press(tab, "Start run");
    says(tab, "Tokens: Write a whole number");
    for (name, value) in [("Tokens", "80"), ("Repetitions", "90000")] {
        write(tab, name, value);
    }
}

/// They show themselves where they are, and nobody's caret is taken.
pub(super) fn are_seen_and_left_alone(tab: &mut Browser) {
    press(tab, "Go to Bench");
    for (name, picture) in
        [("Prompt", "field-lines"), ("Model", "field-choice"), ("Tokens", "field-line")]
    {
        enter(tab, name);
        photograph(tab, picture);
    }
    tab.run("document.querySelector('#deeds button').focus()");
    photograph(tab, "field-button");
    enter(tab, "Tokens");
    // Half a number, while the window goes on drawing.
    tab.ask("Input.insertText", json!({ "text": "4" }));
    for x in 400..410 {
        let mouse = json!({ "type": "mouseMoved", "x": x, "y": 500, "button": "none" });
        tab.ask("Input.dispatchMouseEvent", mouse);
        std::thread::sleep(std::time::Duration::from_millis(90));
    }
    let script = format!("document.activeElement === {0} && {0}.value", found("Tokens"));
    assert_eq!(tab.run(&script), "4");
    write(tab, "Tokens", "80");
}

/// A text that no file has, compressed.
pub(super) fn a_text_is_written(tab: &mut Browser) {
    press(tab, "Go to Compress");
    let words = "The pump in Hall B failed on Tuesday. ".repeat(30);
    write_and_take(tab, "Text to compress", &words);
    says(tab, "Pasted text: ");
}

fn write_and_take(tab: &mut Browser, name: &str, words: &str) {
    enter(tab, name);
    tab.ask("Input.insertText", json!({ "text": words }));
    photograph(tab, "field-text");
    // As a keyboard does: on to the next.
    tab.run("document.activeElement.blur()");
    press(tab, "Compress");
    stands(tab, name, "");
}

/// Two runs of the store, chosen one by one.
pub(super) fn two_runs_are_chosen(tab: &mut Browser) {
    press(tab, "Go to Compare");
    for name in ["Base", "Candidate"] {
        // The last of the list is the oldest; what stands on the other side is another one.
        let script = format!(
            "(() => {{ const taken = [...document.querySelectorAll('#fields select')].map((one) => one.value);
               const free = [...{}?.options ?? []].filter((one) => !taken.includes(one.value));
               return free.at(-1)?.textContent ?? null; }})()",
            found(name)
        );
        let run = text(&tab.wait(&format!("runs for {name}"), &script));
        choose(tab, name, &run);
    }
    says(tab, " improved, ");
}
