//! What a line of the board's means. Pure.

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer<'a> {
    /// The answer is complete.
    Ready,
    /// The board said no, in its own words.
    Refused(&'a str),
    /// A time stamp, in microseconds.
    Lap(u64),
    /// A token of a language model, and when: an extension of ours that other hosts skip.
    Token { index: u32, us: u64 },
    /// What is between the brackets behind a name, such as `name-dut` of `m-name-dut-[unit]`.
    Named { name: &'a str, value: &'a str },
    /// Another message, without its `m-`.
    Said(&'a str),
    /// Something that is no message of the monitor's.
    Other,
}

impl<'a> Answer<'a> {
    pub(super) fn of(line: &'a str) -> Answer<'a> {
        if let Some(error) = line.strip_prefix("e-") {
            return Answer::Refused(bracketed(error).map_or(error, |(_, words)| words));
        }
        let Some(said) = line.strip_prefix("m-") else { return Answer::Other };
        if said == "ready" {
            return Answer::Ready;
        }
        if let Some(us) = said.strip_prefix("lap-us-").and_then(|us| us.parse().ok()) {
            return Answer::Lap(us);
        }
        if let Some((index, us)) = said.strip_prefix("tok-").and_then(|t| t.split_once("-us-"))
            && let (Ok(index), Ok(us)) = (index.parse(), us.parse())
        {
            return Answer::Token { index, us };
        }
        match bracketed(said) {
            Some((name, value)) => Answer::Named { name: name.trim_end_matches('-'), value },
            None => Answer::Said(said),
        }
    }
}

/// What stands before `[` and between it and the last `]`.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once('[')?;
    Some((name, rest.rsplit_once(']')?.0))
}

/// A counter of microseconds that may have 32 bits and begin anew.
#[derive(Clone, Debug, Default)]
pub(super) struct Wraps {
    last: u64,
    added: u64,
}

impl Wraps {
    /// The time stamp on an axis that goes on. One that goes back by less than half a turn is left
    /// as it is: that is no wrap, and whoever asked will see it.
    pub(super) fn unwrapped(&mut self, us: u64) -> u64 {
        const TURN: u64 = 1 << 32;
        if us < self.last && self.last < TURN && self.last - us > TURN / 2 {
            self.added = self.added.saturating_add(TURN);
        }
        self.last = us;
        us.saturating_add(self.added)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_mean_what_the_monitor_means() {
        let check = |line, expect| assert_eq!(Answer::of(line), expect, "{line}");
        check("m-ready", Answer::Ready);
        check("m-lap-us-1234567", Answer::Lap(1_234_567));
        check("m-name-dut-[unit 1]", Answer::Named { name: "name-dut", value: "unit 1" });
        check("m-model-[kws01]", Answer::Named { name: "model", value: "kws01" });
        check("m-[Expecting 8 bytes]", Answer::Named { name: "", value: "Expecting 8 bytes" });
        check("m-results-[0.1,[x],0.9]", Answer::Named { name: "results", value: "0.1,[x],0.9" });
        check("m-infer-start-10", Answer::Said("infer-start-10"));
        check("m-tok-3-us-99", Answer::Token { index: 3, us: 99 });
        check("m-tok-x-us-99", Answer::Said("tok-x-us-99"));
        check("e-[Unknown command: foo]", Answer::Refused("Unknown command: foo"));
        check("e-oops", Answer::Refused("oops"));
        check("ESP-ROM:esp32c3", Answer::Other);
        check("", Answer::Other);
    }

    #[test]
    fn a_counter_that_begins_anew_goes_on() {
        let mut wraps = Wraps::default();
        let turn = 1u64 << 32;
        assert_eq!(wraps.unwrapped(turn - 10), turn - 10);
        assert_eq!(wraps.unwrapped(5), turn + 5);
        assert_eq!(wraps.unwrapped(7), turn + 7);
        assert_eq!(wraps.unwrapped(6), turn + 6);
        let mut wide = Wraps::default();
        assert_eq!(wide.unwrapped(turn * 3), turn * 3);
        assert_eq!(wide.unwrapped(1), 1);
    }

    #[test]
    fn no_line_and_no_counter_is_too_strange() {
        bolero::check!().with_iterations(2000).with_type::<(String, Vec<u64>)>().for_each(
            |(line, stamps)| {
                Answer::of(line);
                Answer::of(&format!("m-{line}"));
                let mut wraps = Wraps::default();
                for stamp in stamps {
                    assert!(wraps.unwrapped(*stamp) >= *stamp);
                }
            },
        );
    }
}
