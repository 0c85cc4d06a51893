//! Bench: what the list says of a port.

use protocol::Snapshot;

use super::bench::rig;
use super::sample;

#[test]
fn a_board_says_how_it_was_spoken_with_whatever_the_driver() {
    let mut ports = sample::ports();
    assert!(rig(Snapshot { ports: ports.clone(), ..sample::snapshot() }).tells("not asked yet"));
    for (port, driver) in ports.iter_mut().skip(1).zip(["mlperf-tiny", "log"]) {
        port.driver = Some(driver.into());
    }
    ports.truncate(3);
    let rig = rig(Snapshot { ports, ..sample::snapshot() });
    assert!(rig.tells("speaks mlperf-tiny") && rig.tells("speaks log"));
    assert!(!rig.tells("not asked yet"));
}
