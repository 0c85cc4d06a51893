//! A GGUF file: its header is read and held to bounds before weights are.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, Value};

use crate::error::Error;

/// An open GGUF file.
pub(crate) struct Gguf {
    file: BufReader<File>,
    path: PathBuf,
    content: Content,
    length: u64,
}

/// How a Llama's numbers are to be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    pub(crate) vocabulary: usize,
    pub(crate) hidden: usize,
    pub(crate) inner: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) context: usize,
    pub(crate) epsilon: f64,
    pub(crate) frequency: f32,
}

impl Shape {
    pub(crate) fn head(&self) -> usize {
        self.hidden / self.heads
    }
}

impl Gguf {
    /// Opens the file and reads its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::unreadable(source, path);
        let file = File::open(path).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len();
        let mut file = BufReader::new(file);
        // The reader divides by an alignment that the file names; a file that names 0 is damaged, no more.
        let read = catch_unwind(AssertUnwindSafe(|| Content::read(&mut file)));
        let content = match read {
            Ok(Ok(content)) => content,
            Ok(Err(error)) => {
                let why = error.to_string();
                let why = why.lines().next().unwrap_or_default();
                return Err(Error::damaged(format!("its header cannot be read, {why}"), path));
            }
            Err(_) => return Err(Error::damaged("its header cannot be read", path)),
        };
        Ok(Self { file, path: path.to_path_buf(), content, length })
    }

    pub(crate) fn content(&self) -> &Content {
        &self.content
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the whole file, about what its weights take.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.content.tensor_infos.contains_key(name)
    }

    /// The model's shape, held to bounds.
    pub(crate) fn shape(&self) -> Result<Shape, Error> {
        let unsupported = |reason: String| Error::unsupported(reason, &self.path);
        let kind = self.content.metadata.get("general.architecture");
        let kind = kind.and_then(|kind| kind.to_string().ok()).map_or("none", String::as_str);
        if kind != "llama" {
            return Err(unsupported(format!(
                "its architecture is {kind}, and llama is what is known"
            )));
        }
        if self.number("expert_count").is_some_and(|experts| experts > 0) {
            return Err(unsupported("it is a mixture of experts".to_owned()));
        }
        let within = |name: &str, most: u64| match self.number(name) {
            Some(value @ 1..) if value <= most => Ok(value as usize),
            Some(value) => {
                Err(unsupported(format!("its {name} is {value}, and 1 to {most} are sensible")))
            }
            None => {
                Err(Error::damaged(format!("its header does not say llama.{name}"), &self.path))
            }
        };
        let hidden = within("embedding_length", 32768)?;
        let heads = within("attention.head_count", 512)?;
        let kv_heads = match self.number("attention.head_count_kv") {
            Some(_) => within("attention.head_count_kv", heads as u64)?,
            None => heads,
        };
        let words = self.content.tensor_infos.get("token_embd.weight");
        let words = words.map(|info| info.shape.dims().to_vec());
        let vocabulary = match words.as_deref() {
            Some(&[vocabulary @ 1..=4_194_304, width]) if width == hidden => vocabulary,
            other => {
                let reason =
                    format!("its token_embd.weight is {other:?} with {hidden} to a vector");
                return Err(unsupported(reason));
            }
        };
        let shape = Shape {
            vocabulary,
            hidden,
            inner: within("feed_forward_length", 262_144)?,
            layers: within("block_count", 256)?,
            heads,
            kv_heads,
            context: within("context_length", 16 << 20)?,
            epsilon: self.float("attention.layer_norm_rms_epsilon").unwrap_or(1e-5).into(),
            frequency: self.float("rope.freq_base").unwrap_or(10_000.0),
        };
        let divides = hidden.is_multiple_of(heads)
            && heads.is_multiple_of(kv_heads)
            && shape.head().is_multiple_of(2);
        let rope = self.number("rope.dimension_count").unwrap_or(shape.head() as u64);
        if !divides || rope != shape.head() as u64 {
            let reason = format!(
                "{hidden} do not go into {heads} heads, {kv_heads} of keys, with {rope} turned of each"
            );
            return Err(unsupported(reason));
        }
        if !(shape.epsilon > 0.0 && shape.epsilon < 0.1 && shape.frequency > 1.0) {
            return Err(unsupported("its epsilon or its frequency makes no sense".to_owned()));
        }
        Ok(shape)
    }

    /// Reads one tensor that must have this shape.
    pub(crate) fn read(
        &mut self,
        name: &str,
        shape: &[usize],
        device: &Device,
    ) -> Result<QTensor, Error> {
        let Some(info) = self.content.tensor_infos.get(name) else {
            return Err(Error::mismatched(
                format!("there is no {name} among the weights"),
                &self.path,
            ));
        };
        let found = info.shape.dims();
        if found != shape {
            let reason = format!("{name} is {found:?} and the header makes it {shape:?}");
            return Err(Error::mismatched(reason, &self.path));
        }
        let read = info.read(&mut self.file, self.content.tensor_data_offset, device);
        read.map_err(|error| {
            let why = error.to_string();
            Error::damaged(
                format!("{name}: {}", why.lines().next().unwrap_or_default()),
                &self.path,
            )
        })
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.content.metadata.get(&format!("llama.{name}"))
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.to_u64().ok()
    }

    fn float(&self, name: &str) -> Option<f32> {
        self.value(name)?.to_f32().ok()
    }
}
