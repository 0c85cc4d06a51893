//! The scenario that every shell goes through, done in the page: `../../equal/steps.json` says what is
//! pressed beside the canvas and what has to be said there. The native window does the same steps by its own
//! widgets, and checks that it leaves none out.

use serde::Deserialize;
use serde_json::json;

use super::browser::Browser;
use super::{Host, frames, gone, here, photograph, press, says};
use crate::support::{Bench, board_of, prose, signal};

const KILL: i32 = 9;

/// A step, as every shell knows it.
#[derive(Deserialize)]
struct Step {
    step: String,
    /// What is done, and with what, in order.
    beside: Vec<(String, String)>,
}

/// Goes through all of it.
pub(super) fn tell(tab: &mut Browser, bench: &Bench, host: &Host) {
    let steps: Vec<Step> = serde_json::from_str(include_str!("../../equal/steps.json")).unwrap();
    let document = bench.file("own/pump.txt", prose(6));
    let mut taken = 0;
    for Step { step, beside } in &steps {
        println!("page: {}", step.replace('_', " "));
        for (deed, what) in beside {
            match deed.as_str() {
                "press" => press(tab, what),
                "says" => drop(says(tab, what)),
                "gone" => gone(tab, what),
                "here" => here(tab, what),
                "choose" => choose(tab, what, &document),
                "kill" => signal(board_of(&host.process), KILL),
                "frames" => frames::are_told_one_by_one(tab),
                "picture" => {
                    photograph(tab, what);
                    taken += 1;
                }
                other => panic!("{step}: nobody knows how to {other}"),
            }
        }
    }
    assert!(steps.len() == 7 && taken > 6, "{} steps, {taken} pictures", steps.len());
}

/// Files of the person's own computer, by the browser's dialog.
pub(super) fn choose(tab: &mut Browser, button: &str, file: &str) {
    tab.ask("Page.setInterceptFileChooserDialog", json!({ "enabled": true }));
    press(tab, button);
    let chooser = tab.event("Page.fileChooserOpened");
    assert_eq!(chooser["mode"], "selectMultiple");
    let files = json!({ "files": [file], "backendNodeId": chooser["backendNodeId"] });
    tab.ask("DOM.setFileInputFiles", files);
}
