//! What every request sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use engine::Engine;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use tokio::sync::{Notify, Semaphore};

use crate::metrics::Metrics;
use crate::page::Page;
use crate::server::{Limits, Options};
use crate::token::Token;

/// Commands that wait or work at once, over all connections.
const QUICK: usize = 16;
const SLOW: usize = 32;

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
    /// Requests with the token, and tries without it.
    pub(crate) requests: DefaultDirectRateLimiter,
    pub(crate) strangers: DefaultDirectRateLimiter,
    leaving: AtomicBool,
    left: Notify,
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
            limits,
            leaving: AtomicBool::new(false),
            left: Notify::new(),
        }
    }

    /// The server is about to end.
    pub(crate) fn leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire)
    }

    /// From now on no work is taken.
    pub(crate) fn leave(&self) {
        self.leaving.store(true, Ordering::Release);
        self.left.notify_waiters();
    }

    /// Waits until the server is about to end.
    pub(crate) async fn until_leaving(&self) {
        let mut left = std::pin::pin!(self.left.notified());
        // Enabled before the look, so that a word between the two is not lost.
        left.as_mut().enable();
        if !self.leaving() {
            left.await;
        }
    }
}
