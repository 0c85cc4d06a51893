//! Frames of views on their way to the page: how many a second, and whether one ever waits behind another.
//!
//! Counted in the page itself, at its socket: a frame from when the browser has it, its acknowledgement from
//! when the page hands it to the browser.

use serde_json::{Value, json};

use super::browser::Browser;
use super::judged;

/// Frames a second of a view that are wanted; a little less is the measuring's own edge.
const WANTED: f64 = 30.0;
const EDGE: f64 = 1.0;
/// How long frames are counted, in milliseconds.
const WATCH_MS: u32 = 4000;
/// Whose first byte says that it is a frame: see `protocol::socket::FRAME`. Then come its view and its number.
const COUNTER: &str = "(() => {
    const seen = { views: {}, frames: 0, most: 0, open: {} };
    window.benchviseSeen = seen;
    const number = (bytes, at) => {
        let value = 0n, shift = 0n;
        for (;;) {
            const byte = bytes[at.n++];
            value |= BigInt(byte & 127) << shift;
            if (byte < 128) return String(value);
            shift += 7n;
        }
    };
    const Socket = window.WebSocket;
    window.WebSocket = class extends Socket {
        constructor(...all) {
            super(...all);
            this.addEventListener('message', (event) => {
                if (!(event.data instanceof ArrayBuffer)) return;
                const bytes = new Uint8Array(event.data), at = { n: 1 };
                if (bytes[0] !== 1) return;
                const view = number(bytes, at), seq = number(bytes, at);
                const open = seen.open[view] ??= new Set();
                open.add(seq);
                seen.frames += 1;
                seen.views[view] = (seen.views[view] ?? 0) + 1;
                seen.most = Math.max(seen.most, open.size);
            });
        }
        send(text) {
            if (typeof text === 'string' && text.includes('\"ack_view\"')) {
                const { view, seq } = JSON.parse(text).command.ack_view;
                seen.open[String(view)]?.delete(String(seq));
            }
            super.send(text);
        }
    };
})()";

/// A face that paints nothing: it looks at the run that goes on, and has each frame acknowledged with the next
/// picture of the browser's.
const FACE: &str = "new Promise((done) => {
    const token = 'token.' + sessionStorage.getItem('benchvise.token');
    const url = location.origin.replace('http', 'ws') + '/api/socket';
    const socket = new WebSocket(url, ['benchvise', token]);
    socket.binaryType = 'arraybuffer';
    let request = 0, began, frames = 0, open = 0, most = 0;
    const ask = (command) => socket.send(JSON.stringify({ request: ++request, command }));
    const number = (bytes, at) => {
        let value = 0, times = 1;
        for (;;) {
            const byte = bytes[at.n++];
            value += (byte & 127) * times;
            if (byte < 128) return value;
            times *= 128;
        }
    };
    socket.onclose = (event) => done({ closed: event.reason || String(event.code) });
    socket.onmessage = ({ data }) => {
        if (typeof data === 'string') {
            const said = JSON.parse(data);
            if (said.welcome) ask('snapshot');
            const going = said.reply?.result?.Ok?.snapshot?.going;
            if (going) {
                const window = { last: { span_ms: 10000 } };
                const spec = { run: going[0].summary.run, signals: [], window, width_px: 1200 };
                ask({ open_view: { view: 1, spec } });
            }
            return;
        }
        const bytes = new Uint8Array(data), at = { n: 1 };
        const view = number(bytes, at), seq = number(bytes, at);
        most = Math.max(most, ++open);
        began ??= performance.now();
        const ms = performance.now() - began;
        if (ms >= WATCH_MS) {
            socket.onclose = null;
            socket.close();
            done({ ms, frames, most, bytes: bytes.length });
            return;
        }
        frames += 1;
        requestAnimationFrame(() => {
            open -= 1;
            ask({ ack_view: { view, seq } });
        });
    };
})";

/// How many come where the browser has nothing else to do, on an empty page of the host's.
pub(super) fn come_as_fast_as_they_may(tab: &mut Browser, url: &str) {
    tab.go(&format!("{url}healthz"));
    let seen = tab.run(&FACE.replace("WATCH_MS", &WATCH_MS.to_string()));
    let frames = seen["frames"].as_f64().unwrap_or_else(|| panic!("{seen}"));
    let a_second = frames * 1000.0 / seen["ms"].as_f64().unwrap();
    println!(
        "page: {a_second:.1} frames a second to a face that paints nothing, {} bytes each; at most {} on its way; {WANTED} wanted: {}",
        seen["bytes"],
        seen["most"],
        judged(a_second >= WANTED - EDGE),
    );
    assert_eq!(seen["most"], 1, "a frame waited behind another: {seen}");
    assert!((5.0..31.0).contains(&a_second), "{seen}");
    tab.go(url);
    tab.wait("the window", "performance.getEntriesByName('benchvise-ready').length > 0");
}

/// From the next page on, frames are counted.
pub(super) fn count(tab: &mut Browser) {
    tab.ask("Page.addScriptToEvaluateOnNewDocument", json!({ "source": COUNTER }));
}

/// Counts them for a while, and the pictures that are painted meanwhile.
pub(super) fn are_told_one_by_one(tab: &mut Browser) {
    for (width, height) in [(1280, 800), (800, 600)] {
        tab.size((width, height));
        // The views have been opened anew for this width by then.
        tab.run("window.benchviseSeen.frames = 0");
        tab.wait("frames", "window.benchviseSeen.frames > 10");
        // A view that is opened anew owes nothing for frames of the old one.
        let script = format!(
            "new Promise((done) => {{
                const seen = window.benchviseSeen;
                Object.assign(seen, {{ views: {{}}, frames: 0, most: 0, open: {{}} }});
                let painted = 0;
                const began = performance.now();
                const step = () => {{
                    painted += 1;
                    const ms = performance.now() - began;
                    if (ms < {WATCH_MS}) requestAnimationFrame(step);
                    else done({{ ms, painted, most: seen.most, views: Object.values(seen.views) }});
                }};
                requestAnimationFrame(step);
            }})"
        );
        let seen = tab.run(&script);
        let a_second = |n: f64| n * 1000.0 / seen["ms"].as_f64().unwrap();
        let views: Vec<f64> =
            seen["views"].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        let fastest = views.iter().copied().fold(0.0, f64::max);
        println!(
            "page: {width} by {height}: {:.1} pictures a second, {:.1} frames a second of a view, {:.1} of {} \
             views together; at most {} of a view on its way; {WANTED} of a view wanted: {}",
            a_second(seen["painted"].as_f64().unwrap()),
            a_second(fastest),
            a_second(views.iter().sum()),
            views.len(),
            seen["most"],
            judged(a_second(fastest) >= WANTED - EDGE),
        );
        assert!(fastest > 3.0, "the signals move: {seen}");
        assert_eq!(seen["most"], 1, "a frame waited behind another: {seen}");
        // No more than a view is promised, with the measuring's own edges.
        assert!(a_second(fastest) < 31.0, "{seen}");
    }
    tab.size((1280, 800));
}
