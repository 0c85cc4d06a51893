//! Runs that go on.

use protocol::GoingRun;

/// A run that goes on, as far as it was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Going {
    /// The run.
    pub run: GoingRun,
    /// Tokens made in this repetition.
    pub tokens: u32,
    /// The last rate that was heard.
    pub tokens_per_s: Option<f64>,
}

impl From<GoingRun> for Going {
    fn from(run: GoingRun) -> Going {
        Going { run, tokens: 0, tokens_per_s: None }
    }
}

impl Going {
    /// How far it is, from 0 to 1, counted in whole repetitions.
    pub fn share(&self) -> f32 {
        match self.run.repetitions {
            0 => 0.0,
            all => self.run.repetitions_done as f32 / all as f32,
        }
    }
}
