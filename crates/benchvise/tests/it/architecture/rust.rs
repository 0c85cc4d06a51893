//! Reading Rust source as far as these tests need it: no parser, only names and brackets.

/// Whether a text names `Command` of `protocol`, by a `use` or by its path.
pub(super) fn names_protocol_command(source: &str) -> bool {
    source.match_indices("protocol::").any(|(at, found)| {
        let rest = &source[at + found.len()..];
        let names = match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap_or(group),
            None => rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""),
        };
        names.split(|c: char| !c.is_alphanumeric() && c != '_').any(|name| name == "Command")
    })
}

/// The lines, counted from 1, where a variant of `Command` stands as a pattern.
pub(super) fn command_patterns(source: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (at, found) in source.match_indices("Command::") {
        let before = source[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue; // ModelCommand::
        }
        let line_start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        if source[line_start..at].trim_start().starts_with("//") {
            continue;
        }
        let rest = source[at + found.len()..].trim_start_matches(|c: char| c.is_alphanumeric());
        let rest = after_brackets(rest.trim_start()).trim_start();
        let in_matches = source[line_start..at].contains("matches!(");
        let arm = rest.starts_with("=>") || rest.starts_with('|') || rest.starts_with("if ");
        let binding = rest.starts_with('=') && !rest.starts_with("==");
        if arm || binding || in_matches {
            lines.push(source[..at].matches('\n').count() + 1);
        }
    }
    lines
}

/// What follows the bracket that `rest` begins with, if it begins with one.
fn after_brackets(rest: &str) -> &str {
    if !rest.starts_with(['{', '(']) {
        return rest;
    }
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '{' | '(' => depth += 1,
            '}' | ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[at + 1..];
        }
    }
    ""
}

#[test]
fn a_pattern_is_told_from_a_value() {
    #[track_caller]
    fn check(source: &str, expect: &[usize]) {
        assert_eq!(command_patterns(source), expect, "{source}");
    }
    check("match c {\n Command::Hello => 1,\n}", &[2]);
    check("Command::StopRun { run } => f(run),", &[1]);
    check("if let Command::Cancel { job } = command {", &[1]);
    check("Command::Hello | Command::Diagnose => 1", &[1, 1]);
    check("Command::Fit { spec } if ready => 1", &[1]);
    check("assert!(matches!(c, Command::StopRun { .. }));", &[1]);
    check("send(Command::StopRun { run: run.clone() })?", &[]);
    check("let command = Command::Fit { spec: f(Command::Hello) };", &[]);
    check("ModelCommand::List => list(context),", &[]);
    check("/// `Command::Hello => 1`", &[]);
}

#[test]
fn the_vocabulary_is_told_from_others_of_the_same_name() {
    #[track_caller]
    fn check(source: &str, expect: bool) {
        assert_eq!(names_protocol_command(source), expect, "{source}");
    }
    check("use protocol::Command;", true);
    check("use protocol::{\n    Code,\n    Command, Reply,\n};", true);
    check("fn f(c: &protocol::Command)", true);
    check("use protocol::{CommandLine, Reply};", false);
    check("use std::process::Command; use protocol::Reply;", false);
}
