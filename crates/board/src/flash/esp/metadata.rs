//! What firmware built with `esp-hal` says of itself in its ELF: which chip it is for. A convention of
//! that library; others say nothing.

use object::read::elf::ElfFile32;
use object::{Endianness, Object, ObjectSection, ObjectSymbol};

use super::EspChip;

const SECTION: &str = ".espressif.metadata";
const CHIP: &str = "build_info.CHIP_NAME";

/// The chip that an ELF says it is for.
pub(super) fn chip(bytes: &[u8]) -> Option<&'static EspChip> {
    let file = ElfFile32::<Endianness>::parse(bytes).ok()?;
    let section = file.section_by_name(SECTION)?;
    let symbol = file.symbols().find(|symbol| {
        symbol.section_index() == Some(section.index()) && symbol.name() == Ok(CHIP)
    })?;
    let name = section.data_range(symbol.address(), symbol.size()).ok()??;
    EspChip::named(str::from_utf8(name).ok()?)
}

#[cfg(test)]
#[path = "../../../tests/it/little_elf.rs"]
mod little_elf;

#[cfg(test)]
mod tests {
    use super::little_elf::{RISCV, XTENSA, elf};
    use super::*;
    use crate::flash::{EspImage, EspKind};

    #[test]
    fn an_elf_may_say_which_chip_it_is_for() {
        let named = |name| chip(&elf(RISCV, 0x4200_0020, &[7; 64], name)).map(|chip| chip.title);
        assert_eq!(named(Some("esp32c3")), Some("ESP32-C3"));
        assert_eq!(named(Some("esp32c6")), Some("ESP32-C6"));
        assert_eq!(named(Some("z80")), None);
        assert_eq!(named(None), None);
        assert_eq!(chip(b"hello"), None);
    }

    #[test]
    fn an_elf_for_another_chip_or_other_cores_is_refused() {
        let wanted = |name| EspChip::named(name);
        let read = |bytes, name| EspImage::read(bytes, None, wanted(name));
        let c6 = || elf(RISCV, 0x4200_0020, &[7; 64], Some("esp32c6"));
        let image = read(c6(), "esp32c6").unwrap();
        assert_eq!((image.kind, image.chip), (EspKind::Elf, wanted("esp32c6")));
        let error = read(c6(), "esp32c3").unwrap_err().to_string();
        assert!(error.contains("is for ESP32-C6 and the board has ESP32-C3"), "{error}");
        let xtensa = elf(XTENSA, 0x400d_0020, &[7; 64], None);
        assert!(EspImage::is_likely(&xtensa) && EspImage::is_likely(&c6()));
        assert!(!EspImage::is_likely(&elf(RISCV, 0x1000_0000, &[7; 64], None)));
        let error = read(xtensa, "esp32c3").unwrap_err().to_string();
        assert!(error.contains("is for Xtensa and the board is ESP32-C3"), "{error}");
        let arm = elf(40, 0x0800_0000, &[7; 64], None);
        let error = EspImage::read(arm, None, None).unwrap_err().to_string();
        assert!(error.contains("which wants Xtensa or RISC-V"), "{error}");
    }
}
