//! A host that ends under load, killed or as a person ends it, and is started again: no recorded run is lost, and
//! everybody who asked for something is told what became of it.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use protocol::{BudgetSpec, Command, FolderSpec, ModelChoice, Reply, RunId, Snapshot};

use crate::remote::serving;
use crate::support::{Bench, ended, prose, run_spec, signal, text, wait_until};

const TERMINATE: i32 = 15;
const DOCUMENTS: usize = 24;
const CLIENTS: usize = 3;

/// A host and what works with it.
struct Load {
    host: Bench,
    here: Bench,
    serving: Child,
    address: String,
    run: RunId,
    /// Command lines, by sockets.
    clients: Vec<Child>,
    /// Documents by HTTP: what was answered.
    sent: Vec<JoinHandle<String>>,
}

impl Load {
    /// A host that records, has a folder to do, and more than it can do at once.
    fn new(grace: &str) -> Load {
        let (host, here) = (Bench::new(), Bench::new());
        for n in 0..DOCUMENTS {
            host.file(&format!("many/{n}.txt"), prose(2500 + n));
        }
        let document = here.file("notes.txt", prose(40_000));
        let (serving, address) = serving(&host, "127.0.0.1:0", &["--grace", grace]);
        let mut load = Load {
            host,
            here,
            serving,
            address,
            run: RunId::from(""),
            clients: Vec::new(),
            sent: Vec::new(),
        };
        let spec = run_spec(ModelChoice::Synthetic { seed: 1 }, 40, 1_000_000);
        let Reply::RunStarted { run } = load.ask(&Command::StartRun { spec }) else {
            panic!("none")
        };
        wait_until("tokens", || load.host.tokens(&run.0) > 0);
        load.run = run;
        let token = load.host.path("token").display().to_string();
        for _ in 0..CLIENTS {
            let call = ["compress", &document, "--ratio", "4", "--no-cache", "--remote"];
            let mut command = load.here.command(call);
            command.args([&load.address, "--token-file", &token]);
            load.clients
                .push(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        }
        for n in 0..CLIENTS {
            let (address, token) = (load.address.clone(), token.clone());
            let body = prose(40_000 + n);
            let send =
                move || request(&address, &token, "POST /api/compress?ratio=4", body.as_bytes());
            let thread = std::thread::Builder::new().name("sent".into());
            load.sent.push(thread.spawn(send).unwrap());
        }
        wait_until("all of them", || load.snapshot().jobs.len() >= 2 * CLIENTS);
        load.ask(&load.folder());
        load
    }

    fn folder(&self) -> Command {
        Command::CompressFolder {
            spec: FolderSpec {
                threads: Some(1),
                ..FolderSpec::new(
                    self.host.path("many"),
                    self.host.path("left"),
                    BudgetSpec::Ratio(3.0),
                    "o200k",
                )
            },
        }
    }

    fn ask(&self, command: &Command) -> Reply {
        let body = serde_json::to_vec(command).unwrap();
        let token = self.host.path("token").display().to_string();
        let answer = request(&self.address, &token, "POST /api/command", &body);
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }

    fn snapshot(&self) -> Snapshot {
        match self.ask(&Command::Snapshot) {
            Reply::Snapshot(snapshot) => *snapshot,
            other => panic!("{other:?}"),
        }
    }

    /// Starts it again where it was.
    fn again(&mut self) {
        let listen = self.address.strip_prefix("http://").unwrap().to_owned();
        let (serving, address) = serving(&self.host, &listen, &["--grace", "0"]);
        self.serving = serving;
        assert_eq!(address, self.address);
    }

    fn heard(&self) -> String {
        fs::read_to_string(self.host.path("heard")).unwrap()
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        drop(self.serving.kill());
        drop(self.serving.wait());
        for client in &mut self.clients {
            drop(client.kill());
            drop(client.wait());
        }
    }
}

/// Sends a request and reads until the host has said everything, or is gone.
fn request(address: &str, token_file: &str, first: &str, body: &[u8]) -> String {
    let authority = address.strip_prefix("http://").unwrap();
    let token = fs::read_to_string(token_file).unwrap();
    let head = format!(
        "{first} HTTP/1.1\r\nHost: {authority}\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n",
        token.trim(),
        body.len()
    );
    let mut stream = TcpStream::connect(authority).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_host_that_is_killed_under_load_loses_no_recorded_run_and_its_clients_say_what_happened() {
    let mut load = Load::new("0");
    let recorded = load.host.tokens(&load.run.0);
    load.serving.kill().unwrap();
    load.serving.wait().unwrap();
    // Nothing that looks like an answer.
    for answer in std::mem::take(&mut load.sent).into_iter().map(|sent| sent.join().unwrap()) {
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    load.again();
    let run = load.host.show(&load.run.0);
    assert_eq!(text(&run["summary"]["status"]), "lost");
    assert!(load.host.tokens(&load.run.0) >= recorded, "what was on the disk stays");
    for client in std::mem::take(&mut load.clients) {
        let said = ended(client);
        assert_ne!(said.code, 0, "{}", said.err);
        assert!(said.err.contains("the connection to the host"), "{}", said.err);
        assert!(said.err.lines().any(|line| line.starts_with("benchvise: ")), "{}", said.err);
    }
    // Nothing was put off by who was killed.
    assert!(load.snapshot().jobs.is_empty() && load.snapshot().going.is_empty());
    load.host.check_store();
}

#[test]
fn a_host_that_is_ended_under_load_keeps_the_run_and_takes_up_what_was_put_off() {
    let mut load = Load::new("1");
    signal(i32::try_from(load.serving.id()).unwrap(), TERMINATE);
    load.serving.wait().unwrap();
    for answer in std::mem::take(&mut load.sent).into_iter().map(|sent| sent.join().unwrap()) {
        // Done within the grace, or called off with words and a status.
        let done = answer.starts_with("HTTP/1.1 200");
        let called_off = answer.starts_with("HTTP/1.1 409") && answer.contains("the host ends");
        assert!(done || called_off, "{}", answer.chars().take(300).collect::<String>());
    }
    for client in std::mem::take(&mut load.clients) {
        let said = ended(client);
        // It may have been done just before.
        let told =
            said.err.contains("the host is about to end") && said.err.contains("the host ends");
        assert!(said.code == 0 || told, "{}", said.err);
    }
    assert!(load.heard().contains("ending"), "{}", load.heard());
    load.again();
    let run = load.host.show(&load.run.0);
    assert_eq!(text(&run["summary"]["status"]), "aborted");
    assert!(!run["repetitions"].as_array().unwrap().is_empty());
    assert!(load.heard().contains("put off when the host ended"), "{}", load.heard());
    // The run is begun anew, as another one that says which it was.
    let mut going = Vec::new();
    wait_until("the run", || {
        going = load.snapshot().going;
        !going.is_empty()
    });
    assert_eq!(going[0].summary.tags["taken-up-of"], load.run.0);
    assert_ne!(going[0].summary.run, load.run);
    load.ask(&Command::StopRun { run: going[0].summary.run.clone() });
    // And the folder is done to its end.
    wait_until("the folder", || {
        let left = fs::read_dir(load.host.path("left")).unwrap().flatten();
        left.filter(|file| file.path().extension().is_some_and(|end| end == "txt")).count()
            == DOCUMENTS
    });
    load.host.check_store();
}
