//! Time, memory and identity of this computer.

use std::time::Instant;

use agent::series::{Batch, Direction, Here, Series, SeriesRole};
use agent::{Identity, Memory, Platform, TimerKind, Vitals};
use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::energy::EnergyCounter;
use super::stack::StackPaint;

/// This computer.
pub(super) struct ThisComputer {
    zero: Instant,
    name: String,
    chip_id: String,
    core: String,
    ram_bytes: u64,
    stack: Option<StackPaint>,
    energy: Option<EnergyCounter>,
    system: Option<System>,
}

/// How much of the model's cache holds a token: it grows with the text.
const CACHE: Series<'static> = Series {
    name: "kv_cache_filled",
    unit: "B",
    direction: Direction::Neither,
    role: SeriesRole::Plain,
    rate_hz: None,
};

impl ThisComputer {
    /// Looks once; to be made on the loop's own thread, whose stack it measures.
    pub(super) fn new(name: String) -> Self {
        let mut system = System::new().ok();
        if let Some(system) = &mut system {
            system.refresh_memory();
            system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
        }
        let cpus = system.as_ref().map(System::cpus).unwrap_or_default();
        let core = cpus.first().map_or("", |cpu| cpu.brand()).trim().to_owned();
        ThisComputer {
            zero: Instant::now(),
            name,
            chip_id: engine::machine_identity(),
            core: if core.is_empty() { std::env::consts::ARCH.into() } else { core },
            // Where the system does not tell, the model's own allocation has the last word.
            ram_bytes: system.as_ref().map_or(u64::MAX, System::total_memory),
            stack: StackPaint::here(),
            energy: EnergyCounter::find(),
            system,
        }
    }

    fn process_bytes(&mut self) -> Option<u64> {
        let pid = Pid::from_u32(std::process::id());
        let system = self.system.as_mut()?;
        system.refresh_processes_specifics(
            ProcessesToUpdate::Some(&[pid]),
            true,
            ProcessRefreshKind::nothing().with_memory(),
        );
        system.process(pid).map(sysinfo::Process::memory)
    }
}

impl Platform for ThisComputer {
    fn identity(&self) -> Identity<'_> {
        Identity {
            board: &self.name,
            chip_id: &self.chip_id,
            core: &self.core,
            // A desktop's clock changes from moment to moment; a number would be a guess.
            clock_hz: 0,
            timer: TimerKind::Monotonic,
            timer_hz: 1_000_000_000,
            ram_bytes: self.ram_bytes,
            flash_bytes: 0,
            emulated: false,
            receive_window: 16 << 10,
        }
    }

    fn ticks(&mut self) -> u64 {
        self.zero.elapsed().as_nanos() as u64
    }

    fn reset_peaks(&mut self) {
        crate::HEAP.reset_peak_usage();
        if let Some(stack) = &mut self.stack {
            stack.repaint();
        }
    }

    fn memory(&mut self) -> Memory {
        Memory {
            heap_used: Some(crate::HEAP.current_usage() as u64),
            heap_peak: Some(crate::HEAP.peak_usage() as u64),
            stack_peak: self.stack.as_ref().map(StackPaint::deepest),
            process: self.process_bytes(),
        }
    }

    fn energy_uj(&mut self) -> Option<u64> {
        self.energy.as_mut()?.read_uj()
    }

    /// An atomic load, and where there is an energy counter one read of an open file.
    fn vitals(&mut self) -> Option<Vitals> {
        let heap_used = Some(crate::HEAP.current_usage() as u64);
        Some(Vitals { heap_used, energy_uj: self.energy_uj() })
    }

    fn series(&self, number: u8) -> Option<Series<'_>> {
        (number == 0).then_some(CACHE)
    }

    fn samples(&mut self, _: u8, here: &Here<'_>, into: &mut Batch) {
        let whole = u64::from(here.model.context.max(1));
        let filled = here.model.kv_bytes * u64::from(here.position) / whole;
        into.one(here.ticks, filled as f32);
    }
}
