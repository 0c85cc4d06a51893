//! The udev rule for the attached boards: shown, and written where one may.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::PortRules;

use crate::error::EngineError;
use crate::put_whole::put_whole;

/// The rule as it would be written; `None` where there is nothing to write.
pub(crate) fn show(root: &Path) -> Result<Option<PortRules>, EngineError> {
    if cfg!(not(target_os = "linux")) {
        return Ok(None);
    }
    Ok(board::rules(&board::list_ports()).map(|text| rules(root, text)))
}

/// Writes it, and has udev read it.
pub(crate) fn write(root: &Path) -> Result<Option<PortRules>, EngineError> {
    let Some(shown) = show(root)? else { return Ok(None) };
    let path = PathBuf::from(&shown.path);
    put_whole(&path, &shown.text)
        .map_err(|source| EngineError::Unwritable { path: shown.path.clone(), source })?;
    if root == Path::new("/") {
        reload();
    }
    Ok(Some(PortRules { present: true, ..shown }))
}

fn rules(root: &Path, text: String) -> PortRules {
    let path = root.join(board::RULES_PATH);
    let present = fs::read_to_string(&path).is_ok_and(|there| there == text);
    PortRules { path: path.display().to_string(), text, present }
}

/// Has udev read its rules and apply them to what is attached. Where that fails, plugging the
/// board in again does the same.
fn reload() {
    for asked in [
        ["control", "--reload"].as_slice(),
        &["trigger", "--subsystem-match=tty", "--subsystem-match=usb"],
    ] {
        let done = Command::new("udevadm").args(asked).stdin(Stdio::null()).output();
        match done {
            Ok(output) if output.status.success() => {}
            Ok(output) => tracing::warn!(status = %output.status, ?asked, "udevadm failed"),
            Err(error) => tracing::warn!(%error, ?asked, "udevadm could not be started"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_whole_and_known_again_by_its_words() {
        let root = tempfile::tempdir().unwrap();
        let before = rules(root.path(), "a rule\n".into());
        assert!(!before.present);
        put_whole(Path::new(&before.path), &before.text).unwrap();
        assert!(rules(root.path(), "a rule\n".into()).present);
        assert!(!rules(root.path(), "another rule\n".into()).present);
        let folder = root.path().join("etc/udev/rules.d");
        let files: Vec<_> =
            fs::read_dir(folder).unwrap().flatten().map(|e| e.file_name()).collect();
        assert_eq!(files, ["70-benchvise.rules"]);
    }
}
