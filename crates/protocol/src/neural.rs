//! Models that read text: which are here, which can be got, and where they can compute.

use serde::{Deserialize, Serialize};

/// What a program that was built with models that read text can use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NeuralView {
    /// Sentence encoders on the engine's computer, by the names they are asked for.
    pub encoders: Vec<String>,
    /// What there is to say what words are worth: token classifiers and language models, likewise.
    pub scorers: Vec<String>,
    /// Where they can compute: the processor, then each GPU that this program can use.
    pub devices: Vec<DeviceView>,
    /// Models that are known by name and are not here.
    pub gettable: Vec<GettableView>,
    /// The folder where those go that are got, each in one of its own.
    pub folder: String,
}

/// A processor or a GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeviceView {
    /// What [`crate::NeuralSpec::device`] calls it.
    pub name: String,
    /// What people call it.
    pub title: String,
}

/// A model that can be got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GettableView {
    /// What [`crate::Command::FetchModel`] calls it.
    pub name: String,
    /// What it is, with its size, in a few words.
    pub about: String,
    /// What it is for.
    pub role: NeuralRole,
}

/// What a model that reads text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum NeuralRole {
    /// Nearness in meaning.
    Encoder,
    /// What words are worth.
    Scorer,
}
