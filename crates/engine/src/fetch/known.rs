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

/// Where the encoder's files are on the hub, at the revision whose sums stand below.
macro_rules! minilm {
    () => {
        "sentence-transformers/all-MiniLM-L6-v2/resolve/1110a243fdf4706b3f48f1d95db1a4f5529b4d41/"
    };
}

/// Who publishes the encoders.
const PUBLISHER: &str = "sentence-transformers/";

/// A model that can be fetched by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownModel {
    /// What `model get` calls it, and the name of its folder.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// The checkpoint, or the weights.
    pub model: FileSpec,
    /// Its tokenizer.
    pub tokenizer: FileSpec,
    /// What else belongs to it.
    pub others: &'static [FileSpec],
}

impl KnownModel {
    /// Bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.files().map(|file| file.bytes).sum()
    }

    /// All its files.
    pub fn files(&self) -> impl Iterator<Item = &FileSpec> {
        [&self.model, &self.tokenizer].into_iter().chain(self.others)
    }
}

/// Every model for boards that can be fetched.
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
    others: &[],
}];

/// Every sentence encoder that can be fetched, for `compress --encoder`.
pub const KNOWN_ENCODERS: &[KnownModel] = &[KnownModel {
    name: "all-MiniLM-L6-v2",
    about: "a sentence encoder for English of 22.7 million parameters, Apache-2.0, 91 MB",
    model: FileSpec {
        file: "model.safetensors",
        url_path: concat!(minilm!(), "model.safetensors"),
        bytes: 90_868_376,
        sha256: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    },
    tokenizer: FileSpec {
        file: "tokenizer.json",
        url_path: concat!(minilm!(), "tokenizer.json"),
        bytes: 466_247,
        sha256: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    },
    others: &[
        FileSpec {
            file: "config.json",
            url_path: concat!(minilm!(), "config.json"),
            bytes: 612,
            sha256: "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        },
        FileSpec {
            file: "sentence_bert_config.json",
            url_path: concat!(minilm!(), "sentence_bert_config.json"),
            bytes: 53,
            sha256: "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
        },
    ],
}];

/// Scorers of words that people know by name, and what they are. Their files' sums are the hub's to say.
const KNOWN_SCORERS: &[(&str, &str)] = &[(
    "microsoft/llmlingua-2-bert-base-multilingual-cased-meetingbank",
    "a token classifier of LLMLingua-2 for many languages, about 0.7 GB",
)];

/// The model with this name; a publisher may stand before an encoder's.
pub(super) fn find(name: &str) -> Option<&'static KnownModel> {
    let encoder = name.strip_prefix(PUBLISHER).unwrap_or(name);
    let encoder = KNOWN_ENCODERS.iter().find(|model| model.name == encoder);
    encoder.or_else(|| KNOWN_MODELS.iter().find(|model| model.name == name))
}

/// Encoders that are known by name, and what they are.
pub(crate) fn known_encoders() -> Vec<(&'static str, &'static str)> {
    KNOWN_ENCODERS.iter().map(|model| (model.name, model.about)).collect()
}

/// Scorers that are known by name, and what they are.
pub(crate) fn known_scorers() -> Vec<(&'static str, &'static str)> {
    KNOWN_SCORERS.to_vec()
}
