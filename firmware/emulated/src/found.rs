//! The model that lay in memory, and what came of it.

use agent::slot::Slot;
use agent::wire::Bits;
use agent::{Lap, Model, ModelInfo, Next, Refusal};
use onboard::TinyLlm;

/// `tinyllm` with a model that may have been there from the beginning.
///
/// Where that one could not be loaded, the host finds none in Hello and sends it; it is then told
/// why not before half a minute of UART, since the same bytes in the same memory would fail again.
pub(crate) struct Found {
    model: TinyLlm,
    refused: Option<(usize, Bits, Refusal)>,
}

impl Found {
    pub(crate) fn load(slot: Option<Slot<'_>>) -> Self {
        let mut model = TinyLlm::default();
        let refused = slot.and_then(|Slot { file, bits, crc }| {
            let refusal = model.load(file, bits, crc).err()?;
            Some((file.len(), bits, refusal))
        });
        Found { model, refused }
    }
}

impl Model for Found {
    fn begin(&mut self, len: u32, bits: Bits) -> Result<(), Refusal> {
        match self.refused {
            Some((refused, b, refusal)) if refused == len as usize && b == bits => Err(refusal),
            _ => self.model.begin(len, bits),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.model.write(bytes)
    }

    fn finish(&mut self, crc: u32) -> Result<ModelInfo, Refusal> {
        self.model.finish(crc)
    }

    fn info(&self) -> Option<ModelInfo> {
        self.model.info()
    }

    fn start(&mut self, seed: u64, temperature: f32, top_p: f32) -> Result<(), Refusal> {
        self.model.start(seed, temperature, top_p)
    }

    fn feed(
        &mut self,
        token: u32,
        position: u32,
        next: Next,
        lap: &mut dyn Lap,
    ) -> Result<Option<u32>, Refusal> {
        self.model.feed(token, position, next, lap)
    }
}
