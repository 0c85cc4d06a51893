//! What `make bench` wants to know of a window, said on standard error where the environment
//! variable [`VARIABLE`] asks for it, and by nobody else.
//!
//! A frame counts once the next one begins, for only then is it certain that it was handed to the
//! display; so the first paint is said a little late, never early.

use std::io::Write;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// `count` says when the first frame was painted and, while frames are painted, how many a second;
/// `flat-out` also paints without a pause.
const VARIABLE: &str = "BENCHVISE_FRAMES";
/// How often the count is said, at most.
const SAY_EVERY: Duration = Duration::from_secs(1);

/// When frames are painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pace {
    /// When there is a reason to.
    AsNeeded,
    /// As fast as it goes.
    FlatOut,
}

/// Counts a window's frames.
#[derive(Debug)]
pub(crate) struct Frames {
    pace: Pace,
    /// egui's number of the frame that was begun last.
    begun: Option<u64>,
    first_said: bool,
    painted: u32,
    since: Instant,
}

impl Frames {
    /// A count, where one is asked for.
    pub(crate) fn asked_for() -> Option<Frames> {
        let pace = match std::env::var(VARIABLE).ok()?.as_str() {
            "count" => Pace::AsNeeded,
            "flat-out" => Pace::FlatOut,
            _ => return None,
        };
        Some(Frames { pace, begun: None, first_said: false, painted: 0, since: Instant::now() })
    }

    /// To be called whenever the window is drawn; a frame that is laid out twice counts once.
    pub(crate) fn count(&mut self, ctx: &egui::Context) {
        let number = ctx.cumulative_frame_nr();
        match self.begun.replace(number) {
            // The second frame is asked for: it ends the first.
            None => ctx.request_repaint(),
            Some(before) if before == number => return,
            Some(_) => self.painted += 1,
        }
        if self.pace == Pace::FlatOut {
            ctx.request_repaint();
        }
        if self.painted == 1 && !self.first_said {
            self.first_said = true;
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            say(format_args!("first paint at {:.3} ms", now.as_secs_f64() * 1e3));
        }
        let passed = self.since.elapsed();
        if passed >= SAY_EVERY {
            say(format_args!("painted {} frames in {:.3} s", self.painted, passed.as_secs_f64()));
            self.painted = 0;
            self.since = Instant::now();
        }
    }
}

fn say(line: std::fmt::Arguments<'_>) {
    // Where nobody listens there is nothing to do about it.
    drop(writeln!(std::io::stderr(), "{line}"));
}
