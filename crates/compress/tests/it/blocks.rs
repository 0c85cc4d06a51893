//! Several kinds in one text, each by its own way, under one budget.

use compress::{Budget, Kind, Request, analyse};

use crate::invariants::{checked, mixed};

/// Prose with a log, a table, a JSON value and code in it.
fn medley() -> String {
    let log: String = (0..60)
        .map(|i| match i {
            41 => "2024-05-01T10:41:02Z ERROR disk quota exceeded on volume home\n".to_owned(),
            _ => format!("2024-05-01T10:{i:02}:01Z INFO request {i} served in {} ms\n", i % 9),
        })
        .collect();
    let rows: Vec<serde_json::Value> =
        (0..20).map(|i| serde_json::json!({"id": i, "name": format!("part {i}")})).collect();
    let json = serde_json::to_string_pretty(&rows).expect("JSON");
    let table: String = (0..30).map(|i| format!("valve {i},{},{}\n", i * 3, 1950 + i)).collect();
    format!(
        "{}The log of that night:\n\n{log}\nThe parts were these:\n\n{json}\n\nTheir weights:\n\npart,kg,year\n{table}\n\
         The program that did it:\n\n```python\ndef open_valve(number):\n    valve = registry[number]\n    valve.open()\n```\n\nThat is all.\n",
        mixed()
    )
}

#[test]
fn each_block_is_cut_by_its_own_way() {
    let text = medley();
    let content = analyse(&text, None, None);
    let mut kinds: Vec<Kind> = content.blocks.iter().map(|(kind, _)| *kind).collect();
    kinds.sort();
    assert!(
        [Kind::Code, Kind::Json, Kind::Table, Kind::Log].iter().all(|kind| kinds.contains(kind)),
        "{:?}",
        content.blocks
    );
    for ratio in [1.5, 2.0, 4.0, 8.0] {
        let done = checked(&Request::new(&text, Budget::Ratio(ratio)));
        assert!(done.tokens_out * 50 >= done.budget * 48, "{} of {}", done.tokens_out, done.budget);
        assert!(done.text.contains("ERROR disk quota exceeded on volume home"), "{ratio}");
        let lines: Vec<&str> = text.lines().collect();
        for line in done.text.lines() {
            if line.contains("INFO request") || line.starts_with("valve ") {
                assert!(lines.contains(&line), "{ratio}: {line:?} is no line of the source");
            }
        }
        if done.text.contains("\"name\"") {
            let from = done.text.find("[{").expect("the value begins");
            let mut value = serde_json::Deserializer::from_str(&done.text[from..]).into_iter();
            let value: serde_json::Value = value.next().expect("there").expect("valid JSON");
            assert!(value.as_array().is_some_and(|rows| !rows.is_empty()));
        }
        if done.text.contains("valve 7,") {
            assert!(done.text.contains("part,kg,year\n"), "rows keep their header");
        }
        if done.text.contains("def open_valve") {
            assert_eq!(done.text.matches("```").count(), 2, "code keeps its fences");
        }
    }
}

#[test]
fn every_block_gets_a_share() {
    let text = medley();
    let done = checked(&Request::new(&text, Budget::Ratio(3.0)));
    for part in ["INFO request", "\"name\"", "valve ", "def open_valve", "Royal Society"] {
        assert!(done.text.contains(part), "{part}: {}", done.text);
    }
}

#[test]
fn a_question_takes_the_block_that_answers_it() {
    let text = medley();
    let focus = Some("How many kg does valve 23 weigh?");
    let done = checked(&Request { focus, ..Request::new(&text, Budget::Ratio(12.0)) });
    assert!(done.text.contains("valve 23,69,1973"), "{}", done.text);
}
