//! Where models come from, and how patient to be with it.

use std::time::Duration;

use super::error::FetchError;
use super::proxy;

/// The public model hub.
const BASE: &str = "https://huggingface.co";
/// The variable that names another one, by the hub's own convention.
const BASE_VARIABLE: &str = "HF_ENDPOINT";

/// A hub and the way to it.
pub(super) struct Hub {
    base: String,
    pub(super) proxy: Option<ureq::Proxy>,
    pub(super) pace: Pace,
}

/// Time limits; tests use shorter ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// For a name to be found, and again for a connection.
    pub(super) connect: Duration,
    /// For an answer to begin, and between any two bytes of it.
    pub(super) stall: Duration,
    /// Before the second attempt; doubles after that.
    pub(super) backoff: Duration,
    /// Attempts without much progress in between.
    pub(super) attempts: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Pace {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            backoff: Duration::from_millis(500),
            attempts: 4,
        }
    }
}

impl Pace {
    /// Longest silence of the network's thread: it finds a name, connects, then waits.
    pub(super) fn silence(&self) -> Duration {
        self.connect * 2 + self.stall * 2
    }
}

impl Hub {
    /// The public hub or the one that the environment names, behind the proxy it names.
    pub(super) fn from_env(env: &dyn Fn(&str) -> Option<String>) -> Result<Hub, FetchError> {
        let named = env(BASE_VARIABLE).filter(|base| !base.trim().is_empty());
        Hub::at(named.as_deref().unwrap_or(BASE), env)
    }

    /// The hub at this address, behind the proxy that the environment names.
    pub(super) fn at(base: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Hub, FetchError> {
        let base = base.trim().trim_end_matches('/').to_owned();
        let scheme = base.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            let detail = "it does not begin with https://".to_owned();
            return Err(FetchError::BadAddress { detail, base });
        }
        let proxy = proxy::of(scheme.as_deref() == Some("https"), env)?;
        Ok(Hub { base, proxy, pace: Pace::default() })
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The whole address of a path on it.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_the_hub() {
        let base = |value: &'static str| {
            Hub::from_env(&|name| (name == BASE_VARIABLE).then(|| value.to_owned()))
                .map(|hub| hub.base)
                .ok()
        };
        assert_eq!(base("http://mirror:8080/hub/").as_deref(), Some("http://mirror:8080/hub"));
        assert_eq!(base(" ").as_deref(), Some(BASE));
        assert_eq!(base("mirror:8080"), None);
        assert_eq!(base("file:///etc"), None);
    }
}
