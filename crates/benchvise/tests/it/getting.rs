//! Models that a person asks for, got from a hub that is played on this computer.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use crate::support::{Bench, Said, finish};

/// The only file of the played hub, which is called `org/tiny/q4.gguf` there.
const FILE: &str = "GGUF, and little more";
const SHA256: &str = "6e5c0eee8b94c5b30d13d990ec0691580c913b79d03882244f7e6bbbde2f4e79";

fn said(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut line) = (String::new(), String::new());
    reader.read_line(&mut first)?;
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let list = format!(
        r#"{{"sha": "main", "siblings": [{{"rfilename": "q4.gguf", "size": 3, "lfs": {{"sha256": "{SHA256}", "size": {}}}}}]}}"#,
        FILE.len()
    );
    let (status, body) = match path {
        "/api/models/org/tiny/revision/main?blobs=true" => ("200 OK", list.as_str()),
        "/org/tiny/resolve/main/q4.gguf" => ("200 OK", FILE),
        _ => ("404 Not Found", ""),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

fn hub() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let work = move || {
        for stream in listener.incoming() {
            // Who asks may have gone.
            drop(said(&mut stream.unwrap()));
        }
    };
    std::thread::Builder::new().name("hub".into()).spawn(work).unwrap();
    base
}

fn get(bench: &Bench, hub: &str, args: &[&str]) -> Said {
    let mut command = bench.command(["model", "get"].iter().chain(args));
    command.env("HF_ENDPOINT", hub).env("NO_PROXY", "127.0.0.1");
    finish(command)
}

#[test]
fn a_language_model_is_got_by_its_name_and_file() {
    let (bench, hub) = (Bench::new(), hub());
    let got = get(&bench, &hub, &["org/tiny/q4.gguf", "--json"]).ok().document("model");
    let path = bench.path("models/org--tiny/q4.gguf");
    assert_eq!(got["model"], path.display().to_string());
    assert_eq!(got["name"], "org/tiny/q4.gguf");
    assert_eq!(got["tokenizer"], serde_json::Value::Null);
    assert_eq!(got["unchecked"], serde_json::json!([]));
    assert_eq!(std::fs::read_to_string(path).unwrap(), FILE);
    let said = get(&bench, &hub, &["org/tiny/q4.gguf"]).ok();
    assert!(said.out.contains("name: org/tiny/q4.gguf"), "{}", said.out);
}

#[test]
fn what_the_hub_does_not_have_and_a_hub_that_is_not_there_say_what_to_do() {
    let (bench, hub) = (Bench::new(), hub());
    get(&bench, &hub, &["org/other"]).refused(&["no such model", "look at the name"]);
    get(&bench, &hub, &["org/tiny"]).refused(&["such as org/tiny/q4.gguf"]);
    get(&bench, &hub, &["nothing"]).refused(&["publisher/name/file.gguf"]);
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let folder = bench.path("models/org--tiny").display().to_string();
    let nowhere = format!("http://127.0.0.1:{port}");
    let there = format!("put them here: {folder}");
    let words = ["check the network", "fetch q4.gguf of", there.as_str()];
    get(&bench, &nowhere, &["org/tiny/q4.gguf"]).refused(&words);
}
