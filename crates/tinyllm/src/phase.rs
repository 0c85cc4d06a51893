//! Which part of a token's work is running, told to whoever keeps the time.

/// One part of the work for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Looking up the token's embedding.
    Embed,
    /// One layer's norm, query/key/value products, attention and output product.
    Attention,
    /// One layer's norm and gated feed-forward block.
    FeedForward,
    /// The final norm and the product with the vocabulary.
    Classifier,
    /// Choosing the next token; entered by the caller, not by [`Model::forward`](crate::Model::forward).
    Sample,
}

impl Phase {
    /// All phases in the order a token first meets them.
    pub const ALL: [Self; 5] =
        [Self::Embed, Self::Attention, Self::FeedForward, Self::Classifier, Self::Sample];
}

/// Is told when a phase begins; the phase before it ends at the same moment.
///
/// This crate never reads a clock: a board reads its cycle counter here, a test counts calls, and
/// `()` does nothing. Attention and feed-forward alternate, once per layer.
pub trait PhaseClock {
    /// `phase` begins now.
    fn enter(&mut self, phase: Phase);
}

impl PhaseClock for () {
    #[inline]
    fn enter(&mut self, _phase: Phase) {}
}

impl<C: PhaseClock + ?Sized> PhaseClock for &mut C {
    #[inline]
    fn enter(&mut self, phase: Phase) {
        (**self).enter(phase);
    }
}
