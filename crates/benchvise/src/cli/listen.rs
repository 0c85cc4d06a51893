//! `benchvise listen`

use std::io::IsTerminal;
use std::time::Duration;

use engine::Next;
use protocol::{Command, Event, HeardLine, JobOutcome, ListenSpec, Reply};

use super::args::ListenArgs;
use super::follow;
use super::out::{self, Answer, Trouble, printable};
use super::start::Context;

/// Prints what a board says, with what the patterns make of it, until Ctrl-C.
pub(crate) fn listen(context: &Context, args: ListenArgs) -> Result<Answer, Trouble> {
    follow::catch_interrupts();
    let events = context.listen()?;
    let spec = ListenSpec {
        board: args.board,
        baud: args.baud,
        patterns: args.patterns,
        start: args.start,
    };
    let Reply::JobStarted { job } = context.send(Command::Listen { spec })? else {
        return Err(Trouble::unexpected());
    };
    let colour = std::io::stdout().is_terminal();
    let until = args.seconds.map(|s| std::time::Instant::now() + Duration::from_secs(s.into()));
    let mut stopping = false;
    loop {
        let late = until.is_some_and(|until| std::time::Instant::now() > until);
        if (late || follow::interrupted()) && !stopping {
            stopping = true;
            // It may have ended by itself a moment ago.
            drop(context.send(Command::Cancel { job }));
        }
        match events.next(Duration::from_millis(50))? {
            Next::Event(Event::LinesHeard { job: of, lines, left_out }) if of == job => {
                for line in &lines {
                    match context.json {
                        true => out::text(&out::value(line)?.to_string())?,
                        false => out::text(&shown(line, colour))?,
                    }
                }
                if left_out > 0 {
                    out::remark(&format!("{left_out} lines came too fast to be shown"));
                }
            }
            Next::Event(Event::JobFinished { job: of, outcome }) if of == job => {
                return match outcome {
                    JobOutcome::Failed(failure) => Err(failure.into()),
                    _ => Ok(Answer::Done),
                };
            }
            Next::Event(_) | Next::Quiet => {}
            Next::Behind(_) => out::remark("lines were missed: they are read too slowly"),
        }
    }
}

/// The line; on a terminal its figures are bold, and they stand behind it.
fn shown(line: &HeardLine, colour: bool) -> String {
    let mut text = String::new();
    let mut at = 0;
    let mut captures: Vec<_> = line.captures.iter().collect();
    captures.sort_by_key(|capture| capture.from);
    for capture in captures {
        let (from, to) = (capture.from as usize, capture.to as usize);
        let (Some(before), Some(found)) = (line.text.get(at..from), line.text.get(from..to)) else {
            continue;
        };
        text += &printable(before);
        text += &if colour { format!("\u{1b}[1m{found}\u{1b}[0m") } else { found.to_owned() };
        at = to;
    }
    text += &printable(line.text.get(at..).unwrap_or_default());
    for capture in &line.captures {
        let figure = protocol::numbers::with_unit(capture.value, &capture.unit);
        text += &format!("    {} = {figure}", printable(&capture.name));
    }
    text
}

#[cfg(test)]
mod tests {
    use protocol::CaptureView;

    use super::*;

    #[test]
    fn a_line_is_followed_by_its_figures() {
        let capture = CaptureView {
            name: "tokens_per_s".into(),
            unit: "tok/s".into(),
            value: 19.5,
            from: 7,
            to: 11,
        };
        let line = HeardLine { text: "speed: 19.5 tok/s".into(), captures: vec![capture] };
        assert_eq!(shown(&line, false), "speed: 19.5 tok/s    tokens_per_s = 19.5 tok/s");
        assert!(shown(&line, true).contains("\u{1b}[1m19.5\u{1b}[0m tok/s"));
        let plain = HeardLine { text: "ä".into(), captures: Vec::new() };
        assert_eq!(shown(&plain, true), "ä");
    }
}
