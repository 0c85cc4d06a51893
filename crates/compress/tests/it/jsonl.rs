//! Requests as JSON lines.

use serde_json::Value;

use crate::invariants::{Trips, counter};

/// Runs lines through and gives one value per answer.
pub(crate) fn answers(input: &[u8], threads: usize) -> Vec<Value> {
    let mut output = Vec::new();
    let tally =
        compress::jsonl::run(input, &mut output, &counter(), threads).expect("the pipe holds");
    let answers: Vec<Value> = output
        .split(|&b| b == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| serde_json::from_slice(l).expect("every answer is JSON"))
        .collect();
    assert_eq!(tally.answered + tally.failed, answers.len() as u64);
    answers
}

#[test]
fn answers_come_in_order_from_several_threads() {
    let mut input = String::new();
    for i in 0..200 {
        let text = "The mast of the ship was 31 metres high, and it did not break. "
            .repeat(1 + (i * 7) % 40);
        input.push_str(&serde_json::json!({"id": i, "text": text, "ratio": 3.0}).to_string());
        input.push('\n');
    }
    for threads in [1, 2, 5] {
        let got: Vec<i64> = answers(input.as_bytes(), threads)
            .iter()
            .map(|a| a["id"].as_i64().expect("an id"))
            .collect();
        assert_eq!(got, (0..200).collect::<Vec<i64>>());
    }
}

#[test]
fn a_bad_line_is_answered_and_the_rest_goes_on() {
    let input = b"{\"id\": \"a\", \"text\": \"one two three four five six\", \"budget\": 3}\n\
        not json\n\n\
        {\"id\": 7, \"budget\": 3}\n\
        {\"id\": 8, \"text\": \"x y z\"}\n\
        {\"id\": 9, \"text\": \"x y z\", \"budget\": 0}\n\
        \xff\xfe\n\
        {\"id\": 10, \"text\": \"x y z\", \"ratio\": 0.5, \"kind\": \"unheard-of\", \"lang\": \"tlh\"}";
    let got = answers(input, 2);
    assert_eq!(got.len(), 7);
    assert_eq!(got[0]["id"], "a");
    assert!(got[0]["compressed"].is_string() && got[0]["ms"].is_number());
    for (index, id, expect) in [
        (1, Value::Null, "not a request"),
        (2, 7.into(), "missing field `text`"),
        (3, 8.into(), "neither budget nor ratio"),
        (4, 9.into(), "ask for at least 1 token"),
        (5, Value::Null, "not a request"),
    ] {
        assert_eq!(got[index]["id"], id);
        let error = got[index]["error"].as_str().expect("an error");
        assert!(error.contains(expect), "{error}");
    }
    assert_eq!(got[6]["compressed"], "x y z");
}

#[test]
fn a_text_that_trips_the_compressor_costs_its_line() {
    let good = "The mast of the ship was 31 metres high, and it did not break.\n\n".repeat(400);
    let bad = good.clone() + "They stumble over it.\n\n" + &good;
    for strategy in ["automatic", "incremental"] {
        let line = |id: usize, text: &str| {
            serde_json::json!({"id": id, "text": text, "ratio": 3.0, "strategy": strategy})
                .to_string()
                + "\n"
        };
        let input = [line(1, &good), line(2, &bad), line(3, &good), line(4, &bad), line(5, &good)];
        let mut output = Vec::new();
        let tally = compress::jsonl::run(input.concat().as_bytes(), &mut output, &Trips, 2)
            .expect("the run goes on");
        assert_eq!((tally.answered, tally.failed), (3, 2), "{strategy}");
        let answers: Vec<Value> = (output.split(|&b| b == b'\n').filter(|line| !line.is_empty()))
            .map(|line| serde_json::from_slice(line).expect("every answer is JSON"))
            .collect();
        for (at, answer) in answers.iter().enumerate() {
            assert_eq!(answer["id"], at + 1);
            let error = answer["error"].as_str().unwrap_or_default();
            assert_eq!(error.contains("tripped on purpose"), at % 2 == 1, "{answer}");
            assert_eq!(answer["compressed"].is_string(), at % 2 == 0, "{answer}");
        }
        assert_eq!(answers[0]["compressed"], answers[4]["compressed"]);
    }
}

#[test]
fn a_line_of_many_megabytes_is_answered() {
    let text = "A long document with 12 numbers and not much else in it. ".repeat(100_000);
    let line = serde_json::json!({"id": 1, "text": text, "budget": 500}).to_string();
    let got = answers(line.as_bytes(), 2);
    assert!(got[0]["tokens_out"].as_u64().expect("counted") <= 500);
}

#[test]
fn a_writer_that_fails_ends_the_run_with_an_error() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let input = "{\"id\": 1, \"text\": \"a b c\", \"budget\": 2}\n".repeat(500);
    assert!(compress::jsonl::run(input.as_bytes(), Broken, &counter(), 2).is_err());
}
