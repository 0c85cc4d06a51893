use super::*;

fn text(export: &str) -> String {
    read(export, 1 << 20).expect("a conversation").unwrap().text
}

#[test]
fn whatsapp_in_both_styles() {
    let android = "31.12.23, 21:15 - Nachrichten sind verschlüsselt.\n31.12.23, 21:16 - Ann Lee: Is it\n  running?\n\
                   01.01.24, 00:01 - Bob: Yes: it is.\n";
    let expect = "31.12.23\nAnn Lee: Is it\n  running?\n\n01.01.24\nBob: Yes: it is.\n";
    assert_eq!(text(android), expect);
    let apple = "[12/31/2023, 9:15:02 PM] Ann: one\n\u{200e}[12/31/2023, 9:15:03 PM] Bob: two\n[12/31/2023, 9:16:00 PM] Ann: three\n";
    let made = read(apple, 1000).unwrap().unwrap();
    assert_eq!(made.text, "12/31/2023\nAnn: one\nBob: two\nAnn: three\n");
    assert_eq!((made.kind, made.left_out[0].count), (Some(Kind::Dialogue), 3));
}

#[test]
fn slack_names_people_as_they_name_themselves() {
    let export = r#"[{"type":"message","user":"U1","text":"The pump?","ts":"1.2","user_profile":{"real_name":"Ann Lee"}},
        {"type":"message","subtype":"channel_join","user":"U2","text":"<@U2> has joined","ts":"1.3"},
        {"type":"message","user":"U2","text":"It runs.","ts":"1.4"}]"#;
    assert_eq!(text(export), "Ann Lee: The pump?\nU2: It runs.\n");
}

#[test]
fn chat_gpt_is_read_along_the_branch_that_was_seen_last() {
    let node = |id: &str, parent: &str, role: &str, said: &str| {
        format!(
            r#""{id}":{{"id":"{id}","parent":{parent},"message":{{"author":{{"role":"{role}"}},"content":{{"content_type":"text","parts":["{said}"]}}}}}}"#
        )
    };
    let nodes = [
        node("a", "null", "system", ""),
        node("b", "\"a\"", "user", "Why?"),
        node("old", "\"b\"", "assistant", "No idea."),
        node("c", "\"b\"", "assistant", "Because."),
    ];
    let export =
        format!(r#"[{{"title":"Pumps","current_node":"c","mapping":{{{}}}}}]"#, nodes.join(","));
    assert_eq!(text(&export), "# Pumps\n\nuser: Why?\nassistant: Because.\n");
}

#[test]
fn telegram_and_lists_of_roles() {
    let telegram = r#"{"name":"Harbour","type":"personal_chat","messages":[
        {"id":1,"type":"service","date":"2024-01-02T10:00:00","action":"create"},
        {"id":2,"type":"message","date":"2024-01-02T10:00:01","from":"Ann","text":["See ",{"type":"link","text":"a.b"},"!"]}]}"#;
    assert_eq!(text(telegram), "# Harbour\n\n2024-01-02\nAnn: See a.b!\n");
    let roles = r#"{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"text","text":"Hello"},{"type":"image"}]}]}"#;
    assert_eq!(text(roles), "user: Hi\nassistant: Hello\n");
    let claude = r#"[{"name":"Tides","chat_messages":[{"sender":"human","text":"When?","created_at":"x"}]}]"#;
    assert_eq!(text(claude), "# Tides\n\nhuman: When?\n");
}

#[test]
fn a_branch_that_leads_back_into_itself_is_read_once() {
    let node = |parent: &str, said: &str| {
        format!(
            r#"{{"parent":"{parent}","message":{{"author":{{"role":"user"}},"content":"{said}"}}}}"#
        )
    };
    let itself = format!(r#"{{"mapping":{{"a":{}}},"current_node":"a"}}"#, node("a", "once"));
    assert_eq!(text(&itself), "user: once\n");
    let round =
        format!(r#"{{"mapping":{{"a":{},"b":{}}}}}"#, node("b", "first"), node("a", "second"));
    assert_eq!(text(&round).lines().count(), 2);
}

#[test]
fn without_a_last_message_the_longest_branch_is_read() {
    let node = |n: usize, parent: usize| {
        format!(
            r#""{n:06}":{{"parent":"{parent:06}","message":{{"author":{{"role":"user"}},"content":"{n}"}}}}"#
        )
    };
    // One of 50,000 messages, longer than is counted one by one, and one of two.
    let mut nodes: Vec<String> =
        (0..50_000).map(|n| node(n, n.wrapping_sub(1) % 1_000_000)).collect();
    nodes.push(node(99_999, 0));
    let made = text(&format!(r#"{{"mapping":{{{}}}}}"#, nodes.join(",")));
    assert_eq!(made.lines().count(), 50_000);
    assert!(made.ends_with("user: 49999\n"));
}

#[test]
fn what_a_conversation_has_besides_words_is_counted() {
    let claude = r#"{"chat_messages":[{"sender":"human","text":"See.","attachments":[{"file_name":"a"}],"files":[{"file_name":"b"}]},
        {"sender":"assistant","text":"","content":[{"type":"tool_use","name":"x"},{"type":"text","text":"Done."}]}]}"#;
    let made = read(claude, 1000).unwrap().unwrap();
    assert_eq!(made.text, "human: See.\nassistant: Done.\n");
    let left: Vec<(&str, usize)> =
        made.left_out.iter().map(|left| (left.what.as_str(), left.count)).collect();
    assert_eq!(left, [("attachments", 2), ("tool messages", 1)]);
}

#[test]
fn a_log_with_stamps_in_the_style_of_a_chat_is_none() {
    let said = ["Started", "worker: up", "disk full 98", "worker: down", "failed", "worker: up"];
    let log: String = said.map(|said| format!("[31/12/2023, 21:15:02] {said}\n")).concat();
    assert!(read(&log, 1000).is_none());
}

#[test]
fn other_json_and_other_text_is_no_conversation() {
    for other in [
        "",
        "[]",
        "{}",
        "[1, 2]",
        r#"{"messages": 3}"#,
        r#"[{"ts": 1, "level": "info"}]"#,
        r#"[{"role": "admin", "name": "x"}]"#,
        r#"[{"ts":1,"user":"ann","message":"payment","amount":1250,"approved":false}]"#,
        r#"[{"role":"user","content":"x","amount":3}]"#,
        r#"{"messages":[{"role":"user","content":"x"}],"temperature":0.2}"#,
        r#"[{"type":"message","ts":17,"text":"x","amount":3}]"#,
        r#"{"messages":[{"id":1,"type":"message","date":"2024-01-02","text":"x","amount":3}]}"#,
        "{\"messages\": [",
        "12:30 - a: b",
        "2024-01-02 10:11:12 INFO - a: b\n2024-01-02 10:11:13 INFO - a: b\n2024-01-02 10:11:14 INFO - a: b",
    ] {
        assert!(read(other, 1000).is_none(), "{other}");
    }
    let turns: String = (0..5)
        .map(|n| format!("{{\"mapping\":{{\"a\":{{\"parent\":\"a\"}}}},\"n\":{n}}},"))
        .collect();
    assert!(read(&format!("[{}]", turns.trim_end_matches(',')), 1000).is_none());
}
