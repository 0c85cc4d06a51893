//! A window that is left, hidden, made as small as can be and come back to, in quick turns while a run goes on.

use std::time::{Duration, Instant};

use serde_json::json;

use super::browser::Browser;

/// How long it is done.
const TURNS: Duration = Duration::from_secs(10);
/// What scripts do to the focus and to the room that the canvas has.
const SCRIPTS: [&str; 6] = [
    "document.activeElement?.blur()",
    "document.getElementById('window').style.height = '0'",
    "document.querySelector('#aloud button')?.focus()",
    "document.getElementById('window').style.width = '0'",
    "Object.assign(document.getElementById('window').style, { width: '', height: '' })",
    "document.getElementById('window').focus()",
];
const SIZES: [(u32, u32); 5] = [(1, 1), (300, 3), (1280, 800), (20, 900), (760, 520)];

/// All turns; the page goes on.
pub(super) fn take(tab: &mut Browser) {
    let this = tab.ask("Target.getTargetInfo", json!({}))["targetInfo"]["targetId"].take();
    let other = tab.ask("Target.createTarget", json!({ "url": "about:blank" }))["targetId"].take();
    let (began, mut taken) = (Instant::now(), 0);
    while began.elapsed() < TURNS {
        let script = SCRIPTS[taken % SCRIPTS.len()];
        tab.run(script);
        match taken % 7 {
            0 => drop(tab.ask("Target.activateTarget", json!({ "targetId": other }))),
            2 => drop(tab.ask("Target.activateTarget", json!({ "targetId": this }))),
            4 => tab.size(SIZES[taken / 7 % SIZES.len()]),
            _ => {}
        }
        taken += 1;
    }
    println!("page: {taken} turns of a window that is left, hidden and made small");
    tab.ask("Target.closeTarget", json!({ "targetId": other }));
    tab.ask("Target.activateTarget", json!({ "targetId": this }));
    tab.run(SCRIPTS[4]);
    tab.run(SCRIPTS[5]);
    tab.size((1280, 800));
    assert_eq!(tab.run("document.getElementById('stopped').hidden"), true);
}
