//! Exports of conversations: JSON that is valid and right enough for each exporter to be met, with fields that are
//! not there or are something else.

use std::sync::atomic::{AtomicUsize, Ordering};

use compress::document::{self, Format};
use serde_json::{Value, json};

use crate::documents_fuzz::{TIME, look};

#[test]
fn any_export_of_a_conversation_is_read() {
    let read: [AtomicUsize; 5] = Default::default();
    bolero::check!().with_test_time(TIME * 2).for_each(|bytes: &[u8]| {
        let mut drawn = Drawn(bytes);
        let exporter = drawn.below(read.len());
        let export = match exporter {
            0 => drawn.list(Drawn::slack),
            1 => drawn.telegram(),
            2 => drawn.list(Drawn::claude),
            3 => drawn.list(Drawn::chat_gpt),
            _ => drawn.list(Drawn::role),
        };
        let text = export.to_string();
        look("result.json", text.as_bytes());
        let is_read = document::from_bytes("result.json", text.as_bytes())
            .is_ok_and(|document| document.format == Format::Chat);
        read[exporter].fetch_add(usize::from(is_read), Ordering::Relaxed);
    });
    let read = read.map(AtomicUsize::into_inner);
    assert!(read.iter().all(|&count| count > 0), "an exporter was never read: {read:?}");
}

/// Valid JSON that bytes decide on: which fields an export has, and which of them are not what they should be.
struct Drawn<'b>(&'b [u8]);

impl Drawn<'_> {
    /// The next byte, below `count`; 0 where there are no more.
    fn below(&mut self, count: usize) -> usize {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(first) % count
    }

    /// An object with some of these fields, most of them as they should be.
    fn object(&mut self, fields: &[(&str, Value)]) -> Value {
        let mut object = serde_json::Map::new();
        for (name, value) in fields {
            match self.below(16) {
                0..12 => drop(object.insert((*name).to_owned(), value.clone())),
                12 => drop(object.insert((*name).to_owned(), self.odd())),
                13 => drop(object.insert("amount".into(), 3.into())),
                _ => {}
            }
        }
        Value::Object(object)
    }

    /// What nobody expects there.
    fn odd(&mut self) -> Value {
        let odd = [
            Value::Null,
            3.into(),
            (-0.5).into(),
            true.into(),
            "".into(),
            "漢é".into(),
            json!([]),
            json!({}),
            json!([null, 1, ["a"], {"text": {"text": "b"}}, {"type": 7}]),
            json!({"parts": [{"parts": ["c"]}]}),
        ];
        odd[self.below(odd.len())].clone()
    }

    fn several(&mut self, one: fn(&mut Self) -> Value) -> Value {
        (0..=self.below(4)).map(|_| one(self)).collect()
    }

    /// Several, or one by itself.
    fn list(&mut self, one: fn(&mut Self) -> Value) -> Value {
        if self.below(4) == 3 { one(self) } else { self.several(one) }
    }

    /// What is said: words, or parts of which some are words.
    fn said(&mut self) -> Value {
        let said = [
            json!("The pump runs."),
            json!(["See ", {"type": "link", "text": "a.b"}, "!"]),
            json!([{"type": "text", "text": "Hello"}, {"type": "image"}]),
            json!([{"type": "tool_use", "name": "x"}, {"type": "input_file"}]),
            json!({"content_type": "text", "parts": ["One.", "", {"content_type": "image_asset"}]}),
        ];
        said[self.below(said.len())].clone()
    }

    fn slack(&mut self) -> Value {
        let profile = self.object(&[("real_name", "Ann Lee".into()), ("name", "ann".into())]);
        let said = self.said();
        let subtype = ["channel_join", "bot_message", "thread_broadcast"][self.below(3)];
        let mut fields = vec![
            ("text", said),
            ("user", "U1".into()),
            ("user_profile", profile),
            ("files", json!([{"name": "a.png"}])),
            ("attachments", json!([{}])),
        ];
        if self.below(3) == 0 {
            fields.push(("subtype", subtype.into()));
        }
        let mut message = self.object(&fields);
        if self.below(8) < 7 {
            (message["type"], message["ts"]) = ("message".into(), "1700000000.0001".into());
        }
        message
    }

    fn telegram(&mut self) -> Value {
        let messages = self.several(|drawn| {
            let said = drawn.said();
            let kind = ["message", "message", "service"][drawn.below(3)];
            let date = ["2024-01-02T10:00:00", "2024", "漢字漢字", ""][drawn.below(4)];
            drawn.object(&[
                ("id", 1.into()),
                ("type", kind.into()),
                ("date", date.into()),
                ("from", "Ann".into()),
                ("text", said),
                ("photo", "photos/1.jpg".into()),
            ])
        });
        let kind = ["personal_chat", "private_supergroup", "saved_messages", "x"][self.below(4)];
        self.object(&[
            ("messages", messages),
            ("name", "Harbour".into()),
            ("type", kind.into()),
            ("id", 7.into()),
        ])
    }

    fn claude(&mut self) -> Value {
        let messages = self.several(|drawn| {
            let (said, parts) = (drawn.said(), drawn.said());
            drawn.object(&[
                ("sender", "human".into()),
                ("text", said),
                ("content", parts),
                ("created_at", "2024-01-02".into()),
                ("attachments", json!([{"file_name": "a"}])),
                ("files", json!([{"file_name": "b"}])),
            ])
        });
        self.object(&[("chat_messages", messages), ("name", "Tides".into()), ("uuid", "1".into())])
    }

    fn chat_gpt(&mut self) -> Value {
        let mut mapping = serde_json::Map::new();
        for node in 0..=self.below(6) {
            let said = self.said();
            let role = ["user", "assistant", "system", "tool"][self.below(4)];
            let message = self.object(&[
                ("author", json!({"role": role})),
                ("content", said),
                ("metadata", json!({"attachments": [{"name": "a"}]})),
            ]);
            // Also one that leads to itself, in a circle or nowhere.
            let parent = format!("n{}", self.below(7));
            let entry = self.object(&[
                ("message", message),
                ("parent", parent.into()),
                ("children", json!([])),
            ]);
            mapping.insert(format!("n{node}"), entry);
        }
        let here = format!("n{}", self.below(7));
        self.object(&[
            ("mapping", Value::Object(mapping)),
            ("title", "Pumps".into()),
            ("current_node", here.into()),
        ])
    }

    fn role(&mut self) -> Value {
        let role = ["user", "assistant", "tool", "admin"][self.below(4)];
        let said = self.said();
        self.object(&[
            ("role", role.into()),
            ("content", said),
            ("tool_calls", json!([{"id": "x"}])),
            ("created_at", 1.into()),
            ("name", "x".into()),
        ])
    }
}
