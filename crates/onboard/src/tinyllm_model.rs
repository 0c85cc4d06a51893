//! `tinyllm` behind the loop.

use alloc::vec::Vec;

use agent::wire::{Bits, ErrorCode};
use agent::{Lap, Model, ModelInfo, Next, Phase, Refusal};
use tinyllm::{Checkpoint, Classify, Loader, LoaderError, PhaseClock, Sampler, State};

/// The model being received, and the one that is ready.
///
/// Weights are put into place, and quantised, as they arrive: the heap never holds the file.
pub struct TinyLlm {
    loader: Option<Loader>,
    bits: Bits,
    ready: Option<Ready>,
    sampler: Sampler,
}

struct Ready {
    model: tinyllm::Model,
    state: State,
    info: ModelInfo,
}

impl Default for TinyLlm {
    fn default() -> Self {
        TinyLlm { loader: None, bits: Bits::F32, ready: None, sampler: Sampler::greedy() }
    }
}

const fn refusal(code: ErrorCode, detail: &'static str) -> Refusal {
    Refusal { code, detail }
}

const NO_MEMORY: Refusal = refusal(
    ErrorCode::NoMemory,
    "the model does not fit this board's memory; choose a smaller one, or 8 bits",
);
const BAD_MODEL: Refusal =
    refusal(ErrorCode::BadModel, "the bytes are not a llama2.c checkpoint that can run");
const NO_MODEL: Refusal = refusal(ErrorCode::OutOfOrder, "no model is loaded");
const BAD_STEP: Refusal =
    refusal(ErrorCode::BadPrompt, "the model refused a token or its position");

fn refused(error: &LoaderError) -> Refusal {
    match error {
        LoaderError::Checkpoint(_) => BAD_MODEL,
        LoaderError::Memory(_) => NO_MEMORY,
    }
}

fn precision(bits: Bits) -> tinyllm::Bits {
    match bits {
        Bits::F32 => tinyllm::Bits::F32,
        Bits::Int8 => tinyllm::Bits::Int8,
    }
}

impl TinyLlm {
    /// Makes the model ready that lies in `file`, whose CRC-32 is `crc`; copies what it needs.
    ///
    /// # Errors
    /// Where the bytes are no model, or the heap cannot hold it.
    pub fn load(&mut self, file: &[u8], bits: Bits, crc: u32) -> Result<ModelInfo, Refusal> {
        self.ready = None;
        let checkpoint = Checkpoint::parse(file).map_err(|_| BAD_MODEL)?;
        let model = tinyllm::Model::load(&checkpoint, precision(bits)).map_err(|_| NO_MEMORY)?;
        self.take(model, bits, crc)
    }

    fn take(&mut self, model: tinyllm::Model, bits: Bits, crc: u32) -> Result<ModelInfo, Refusal> {
        let config = *model.config();
        let state = State::new(&config).map_err(|_| NO_MEMORY)?;
        let info = ModelInfo {
            dim: config.dim,
            hidden_dim: config.hidden_dim,
            layers: config.layers,
            heads: config.heads,
            kv_heads: config.kv_heads,
            vocab: config.vocab,
            context: config.context,
            bits,
            crc,
            weight_bytes: model.heap_bytes(),
            kv_bytes: config.kv_bytes().unwrap_or(0),
        };
        self.ready = Some(Ready { model, state, info });
        Ok(info)
    }
}

impl Model for TinyLlm {
    fn begin(&mut self, len: u32, bits: Bits) -> Result<(), Refusal> {
        (self.ready, self.loader) = (None, None);
        self.bits = bits;
        // Said before the model is sent; whether there is room for all of it is known once its
        // header is here.
        let weights = match bits {
            Bits::F32 => len,
            Bits::Int8 => len / 4,
        };
        let mut probe = Vec::<u8>::new();
        probe.try_reserve_exact(weights as usize).map_err(|_| NO_MEMORY)?;
        self.loader = Some(Loader::new(u64::from(len), precision(bits)));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let loader = self.loader.as_mut().ok_or(NO_MODEL)?;
        loader.write(bytes).map_err(|error| {
            self.loader = None;
            refused(&error)
        })
    }

    fn finish(&mut self, crc: u32) -> Result<ModelInfo, Refusal> {
        let loader = self.loader.take().ok_or(NO_MODEL)?;
        let model = loader.finish().map_err(|error| refused(&error))?;
        self.take(model, self.bits, crc)
    }

    fn info(&self) -> Option<ModelInfo> {
        self.ready.as_ref().map(|ready| ready.info)
    }

    fn start(&mut self, seed: u64, temperature: f32, top_p: f32) -> Result<(), Refusal> {
        let ready = self.ready.as_mut().ok_or(NO_MODEL)?;
        ready.state.reset();
        self.sampler = Sampler::new(temperature, top_p, seed);
        Ok(())
    }

    fn feed(
        &mut self,
        token: u32,
        position: u32,
        next: Next,
        lap: &mut dyn Lap,
    ) -> Result<Option<u32>, Refusal> {
        let Ready { model, state, .. } = self.ready.as_mut().ok_or(NO_MODEL)?;
        let classify = match next {
            Next::Read => Classify::No,
            Next::Sample => Classify::Yes,
        };
        let logits = model
            .forward(state, token, position, classify, &mut Clock(lap))
            .map_err(|_| BAD_STEP)?;
        if next == Next::Read {
            return Ok(None);
        }
        lap.enter(Phase::Sample);
        Ok(Some(self.sampler.sample(logits)))
    }
}

struct Clock<'l>(&'l mut dyn Lap);

impl PhaseClock for Clock<'_> {
    fn enter(&mut self, phase: tinyllm::Phase) {
        self.0.enter(match phase {
            tinyllm::Phase::Embed => Phase::Embed,
            tinyllm::Phase::Attention => Phase::Attention,
            tinyllm::Phase::FeedForward => Phase::FeedForward,
            tinyllm::Phase::Classifier => Phase::Classifier,
            tinyllm::Phase::Sample => Phase::Sample,
        });
    }
}
