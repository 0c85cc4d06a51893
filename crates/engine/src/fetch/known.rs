//! The models that can be fetched.

/// One file on the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSpec {
    /// Its name on disk.
    pub file: &'static str,
    /// Its path on the hub, below the base address.
    pub url_path: &'static str,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in small hex letters.
    pub sha256: &'static str,
}

/// A model that can be fetched by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownModel {
    /// What `model get` calls it, and the name of its folder.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The checkpoint.
    pub model: FileSpec,
    /// Its tokenizer.
    pub tokenizer: FileSpec,
}

impl KnownModel {
    /// Bytes of both files.
    pub fn bytes(&self) -> u64 {
        self.model.bytes + self.tokenizer.bytes
    }
}

/// Every model that can be fetched.
pub const KNOWN_MODELS: &[KnownModel] = &[KnownModel {
    name: "stories260K",
    about: "a llama2.c model of 260 000 parameters that tells children's stories, 1 MB",
    model: FileSpec {
        file: "stories260K.bin",
        url_path: "karpathy/tinyllamas/resolve/main/stories260K/stories260K.bin",
        bytes: 1_056_540,
        sha256: "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696",
    },
    tokenizer: FileSpec {
        file: "tok512.bin",
        url_path: "karpathy/tinyllamas/resolve/main/stories260K/tok512.bin",
        bytes: 6227,
        sha256: "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312",
    },
}];

/// The model with this name.
pub(super) fn find(name: &str) -> Option<&'static KnownModel> {
    KNOWN_MODELS.iter().find(|model| model.name == name)
}
