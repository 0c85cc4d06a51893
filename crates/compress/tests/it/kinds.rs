//! Structured texts: Markdown, logs, tables, JSON, code.

use compress::{Budget, Kind, Request, Strategy};

use crate::invariants::checked;

#[test]
fn markdown_keeps_rows_and_code_lines_whole() {
    let mut text = String::from(
        "# Pump station\n\nThe station has been in service since 1987 and was not rebuilt.\n\n",
    );
    text.push_str("| part | weight |\n|---|---|\n");
    for row in 0..20 {
        text.push_str(&format!("| valve {row} | {} kg |\n", row * 3));
    }
    text.push_str("\n```python\ndef open_valve(number):\n    return registry[number].open()\n```\n\nSee the manual. It is long.\n");
    for ratio in [1.5, 2.0, 4.0] {
        let done = checked(&Request::new(&text, Budget::Ratio(ratio)));
        assert_eq!(done.kind, Kind::Markdown);
        for line in done.text.lines() {
            if line.starts_with('|') || line.contains("def ") || line.contains("registry") {
                assert!(
                    text.lines().any(|source| source == line),
                    "{line:?} is not a line of the source"
                );
            }
        }
    }
}

#[test]
fn rare_lines_of_a_log_stay_word_for_word_and_every_template_is_shown() {
    let mut text = String::new();
    for i in 0..400 {
        text.push_str(&format!(
            "2024-05-01T10:{:02}:{:02}Z INFO request {} served in {} ms\n",
            i / 60,
            i % 60,
            i * 7,
            i % 90
        ));
        if i % 2 == 0 {
            text.push_str(&format!(
                "2024-05-01T10:{:02}:{:02}Z DEBUG cache hit key={:x}\n",
                i / 60,
                i % 60,
                i * 7919
            ));
        }
    }
    let rare = "2024-05-01T10:06:41Z ERROR disk quota exceeded on volume home";
    text.push_str(rare);
    text.push('\n');
    for ratio in [2.0, 8.0, 32.0] {
        let done = checked(&Request::new(&text, Budget::Ratio(ratio)));
        assert_eq!(done.kind, Kind::Log);
        assert!(done.text.lines().any(|l| l == rare), "{ratio}");
        assert!(
            done.text.contains("INFO request") && done.text.contains("DEBUG cache hit"),
            "{ratio}"
        );
        assert!(done.text.lines().all(|line| text.lines().any(|source| source == line)));
    }
}

#[test]
fn json_stays_json_and_loses_white_space_first() {
    let rows: Vec<serde_json::Value> = (0..60)
        .map(|i| serde_json::json!({"id": i, "name": format!("part {i}"), "tags": ["a, b", "c\"d"], "ok": i != 31}))
        .collect();
    let text =
        serde_json::to_string_pretty(&serde_json::json!({"made": "2024-01-01", "rows": rows}))
            .expect("JSON");
    let mut kept = Vec::new();
    for ratio in [1.2, 2.0, 4.0, 16.0] {
        let done = checked(&Request::new(&text, Budget::Ratio(ratio)));
        assert_eq!(done.kind, Kind::Json);
        let value: serde_json::Value = serde_json::from_str(&done.text).expect("valid JSON");
        assert_eq!(value["made"], "2024-01-01");
        kept.push(value["rows"].as_array().expect("rows").len());
    }
    assert_eq!(kept[0], 60, "white space is enough for a fifth");
    assert!(kept[1] > kept[2] && kept[2] > kept[3], "{kept:?}");
    let refused = checked(&Request::new(&text, Budget::Tokens(2)));
    assert!(refused.refused.is_some() && refused.text.is_empty());
}

#[test]
fn a_table_keeps_its_header_and_whole_rows() {
    let mut text = String::from("board,clock_mhz,tokens_per_s\n");
    for i in 0..200 {
        text.push_str(&format!("board-{i},{},{}.5\n", 80 + i % 4 * 40, i % 9));
    }
    let done = checked(&Request::new(&text, Budget::Ratio(5.0)));
    assert_eq!(done.kind, Kind::Table);
    assert!(done.text.starts_with("board,clock_mhz,tokens_per_s\n"));
    assert!(done.text.lines().all(|line| text.lines().any(|source| source == line)));
}

#[test]
fn sentences_are_kept_whole_when_asked_for() {
    let text = crate::invariants::mixed();
    let request =
        Request { strategy: Strategy::Sentences, ..Request::new(&text, Budget::Ratio(4.0)) };
    let done = checked(&request);
    assert!(
        done.text
            .lines()
            .filter(|l| !l.is_empty())
            .all(|l| l.trim_end().ends_with(['.', '"', '”'])),
        "{}",
        done.text
    );
}

#[test]
fn what_bears_on_the_focus_survives_where_it_would_be_lost() {
    let mut text = String::new();
    for i in 0..200 {
        text.push_str(&format!(
            "Volume {i} of the Grand Almanac of Norway lists {} towns and {} rivers. ",
            i * 3,
            i * 5
        ));
        if i == 120 {
            text.push_str("the spare key is kept under the blue flowerpot. ");
        }
        if i % 5 == 0 {
            text.push_str("\n\n");
        }
    }
    let without = checked(&Request::new(&text, Budget::Tokens(60)));
    assert!(!without.text.contains("flowerpot"));
    for focus in ["Where is the spare key?", "keys; flowerpots"] {
        let done =
            checked(&Request { focus: Some(focus), ..Request::new(&text, Budget::Tokens(60)) });
        assert!(done.text.contains("under the blue flowerpot"), "{focus}: {}", done.text);
    }
}

#[test]
fn what_bears_on_the_focus_most_stays_word_for_word() {
    let said = "The old ferry was what they had all been told to look after by those who were there before them.";
    let mut text = String::new();
    for i in 0..30 {
        text.push_str(&format!(
            "In {} Captain Solheim of the Nordlys sold {} crates. ",
            1900 + i,
            i * 17
        ));
        if i == 20 {
            text.push_str(said);
            text.push(' ');
        }
    }
    let focus = Some("What had they been told of the ferry?");
    let done = checked(&Request { focus, ..Request::new(&text, Budget::Tokens(80)) });
    assert!(done.text.contains(said), "{}", done.text);
    // Nothing stays whole that takes more than half of it.
    let done = checked(&Request { focus, ..Request::new(&text, Budget::Tokens(30)) });
    assert!(done.text.contains("ferry") && !done.text.contains(said), "{}", done.text);
}

#[test]
fn what_speakers_say_counts_for_more_than_how_they_begin() {
    let points = [
        "gearbox overheats under load",
        "supplier delays every shipment",
        "prototype needs thicker insulation",
        "invoice contains duplicate entries",
        "warehouse roof leaks badly",
        "customers dislike the packaging",
        "firmware corrupts its settings",
        "trainees forget the checklist",
        "antenna loses reception indoors",
        "contract expires without renewal",
    ];
    let speakers = [
        ("Anna Berg", "Peter"),
        ("Peter Holm", "Maria"),
        ("Maria Lund", "Jonas"),
        ("Jonas Dahl", "Anna"),
    ];
    let turn = |(at, point): (usize, &&str)| {
        let (speaker, to) = speakers[at % speakers.len()];
        format!("{speaker}: Well yeah {to}, I guess so. I think you know that the {point}.\n")
    };
    let text: String = points.iter().enumerate().map(turn).collect();
    let done =
        checked(&Request { kind: Some(Kind::Dialogue), ..Request::new(&text, Budget::Ratio(4.0)) });
    let left = points.iter().filter(|point| done.text.contains(&point[..7])).count();
    assert!(left >= 8, "{left} points in {}", done.text);
}
