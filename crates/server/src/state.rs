//! What every request sees.

use std::sync::Arc;

use engine::Engine;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Semaphore, watch};

use crate::metrics::Metrics;
use crate::page::Page;
use crate::server::{Limits, Options};
use crate::token::Token;

/// Commands that wait or work at once, over all connections.
const QUICK: usize = 16;
const SLOW: usize = 32;

/// How far a server's life is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It takes work.
    Open,
    /// It takes none any more; what goes on may end.
    Leaving,
    /// Nothing goes on any more: whoever still hears is told the rest.
    Over,
}

/// Cheap to clone.
pub(crate) type State = Arc<Inner>;

pub(crate) struct Inner {
    pub(crate) engine: Engine,
    pub(crate) token: Token,
    /// Names this server goes by, as they stand in `Host`.
    pub(crate) names: Vec<String>,
    pub(crate) page: Page,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) quick: Arc<Semaphore>,
    pub(crate) slow: Arc<Semaphore>,
    pub(crate) sockets: Arc<Semaphore>,
    /// Requests with the token, tries without it, and requests that need none.
    pub(crate) requests: DefaultDirectRateLimiter,
    pub(crate) strangers: DefaultDirectRateLimiter,
    pub(crate) visitors: DefaultDirectRateLimiter,
    stage: watch::Sender<Stage>,
}

impl Inner {
    pub(crate) fn new(engine: Engine, names: Vec<String>, options: Options) -> Inner {
        let limits = options.limits;
        let quota = |a_second| Quota::per_second(a_second).allow_burst(a_second);
        Inner {
            engine,
            token: options.token,
            names,
            page: options.page,
            metrics: Metrics::new(),
            quick: Arc::new(Semaphore::new(QUICK)),
            slow: Arc::new(Semaphore::new(SLOW)),
            sockets: Arc::new(Semaphore::new(limits.sockets)),
            requests: RateLimiter::direct(quota(limits.requests_a_second)),
            strangers: RateLimiter::direct(quota(limits.strangers_a_second)),
            visitors: RateLimiter::direct(quota(limits.visitors_a_second)),
            limits,
            stage: watch::Sender::new(Stage::Open),
        }
    }

    /// The server is about to end.
    pub(crate) fn leaving(&self) -> bool {
        *self.stage.borrow() > Stage::Open
    }

    /// Goes on to a later stage: from [`Stage::Leaving`] on no work is taken.
    pub(crate) fn reach(&self, stage: Stage) {
        self.stage.send_if_modified(|now| {
            let later = stage > *now;
            *now = stage.max(*now);
            later
        });
    }

    /// Follows its stages.
    pub(crate) fn follow(&self) -> Stages {
        Stages { receiver: self.stage.subscribe(), known: Stage::Open }
    }

    /// Waits until the server is about to end.
    pub(crate) async fn until_leaving(&self) {
        self.follow().next().await;
    }
}

/// Somebody who follows a server's stages.
pub(crate) struct Stages {
    receiver: watch::Receiver<Stage>,
    known: Stage,
}

impl Stages {
    /// The stage that it is in next, or is in already.
    pub(crate) async fn next(&mut self) -> Stage {
        let known = self.known;
        let reached = match self.receiver.wait_for(|stage| *stage > known).await {
            Ok(stage) => *stage,
            // Whoever could have said more is gone.
            Err(_) => Stage::Over,
        };
        self.known = reached;
        reached
    }
}
