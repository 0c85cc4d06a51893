//! One run: read the prompt, make tokens, say each as it is made.

use crate::lap::Stopwatch;
use crate::model::{Model, Next, Refusal};
use crate::wire::{ErrorCode, PhaseTicks, StopReason, Streams};
use crate::{ModelInfo, Platform};

/// What the host asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) count: u32,
    pub(crate) seed: u64,
    pub(crate) temperature: f32,
    pub(crate) top_p: f32,
    pub(crate) stop_token: Option<u32>,
    pub(crate) streams: Streams,
}

/// A run in progress, advanced one token at a time so that the loop can listen in between.
pub(crate) struct Run {
    plan: Plan,
    context: u32,
    prompt: u32,
    position: u32,
    token: u32,
    pub(crate) made: u32,
    pub(crate) began: u64,
    pub(crate) energy_began: Option<u64>,
    phases: PhaseTicks,
}

/// What one step did.
pub(crate) enum Step {
    /// A token of the prompt was read.
    Read { position: u32, ticks: u64 },
    /// A token was made, after `position` that were read.
    Made { index: u32, id: u32, position: u32, ticks: u64, phases: PhaseTicks },
    /// The run is over.
    Over(StopReason),
}

const NO_MODEL: Refusal =
    Refusal { code: ErrorCode::OutOfOrder, detail: "no model is loaded; send LoadModel first" };
const NO_PROMPT: Refusal =
    Refusal { code: ErrorCode::BadPrompt, detail: "the prompt is empty; send at least one token" };
const LONG_PROMPT: Refusal = Refusal {
    code: ErrorCode::BadPrompt,
    detail: "the prompt is longer than the model's context; shorten it",
};
const FOREIGN_TOKEN: Refusal = Refusal {
    code: ErrorCode::BadPrompt,
    detail: "the prompt holds a token that this model's vocabulary has not; check the tokenizer",
};
const NO_TOKEN: Refusal = Refusal {
    code: ErrorCode::BadModel,
    detail: "the model chose no token where one was due; its code is at fault",
};

impl Run {
    pub(crate) fn begin(
        plan: Plan,
        prompt: &[u32],
        model: &mut dyn Model,
        platform: &mut impl Platform,
    ) -> Result<Run, Refusal> {
        let ModelInfo { vocab, context, .. } = model.info().ok_or(NO_MODEL)?;
        let first = *prompt.first().ok_or(NO_PROMPT)?;
        let length = u32::try_from(prompt.len()).map_err(|_| LONG_PROMPT)?;
        if length > context {
            return Err(LONG_PROMPT);
        }
        if prompt.iter().any(|&token| token >= vocab) {
            return Err(FOREIGN_TOKEN);
        }
        model.start(plan.seed, plan.temperature, plan.top_p)?;
        platform.reset_peaks();
        let energy_began = platform.energy_uj();
        Ok(Run {
            plan,
            context,
            prompt: length,
            position: 0,
            token: first,
            made: 0,
            began: platform.ticks(),
            energy_began,
            phases: PhaseTicks::default(),
        })
    }

    pub(crate) fn streams(&self) -> Streams {
        self.plan.streams
    }

    /// Tokens that were read.
    pub(crate) fn position(&self) -> u32 {
        self.position
    }

    /// Reads one token, and makes one where the prompt has been read.
    pub(crate) fn step(
        &mut self,
        prompt: &[u32],
        model: &mut dyn Model,
        platform: &mut impl Platform,
    ) -> Result<Step, Refusal> {
        if self.made == self.plan.count {
            return Ok(Step::Over(StopReason::Count));
        }
        if self.position == self.context {
            return Ok(Step::Over(StopReason::ContextFull));
        }
        let position = self.position;
        let next = if position + 1 < self.prompt { Next::Read } else { Next::Sample };
        let mut lap = Stopwatch::new(platform, &mut self.phases);
        let chosen = model.feed(self.token, position, next, &mut lap)?;
        lap.stop();
        let ticks = platform.ticks();
        self.position += 1;
        if next == Next::Read {
            self.token = prompt.get(self.position as usize).copied().ok_or(NO_PROMPT)?;
            return Ok(Step::Read { position: self.position, ticks });
        }
        let id = chosen.ok_or(NO_TOKEN)?;
        if self.plan.stop_token == Some(id) {
            return Ok(Step::Over(StopReason::EndOfText));
        }
        self.token = id;
        let index = self.made;
        self.made += 1;
        let (position, phases) = (self.position, core::mem::take(&mut self.phases));
        Ok(Step::Made { index, id, position, ticks, phases })
    }
}
