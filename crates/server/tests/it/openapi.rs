//! The document of what can be asked, beside what is.

use std::collections::BTreeSet;

use protocol::{
    Command, ExportFormat, Failure, JobId, PruneSpec, RunFilter, RunId, ViewId, ViewSpec,
    ViewWindow,
};
use serde_json::Value;

use crate::host::Host;
use crate::schema::{fault, lookup};
use crate::sockets::compress;

/// Every value below `value`.
fn all<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| all(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| all(field, found)),
        _ => {}
    }
}

#[test]
fn the_document_is_one_of_openapi_and_nothing_in_it_leads_nowhere() {
    let host = Host::new();
    let served = host.request("GET /api/openapi.json", &[], b"");
    assert_eq!(served.status, 200, "without a token: nothing in it is secret");
    assert!(served.head.contains("content-type: application/json"), "{}", served.head);
    let whole: Value = served.json();
    assert_eq!(whole, server::document());
    assert!(!whole.to_string().contains(host.token.reveal()));
    assert_eq!(whole["openapi"], "3.1.0");
    for field in ["title", "version"] {
        assert!(whole["info"][field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    let mut values = Vec::new();
    all(&whole, &mut values);
    let references = values.iter().filter_map(|value| value.get("$ref")?.as_str());
    assert!(references.clone().count() > 100);
    references.for_each(|reference| {
        lookup(&whole, reference);
    });
    let mut names = BTreeSet::new();
    for (path, item) in whole["paths"].as_object().unwrap() {
        assert!(path.starts_with('/'), "{path}");
        for (method, operation) in item.as_object().unwrap() {
            assert!(["get", "post"].contains(&method.as_str()), "{method}");
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{path}");
            let answers = operation["responses"].as_object().unwrap();
            for (status, answer) in answers {
                assert!(status.parse::<u16>().is_ok_and(|status| (200..600).contains(&status)));
                assert!(answer["description"].is_string(), "{path} {status}");
                let [(_, content)] =
                    &answer["content"].as_object().unwrap().iter().collect::<Vec<_>>()[..]
                else {
                    panic!("{path} {status}");
                };
                assert!(content["schema"].is_object(), "{path} {status}");
            }
        }
    }
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["command", "compress", "healthz", "metrics", "readyz", "stream"]
    );
}

#[test]
fn heads_that_an_answer_may_have_are_in_the_document() {
    let whole = server::document();
    for (path, item) in whole["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            assert!(operation["responses"]["429"].is_object(), "{path}");
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let json = answer["content"]["application/json"].is_object();
                let later = ["429", "503"].contains(&status.as_str()) && json;
                let named = answer["headers"]["Retry-After"]["schema"].is_object();
                assert_eq!(named, later, "{path} {status}");
            }
        }
    }
    let left = &whole["paths"]["/api/compress"]["post"]["responses"]["200"]["headers"];
    for head in ["benchvise-tokens-in", "benchvise-tokens-out", "benchvise-refused"] {
        assert!(left[head]["schema"].is_object(), "{head}");
    }
}

/// Commands of every shape: words, fields, numbers, lists, bytes, choices within choices.
fn commands() -> Vec<Command> {
    let run = || RunId::from("01k9");
    let window = ViewWindow::Last { span_ms: 500.0 };
    let spec = ViewSpec { run: run(), signals: vec!["power".into()], window, width_px: 800 };
    let text = || "latest".to_owned();
    vec![
        Command::Hello,
        Command::Snapshot,
        Command::ListPorts,
        Command::StopRun { run: run() },
        Command::ListRuns { filter: RunFilter { limit: 20, ..RunFilter::default() } },
        Command::ShowRun { selector: text() },
        Command::NoteRun { selector: text(), note: None },
        Command::TagRun { selector: text(), key: "k".into(), value: Some("v".into()) },
        Command::ExportRuns {
            selector: text(),
            format: ExportFormat::Csv,
            path: "runs.csv".into(),
        },
        Command::ReadExport { selector: text(), format: ExportFormat::Json },
        Command::ReadBundle { bytes: vec![0, 159, 255] },
        Command::Compare {
            base: text(),
            candidate: "latest~1".into(),
            min_effect: Some(0.05),
            metrics: vec!["ttft_ms".into()],
        },
        Command::OpenView { view: ViewId(7), spec },
        Command::AckView { view: ViewId(7), seq: 3 },
        Command::MeasureBetween { run: run(), from_ms: 0.0, to_ms: 1e3 },
        compress("The pump did not leak."),
        Command::PruneCache {
            spec: PruneSpec { older_than_days: Some(3.5), ..PruneSpec::default() },
        },
        Command::TryPatterns { patterns: Vec::new(), lines: vec!["19 tok/s".into()] },
        Command::Cancel { job: JobId(3) },
        Command::ChangeSetting { key: "min_effect".into(), value: Some("3%".into()) },
    ]
}

#[test]
fn commands_and_their_answers_are_as_the_document_says() {
    let host = Host::new();
    let whole = server::document();
    let operation = &whole["paths"]["/api/command"]["post"];
    let asked = &operation["requestBody"]["content"]["application/json"]["schema"];
    let mut seen = BTreeSet::new();
    for command in commands() {
        let value = serde_json::to_value(&command).unwrap();
        assert_eq!(fault(&whole, asked, &value), None, "{value}");
        let answer = host.command(&command);
        let status = answer.status.to_string();
        let known = &operation["responses"][&status]["content"]["application/json"]["schema"];
        assert!(known.is_object(), "{status} for {value}");
        assert_eq!(fault(&whole, known, &answer.json()), None, "{status} for {value}");
        seen.insert(answer.status);
    }
    assert!(seen.contains(&200) && seen.len() > 1, "{seen:?}");
    for bad in
        ["\"fly\"", "{}", "{\"show_run\":{}}", "{\"show_run\":{\"selector\":1}}", "[]", "null"]
    {
        let value: Value = serde_json::from_str(bad).unwrap();
        assert!(fault(&whole, asked, &value).is_some(), "{bad}");
        assert_eq!(host.request("POST /api/command", &[host.bearer()], bad.as_bytes()).status, 400);
    }
}

#[test]
fn a_folder_that_is_no_backup_is_no_fault_of_the_hosts() {
    let host = Host::new();
    let answer = host.command(&Command::RestoreStore { path: "".into() });
    assert_eq!(answer.status, 404, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.json::<Failure>().hint.is_some());
    assert_eq!(host.command(&Command::MeasureStore).status, 200, "the store is as it was");
}

#[test]
fn a_file_that_cannot_be_used_is_no_fault_of_the_hosts() {
    let host = Host::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "no bundle").unwrap();
    for (path, status) in
        [("".into(), 400), (folder.path().join("nowhere"), 422), (file.clone(), 422)]
    {
        let answer = host.command(&Command::ImportBundle { path });
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
    }
    for (path, status) in [("".into(), 400), (file.join("below"), 422)] {
        let answer = host.command(&Command::BackUpStore { path });
        assert_eq!(answer.status, status, "{}", String::from_utf8_lossy(&answer.body));
        assert!(!answer.json::<Failure>().message.is_empty());
    }
    assert_eq!(host.command(&Command::MeasureStore).status, 200, "the store is as it was");
}
