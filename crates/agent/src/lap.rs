//! A stopwatch with five hands.

use crate::Platform;
use crate::wire::PhaseTicks;

/// Where the time of a step goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Looking up the token's embedding.
    Embed,
    /// Attention of a layer.
    Attention,
    /// Feed-forward of a layer.
    FeedForward,
    /// Final norm and logits.
    Classifier,
    /// Choosing the next token.
    Sample,
}

/// Told by model code which phase begins now.
pub trait Lap {
    /// `phase` begins; the one before it ends.
    fn enter(&mut self, phase: Phase);
}

/// Adds up the ticks of each phase until it is taken.
pub(crate) struct Stopwatch<'p, P> {
    platform: &'p mut P,
    sums: &'p mut PhaseTicks,
    current: Option<(Phase, u64)>,
}

impl<'p, P: Platform> Stopwatch<'p, P> {
    pub(crate) fn new(platform: &'p mut P, sums: &'p mut PhaseTicks) -> Self {
        Stopwatch { platform, sums, current: None }
    }

    /// Ends the phase that runs.
    pub(crate) fn stop(&mut self) {
        let now = self.platform.ticks();
        if let Some((phase, since)) = self.current.take() {
            let sum = match phase {
                Phase::Embed => &mut self.sums.embed,
                Phase::Attention => &mut self.sums.attention,
                Phase::FeedForward => &mut self.sums.feed_forward,
                Phase::Classifier => &mut self.sums.classifier,
                Phase::Sample => &mut self.sums.sample,
            };
            *sum = sum.saturating_add(now.saturating_sub(since));
        }
    }
}

impl<P: Platform> Lap for Stopwatch<'_, P> {
    fn enter(&mut self, phase: Phase) {
        self.stop();
        // Read again: what `stop` itself cost belongs to no phase.
        self.current = Some((phase, self.platform.ticks()));
    }
}
