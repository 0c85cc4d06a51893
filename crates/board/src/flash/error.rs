//! What can go wrong with an image, and on each way onto a board.

use std::io;

use crate::BoardError;

/// Why an image does not get onto a board.
#[derive(Debug, thiserror::Error)]
pub enum FlashError {
    /// Nothing is in it.
    #[error("the image is empty; name another file")]
    Empty,
    /// It is larger than any board's flash.
    #[error("the image is larger than {limit} bytes, which is no board's; name another file")]
    Huge {
        /// Bytes that are read at most.
        limit: u64,
    },
    /// It begins like a UF2 and is none.
    #[error("block {block} of the UF2 {what}; the file is damaged: make it anew")]
    BadUf2 {
        /// Counted from 0.
        block: usize,
        /// What is wrong.
        what: String,
    },
    /// It begins like an ELF and cannot be read.
    #[error("the ELF cannot be read ({0}); name the file that the linker wrote")]
    BadElf(String),
    /// An ELF with nothing to put into a flash.
    #[error("the ELF has nothing to load; name the file that the linker wrote, not an object file")]
    NothingToLoad,
    /// It is for other cores.
    #[error(
        "the image is for {found} and the board is {family}, which wants {wanted}; build it for that board"
    )]
    OtherCore {
        /// What the file says.
        found: &'static str,
        /// The board's family or chip.
        family: String,
        /// What that runs.
        wanted: &'static str,
    },
    /// It is for another family.
    #[error("the UF2 is for the family {found} and the board is {family}; name an image for it")]
    OtherFamily {
        /// Name or number in the file.
        found: String,
        /// The board's.
        family: &'static str,
    },
    /// A part of it has no place.
    #[error(
        "the image has bytes at {address:#010x}, outside the flash of {family} ({from:#010x} to {to:#010x}); {advice}"
    )]
    Outside {
        /// The first such byte.
        address: u64,
        /// The board's family.
        family: &'static str,
        /// Where an image may begin.
        from: u32,
        /// And where it ends.
        to: u32,
        /// What to do.
        advice: &'static str,
    },
    /// It needs more flash than the board has.
    #[error(
        "the image reaches to byte {end} of the flash and the board has {size}; make it smaller, or take a board with more flash"
    )]
    TooLarge {
        /// Bytes from the flash's beginning to the image's end.
        end: u64,
        /// Bytes of the board's flash.
        size: u64,
    },
    /// A part of it is in no flash of the chip's.
    #[error(
        "the image has bytes at {address:#010x}, where {chip} has no flash; it has {flash}: link it for that, or give the right --chip"
    )]
    NoFlashThere {
        /// The first such byte.
        address: u64,
        /// The chip.
        chip: String,
        /// Where it has some.
        flash: String,
    },
    /// Nothing is where the chip begins.
    #[error(
        "the image leaves a hole of {hole} bytes at {start:#010x}, where {family} begins to run; link it from there on"
    )]
    NoStart {
        /// Where that is.
        start: u64,
        /// The board's family.
        family: &'static str,
        /// Bytes of the hole.
        hole: u64,
    },
    /// Two parts of it want the same place.
    #[error("two parts of the image differ at {0:#010x}; make it anew")]
    Overlap(u64),
    /// Plain bytes need an address.
    #[error("plain bytes do not say where they belong; give --base, such as --base {0:#010x}")]
    NoBase(u32),
    /// Nobody said what the board is.
    #[error("nothing says what board this is for; give --family, one of {0}")]
    NoFamily(String),
    /// No board waits.
    #[error("no board waits for an image as a drive; {0}")]
    NoDrive(String),
    /// Several do.
    #[error("several boards wait for an image: {0}; name one of them with --drive")]
    SeveralDrives(String),
    /// It is no such drive.
    #[error(
        "this is no drive of a board, there is no INFO_UF2.TXT on it; name the drive that appeared: {0}"
    )]
    NotADrive(String),
    /// The drive failed.
    #[error(
        "the image could not be written ({source}); put the board into its bootloader again and try once more: {path}"
    )]
    Unwritable {
        /// What the system said.
        source: io::Error,
        /// Where to.
        path: String,
    },
    /// Another program writes onto the drive.
    #[error("another benchvise writes to this drive; wait until that is done: {0}")]
    DriveInUse(String),
    /// It was stopped, and this is how the board is now.
    #[error("stopped {0}")]
    Stopped(String),
    /// This program was built without a way.
    #[error(
        "this program was built without {what}; build it with `cargo build --release -p benchvise --features {feature}`, or use the vendor's own: `{instead}`"
    )]
    NotBuilt {
        /// What is missing.
        what: &'static str,
        /// The feature that brings it.
        feature: &'static str,
        /// A command that does the same.
        instead: String,
    },
    /// Plain bytes for a chip of Espressif's.
    #[error(
        "the image has no header of an app for Espressif's chips at {at:#x}; name the ELF or the app image that the build wrote, or give --base 0 with one that holds the whole flash"
    )]
    NoAppHeader {
        /// Where in the file one was looked for.
        at: usize,
    },
    /// An app image that is damaged.
    #[error("the app image {0}; it is damaged: make it anew")]
    BadApp(String),
    /// It is for another chip.
    #[error("the image is for {found} and the board has {board}; build it for that chip")]
    OtherChip {
        /// What the image says.
        found: String,
        /// What the board says, or the person.
        board: String,
    },
    /// Nobody said what the chip is.
    #[error("nothing says what chip the image is for; give --chip, such as {0}")]
    NoChip(String),
    /// There is no such chip.
    #[error("no chip is called {name}; {near}")]
    NoSuchChip {
        /// What was asked for.
        name: String,
        /// What there is.
        near: String,
    },
    /// An app is mapped in pages.
    #[error("an app cannot begin at {0:#x}; give a --base that is a multiple of 0x10000")]
    BadBase(u32),
    /// What the library says of an image.
    #[error("no image for {chip} can be made of this ELF ({said}); build it for that chip")]
    Unfit {
        /// The chip.
        chip: &'static str,
        /// The library's words.
        said: String,
    },
    /// The chip's bootloader does not answer, or not so that it could be used.
    #[error(
        "the bootloader of the board does not answer ({0}); hold BOOT, press and let go RESET, let go BOOT, and try again with --no-reset"
    )]
    NoBootloader(String),
    /// The chip keeps others from its flash.
    #[error(
        "the chip has {0} switched on, and what is written without its keys would not start; use Espressif's own tools and your keys"
    )]
    Locked(&'static str),
    /// A debug probe is missing.
    #[error("no debug probe is attached{0}; plug one in")]
    NoProbe(String),
    /// The user may not open it.
    #[error(
        "this user may not open the debug probe; `benchvise doctor --fix` shows the rule that lets you: {0}"
    )]
    ProbeDenied(String),
    /// There are several.
    #[error("several debug probes are attached: {0}; name one of them with --board")]
    SeveralProbes(String),
    /// The probe or the chip behind it failed before anything was written.
    #[error(
        "the debug probe does not get to the chip ({0}); look at the cable, the board's power and --chip"
    )]
    NoDebug(String),
    /// It failed in the middle.
    #[error(
        "the writing broke off {done} ({said}); the board holds a part of the image and will not start: look at the cable and flash it again"
    )]
    BrokeOff {
        /// How far it was.
        done: String,
        /// What the library or the system said.
        said: String,
    },
    /// All of it is there, but the board did not start.
    #[error("all of the image is written, but the board was not restarted ({0}); press RESET")]
    NotRestarted(String),
    /// What is in the flash is not what was written.
    #[error(
        "what the board holds differs from the image between {from:#010x} and {to:#010x}; flash it again, over a shorter cable"
    )]
    Differs {
        /// First byte of the stretch that was compared.
        from: u64,
        /// And its last.
        to: u64,
    },
    /// The port could not be opened.
    #[error(transparent)]
    Port(#[from] BoardError),
}
