//! Writes by a debug probe, through the library `probe-rs`.

use std::sync::atomic::{AtomicBool, Ordering};

use object::Architecture;
use probe_rs::config::{NvmRegion, Registry, RegistryError};
use probe_rs::flashing::{DownloadOptions, FlashProgress, ProgressEvent, ProgressOperation};
use probe_rs::probe::list::{Accessibility, Lister};
use probe_rs::probe::{DebugProbeError, DebugProbeInfo};
use probe_rs::{Permissions, Session, Target};

use super::FoundProbe;
use super::cut::cut;
use crate::flash::image::check_core;
use crate::flash::{FlashError, Image, ImageKind, Segment};

/// Most names that are shown where a name fits several chips.
const NAMES: usize = 8;

/// A chip, as the library knows it.
#[derive(Clone, Debug)]
pub struct ProbeChip(Target);

impl ProbeChip {
    /// The chip that `name` begins, as `STM32F446RE`, where it is one.
    ///
    /// # Errors
    /// Where there is none, or several.
    pub fn named(name: &str) -> Result<ProbeChip, FlashError> {
        let registry = Registry::from_builtin_families();
        let found = registry.get_target_by_name(name);
        found.map(ProbeChip).map_err(|error| {
            let mut near = match &error {
                RegistryError::ChipNotUnique(..) => registry.search_chips(name),
                _ => registry.search_chips(name.get(..name.len().min(7)).unwrap_or(name)),
            };
            near.dedup();
            let more = near.len().saturating_sub(NAMES);
            near.truncate(NAMES);
            let near = match (near.is_empty(), more) {
                (true, _) => "give the name that is printed on it, as STM32F446RETx".into(),
                (false, 0) => format!("there are {}", near.join(", ")),
                (false, more) => format!("there are {} and {more} more", near.join(", ")),
            };
            FlashError::NoSuchChip { name: name.into(), near }
        })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Bytes of flash, as the library knows them: for a chip whose flash is another chip beside it,
    /// what it can address.
    pub fn flash(&self) -> u64 {
        self.regions().iter().map(|[from, to]| to - from).max().unwrap_or_default()
    }

    /// First address and end of each flash that a chip may start from; neighbours, as two banks are, in
    /// one. What remains is not for firmware: bytes that can be written once, settings of the chip.
    fn regions(&self) -> Vec<[u64; 2]> {
        let all = || self.0.memory_map.iter().filter_map(|region| region.as_nvm_region());
        let starts = |region: &&NvmRegion| region.access().boot;
        let runs = |region: &&NvmRegion| !region.is_alias && region.access().execute;
        let mut found: Vec<&NvmRegion> = all().filter(starts).collect();
        if found.is_empty() {
            found = all().filter(runs).collect();
        }
        found.sort_by_key(|region| region.range.start);
        let mut regions: Vec<[u64; 2]> = Vec::new();
        for NvmRegion { range, .. } in found {
            match regions.last_mut() {
                Some([_, to]) if *to >= range.start => *to = range.end.max(*to),
                _ => regions.push([range.start, range.end]),
            }
        }
        regions
    }

    fn core(&self) -> Architecture {
        match self.0.architecture() {
            probe_rs::Architecture::Arm => Architecture::Arm,
            probe_rs::Architecture::Riscv => Architecture::Riscv32,
            probe_rs::Architecture::Xtensa => Architecture::Xtensa,
        }
    }

    /// Whether the chip can take the image, and its flash, of which there are so many bytes where a
    /// person says so.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, image: &Image, flash: Option<u64>) -> Result<(), FlashError> {
        if let ImageKind::Elf { core } = image.kind {
            check_core(core, self.core(), self.name())?;
        }
        let regions = self.regions();
        for segment in &image.segments {
            let end = segment.address + segment.bytes.len() as u64;
            let home = regions.iter().find(|[from, to]| (*from..*to).contains(&segment.address));
            let Some([from, to]) = home else {
                return Err(self.no_flash(segment.address));
            };
            let size = flash.map_or(to - from, |flash| flash.min(to - from));
            if end - from > size {
                return Err(FlashError::TooLarge { end: end - from, size });
            }
        }
        Ok(())
    }

    fn no_flash(&self, address: u64) -> FlashError {
        let regions: Vec<_> =
            self.regions().iter().map(|[from, to]| format!("{from:#010x} to {to:#010x}")).collect();
        FlashError::NoFlashThere { address, chip: self.name().into(), flash: regions.join(", ") }
    }

    /// The largest sector that any way of erasing this address takes.
    fn sector(&self, address: u64) -> [u64; 2] {
        let algorithms = self.0.flash_algorithms.iter().map(|one| &one.flash_properties);
        let around =
            algorithms.filter(|one| one.address_range.contains(&address)).filter_map(|one| {
                let inside = address - one.address_range.start;
                let group = one.sectors.iter().rfind(|group| group.address <= inside)?;
                let from = address - (inside - group.address) % group.size.max(1);
                Some([from, from + group.size])
            });
        let none = [address, u64::MAX];
        around.reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]).unwrap_or(none)
    }
}

/// All that are attached.
pub fn list_probes() -> Vec<FoundProbe> {
    Lister::new().list_all().into_iter().map(|info| found(&info)).collect()
}

fn found(info: &DebugProbeInfo) -> FoundProbe {
    FoundProbe {
        name: info.identifier.clone(),
        vid: info.vendor_id,
        pid: info.product_id,
        serial: info.serial_number.clone().filter(|serial| !serial.is_empty()),
    }
}

/// Writes the image, reads it back and compares, and starts the chip. `progress` is told what is done,
/// and bytes of how many.
///
/// # Errors
/// Where the probe or the chip does not answer, breaks off, or `stop` was set; how the board is then is
/// in the words.
pub fn write_by_probe(
    probe: &FoundProbe,
    chip: &ProbeChip,
    image: &Image,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<(), FlashError> {
    progress("connecting", 0, 0);
    let mut session = attach(probe, chip)?;
    let total = image.len() as u64;
    let mut done = 0;
    for piece in cut(&image.segments, &|address| chip.sector(address)) {
        if stop.load(Ordering::Relaxed) {
            return Err(FlashError::Stopped(state(done, total)));
        }
        let broke =
            |said| FlashError::BrokeOff { done: format!("after {done} of {total} bytes"), said };
        let loader = loader(&session, &piece).map_err(broke)?;
        let mut options = DownloadOptions::new();
        options.progress = teller(progress, ("writing", ProgressOperation::Program), done, total);
        loader.commit(&mut session, options).map_err(|error| broke(words(&error)))?;
        done += piece.iter().map(|segment| segment.bytes.len() as u64).sum::<u64>();
        progress("writing", done, total);
    }
    verify(&mut session, image, progress)?;
    let started = session.core(0).and_then(|mut core| core.reset());
    started.map_err(|error| FlashError::NotRestarted(words(&error)))
}

fn attach(probe: &FoundProbe, chip: &ProbeChip) -> Result<Session, FlashError> {
    let open = || {
        let all = Lister::new().list_all_with_access();
        let item = all.into_iter().find(|item| found(&item.info) == *probe);
        let none = || FlashError::NoProbe(format!(" any more: {}", probe.identity()));
        let item = item.ok_or_else(none)?;
        if item.accessibility == Accessibility::PermissionDenied {
            return Err(FlashError::ProbeDenied(probe.identity()));
        }
        let opened = item.info.open();
        opened.map_err(|error: DebugProbeError| FlashError::NoDebug(words(&error)))
    };
    let first = match open()?.attach(chip.0.clone(), Permissions::new()) {
        Ok(session) => return Ok(session),
        Err(error) => error,
    };
    // Firmware that sleeps or has turned its debug pins off is caught at its beginning.
    open()?.attach_under_reset(chip.0.clone(), Permissions::new()).map_err(|second| {
        tracing::debug!(%second, "under reset neither");
        FlashError::NoDebug(words(&first))
    })
}

fn loader(
    session: &Session,
    segments: &[Segment],
) -> Result<probe_rs::flashing::FlashLoader, String> {
    let mut loader = session.target().flash_loader();
    for segment in segments {
        loader.add_data(segment.address, &segment.bytes).map_err(|error| words(&error))?;
    }
    Ok(loader)
}

fn verify(
    session: &mut Session,
    image: &Image,
    progress: &mut dyn FnMut(&'static str, u64, u64),
) -> Result<(), FlashError> {
    use probe_rs::flashing::FlashError as Said;

    let total = image.len() as u64;
    let broke = |said| FlashError::BrokeOff { done: "while it was read back".into(), said };
    let loader = loader(session, &image.segments).map_err(broke)?;
    let mut teller = teller(progress, ("reading back", ProgressOperation::Verify), 0, total);
    let (first, last) = (image.segments.first(), image.segments.last());
    loader.verify(session, &mut teller).map_err(|error| match error {
        Said::Verify => FlashError::Differs {
            from: first.map_or(0, |segment| segment.address),
            to: last.map_or(0, |segment| segment.address + segment.bytes.len() as u64 - 1),
        },
        error => broke(words(&error)),
    })
}

/// Tells how far an operation is; it counts in pages, which may be more than the image.
fn teller<'a>(
    progress: &'a mut dyn FnMut(&'static str, u64, u64),
    (what, counted): (&'static str, ProgressOperation),
    before: u64,
    total: u64,
) -> FlashProgress<'a> {
    let mut done = before;
    FlashProgress::new(move |event| {
        if let ProgressEvent::Progress { operation, size, .. } = event
            && std::mem::discriminant(&operation) == std::mem::discriminant(&counted)
        {
            done += size;
            progress(what, done.min(total), total);
        }
    })
}

/// How a board is that got so much of an image.
fn state(done: u64, total: u64) -> String {
    match done {
        0 => "before anything was written; the board holds what it held: reset it and it starts"
            .into(),
        _ => format!(
            "after {done} of {total} bytes; the board holds a part of the image, with which it will not start: flash it again"
        ),
    }
}

/// What an error says, with what lies behind it, in one line.
fn words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{}: {more}", words.trim_end_matches('.'));
        }
        behind = error.source();
    }
    words.replace("; ", ", ").lines().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A job carries it to a thread of its own.
    const _: fn(ProbeChip) -> Box<dyn Send> = |chip| Box::new(chip);

    fn plain(len: usize, at: u32) -> Image {
        Image::read(&vec![7; len], Some(at), None).unwrap()
    }

    #[test]
    fn chips_of_the_tables_are_known_with_their_flash() {
        for row in crate::flash::way::TABLE.iter().filter_map(|row| row.chip) {
            ProbeChip::named(row).unwrap();
        }
        let stm32 = ProbeChip::named("STM32F446RE").unwrap();
        assert_eq!((stm32.core(), stm32.flash()), (Architecture::Arm, 512 << 10));
        stm32.check(&plain(512 << 10, 0x0800_0000), None).unwrap();
        let check = |image: Image, flash, words: &str| {
            let error = stm32.check(&image, flash).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        };
        check(plain((512 << 10) + 1, 0x0800_0000), None, "the board has 524288");
        check(plain(200, 0x0800_0000), Some(100), "the board has 100");
        let words = "where STM32F446RE has no flash; it has 0x08000000 to 0x08080000: link";
        check(plain(4, 0x1000_0000), None, words);
        // Bytes that can be written once.
        check(plain(4, 0x1fff_7800), None, words);
        // Two banks, one after the other.
        let two = ProbeChip::named("STM32L476RG").unwrap();
        assert_eq!(two.flash(), 1 << 20);
        two.check(&plain(1 << 20, 0x0800_0000), None).unwrap();
        let riscv = ProbeChip::named("RP235x_riscv").unwrap();
        assert_eq!(riscv.core(), Architecture::Riscv32);
    }

    #[test]
    fn a_name_that_is_none_or_several_says_what_there_is() {
        let said = |name| ProbeChip::named(name).unwrap_err().to_string();
        let several = said("STM32F4");
        assert!(several.contains("there are STM32F4") && several.contains("more"), "{several}");
        assert!(said("nonsense").contains("printed on it"), "{}", said("nonsense"));
    }

    #[test]
    fn sectors_are_the_chips_own() {
        let stm32 = ProbeChip::named("STM32F446RE").unwrap();
        assert_eq!(stm32.sector(0x0800_0010), [0x0800_0000, 0x0800_4000]);
        assert_eq!(stm32.sector(0x0802_0010), [0x0802_0000, 0x0804_0000]);
        let rp2040 = ProbeChip::named("RP2040").unwrap();
        assert_eq!(rp2040.sector(0x1000_1fff), [0x1000_1000, 0x1000_2000]);
    }
}
