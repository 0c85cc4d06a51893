//! Conversations as JSON: Slack, ChatGPT, Claude, Telegram, and lists of `role` and `content`.
//!
//! Only what these write is a conversation. Any other JSON stays as it is, since a turn has no place
//! for its fields.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{Conversation, Part};

type Fields = Map<String, Value>;

/// Who speaks in a list of `role` and `content`.
const ROLES: &[&str] =
    &["system", "developer", "user", "assistant", "tool", "function", "human", "model"];
/// What such a message may have; one with more is something else.
const ROLE_FIELDS: &[&str] = &[
    "role",
    "content",
    "name",
    "id",
    "type",
    "model",
    "status",
    "refusal",
    "annotations",
    "tool_calls",
    "tool_call_id",
    "function_call",
    "attachments",
    "files",
    "created_at",
    "timestamp",
    "create_time",
];
/// What may stand beside a list of such messages.
const BESIDE_ROLES: &[&str] = &[
    "messages",
    "id",
    "name",
    "title",
    "model",
    "type",
    "created_at",
    "updated_at",
    "create_time",
    "update_time",
];
/// What a message of Telegram has where nothing around it says that it is one.
const TELEGRAM_FIELDS: &[&str] = &[
    "id",
    "type",
    "date",
    "date_unixtime",
    "edited",
    "edited_unixtime",
    "from",
    "from_id",
    "actor",
    "actor_id",
    "action",
    "title",
    "members",
    "text",
    "text_entities",
    "reply_to_message_id",
    "forwarded_from",
    "via_bot",
    "photo",
    "photo_file_size",
    "file",
    "file_name",
    "file_size",
    "thumbnail",
    "media_type",
    "mime_type",
    "sticker_emoji",
    "duration_seconds",
    "width",
    "height",
    "reactions",
];

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
    let fields = item.as_object()?;
    if let Some(mapping) = fields.get("mapping").and_then(Value::as_object) {
        title(fields, &["title"], made);
        chat_gpt(fields, mapping, made);
        return Some(());
    }
    if let Some(messages) = fields.get("chat_messages").and_then(Value::as_array) {
        title(fields, &["name", "title"], made);
        for message in messages {
            claude(message.as_object()?, made);
        }
        return Some(());
    }
    if let Some(messages) = fields.get("messages").and_then(Value::as_array) {
        title(fields, &["name", "title"], made);
        let says = |end: &str| text(fields, "type").is_some_and(|kind| kind.ends_with(end));
        let is_telegram = ["_chat", "_group", "_supergroup", "_channel", "saved_messages"]
            .iter()
            .any(|end| says(end));
        for message in messages {
            add_message(message.as_object()?, is_telegram, only(fields, BESIDE_ROLES), made)?;
        }
        return Some(());
    }
    add_message(fields, false, true, made)
}

/// The fields are all of these.
fn only(fields: &Fields, known: &[&str]) -> bool {
    fields.keys().all(|name| known.contains(&name.as_str()))
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).and_then(Value::as_str)
}

fn title(fields: &Fields, names: &[&str], made: &mut Conversation) {
    let found = names.iter().find_map(|name| text(fields, name));
    if let Some(title) = found.filter(|title| !title.trim().is_empty()) {
        made.parts.push(Part::Title(title.to_owned()));
    }
}

/// Adds a message of Slack, of Telegram or with a role; `None` where it is none of these.
fn add_message(
    fields: &Fields,
    in_telegram: bool,
    may_be_role: bool,
    made: &mut Conversation,
) -> Option<()> {
    let kind = text(fields, "type");
    if kind == Some("message") && text(fields, "ts").is_some() {
        slack(fields, made);
        return Some(());
    }
    let is_telegram = matches!(kind, Some("message" | "service"))
        && text(fields, "date").is_some()
        && fields.contains_key("id");
    if is_telegram && (in_telegram || only(fields, TELEGRAM_FIELDS)) {
        telegram(fields, made);
        return Some(());
    }
    let role = text(fields, "role").filter(|role| ROLES.contains(role))?;
    if !may_be_role || !fields.contains_key("content") || !only(fields, ROLE_FIELDS) {
        return None;
    }
    let stamps = ["created_at", "timestamp", "create_time"];
    made.times += usize::from(stamps.iter().any(|name| fields.contains_key(*name)));
    let content = fields.get("content");
    made.tools += usize::from(fields.contains_key("function_call"))
        + listed(fields, "tool_calls")
        + parts(content, is_tool);
    let files = attached(fields).max(parts(content, is_file));
    said(role, content, files, made);
    Some(())
}

fn slack(fields: &Fields, made: &mut Conversation) {
    made.times += 1;
    // Who joined and who left is no turn.
    if text(fields, "subtype").is_some_and(|kind| kind.starts_with("channel_")) {
        made.silent += 1;
        return;
    }
    let profile = fields.get("user_profile").and_then(Value::as_object);
    let name = |name: &str| profile.and_then(|profile| text(profile, name));
    let who = name("real_name")
        .or_else(|| name("name"))
        .or_else(|| ["username", "user", "bot_id"].iter().find_map(|name| text(fields, name)));
    said(who.unwrap_or_default(), fields.get("text"), attached(fields), made);
}

fn telegram(fields: &Fields, made: &mut Conversation) {
    made.times += 1;
    if let Some(day) = text(fields, "date").and_then(|date| date.get(..10)) {
        made.day(day);
    }
    if text(fields, "type") == Some("service") {
        made.silent += 1;
        return;
    }
    let files = ["photo", "file"].iter().filter(|name| fields.contains_key(**name)).count();
    said(text(fields, "from").unwrap_or_default(), fields.get("text"), files, made);
}

fn claude(fields: &Fields, made: &mut Conversation) {
    made.times += usize::from(fields.contains_key("created_at"));
    let content = fields.get("content");
    made.tools += parts(content, is_tool);
    let files = attached(fields).max(parts(content, is_file));
    let whole = fields.get("text").filter(|text| !words(text).trim().is_empty());
    said(text(fields, "sender").unwrap_or_default(), whole.or(content), files, made);
}

/// Somebody said something, and files came with it.
fn said(who: &str, content: Option<&Value>, files: usize, made: &mut Conversation) {
    made.files += files;
    let said = content.map(words).unwrap_or_default();
    if files == 0 || !said.trim().is_empty() {
        made.turn(who, &said);
    }
}

fn listed(fields: &Fields, name: &str) -> usize {
    fields.get(name).and_then(Value::as_array).map_or(0, Vec::len)
}

fn attached(fields: &Fields) -> usize {
    listed(fields, "attachments") + listed(fields, "files")
}

/// Parts of a message of which only the kind is looked at.
fn parts(content: Option<&Value>, is: impl Fn(&str) -> bool) -> usize {
    let parts = content.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let kind = |part: &&Value| {
        let kind = part.get("type").or_else(|| part.get("content_type"));
        kind.and_then(Value::as_str).is_some_and(&is)
    };
    parts.iter().filter(kind).count()
}

fn is_tool(kind: &str) -> bool {
    kind.starts_with("tool_")
}

fn is_file(kind: &str) -> bool {
    ["image", "file", "input_", "audio", "video", "document"]
        .iter()
        .any(|start| kind.starts_with(start) && kind != "input_text")
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
fn chat_gpt(fields: &Fields, mapping: &Fields, made: &mut Conversation) {
    let mut here = text(fields, "current_node").or_else(|| deepest(mapping));
    let (mut branch, mut seen) = (Vec::new(), HashSet::new());
    // A branch that leads back into itself ends there.
    while let Some(node) = here
        && seen.insert(node)
    {
        branch.push(node);
        here = parent(mapping, node);
    }
    for node in branch.into_iter().rev() {
        let message = mapping.get(node).and_then(|node| node.get("message"));
        let Some(message) = message.and_then(Value::as_object) else { continue };
        made.times += 1;
        let role = message.get("author").and_then(|author| author.get("role"));
        let content = message.get("content");
        let sent = message.get("metadata").and_then(Value::as_object).map_or(0, attached);
        let inside = content.and_then(|content| content.get("parts"));
        let files = sent.max(parts(inside, is_file));
        match role.and_then(Value::as_str).unwrap_or_default() {
            "system" => made.silent += 1,
            "tool" => {
                made.files += files;
                made.tools += 1;
            }
            role => said(role, content, files, made),
        }
    }
}

fn parent<'a>(mapping: &'a Fields, node: &str) -> Option<&'a str> {
    mapping.get(node)?.get("parent")?.as_str()
}

/// The message that most others lead to. Each is looked at once.
fn deepest(mapping: &Fields) -> Option<&str> {
    let mut depths: HashMap<&str, usize> = HashMap::with_capacity(mapping.len());
    let mut way = Vec::new();
    for start in mapping.keys() {
        let mut here = Some(start.as_str());
        let mut depth = 0;
        while let Some(node) = here {
            if let Some(known) = depths.get(node) {
                depth = *known;
                break;
            }
            // What leads back to a message on the way begins there.
            depths.insert(node, 0);
            way.push(node);
            here = parent(mapping, node);
        }
        while let Some(node) = way.pop() {
            depth += 1;
            depths.insert(node, depth);
        }
    }
    mapping.keys().map(String::as_str).max_by_key(|node| depths.get(node).copied())
}
