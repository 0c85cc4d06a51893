//! A Chromium without a display, spoken to by its DevTools protocol: JSON over a socket.

use std::fs;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::support::{end_group, text, wait_until};

/// Longest that an answer of the browser's may take: it draws with the processor.
const PATIENCE: Duration = Duration::from_secs(60);
/// Without a graphics card, a sandbox' rights, or anything that it would fetch by itself.
const FLAGS: &str = "--headless=new --no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader \
    --disable-quic --no-first-run --disable-background-networking --disable-component-update \
    --disable-sync --disable-dev-shm-usage --hide-scrollbars --remote-debugging-port=0";

/// One tab of one browser; ended with it.
pub(super) struct Browser {
    process: Child,
    _profile: TempDir,
    socket: WebSocket<TcpStream>,
    session: String,
    last: u64,
    /// Events that nobody took yet.
    events: Vec<Value>,
}

impl Browser {
    pub(super) fn start(program: &Path) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let process = Command::new(program)
            .args(FLAGS.split_whitespace())
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = String::new();
        wait_until("the browser's port", || {
            let file = profile.path().join("DevToolsActivePort");
            said = fs::read_to_string(file).unwrap_or_default();
            said.lines().count() == 2
        });
        let (port, path) = said.split_once('\n').unwrap();
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let url = format!("ws://127.0.0.1:{port}{}", path.trim());
        let (socket, _) = tungstenite::client(url, stream).unwrap();
        let mut browser = Browser {
            process,
            _profile: profile,
            socket,
            session: String::new(),
            last: 0,
            events: Vec::new(),
        };
        let targets = browser.ask("Target.getTargets", json!({}));
        let targets = targets["targetInfos"].as_array().unwrap();
        let page = targets.iter().find(|target| target["type"] == "page").unwrap();
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        browser.session = text(&browser.ask("Target.attachToTarget", attach)["sessionId"]);
        for domain in ["Page", "Runtime", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Asks the browser, and waits for its answer; nothing where the page went away meanwhile.
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let mut said = self.read();
            if said["id"] == self.last {
                if said["error"]["message"].as_str().is_some_and(|why| why.contains("navigated")) {
                    return Value::Null;
                }
                assert!(said["error"].is_null(), "{method}: {said}");
                return said["result"].take();
            }
            self.events.push(said);
        }
    }

    fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The next event of a kind.
    pub(super) fn event(&mut self, method: &str) -> Value {
        loop {
            if let Some(at) = self.events.iter().position(|event| event["method"] == method) {
                return self.events.remove(at)["params"].take();
            }
            let said = self.read();
            self.events.push(said);
        }
    }

    /// What a script gives, as if a person had pressed something.
    #[track_caller]
    pub(super) fn run(&mut self, script: &str) -> Value {
        let params = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut said = self.ask("Runtime.evaluate", params);
        assert!(said["exceptionDetails"].is_null(), "{script}: {said}");
        said["result"]["value"].take()
    }

    /// Asks a script again and again until it gives something else than nothing.
    #[track_caller]
    pub(super) fn wait(&mut self, what: &str, script: &str) -> Value {
        let began = Instant::now();
        loop {
            let said = self.run(script);
            if !matches!(said, Value::Null | Value::Bool(false)) {
                return said;
            }
            if began.elapsed() > PATIENCE {
                let shown = self.run("document.body.innerText");
                panic!("{what} did not come; the page says: {shown}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Goes to an address; a fragment alone loads nothing anew, so the way goes over an empty page.
    pub(super) fn go(&mut self, url: &str) {
        for url in ["about:blank", url] {
            let said = self.ask("Page.navigate", json!({ "url": url }));
            assert!(said["errorText"].is_null(), "{url}: {said}");
            self.wait("the page", "document.readyState === 'complete'");
        }
    }

    /// The window gets this size.
    pub(super) fn size(&mut self, (width, height): (u32, u32)) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.ask("Emulation.setDeviceMetricsOverride", size);
    }

    /// A picture of the window in this size and these colours.
    pub(super) fn picture(&mut self, file: &Path, size: (u32, u32), colours: &str) {
        self.size(size);
        let scheme = json!([{ "name": "prefers-color-scheme", "value": colours }]);
        self.ask("Emulation.setEmulatedMedia", json!({ "features": scheme }));
        // What slides or fades has come to rest.
        std::thread::sleep(Duration::from_millis(800));
        let shot = self.ask("Page.captureScreenshot", json!({ "format": "png" }));
        fs::write(file, STANDARD.decode(text(&shot["data"])).unwrap()).unwrap();
    }

    /// What went wrong in the page: what its program threw, and what its rules forbade.
    pub(super) fn mistakes(&mut self) -> Vec<String> {
        // An answer brings what was said before it.
        self.run("1");
        let wrong = self.events.iter().filter(|event| match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => event["params"]["type"] == "error",
            Some("Log.entryAdded") => event["params"]["entry"]["source"] == "security",
            _ => false,
        });
        wrong.map(|event| event["params"].to_string()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        end_group(self.process.id());
        self.process.wait().ok();
    }
}
