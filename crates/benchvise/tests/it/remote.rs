//! The command line over a real `benchvise serve`: what is asked for here happens there.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

use crate::support::{Bench, Said, ended, prose, signal, text, wait_until};

const TERMINATE: i32 = 15;
const INTERRUPT: i32 = 2;

/// A host and a bench elsewhere that works with it; each has a store of its own.
struct Far {
    host: Bench,
    here: Bench,
    serving: Child,
    address: String,
    token: String,
}

impl Far {
    fn new() -> Far {
        let (host, here) = (Bench::new(), Bench::new());
        let (serving, address) = serve(&host, "127.0.0.1:0");
        let token = host.path("token").display().to_string();
        Far { host, here, serving, address, token }
    }

    fn args<'a>(&'a self, args: &[&'a str]) -> Vec<&'a str> {
        let mut all = args.to_vec();
        all.extend(["--remote", &self.address, "--token-file", &self.token]);
        all
    }

    fn run(&self, args: &[&str]) -> Said {
        self.here.run(&self.args(args))
    }

    fn json(&self, schema: &str, args: &[&str]) -> Value {
        self.here.json(schema, &self.args(args))
    }

    /// A profile of the host that goes on for a while; waits until the host has tokens of it.
    fn profiling(&self, through: &str, repetitions: &str) -> (Child, String) {
        let profile =
            ["profile", "--synthetic-seed", "1", "--tokens", "40", "--repeat", repetitions];
        let mut command = self.here.command(profile);
        command.args(["--remote", through, "--token-file", &self.token, "--json"]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut run = None;
        wait_until("a run with tokens", || {
            run = self.host.runs().first().map(|run| text(&run["run"]));
            run.as_ref().is_some_and(|run| self.host.tokens(run) > 0)
        });
        (child, run.unwrap())
    }

    /// Ends the host as a person does, and waits for its last word.
    fn end(&mut self) {
        signal(i32::try_from(self.serving.id()).unwrap(), TERMINATE);
        self.serving.wait().unwrap();
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        drop(self.serving.kill());
        drop(self.serving.wait());
    }
}

/// Starts a host and waits until it says where it listens.
fn serve(host: &Bench, listen: &str) -> (Child, String) {
    serving(host, listen, &["--grace", "0"])
}

/// The same with these flags; what it says on standard error is in a file.
pub(crate) fn serving(host: &Bench, listen: &str, more: &[&str]) -> (Child, String) {
    let token = host.path("token").display().to_string();
    let mut serve = vec!["serve", "--listen", listen, "--token-file", &token, "--json"];
    serve.extend(more);
    let heard = fs::OpenOptions::new().create(true).append(true).open(host.path("heard")).unwrap();
    let mut command = host.command(serve);
    let mut child = command.stdout(Stdio::piped()).stderr(heard).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    (child, text(&said["url"]).trim_end_matches('/').to_owned())
}

#[test]
fn a_profile_runs_on_the_host_and_everything_about_it_can_be_asked_from_elsewhere() {
    let far = Far::new();
    let boards = far.json("boards", &["boards"]);
    let name = text(&boards["host"]);
    assert!(!name.is_empty());
    let listed = far.run(&["boards"]).ok().out;
    assert!(listed.starts_with(&format!("boards of {name}\n")), "{listed}");
    assert!(!listed.contains("This computer"), "{listed}");

    let profile = ["profile", "--synthetic-seed", "1", "--tokens", "8", "--repeat", "3"];
    let run = text(&far.json("profile", &profile)["run"]);
    assert_eq!(text(&far.host.show(&run)["summary"]["status"]), "complete");
    assert!(!far.here.store().exists(), "nothing was stored here");

    let other = text(&far.json("profile", &profile)["run"]);
    assert_eq!(far.json("runs", &["runs"])["total"], 2);
    far.run(&["tag", &run, "kind", "far"]).ok();
    assert_eq!(text(&far.host.show("tag:kind=far")["summary"]["run"]), run);
    far.json("compare", &["compare", &run, &other]);
    assert!(far.run(&["watch", &run]).ok().out.contains("complete"));

    let csv = far.run(&["export", &run, "--format", "csv", "-o", "-"]).ok().out;
    assert_eq!(csv, far.host.run(&["export", &run, "--format", "csv", "-o", "-"]).ok().out);
    far.run(&["export", &run, "-o", "run.bundle"]).ok();
    far.here.run(&["import", "run.bundle"]).ok();
    assert_eq!(text(&far.here.show("latest")["summary"]["run"]), run);
    // And the other way.
    far.run(&["delete", &other]).ok();
    let again = far.run(&["import", "run.bundle"]).ok().out;
    assert!(again.contains("was here already"), "{again}");
}

#[test]
fn documents_are_handed_over_and_what_is_left_is_written_here() {
    let far = Far::new();
    let text = prose(60);
    let one = far.here.file("notes.txt", &text);
    far.here.file("many/a.txt", prose(20));
    far.here.file("many/deep/b.txt", prose(30));
    let left = far.run(&["compress", &one, "--ratio", "4"]).ok().out;
    assert!(!left.is_empty() && left.len() < text.len() / 2, "{left}");
    // The same as without a host.
    assert_eq!(left, far.here.run(&["compress", &one, "--ratio", "4"]).ok().out);
    far.run(&["compress", "many", "--ratio", "3", "-o", "out"]).ok();
    for name in ["out/a.txt", "out/deep/b.txt"] {
        assert!(!fs::read_to_string(far.here.path(name)).unwrap().is_empty(), "{name}");
    }
    let as_one = far.run(&["compress", "many", "--as-one", "--ratio", "3"]).ok().out;
    assert!(as_one.contains("[1]"), "{as_one}");
    let mut piped = far.here.command(far.args(&["compress", "-", "--ratio", "4"]));
    piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    assert_eq!(ended(child).ok().out, left);
    far.run(&["compress", "nowhere.txt", "--ratio", "4"]).refused(&["nowhere.txt"]);
    let fit =
        ["fit", &one, "--synthetic-seed", "1", "--tokens", "4", "--repeat", "2", "--budget", "40"];
    far.json("fit", &fit);
}

#[test]
fn a_run_goes_on_where_its_client_is_killed() {
    let far = Far::new();
    let (mut client, run) = far.profiling(&far.address, "60");
    client.kill().unwrap();
    client.wait().unwrap();
    wait_until("the end of the run", || {
        text(&far.json("run", &["show", &run])["run"]["summary"]["status"]) == "complete"
    });
    far.host.check_store();
}

#[test]
fn a_client_whose_line_is_cut_comes_back_and_sees_its_run_to_the_end() {
    let far = Far::new();
    let line = Wire::to(far.address.strip_prefix("http://").unwrap());
    // Long enough that a busy computer cuts the line before the end.
    let (client, run) = far.profiling(&line.address, "600");
    assert!(line.cut() > 0, "there was a line");
    let said = ended(client).ok();
    assert!(said.err.contains("the connection to the host is gone"), "{}", said.err);
    assert!(said.err.contains("the host is there again"), "{}", said.err);
    assert_eq!(text(&said.document("profile")["run"]), run);
    assert_eq!(text(&far.host.show(&run)["summary"]["status"]), "complete");
}

#[test]
fn a_host_that_is_started_anew_in_a_run_keeps_it_and_the_client_says_so() {
    let mut far = Far::new();
    let (client, run) = far.profiling(&far.address, "1000000");
    far.end();
    let listen = far.address.strip_prefix("http://").unwrap().to_owned();
    let (serving, address) = serve(&far.host, &listen);
    far.serving = serving;
    assert_eq!(address, far.address);
    let said = ended(client).code(2);
    assert!(said.err.contains("the host was ended"), "{}", said.err);
    assert!(said.err.contains(&run), "{}", said.err);
    let kept = far.host.show(&run);
    assert_eq!(text(&kept["summary"]["status"]), "aborted");
    assert!(!kept["repetitions"].as_array().unwrap().is_empty());
    far.host.check_store();
}

#[test]
fn a_board_is_one_faces_at_a_time_and_the_others_see_whose() {
    let far = Far::new();
    let (mut client, run) = far.profiling(&far.address, "1000000");
    let ports = far.json("boards", &["boards"]);
    let host =
        ports["ports"].as_array().unwrap().iter().find(|port| port["path"] == "host").unwrap();
    assert_eq!(host["state"], "busy", "{host}");
    assert!(text(&host["hint"]).contains("a profile (a command line on "), "{host}");
    let second = ["profile", "--synthetic-seed", "1", "--tokens", "4", "--repeat", "1"];
    far.run(&second).refused(&["in use by a profile (a command line on ", "at 127.0.0.1"]);
    // First come, first served: it is free once the first one is done.
    signal(i32::try_from(client.id()).unwrap(), INTERRUPT);
    client.wait().unwrap();
    assert_eq!(text(&far.host.show(&run)["summary"]["status"]), "aborted");
    far.run(&second).ok();
    assert!(far.run(&["boards"]).ok().out.contains("ready"));
}

#[test]
fn who_has_no_key_or_no_host_is_told_what_to_do() {
    let mut far = Far::new();
    let wrong = far.here.file("wrong", "0".repeat(64));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&wrong, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let runs =
        |token: &str| far.here.run(&["runs", "--remote", &far.address, "--token-file", token]);
    runs(&wrong).refused(&["the token is missing or wrong", "→"]);
    runs("none").refused(&["the token's file", "bring"]);
    far.here
        .run(&["runs", "--remote", "bench:7777", "--token-file", &far.token])
        .refused(&["no address of a host", "http://ADDRESS:PORT"]);
    far.end();
    far.run(&["runs"]).refused(&["cannot be reached", "benchvise serve"]);
    // By the environment too.
    let mut command = far.here.command(["runs"]);
    command.env("BENCHVISE_REMOTE", &far.address).env("BENCHVISE_TOKEN_FILE", &far.token);
    crate::support::finish(command).refused(&["cannot be reached"]);
}

#[test]
fn a_port_that_another_program_has_is_said_with_what_to_do() {
    let far = Far::new();
    let listen = far.address.strip_prefix("http://").unwrap();
    let token = far.here.path("own-token").display().to_string();
    far.here.run(&["serve", "--listen", listen, "--token-file", &token]).refused(&[
        "cannot listen at",
        listen,
        "choose another port with --listen",
    ]);
    far.run(&["runs"]).ok();
}

#[test]
fn no_log_and_no_output_holds_the_token() {
    let bench = Bench::new();
    fs::write(bench.path("settings.toml"), "log_level = \"trace\"\n").unwrap();
    let (mut serving, address) = serving(&bench, "127.0.0.1:0", &["-vv", "--grace", "0"]);
    let here = Bench::new();
    fs::write(here.path("settings.toml"), "log_level = \"trace\"\n").unwrap();
    let token = bench.path("token");
    let shown = token.display().to_string();
    let notes = here.file("notes.txt", prose(40));
    let far = ["--remote", &address, "--token-file", &shown, "-vv"];
    let mut said = String::new();
    for call in [&["boards"][..], &["compress", notes.as_str(), "--ratio", "3"], &["runs"]] {
        let Said { out, err, .. } = here.run(&[call, &far].concat()).ok();
        said += &(out + &err);
    }
    signal(i32::try_from(serving.id()).unwrap(), TERMINATE);
    serving.wait().unwrap();
    let secret = fs::read_to_string(token).unwrap().trim().to_owned();
    assert_eq!(secret.len(), 64, "it is looked for as it is");
    let logs = |bench: &Bench| {
        let read = |file: fs::DirEntry| fs::read_to_string(file.path()).unwrap();
        fs::read_dir(bench.path("log")).unwrap().flatten().map(read).collect::<String>()
    };
    let heard = fs::read_to_string(bench.path("heard")).unwrap();
    for (what, text) in [
        ("the host's log", logs(&bench)),
        ("what the host says", heard),
        ("the client's log", logs(&here)),
        ("what the client says", said),
    ] {
        // Looks from elsewhere say nothing to the log, and may not say this.
        assert!(!text.is_empty() || what == "the client's log", "{what} is empty");
        assert!(!text.contains(&secret), "{what} has it");
    }
}

#[test]
fn what_works_here_alone_is_refused_before_anything_happens() {
    let far = Far::new();
    let calls: [&[&str]; 8] = [
        &["tour"],
        &["serve"],
        &["flash", "image.uf2"],
        &["doctor", "--fix"],
        &["store", "backup", "copy"],
        &["compress", "--stream", "--ratio", "2", "-"],
        &["config", "check"],
        &["window", "--picture", "window.png"],
    ];
    for call in calls {
        far.run(call).refused(&["works on this computer alone", "leave --remote out"]);
    }
    far.run(&["profile", "--model", "m.bin", "--tokenizer", "t.bin"]).refused(&["of the host's"]);
    far.run(&["profile", "--model", "stories260K"]).refused(&["not on the host yet"]);
    assert!(!far.here.path("report").exists() && !far.here.path("window.png").exists());
}

/// A line to a host that can be cut.
struct Wire {
    address: String,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Wire {
    fn to(host: &str) -> Wire {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        // The host goes by its own address alone, so the wire says that one.
        let port = listener.local_addr().unwrap().port();
        let (host, open) = (host.to_owned(), Arc::<Mutex<Vec<TcpStream>>>::default());
        let held = Arc::clone(&open);
        let own = format!("127.0.0.1:{port}");
        thread::Builder::new()
            .name("wire".into())
            .spawn(move || {
                for near in listener.incoming() {
                    let Ok(near) = near else { return };
                    let Ok(far) = TcpStream::connect(&host) else { continue };
                    held.lock()
                        .unwrap()
                        .extend([near.try_clone().unwrap(), far.try_clone().unwrap()]);
                    let (from, to) = (own.clone(), host.clone());
                    let back = (far.try_clone().unwrap(), near.try_clone().unwrap());
                    carry(near, far, Some((from, to)));
                    carry(back.0, back.1, None);
                }
            })
            .unwrap();
        Wire { address: format!("http://127.0.0.1:{port}"), open }
    }

    /// Cuts what is open; returns how many ends that were.
    fn cut(&self) -> usize {
        let ends = std::mem::take(&mut *self.open.lock().unwrap());
        ends.iter().for_each(|end| drop(end.shutdown(Shutdown::Both)));
        ends.len()
    }
}

/// Carries bytes one way; in the first of them one name takes another's place.
fn carry(mut from: TcpStream, mut to: TcpStream, mut rename: Option<(String, String)>) {
    let carrying = move || {
        let mut bytes = [0; 16 << 10];
        while let Ok(n @ 1..) = from.read(&mut bytes) {
            let sent = match rename.take() {
                Some((old, new)) => {
                    let head = String::from_utf8_lossy(&bytes[..n]).replace(&old, &new);
                    to.write_all(head.as_bytes())
                }
                None => to.write_all(&bytes[..n]),
            };
            if sent.is_err() {
                return;
            }
        }
        drop(to.shutdown(Shutdown::Both));
    };
    thread::Builder::new().name("carry".into()).spawn(carrying).unwrap();
}
