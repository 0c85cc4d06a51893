//! What is wrong with this machine, and what to do about it.
//!
//! Every check looks at one thing and gives a [`Finding`]. Those that look at files below `/sys`,
//! `/proc` or `/dev` take the root folder, so that tests can show them a broken computer.

mod boards;
mod computer;
mod disk;
mod model;
mod program;
mod store;

pub(crate) use disk::free_bytes;

use std::path::Path;

use protocol::{Finding, Health};

use crate::Engine;
use crate::error::EngineError;
use crate::failure::failure;

/// Looks at everything, in the order in which things depend on each other. Starts the host board
/// once, and reads the store.
pub(crate) fn diagnose(engine: &Engine) -> Vec<Finding> {
    let settings = &*engine.settings();
    let root = Path::new("/");
    let env = |name: &str| std::env::var(name).ok();
    let mut findings =
        vec![program::program(&engine.inner.program, engine.inner.commit.as_deref())];
    findings.extend(program::settings_file(settings));
    findings.push(program::log_folder(&settings.log_folder()));
    findings.push(store::store(engine));
    findings
        .push(disk::space(&settings.store_folder(), disk::free_bytes(&settings.store_folder())));
    findings.push(model::default_model(settings));
    findings.push(boards::host(engine));
    findings.push(boards::emulated(engine));
    let ports = crate::boards::list(engine);
    findings.push(boards::ports(&ports));
    findings.extend(boards::attached(&ports));
    findings.push(computer::energy_counter(root));
    findings.push(computer::display(root, &env));
    findings.push(computer::gpu(root));
    findings.extend(computer::circumstances(&crate::facts::facts()));
    findings
}

fn finding(what: &str, health: Health, seen: impl Into<String>, hint: Option<&str>) -> Finding {
    let hint = hint.map(str::to_owned);
    Finding { what: what.to_owned(), health, seen: seen.into(), hint }
}

fn ok(what: &str, seen: impl Into<String>) -> Finding {
    finding(what, Health::Ok, seen, None)
}

/// An error in a face's words: what happened, and what to do.
fn trouble(what: &str, health: Health, error: EngineError) -> Finding {
    let failure = failure(error);
    let hint = failure.hint;
    Finding { what: what.to_owned(), health, seen: failure.message, hint }
}

/// A sentence with its remedy after the semicolon.
fn sentence(what: &str, health: Health, text: &str) -> Finding {
    match text.split_once("; ") {
        Some((seen, hint)) => finding(what, health, seen, Some(hint)),
        None => finding(what, health, text, None),
    }
}

#[cfg(test)]
mod tests;
