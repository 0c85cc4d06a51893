//! What tells one machine from another.

/// A machine of QEMU's.
pub struct Machine {
    /// Name a person would say.
    pub board: &'static str,
    /// Identity. An emulated board has no serial number: one of a kind is like another.
    pub chip_id: &'static str,
    /// Processor core.
    pub core: &'static str,
    /// Address of the large memory. A model may lie at its beginning; the rest is heap.
    pub memory: usize,
    /// Its size in bytes.
    pub memory_bytes: usize,
    /// Bytes the code may take.
    pub flash_bytes: u64,
}
