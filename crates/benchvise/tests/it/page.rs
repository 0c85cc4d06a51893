//! The window as a page, in a real Chromium against a real `benchvise serve`: a person's way through it.
//!
//! The canvas is silent; what is pressed and read here is what the page has beside it for who cannot see
//! it. `make test-web` builds the page and says where it is.

mod browser;
mod fields;
mod frames;
mod hand;
mod scenario;
mod stopped;
mod turns;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Instant;

use serde_json::{Value, json};
use tinyllm::Config;

use crate::support::{Bench, PROGRAM, prose, small_config, text, wait_until};
use browser::Browser;

/// Where `make test-web` says the page is.
const PAGE: &str = "BENCHVISE_TEST_PAGE";
/// Browsers, by the names that systems give them.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// How soon the window is wanted, in milliseconds.
const READY_MS: f64 = 2000.0;

/// How a figure stands to what is wanted, for who reads what was printed: a busy machine alone fails nothing.
fn judged(well: bool) -> &'static str {
    if well { "met" } else { "not met" }
}

/// A host; ended with it. It says more than its address, and must be able to.
struct Host {
    process: Child,
    _out: BufReader<ChildStdout>,
}

impl Host {
    /// Serves at a port, or at one that is free. Also gives the address.
    fn start(bench: &Bench, page: &Path, port: u16) -> (Host, String) {
        let listen = format!("127.0.0.1:{port}");
        let mut command = bench.command(["serve", "--listen", &listen, "--token-file"]);
        command.arg(bench.path("token")).arg("--page").arg(page);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("serving at ").unwrap_or_else(|| panic!("{line:?}"));
        (Host { process, _out: out }, url.to_owned())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut all = BROWSERS.iter().flat_map(|name| folders.iter().map(move |one| one.join(name)));
    all.find(|path| path.exists())
}

/// The page and the browser, or what is missing.
fn tools() -> Result<(PathBuf, PathBuf), String> {
    let page = std::env::var_os(PAGE).ok_or_else(|| "type `make test-web`".to_owned())?;
    let page = PathBuf::from(page);
    if !page.join("index.html").exists() {
        return Err(format!("there is no page in {}", page.display()));
    }
    let program = program().ok_or_else(|| format!("there is none of {BROWSERS:?}"))?;
    Ok((page, program))
}

/// A bench whose settings name a small model, and documents where the host does not look.
fn bench() -> Bench {
    let bench = Bench::new();
    let config = Config { context: 512, ..small_config() };
    let model = bench.file("small.bin", tinyllm::synthetic::checkpoint(&config, 7));
    let tokenizer = bench.file("tokens.bin", tinyllm::synthetic::tokenizer(config.vocab, 7));
    let settings = format!("model = {model:?}\nmodel_tokenizer = {tokenizer:?}\n");
    bench.file("settings.toml", settings);
    bench
}

/// A button beside the canvas.
#[track_caller]
fn press(browser: &mut Browser, name: &str) {
    let name = json!(name);
    let script = format!(
        "(() => {{ const found = [...document.querySelectorAll('#aloud button')]
           .find((button) => button.textContent === {name});
         found?.click(); return found !== undefined; }})()"
    );
    browser.wait(&format!("the button {name}"), &script);
}

/// A line beside the canvas that has these words.
#[track_caller]
fn says(browser: &mut Browser, words: &str) -> String {
    let words = json!(words);
    let script = format!(
        "[...document.querySelectorAll('#aloud p, #aloud li, #door-word, #stopped-word')]
           .map((part) => part.textContent).find((said) => said.includes({words})) ?? null"
    );
    text(&browser.wait(&format!("a line with {words}"), &script))
}

/// No line beside the canvas begins with these words any more.
#[track_caller]
fn gone(browser: &mut Browser, words: &str) {
    let begins = json!(words);
    let script = format!(
        "![...document.querySelectorAll('#lines li')].some((line) => line.textContent.startsWith({begins}))"
    );
    browser.wait(&format!("the end of {words}"), &script);
}

/// The room is open to which that button leads.
#[track_caller]
fn here(browser: &mut Browser, name: &str) {
    let name = json!(name);
    let script = format!("document.querySelector('[aria-current]')?.textContent === {name}");
    browser.wait(&format!("the room of {name}"), &script);
}

/// Where the pictures stay.
fn pictures() -> PathBuf {
    // PROGRAM is TARGET/PROFILE/benchvise.
    let folder = Path::new(PROGRAM).ancestors().nth(2).unwrap().join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Pictures of what is shown, large in dark colours and small in light ones, or as the settings have it.
fn photograph(browser: &mut Browser, what: &str) {
    for (colours, size) in [("light", (800, 600)), ("dark", (1280, 800))] {
        let name = format!("page-{what}-{colours}-{}.png", size.0);
        browser.picture(&pictures().join(name), size, colours);
    }
}

#[test]
fn a_person_works_in_the_page() {
    let (page, program) = match tools() {
        Ok(tools) => tools,
        Err(why) => {
            println!("page: skipped: {why}");
            return;
        }
    };
    let bench = bench();
    let (host, url) = Host::start(&bench, &page, 0);
    let token = fs::read_to_string(bench.path("token")).unwrap().trim().to_owned();
    let mut browser = Browser::start(&program);
    let tab = &mut browser;
    a_wrong_token_is_asked_for_again(tab, &url, &token);
    the_window_is_there_soon(tab, &format!("{url}#token={token}"));
    hand::is_taken(tab);
    fields::are_filled_in(tab);
    scenario::tell(tab, &bench, &host);
    a_run_is_left_and_stopped(tab, &url);
    a_document_is_handed_over(tab, &bench);
    a_document_is_dropped(tab, &bench);
    what_is_left_is_kept(tab, &bench);
    fields::a_text_is_written(tab);
    fields::two_runs_are_chosen(tab);
    fields::are_seen_and_left_alone(tab);
    assert_eq!(tab.mistakes(), Vec::<String>::new());
    drop(host);
    let _host = the_host_comes_back(tab, &bench, &page, &url);
    a_page_of_another_version_says_so(tab, &url);
    assert_eq!(tab.mistakes(), Vec::<String>::new());
    drop(browser);
    bench.check_store();
}

fn a_wrong_token_is_asked_for_again(tab: &mut Browser, url: &str, token: &str) {
    tab.go(url);
    tab.wait("the door", "!document.getElementById('door').hidden");
    tab.go(&format!("{url}#token={}", "0".repeat(64)));
    says(tab, "does not know that token");
    let enter = |text: &str| {
        format!(
            "document.getElementById('door-token').value = {};
             document.getElementById('door-form').requestSubmit()",
            json!(text)
        )
    };
    tab.run(&enter("not a token"));
    says(tab, "This is no token");
    tab.run(&enter(&format!("{url}#token={token}")));
    says(tab, "Connected");
    assert_eq!(tab.run("document.getElementById('door').hidden"), true);
}

fn the_window_is_there_soon(tab: &mut Browser, url: &str) {
    tab.go(&url.replace("#", "healthz#"));
    tab.run("sessionStorage.clear()");
    frames::count(tab);
    tab.go(url);
    let ready = "performance.getEntriesByName('benchvise-ready')[0]?.startTime ?? null";
    let ready_ms = tab.wait("the window", ready).as_f64().unwrap();
    let word = judged(ready_ms <= READY_MS);
    println!("page: ready after {ready_ms:.0} ms, at most {READY_MS:.0} wanted: {word}");
    assert!(ready_ms < 20_000.0, "{ready_ms} ms");
    says(tab, "Connected");
    assert_eq!(tab.run("location.hash"), "", "the token is not left in the address");
    assert!(!text(&tab.run("document.title + location.href")).contains("token"));
    says(tab, &format!("{}: ready", engine::machine_name()));
    photograph(tab, "bench");
}

/// It goes on while its page is away.
fn a_run_is_left_and_stopped(tab: &mut Browser, url: &str) {
    press(tab, "Go to Bench");
    press(tab, "Start run");
    says(tab, "Run on ");
    here(tab, "Go to Live");
    turns::take(tab);
    stopped::by_a_mistake(tab);
    frames::come_as_fast_as_they_may(tab, url);
    says(tab, "Run on ");
    press(tab, "Go to Live");
    press(tab, "Stop run");
    gone(tab, "Run on");
    says(tab, ": Stopped early");
}

fn a_document_is_handed_over(tab: &mut Browser, bench: &Bench) {
    let file = bench.file("own/hall.txt", prose(40));
    press(tab, "Go to Compress");
    scenario::choose(tab, "Open documents…", &file);
    let said = says(tab, "hall.txt: ");
    let counted: Vec<u64> = said.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [left, all] = counted[..] else { panic!("{said}") };
    assert!(0 < left && left <= all / 4 + 1, "{said}");
}

fn a_document_is_dropped(tab: &mut Browser, bench: &Bench) {
    let file = bench.file("own/valve.txt", prose(30));
    for kind in ["dragEnter", "dragOver", "drop"] {
        let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
        let drag = json!({ "type": kind, "x": 600, "y": 400, "data": data });
        tab.ask("Input.dispatchDragEvent", drag);
    }
    says(tab, "valve.txt: ");
}

fn what_is_left_is_kept(tab: &mut Browser, bench: &Bench) {
    let folder = bench.path("downloads");
    fs::create_dir_all(&folder).unwrap();
    tab.ask("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder }));
    press(tab, "Save what is left…");
    let file = folder.join("valve.compressed.txt");
    wait_until("the download", || fs::metadata(&file).is_ok_and(|file| file.len() > 0));
    assert!(fs::read_to_string(file).unwrap().contains("Pump"));
}

fn the_host_comes_back(tab: &mut Browser, bench: &Bench, page: &Path, url: &str) -> Host {
    says(tab, "it is tried again");
    let port = url.trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap();
    let began = Instant::now();
    let (host, again) = Host::start(bench, page, port);
    assert_eq!(again, url);
    says(tab, "Connected");
    println!("page: connected again {:.1} s after the host began", began.elapsed().as_secs_f64());
    press(tab, "Go to Bench");
    says(tab, &format!("{}: ready", engine::machine_name()));
    let hidden: Value = tab.run("document.getElementById('stopped').hidden");
    assert_eq!(hidden, true);
    host
}

/// A host of the future, played by a socket that never leaves the page.
fn a_page_of_another_version_says_so(tab: &mut Browser, url: &str) {
    let played = "window.WebSocket = class {
        bufferedAmount = 0; send() {} close() {}
        set onmessage(heard) { heard && setTimeout(() => heard(new MessageEvent('message', { data:
          JSON.stringify({ welcome: { revision: 4294967295, version: '9', host: 'later' } }) }))); } }";
    let script = json!({ "source": played });
    let script = tab.ask("Page.addScriptToEvaluateOnNewDocument", script);
    tab.go(url);
    says(tab, "different versions");
    tab.ask("Page.removeScriptToEvaluateOnNewDocument", script);
    tab.run("document.getElementById('reload').click()");
    says(tab, "Connected");
    assert_eq!(tab.run("document.getElementById('stopped').hidden"), true);
}
