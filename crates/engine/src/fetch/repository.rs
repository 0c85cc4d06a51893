//! A model on the hub that nobody wrote down here: a publisher's folder of files, or one file of a language model.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::FetchError;
use super::hub::Hub;
use super::listing::{self, Listing};
use super::wanted::{Sum, Wanted};
use super::{Fetched, Watch, fetch_all, is_name, is_there, page};
use crate::lent::is_gguf;

/// What an encoder or a token classifier consists of. The description comes last: without it a folder is no
/// model, so that one that is half another's is none.
const NEEDED: [&str; 3] = ["tokenizer.json", "model.safetensors", CONFIG];
const CONFIG: &str = "config.json";
/// What is read of its folder too, where it is there.
const WELCOME: [&str; 2] = ["sentence_bert_config.json", "1_Pooling/config.json"];
/// What is read beside a language model's file, where it is there.
const BESIDE: &str = "tokenizer.json";
/// The largest description that is read, in bytes.
const CONFIG_BYTES: usize = 1 << 20;

/// `publisher/name` or `publisher/name/file.gguf`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repository {
    publisher: String,
    name: String,
    file: Option<String>,
}

#[derive(Deserialize)]
struct Config {
    model_type: Option<String>,
}

impl Repository {
    /// What a person wrote; `None` where it is no such name.
    pub(super) fn parse(text: &str) -> Option<Repository> {
        let parts: Vec<&str> = text.split('/').collect();
        let (publisher, name, file) = match *parts.as_slice() {
            [publisher, name] => (publisher, name, None),
            [publisher, name, file] if is_gguf(Path::new(file)) => {
                (publisher, name, Some(file.to_owned()))
            }
            _ => return None,
        };
        let right = parts.iter().all(|part| is_name(part));
        let (publisher, name) = (publisher.to_owned(), name.to_owned());
        right.then_some(Repository { publisher, name, file })
    }

    /// `publisher/name`.
    pub(super) fn repository(&self) -> String {
        format!("{}/{}", self.publisher, self.name)
    }

    /// Where its files go.
    fn folder(&self, models: &Path) -> PathBuf {
        models.join(format!("{}--{}", self.publisher, self.name))
    }

    /// Nobody was reached: what a person can do instead.
    fn by_hand(&self, why: &str, hub: &Hub, folder: &Path) -> FetchError {
        let files = match &self.file {
            Some(file) => file.clone(),
            None => NEEDED.join(", "),
        };
        FetchError::Unlisted {
            // A face splits the message from the remedy at the semicolon.
            why: why.replace(';', ","),
            files,
            url: hub.url(&self.repository()),
            folder: folder.to_path_buf(),
        }
    }

    /// Fetches what is not there yet.
    pub(super) fn fetch(
        &self,
        models: &Path,
        hub: &Hub,
        watch: &mut Watch<'_>,
    ) -> Result<Fetched, FetchError> {
        let folder = self.folder(models);
        let unreachable = |why: &str| self.by_hand(why, hub, &folder);
        let listing = listing::ask(&self.repository(), hub, watch, &unreachable)?;
        let wanted = self.wanted(&listing, hub)?;
        if self.file.is_none() {
            self.look(&wanted, hub, watch, &unreachable)?;
            unmake(&wanted, &folder, watch)?;
        }
        let paths = fetch_all(&wanted, &folder, hub, watch)?;
        let path = |file: &str| {
            let at = wanted.iter().position(|wanted| wanted.file == file);
            at.and_then(|at| paths.get(at)).cloned()
        };
        let weights = self.file.as_deref().unwrap_or("model.safetensors");
        let unchecked = wanted.iter().filter(|wanted| wanted.sum == Sum::None);
        Ok(Fetched {
            model: path(weights).unwrap_or_else(|| folder.join(weights)),
            tokenizer: path(BESIDE),
            name: Some(self.to_string()),
            unchecked: unchecked.map(|wanted| wanted.file.clone()).collect(),
        })
    }

    /// What is to be fetched, in that order.
    fn wanted(&self, listing: &Listing, hub: &Hub) -> Result<Vec<Wanted>, FetchError> {
        let url = || hub.url(&self.repository());
        let needed: Vec<&str> = match &self.file {
            Some(file) => vec![file],
            None => NEEDED.to_vec(),
        };
        let welcome: &[&str] = if self.file.is_some() { &[BESIDE] } else { &WELCOME };
        let mut wanted: Vec<Wanted> =
            welcome.iter().filter_map(|file| listing.file(file)).collect();
        for file in needed {
            match (listing.file(file), listing.language_model()) {
                (Some(found), _) => wanted.push(found),
                (None, Some(other)) => {
                    let example = format!("{}/{other}", self.repository());
                    let missing = file.to_owned();
                    return Err(FetchError::OtherFile { missing, example, url: url() });
                }
                (None, None) => {
                    return Err(FetchError::NotUsable {
                        why: format!("it has no {file}"),
                        url: url(),
                    });
                }
            }
        }
        Ok(wanted)
    }

    /// Looks at the description before anything large is fetched.
    fn look(
        &self,
        wanted: &[Wanted],
        hub: &Hub,
        watch: &Watch<'_>,
        unreachable: &dyn Fn(&str) -> FetchError,
    ) -> Result<(), FetchError> {
        let Some(config) = wanted.iter().find(|wanted| wanted.file == CONFIG) else {
            return Ok(());
        };
        let url = hub.url(&config.url_path);
        let read = page::read(&url, CONFIG_BYTES, hub, watch, unreachable)?;
        let read = read.map_err(|status| FetchError::NoSuchModel { status, url: url.clone() })?;
        let kind =
            serde_json::from_slice::<Config>(&read).ok().and_then(|config| config.model_type);
        match kind.as_deref() {
            None | Some("bert" | "roberta" | "xlm-roberta") => Ok(()),
            Some(kind) => {
                let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let kind: String = kind.chars().filter(plain).take(40).collect();
                let why = format!(
                    "it is of the kind {kind}, and bert, roberta and xlm-roberta are known"
                );
                Err(FetchError::NotUsable { why, url: hub.url(&self.repository()) })
            }
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.publisher, self.name)?;
        self.file.as_ref().map_or(Ok(()), |file| write!(f, "/{file}"))
    }
}

/// Takes the description of a whole model away where another revision of it is about to come: until that is whole
/// too, the folder holds parts of both.
fn unmake(wanted: &[Wanted], folder: &Path, watch: &Watch<'_>) -> Result<(), FetchError> {
    let config = folder.join(CONFIG);
    if !config.is_file() {
        return Ok(());
    }
    for other in wanted.iter().filter(|wanted| wanted.file != CONFIG) {
        if !is_there(other, &folder.join(&other.file), watch)? {
            return fs::remove_file(&config)
                .map_err(|error| FetchError::written(error, &config, 0));
        }
    }
    Ok(())
}
