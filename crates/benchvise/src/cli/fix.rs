//! `benchvise doctor --fix`: the udev rule for the attached boards, shown before it is written.

use std::io::{BufRead, Write};

use protocol::{Command, PortRules, Reply};
use serde_json::json;

use super::args::DoctorArgs;
use super::out::{self, Answer, Trouble};
use super::start::Context;

/// Has udev read the rule and apply it to what is attached.
const RELOAD: &str = "sudo udevadm control --reload && sudo udevadm trigger --subsystem-match=tty --subsystem-match=usb";

pub(crate) fn fix(context: &Context, args: &DoctorArgs) -> Result<Answer, Trouble> {
    context.here("`doctor --fix`")?;
    let Some(rules) = asked(context, Command::ShowPortRules)? else {
        if context.json {
            out::document("doctor-fix", json!({ "rule": null, "written": false }))?;
        } else {
            out::text("no board is attached, so there is no udev rule to write")?;
        }
        return Ok(Answer::Done);
    };
    if !context.json {
        out::text(&shown(&rules))?;
    }
    // A program that reads the document says yes beforehand or not at all.
    let write = !rules.present && (args.yes || (!context.json && agreed()?));
    let written = if write { asked(context, Command::WritePortRules) } else { Ok(None) };
    let written = match written {
        Ok(written) => written.is_some(),
        Err(Trouble::Failure(failure)) => {
            let command = by_hand(&rules);
            return Err(failure.with_hint(format!("only root may; type:\n{command}")).into());
        }
        Err(trouble) => return Err(trouble),
    };
    if context.json {
        out::document("doctor-fix", json!({ "rule": out::value(&rules)?, "written": written }))?;
    } else if written {
        out::text("written; where a board still cannot be opened, unplug it and plug it in again")?;
    }
    Ok(Answer::Done)
}

fn asked(context: &Context, command: Command) -> Result<Option<PortRules>, Trouble> {
    match context.send(command)? {
        Reply::Rules(rules) => Ok(rules),
        _ => Err(Trouble::unexpected()),
    }
}

fn shown(rules: &PortRules) -> String {
    let PortRules { path, text, present } = rules;
    let there = match present {
        true => {
            "it is there already; where a board still cannot be opened, unplug it and plug it in again\n"
        }
        false => "",
    };
    format!("{path}:\n\n{text}\n{there}")
}

/// Asks on standard error, so that the answer can be piped in and the rule out.
fn agreed() -> Result<bool, Trouble> {
    let mut err = std::io::stderr().lock();
    write!(err, "Write it? [y/N] ")?;
    err.flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// What a person types who is not root.
fn by_hand(rules: &PortRules) -> String {
    let PortRules { path, text, .. } = rules;
    format!("sudo tee {path} <<'RULE'\n{text}RULE\n{RELOAD}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_by_hand_writes_the_same_rule() {
        let text = "# x\nSUBSYSTEM==\"tty\"\n".to_owned();
        let rules = PortRules { path: "/etc/r".into(), text: text.clone(), present: false };
        let command = by_hand(&rules);
        assert!(command.starts_with("sudo tee /etc/r <<'RULE'\n"), "{command}");
        let (_, rest) = command.split_once("'RULE'\n").unwrap();
        let (inside, after) = rest.split_once("RULE\n").unwrap();
        assert_eq!(inside, text);
        assert!(after.starts_with("sudo udevadm control --reload"), "{after}");
        assert!(!shown(&rules).contains("already"));
        assert!(shown(&PortRules { present: true, ..rules }).contains("already"));
    }
}
