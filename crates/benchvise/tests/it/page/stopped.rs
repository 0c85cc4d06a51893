//! A mistake of the page's own, played: the sheet says which, and stays whatever comes afterwards.

use std::thread::sleep;
use std::time::Duration;

use super::browser::Browser;
use super::says;
use crate::support::text;

/// A mistake that nobody catches, as a browser tells of it.
fn play(tab: &mut Browser, error: &str) {
    tab.run(&format!("dispatchEvent(new ErrorEvent('error', {{ error: {error} }})); 1"));
}

fn hidden(tab: &mut Browser) -> bool {
    tab.run("document.getElementById('stopped').hidden") == true
}

pub(super) fn by_a_mistake(tab: &mut Browser) {
    play(tab, "new Error('of somebody else')");
    assert!(hidden(tab), "it did not come out of the program");
    let deep = "Object.assign(new RangeError('played: too deep'),
        { stack: 'RangeError: played: too deep\\n    at wasm://page:wasm-function[7]:0x1f' })";
    play(tab, deep);
    let said = says(tab, "by a mistake of its own");
    for words in ["RangeError: played: too deep", "wasm memory ", " MB", "wasm-function[7]:0x1f"] {
        assert!(said.contains(words), "{words:?} is not in {said:?}");
    }
    // A run goes on: messages of it come all the while.
    sleep(Duration::from_millis(1500));
    play(tab, "new WebAssembly.RuntimeError('played: another')");
    assert!(!hidden(tab), "a message hid it");
    assert_eq!(text(&tab.run("document.getElementById('stopped-word').textContent")), said);
    reload(tab);
    play(tab, "new WebAssembly.RuntimeError('played: unreachable')");
    says(tab, "played: unreachable");
    reload(tab);
}

fn reload(tab: &mut Browser) {
    tab.run("document.getElementById('reload').click()");
    tab.wait("another page", "performance.getEntriesByName('benchvise-ready').length > 0 && document.getElementById('stopped').hidden");
    says(tab, "Connected");
}
