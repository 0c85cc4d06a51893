//! A little ELF with sections and symbols, as firmware for chips of Espressif's has them.

/// RISC-V, in an ELF's header.
pub(crate) const RISCV: u16 = 243;
/// Xtensa.
#[allow(dead_code, reason = "not every test that has this file wants it")]
pub(crate) const XTENSA: u16 = 94;

const PROGBITS: u32 = 1;
const SYMTAB: u32 = 2;
const STRTAB: u32 = 3;
/// Of a section that is loaded, and runs.
const LOADED: u32 = 2 | 4;

/// An ELF for these cores with `code` in mapped flash at `address`. `chip` is what `esp-hal` writes
/// into an ELF: the name of the chip.
pub(crate) fn elf(machine: u16, address: u32, code: &[u8], chip: Option<&str>) -> Vec<u8> {
    let name = chip.unwrap_or("");
    let names = b"\0.text\0.espressif.metadata\0.symtab\0.strtab\0build_info.CHIP_NAME\0";
    let at = |name: &str| {
        let place = names.windows(name.len()).position(|part| part == name.as_bytes());
        u32::try_from(place.unwrap()).unwrap()
    };
    let mut symbols = vec![0; 16];
    for word in [at("build_info"), 0, u32::try_from(name.len()).unwrap()] {
        symbols.extend(word.to_le_bytes());
    }
    // An object, everybody's, in the second section.
    symbols.extend([0x11, 0, 2, 0]);
    let sections: [(u32, u32, u32, u32, &[u8]); 4] = [
        (at(".text"), PROGBITS, LOADED, address, code),
        (at(".espressif"), PROGBITS, 0, 0, name.as_bytes()),
        (at(".symtab"), SYMTAB, 0, 0, &symbols),
        (at(".strtab"), STRTAB, 0, 0, names),
    ];
    // Header, one program header, then the sections, then what describes them.
    let begin = 52 + 32;
    // Each at a multiple of four, as those who read them expect.
    let len: usize = sections.iter().map(|section| section.4.len().next_multiple_of(4)).sum();
    let mut file = vec![0x7f, b'E', b'L', b'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let half = |file: &mut Vec<u8>, v: u16| file.extend(v.to_le_bytes());
    let word = |file: &mut Vec<u8>, v: u32| file.extend(v.to_le_bytes());
    half(&mut file, 2);
    half(&mut file, machine);
    for v in [1, address, 52, u32::try_from(begin + len).unwrap(), 0] {
        word(&mut file, v);
    }
    for v in [52, 32, 1, 40, 5, 4] {
        half(&mut file, v);
    }
    let size = u32::try_from(code.len()).unwrap();
    for v in [1, u32::try_from(begin).unwrap(), address, address, size, size, 5, 4] {
        word(&mut file, v);
    }
    let mut described = vec![0; 40];
    for (name, kind, flags, address, data) in sections {
        let offset = u32::try_from(file.len()).unwrap();
        let size = u32::try_from(data.len()).unwrap();
        let (link, info, each) = if kind == SYMTAB { (4, 1, 16) } else { (0, 0, 0) };
        for v in [name, kind, flags, address, offset, size, link, info, 1, each] {
            word(&mut described, v);
        }
        file.extend(data);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file.extend(described);
    file
}
