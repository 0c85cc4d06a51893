//! Counters for Prometheus.

use std::time::Instant;

use engine::Engine;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    began: Instant,
    uptime: Gauge,
    runs: Gauge,
    jobs: Gauge,
    pub(crate) requests: Counter,
    pub(crate) refused: Counter,
    pub(crate) commands: Counter,
    pub(crate) sockets: Gauge,
    pub(crate) frames: Counter,
    pub(crate) events: Counter,
    pub(crate) behind: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Metrics {
        let mut registry = Registry::with_prefix("benchvise");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let runs = gauge("runs_going", "Runs that are being recorded");
        let jobs = gauge("jobs_going", "Jobs that work or wait for their turn");
        let sockets = gauge("sockets_open", "Faces that are connected");
        let uptime = Gauge::default();
        registry.register_with_unit(
            "uptime",
            "Time since the server was started",
            Unit::Seconds,
            uptime.clone(),
        );
        let mut counter = |name: &str, help: &str| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let requests = counter("requests", "Requests of HTTP, whatever came of them");
        let refused = counter("requests_refused", "Requests answered with 4xx or 5xx");
        let commands = counter("commands", "Commands that came over sockets");
        let frames = counter("view_frames", "Frames of views sent over sockets");
        let events = counter("events", "Events sent over sockets");
        let behind = counter("sockets_behind", "Times a face was told that it missed events");
        let began = Instant::now();
        Metrics {
            registry,
            began,
            uptime,
            runs,
            jobs,
            requests,
            refused,
            commands,
            sockets,
            frames,
            events,
            behind,
        }
    }

    /// The text that Prometheus reads.
    pub(crate) fn text(&self, engine: &Engine) -> Result<String, std::fmt::Error> {
        let (runs, jobs) = engine.goes_on();
        self.uptime.set(i64::try_from(self.began.elapsed().as_secs()).unwrap_or(i64::MAX));
        self.runs.set(i64::try_from(runs).unwrap_or(i64::MAX));
        self.jobs.set(i64::try_from(jobs).unwrap_or(i64::MAX));
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
