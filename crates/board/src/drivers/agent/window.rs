//! Which pieces of a model are on their way, and from where to go on when one was lost.
//!
//! The board takes pieces in order only and answers each with how far it has come. The same
//! answer twice means a hole, so sending goes back there (go-back-N). What was sent twice comes
//! back as more doubled answers, and obeying those too would double everything until the end of
//! the model; so after going back, doubles count again only beyond all that had been sent by then.

use std::ops::Range;

use agent::wire::MODEL_CHUNK;

/// Bytes on their way at most, whatever a board asks for: the answers to them, some 16 bytes for
/// each piece, must fit the 4 KiB of the smallest pipe while we write and do not read.
const MOST: usize = 32 << 10;

/// What an answer meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// More has arrived than before.
    Moved,
    /// A piece was lost; sending has gone back to it.
    WentBack,
    /// Nothing new.
    Stale,
    /// More than was ever sent: the board lies.
    Impossible,
}

/// The state of one transfer, in bytes.
#[derive(Debug)]
pub(crate) struct Window {
    len: usize,
    size: usize,
    received: usize,
    sent: usize,
    /// The most that was ever sent.
    highest: usize,
    /// Doubled answers up to here are echoes of going back.
    echo: Option<usize>,
}

impl Window {
    /// A transfer of `len` bytes to a board whose buffer takes `receive_window` of them.
    pub(crate) fn new(len: usize, receive_window: u32) -> Self {
        let size = (receive_window as usize).clamp(MODEL_CHUNK, MOST);
        Window { len, size, received: 0, sent: 0, highest: 0, echo: None }
    }

    /// The next piece to send, if one may be sent now.
    pub(crate) fn next(&mut self) -> Option<Range<usize>> {
        let end = (self.sent + MODEL_CHUNK).min(self.len);
        if self.sent >= self.len || end - self.received > self.size {
            return None;
        }
        let piece = self.sent..end;
        self.sent = end;
        self.highest = self.highest.max(end);
        Some(piece)
    }

    /// The board says that it has `n` bytes.
    pub(crate) fn answered(&mut self, n: usize) -> Answer {
        if n > self.highest {
            return Answer::Impossible;
        }
        if n > self.received {
            self.received = n;
            self.sent = self.sent.max(n);
            if self.echo.is_some_and(|echo| n > echo) {
                self.echo = None;
            }
            return Answer::Moved;
        }
        if n == self.received && self.sent > n && self.echo.is_none() {
            self.go_back();
            return Answer::WentBack;
        }
        Answer::Stale
    }

    /// Sends everything again that has not been confirmed.
    pub(crate) fn go_back(&mut self) {
        self.echo = Some(self.highest);
        self.sent = self.received;
    }

    /// Everything was sent at least once.
    pub(crate) fn complete(&self) -> bool {
        self.highest == self.len
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    /// Sends `len` bytes over a pipe that loses the pieces and answers named by number, with the
    /// board's answers `lag` pieces late; returns how many pieces were sent.
    fn send(len: usize, size: u32, lag: usize, lost: &[usize], lost_answers: &[usize]) -> usize {
        let mut window = Window::new(len, size);
        let (mut pieces, mut answers) = (VecDeque::new(), VecDeque::new());
        let (mut sent, mut answered, mut has) = (0, 0, 0);
        while has < len {
            assert!(sent < 100_000, "it never ends");
            let next = window.next();
            if let Some(piece) = next.clone() {
                if !lost.contains(&sent) {
                    pieces.push_back(piece);
                }
                sent += 1;
            }
            if let Some(piece) = pieces.pop_front_if(|_| next.is_none() || sent > lag) {
                if piece.start == has {
                    has = piece.end;
                }
                if !lost_answers.contains(&answered) {
                    answers.push_back(has);
                }
                answered += 1;
            }
            if next.is_none() && pieces.is_empty() || answers.len() > lag {
                match answers.pop_front() {
                    Some(n) => assert_ne!(window.answered(n), Answer::Impossible),
                    // Silence: the timeout of the sender.
                    None if next.is_none() => window.go_back(),
                    None => {}
                }
            }
        }
        sent
    }

    #[test]
    fn nothing_lost_sends_everything_once() {
        for (len, pieces) in [(1, 1), (256, 1), (257, 2), (256 * 100, 100)] {
            for lag in [0, 1, 7] {
                assert_eq!(send(len, 4096, lag, &[], &[]), pieces, "{len} bytes, lag {lag}");
            }
        }
    }

    #[test]
    fn one_lost_piece_costs_one_window_and_not_one_per_doubled_answer() {
        for lag in [0, 1, 5, 15] {
            for lost in [0, 1, 50, 98, 99] {
                let sent = send(256 * 100, 4096, lag, &[lost], &[]);
                assert!(sent <= 100 + 16, "{sent} pieces, lag {lag}, lost {lost}");
            }
        }
    }

    #[test]
    fn lost_answers_cost_nothing_while_later_ones_arrive() {
        assert_eq!(send(256 * 100, 4096, 3, &[], &[5, 6, 7, 40]), 100);
    }

    #[test]
    fn any_losses_end_and_cost_a_window_each() {
        bolero::check!().with_iterations(300).with_type::<(Vec<u8>, Vec<u8>, u8)>().for_each(
            |(lost, lost_answers, lag)| {
                let wide = |v: &[u8]| v.iter().map(|&b| usize::from(b)).collect::<Vec<_>>();
                let (lost, lost_answers) = (wide(lost), wide(lost_answers));
                let sent = send(256 * 100 + 7, 4096, usize::from(lag % 16), &lost, &lost_answers);
                assert!(sent <= 101 + 17 * (lost.len() + lost_answers.len()), "{sent}");
            },
        );
    }

    #[test]
    fn a_doubled_answer_goes_back_once() {
        let mut window = Window::new(10_000, 4096);
        while window.next().is_some() {}
        assert_eq!(window.answered(256), Answer::Moved);
        assert_eq!(window.answered(256), Answer::WentBack);
        for _ in 0..20 {
            assert_eq!(window.answered(256), Answer::Stale);
        }
        assert_eq!(window.next(), Some(256..512));
    }

    #[test]
    fn more_than_was_sent_is_impossible() {
        let mut window = Window::new(10_000, 256);
        assert_eq!(window.answered(1), Answer::Impossible);
        window.next();
        assert_eq!(window.answered(256), Answer::Moved);
        assert_eq!(window.answered(512), Answer::Impossible);
    }

    #[test]
    fn a_boastful_window_is_kept_small_and_an_absurdly_small_one_still_moves() {
        let mut boastful = Window::new(1 << 30, u32::MAX);
        let mut pieces = 0;
        while boastful.next().is_some() {
            pieces += 1;
        }
        assert_eq!(pieces, MOST / MODEL_CHUNK);
        assert_eq!(Window::new(10_000, 0).next(), Some(0..256));
    }
}
