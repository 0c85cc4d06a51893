//! Devices that this program was not built for.

use std::sync::atomic::AtomicBool;

use neural::{Choice, Encoder};

use crate::fixture::Folder;

#[cfg(not(any(feature = "cuda", feature = "metal")))]
#[test]
fn a_model_asked_onto_a_gpu_computes_on_the_processor_and_says_so() {
    let folder = Folder::new("bert", "");
    let here = Encoder::load(folder.path(), "fixture", Choice::Auto).unwrap();
    assert_eq!(here.notice(), None);
    let there = Encoder::load(folder.path(), "fixture", "cuda:0".parse().unwrap()).unwrap();
    let notice = there.notice().unwrap();
    assert!(notice.contains("on the processor instead of cuda:0"), "{notice}");
    let go = AtomicBool::new(false);
    assert_eq!(here.encode(&["it runs"], &go).unwrap(), there.encode(&["it runs"], &go).unwrap());
}
