//! What is wrong with this machine.

use protocol::Finding;

use crate::Engine;

pub(crate) fn diagnose(_engine: &Engine) -> Vec<Finding> {
    Vec::new()
}
