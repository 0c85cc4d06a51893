//! Benchvise's pure maths: summaries, tests, intervals and verdicts.
//!
//! A U test alone calls two runs of the same binary different often enough to be useless as a gate:
//! boards drift, sessions differ, and with enough repetitions any difference is "significant". So a
//! change counts here only where the whole confidence interval of the shift lies beyond a threshold:
//! the larger of the smallest effect the user cares about and what identical runs differ by.
//!
//! The main types: [`Summary`] and [`Percentiles`] describe one sample; [`Shift`] says how far two
//! samples lie apart; [`Rule`] says what counts as a change; [`MetricComparison`] is the judgement,
//! with its [`Verdict`] and [`Why`].
//!
//! A signal that is too long to be looked at sample by sample goes into a [`Ring`], which keeps the
//! newest samples, and a [`Pyramid`], which keeps all of it ever more coarsely; [`columns`] makes a
//! plot's columns of both, and [`between`] says what lies between two markers.
//!
//! ```
//! use analysis::{Direction, Rule, Scope, Verdict, compare};
//!
//! // Median latency in milliseconds of five runs before and five runs after a change.
//! let before = [102.0, 100.5, 101.2, 99.8, 100.9];
//! let after = [121.3, 119.9, 122.4, 120.8, 121.0];
//! let rule = Rule::new(Direction::LowerIsBetter, Scope::BetweenRuns);
//! let found = compare(&before, &after, &rule);
//! assert_eq!(found.verdict, Verdict::Regressed);
//! assert!(found.change.is_some_and(|change| (change - 0.2).abs() < 0.01));
//! ```
//!
//! Contracts: nothing here does I/O or reads a clock. Values of a summary may come in any order. NaN
//! and infinities are left out and counted; no judgement is NaN. Fractions are fractions, not
//! percentages. Memory is proportional to the input.

mod bootstrap;
mod columns;
mod compare;
mod mann_whitney;
mod median_interval;
mod noise;
mod normal;
mod order;
mod paired;
mod percentile;
mod pyramid;
mod ring;
mod shift;
mod summary;
mod tails;
mod verdict;

pub use bootstrap::{Bootstrapped, bootstrap};
pub use columns::{Between, between, columns};
pub use compare::{DEFAULT_CONFIDENCE, DEFAULT_MIN_EFFECT, MetricComparison, Rule, Why, compare};
pub use mann_whitney::{MannWhitney, Method, mann_whitney};
pub use median_interval::{Interval, median_interval};
pub use noise::{NOISE_MAX_SESSIONS, NOISE_MIN_SESSIONS, noise_floor};
pub use order::sorted_finite;
pub use paired::paired_difference;
pub use percentile::{Percentiles, percentile, percentile_of_sorted};
pub use pyramid::{Pyramid, Stretch};
pub use ring::{Ring, RingError};
pub use shift::{Shift, hodges_lehmann};
pub use summary::Summary;
pub use verdict::{Direction, Scope, Verdict, overall};
