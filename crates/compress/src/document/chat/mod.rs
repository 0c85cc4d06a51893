//! Exported conversations: turns of named speakers, one a line.
//!
//! WhatsApp writes text, the others JSON. Dates stay where a day begins, as they stood; the time of
//! each message does not.

mod exports;
mod whatsapp;

use super::Broken;
use super::draft::{Draft, Extracted};
use crate::request::Kind;

/// The turns of an exported conversation; `None` where `text` is none.
pub(super) fn read(text: &str, limit: u64) -> Option<Result<Extracted, Broken>> {
    let conversation = whatsapp::read(text).or_else(|| exports::read(text))?;
    Some(written(&conversation, limit))
}

/// What an export holds, in its order.
#[derive(Debug, Default)]
struct Conversation {
    parts: Vec<Part>,
    times: usize,
    /// Messages about the conversation, such as who joined, and messages without words.
    silent: usize,
    /// Files, pictures and the like that came with messages.
    files: usize,
    /// What was said to tools and what they said.
    tools: usize,
    /// The day that began last.
    day: String,
}

#[derive(Debug, PartialEq)]
enum Part {
    /// A conversation begins, with this title.
    Title(String),
    /// A day begins.
    Day(String),
    /// Somebody said something.
    Turn { who: String, said: String },
}

impl Conversation {
    /// A message is of this day.
    fn day(&mut self, day: &str) {
        if self.day != day {
            day.clone_into(&mut self.day);
            self.parts.push(Part::Day(day.to_owned()));
        }
    }

    fn turn(&mut self, who: &str, said: &str) {
        match said.trim().is_empty() {
            true => self.silent += 1,
            false => {
                let (who, said) = (who.trim().to_owned(), said.trim().to_owned());
                self.parts.push(Part::Turn { who, said });
            }
        }
    }

    fn turns(&self) -> usize {
        self.parts.iter().filter(|part| matches!(part, Part::Turn { .. })).count()
    }
}

fn written(conversation: &Conversation, limit: u64) -> Result<Extracted, Broken> {
    let mut draft = Draft::new(limit);
    for part in &conversation.parts {
        match part {
            Part::Title(title) => {
                draft.heading(1);
                draft.words(title);
                draft.paragraph();
            }
            Part::Day(day) => {
                draft.paragraph();
                draft.anchor(day.as_str());
                draft.words(day);
                draft.line();
            }
            Part::Turn { who, said } => {
                draft.line();
                if !who.is_empty() {
                    draft.words(who);
                    draft.words(": ");
                }
                draft.verbatim(said);
            }
        }
        draft.check()?;
    }
    draft.left_out("times of messages", conversation.times);
    draft.left_out("messages without words or about the conversation", conversation.silent);
    draft.left_out("attachments", conversation.files);
    draft.left_out("tool messages", conversation.tools);
    let made = draft.done()?;
    Ok(Extracted { kind: Some(Kind::Dialogue), ..made })
}

#[cfg(test)]
mod tests;
