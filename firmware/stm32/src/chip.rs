//! What tells one chip from another.

/// A Nucleo board and its chip.
pub struct Chip {
    /// Name a person would say.
    pub board: &'static str,
    /// Processor core.
    pub core: &'static str,
    /// Bytes of flash.
    pub flash_bytes: u64,
    /// Where the chip's own number of 96 bits stands.
    pub unique_id: usize,
    /// Multiplies the PLL's input of 2 MHz, half of which is the core's clock.
    pub pll_n: u32,
    /// The core's clock in Hz: `pll_n` millions.
    pub core_hz: u64,
    /// What `FLASH_ACR` wants at that clock: wait states, and whatever makes up for them.
    pub flash_access: u32,
    /// It has caches, which are switched on.
    pub caches: bool,
    /// The UART that the ST-LINK hands on.
    pub uart: Uart,
}

/// A UART, and the pins it is on.
#[derive(Clone, Copy)]
pub struct Uart {
    /// Its registers.
    pub at: usize,
    /// How they lie.
    pub kind: UartKind,
    /// Its bit in `RCC_APB1ENR`.
    pub clock: u32,
    /// Its interrupt line.
    pub line: u16,
    /// Letter of its port, from 0 for A.
    pub port: usize,
    /// Sends on this pin and hears on the next one; both of its alternate function 7.
    pub pin: u32,
}

/// The two generations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum UartKind {
    /// STM32F4: one data register.
    F4,
    /// STM32F7: one for each way.
    F7,
}
