//! Conversations as JSON: Slack, ChatGPT, Claude, Telegram, and lists of `role` and `content`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Conversation, Part};

/// Links from a message to the one before it that are followed.
const LONGEST: usize = 100_000;

/// A conversation, where the JSON has the shape of one.
pub(super) fn read(text: &str) -> Option<Conversation> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    // A look before the whole is parsed: every shape has one of these.
    let names = ["\"mapping\"", "\"messages\"", "\"chat_messages\"", "\"role\"", "\"ts\""];
    if !names.iter().any(|name| text.contains(name)) {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    let mut made = Conversation::default();
    match &value {
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                add(item, &mut made)?;
            }
        }
        Value::Object(_) => add(&value, &mut made)?,
        _ => return None,
    }
    (made.turns() > 0).then_some(made)
}

/// Adds a conversation or a message; `None` where it is neither.
fn add(item: &Value, made: &mut Conversation) -> Option<()> {
    if let Some(mapping) = item.get("mapping").and_then(Value::as_object) {
        title(item, &["title"], made);
        return chat_gpt(item, mapping, made);
    }
    for name in ["chat_messages", "messages"] {
        if let Some(messages) = item.get(name).and_then(Value::as_array) {
            title(item, &["name", "title"], made);
            for message in messages {
                add_message(message, made)?;
            }
            return Some(());
        }
    }
    add_message(item, made)
}

fn title(item: &Value, names: &[&str], made: &mut Conversation) {
    let found = names.iter().find_map(|name| item.get(name)?.as_str());
    if let Some(title) = found.filter(|title| !title.trim().is_empty()) {
        made.parts.push(Part::Title(title.to_owned()));
    }
}

fn add_message(message: &Value, made: &mut Conversation) -> Option<()> {
    let fields = message.as_object()?;
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let is_slack = text("type") == Some("message") && fields.contains_key("ts");
    let is_telegram =
        fields.contains_key("date") && fields.contains_key("type") && fields.contains_key("id");
    let stamps = ["ts", "date", "created_at", "timestamp", "create_time"];
    let has_time = stamps.iter().any(|name| fields.contains_key(*name));
    let profile = fields.get("user_profile").and_then(Value::as_object);
    let real_name = || profile?.get("real_name").or_else(|| profile?.get("name"))?.as_str();
    let who = real_name().or_else(|| {
        ["from", "sender", "role", "author", "username", "user", "bot_id", "actor"]
            .iter()
            .find_map(|name| text(name))
    });
    let said = ["text", "content", "message"].iter().find_map(|name| fields.get(*name));
    if !(is_slack || is_telegram || (who.is_some() && said.is_some())) {
        return None;
    }
    made.times += usize::from(has_time);
    if let Some(day) = text("date").and_then(|date| date.get(..10)) {
        let last = made.parts.iter().rev().find_map(|part| match part {
            Part::Day(day) => Some(day.as_str()),
            _ => None,
        });
        if last != Some(day) {
            made.parts.push(Part::Day(day.to_owned()));
        }
    }
    // Who joined and who left is no turn.
    if text("subtype").is_some_and(|kind| kind.starts_with("channel_"))
        || text("type") == Some("service")
    {
        made.silent += 1;
        return Some(());
    }
    made.turn(who.unwrap_or_default(), &said.map(words).unwrap_or_default());
    Some(())
}

/// The words of a message: a text, or parts of which some are texts.
fn words(said: &Value) -> String {
    match said {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            // Telegram cuts a line at links; the others have a part for each paragraph.
            let cut = parts.iter().any(Value::is_string);
            let parts: Vec<String> =
                parts.iter().map(words).filter(|part| !part.is_empty()).collect();
            parts.join(if cut { "" } else { "\n" })
        }
        Value::Object(fields) => match fields.get("text").or_else(|| fields.get("parts")) {
            Some(inner @ (Value::String(_) | Value::Array(_))) => words(inner),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// ChatGPT keeps a tree of messages: the branch that was seen last is read from its end.
fn chat_gpt(
    item: &Value,
    mapping: &serde_json::Map<String, Value>,
    made: &mut Conversation,
) -> Option<()> {
    let parent = |node: &str| mapping.get(node)?.get("parent")?.as_str();
    let last = item.get("current_node").and_then(Value::as_str).or_else(|| deepest(mapping));
    let mut branch = Vec::new();
    let mut here = last;
    while let Some(node) = here
        && branch.len() < LONGEST
    {
        branch.push(node);
        here = parent(node);
    }
    for node in branch.into_iter().rev() {
        let Some(message) = mapping.get(node).and_then(|node| node.get("message")) else {
            continue;
        };
        if message.is_null() {
            continue;
        }
        let role = message.pointer("/author/role").and_then(Value::as_str).unwrap_or_default();
        let said = message.get("content").map(words).unwrap_or_default();
        made.times += 1;
        match role {
            "system" | "tool" => made.silent += 1,
            role => made.turn(role, &said),
        }
    }
    Some(())
}

/// The message that most others lead to.
fn deepest(mapping: &serde_json::Map<String, Value>) -> Option<&str> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for start in mapping.keys() {
        let (mut here, mut depth) = (Some(start.as_str()), 0);
        while let Some(node) = here
            && depth < 1000
        {
            depth += 1;
            here = mapping.get(node).and_then(|node| node.get("parent")?.as_str());
        }
        depths.insert(start, depth);
    }
    depths.into_iter().max_by_key(|(_, depth)| *depth).map(|(node, _)| node)
}
