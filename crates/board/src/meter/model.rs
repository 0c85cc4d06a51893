//! Which meters there are, and how one is set up.

/// Which meter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterModel {
    /// Nordic's Power Profiler Kit II.
    Ppk2,
    /// ST's X-NUCLEO-LPM01A.
    Lpm01a,
    /// Anything that prints lines, such as an INA219 behind a microcontroller.
    Lines,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeterRow {
    /// Which.
    pub model: MeterModel,
    /// What a person types.
    pub name: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Vendor and product on USB; `None` where anything can be behind the port.
    pub usb: Option<(u16, u16)>,
    /// Bits a second of its port.
    pub baud: u32,
    /// Its samples are numbered, so that lost ones show; of another one nobody can count them.
    pub numbered: bool,
}

/// Every meter that this program speaks to.
pub const METERS: [MeterRow; 3] = [
    MeterRow {
        model: MeterModel::Ppk2,
        name: "ppk2",
        title: "Nordic PPK2",
        usb: Some((0x1915, 0xc00a)),
        // A USB class port: the number means nothing.
        baud: 115_200,
        numbered: true,
    },
    MeterRow {
        model: MeterModel::Lpm01a,
        name: "lpm01a",
        title: "ST X-NUCLEO-LPM01A",
        usb: Some((0x0483, 0x5740)),
        baud: 3_686_400,
        numbered: false,
    },
    MeterRow {
        model: MeterModel::Lines,
        name: "lines",
        title: "line reader",
        usb: None,
        baud: 115_200,
        numbered: false,
    },
];

impl MeterModel {
    /// Its row of the table.
    pub fn row(self) -> &'static MeterRow {
        let [ppk2, lpm01a, lines] = &METERS;
        match self {
            MeterModel::Ppk2 => ppk2,
            MeterModel::Lpm01a => lpm01a,
            MeterModel::Lines => lines,
        }
    }

    /// What a person reads.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// By the name a person types.
    pub fn named(name: &str) -> Option<MeterModel> {
        METERS.iter().find(|row| row.name == name).map(|row| row.model)
    }
}

/// Who feeds the board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Supply {
    /// Something else: the meter only looks. Nothing is switched on by a meter that was only plugged
    /// in.
    #[default]
    Elsewhere,
    /// The meter.
    Meter,
}

/// How to set a meter up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MeterSetup {
    /// The board's supply: what the meter shall feed it with, or by which amperes become watts.
    pub millivolts: Option<u32>,
    /// Who feeds the board.
    pub supply: Supply,
    /// Logic inputs whose edges are told, a bit each.
    pub watched: u8,
    /// Samples a second, where the meter can choose.
    pub rate_hz: Option<u32>,
}
