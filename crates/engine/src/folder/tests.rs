//! What a panic in the compressor costs.

use protocol::BudgetSpec;

use super::*;
use crate::compress::tests::{Trips, outcome};

#[test]
fn a_document_that_trips_the_compressor_has_its_line_in_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("in");
    let into = folder.path().join("out");
    std::fs::create_dir_all(&from).unwrap();
    std::fs::create_dir_all(&into).unwrap();
    let text = "The pump was checked in 1987 by the harbour office. Nobody said why.\n".repeat(9);
    std::fs::write(from.join("a.txt"), &text).unwrap();
    std::fs::write(from.join("b.txt"), "They stumble over it.").unwrap();
    std::fs::write(from.join("c.txt"), text + "And so on.").unwrap();
    let manifest = into.join("m.jsonl");
    let spec = FolderSpec {
        manifest: manifest.clone(),
        threads: Some(1),
        ..FolderSpec::new(from.clone(), into.clone(), BudgetSpec::Ratio(3.0), "trips")
    };
    let way = Way::of("automatic", None, &spec.shaping).unwrap();
    let walks = [Walk::new(&from, &into).unwrap(), Walk::new(&from, &into).unwrap()];
    let made = outcome(move |job| {
        run(job, &spec, walks, (&Trips, "trips"), &way)
            .map(|view| JobOutcome::Folder(Box::new(view)))
    });
    let JobOutcome::Folder(view) = made else { panic!("{made:?}") };
    assert_eq!((view.documents, view.done, view.failed), (3, 2, 1));
    assert!(view.first_failures[0].1.message.contains("tripped on purpose"), "{view:?}");
    let lines = std::fs::read_to_string(manifest).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].contains("b.txt") && lines[1].contains("tripped on purpose"), "{lines:?}");
}
