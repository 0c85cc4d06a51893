//! Questions with their answers, from JSON lines.

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;

/// A question with the answers that count, of which one has to survive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The document it is about, by name; `None` for every document.
    pub document: Option<String>,
    /// The question; may be empty.
    pub question: String,
    /// Its answers, word for word.
    pub answers: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    document: Option<String>,
    #[serde(default, alias = "q")]
    question: String,
    #[serde(default, alias = "answer")]
    answers: Value,
    #[serde(default)]
    qas: Vec<Line>,
}

/// Reads lines `{question, answers}` (or `{q, answer}`), each with a `document` or not; or lines with a list
/// of such `qas`. An answer is a text, or a list of texts of which one is enough.
///
/// # Errors
/// [`Error::Questions`] with the number of the first line that is neither.
pub fn read_questions(text: &str) -> Result<Vec<Question>, Error> {
    let mut questions = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |reason: String| Error::Questions { line: number + 1, reason };
        let line: Line = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let before = questions.len();
        for one in line.qas.iter().chain([&line]) {
            let answers: Vec<String> = match &one.answers {
                Value::String(answer) => vec![answer.clone()],
                Value::Array(all) => {
                    all.iter().filter_map(|answer| answer.as_str()).map(str::to_owned).collect()
                }
                _ => Vec::new(),
            };
            if !answers.is_empty() {
                let document = one.document.clone().or_else(|| line.document.clone());
                questions.push(Question { document, question: one.question.clone(), answers });
            }
        }
        if questions.len() == before {
            return Err(wrong("it holds no answer".into()));
        }
    }
    match questions.is_empty() {
        true => Err(Error::Questions { line: 1, reason: "there is none".into() }),
        false => Ok(questions),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_in_either_form() {
        let read = read_questions(
            "{\"question\": \"When?\", \"answers\": [\"in 1987\", \"1987\"], \"document\": \"a.txt\"}\n\n\
             {\"q\": \"Who?\", \"answer\": \"Ann\"}\n\
             {\"document\": \"b\", \"qas\": [{\"q\": \"x\", \"answers\": [\"1\"]}, {\"q\": \"y\", \"answers\": \"2\"}]}\n",
        )
        .expect("read");
        let told: Vec<(Option<&str>, &str, usize)> = read
            .iter()
            .map(|q| (q.document.as_deref(), q.question.as_str(), q.answers.len()))
            .collect();
        assert_eq!(
            told,
            [
                (Some("a.txt"), "When?", 2),
                (None, "Who?", 1),
                (Some("b"), "x", 1),
                (Some("b"), "y", 1)
            ]
        );
    }

    #[test]
    fn what_is_no_question_is_told_by_its_line() {
        for (text, expect) in [
            ("\n{\"q\": 1}", "line 2"),
            ("{}", "no answer"),
            ("", "there is none"),
            ("x", "line 1"),
        ] {
            let error = read_questions(text).expect_err("refused").to_string();
            assert!(error.contains(expect), "{error}");
        }
    }
}
