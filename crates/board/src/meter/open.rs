//! From what a person names to a conversation.

use super::Meter;
use super::find::{meter_on, ports_beside, ports_of};
use super::lines::PowerLineMeter;
use super::lpm01a::Lpm01a;
use super::model::{MeterModel, MeterSetup};
use super::ppk2::Ppk2;
use crate::ports::list_unasked;
use crate::{BoardError, Lines, Port, Serial, Transport, real_path};

/// Opens the meter that a person names: `ppk2`, `lpm01a`, or a port. `model` says what is behind a
/// port where USB does not; without either it is asked whether it is a PPK2.
///
/// # Errors
/// Where there is no such port or meter, it is another one, or the setup is not for it.
pub fn open_meter(
    named: &str,
    model: Option<MeterModel>,
    setup: &MeterSetup,
) -> Result<Box<dyn Meter>, BoardError> {
    let ports = list_unasked();
    if let Some(named) = MeterModel::named(named)
        && named.row().usb.is_some()
    {
        let paths = ports_of(named, &ports)?;
        return first_that_answers(&paths, &ports, named, setup);
    }
    let found = on(named, &ports);
    let model = model.or_else(|| meter_on(found?)).unwrap_or(MeterModel::Ppk2);
    match found.filter(|port| meter_on(port) == Some(model)) {
        Some(port) => first_that_answers(&ports_beside(port, &ports), &ports, model, setup),
        None => open_port(named, &ports, model, setup),
    }
}

/// Of the ports of one meter the first on which it is; else why the first of them is none.
fn first_that_answers(
    paths: &[String],
    ports: &[Port],
    model: MeterModel,
    setup: &MeterSetup,
) -> Result<Box<dyn Meter>, BoardError> {
    let mut why = None;
    for path in paths {
        match open_port(path, ports, model, setup) {
            Err(
                error @ (BoardError::MeterSilent { .. }
                | BoardError::NotThisMeter { .. }
                | BoardError::PortBusy { .. }),
            ) => why = why.or(Some(error)),
            other => return other,
        }
    }
    Err(why.unwrap_or(BoardError::NoMeter { meter: model.title() }))
}

/// What is to be held while this meter is used, as far as that can be said without opening it.
pub fn meter_place(named: &str) -> String {
    let ports = list_unasked();
    let paths = match MeterModel::named(named) {
        Some(model) => ports_of(model, &ports).unwrap_or_default(),
        None => {
            let meter = on(named, &ports).filter(|port| meter_on(port).is_some());
            let mut paths = meter.map(|port| ports_beside(port, &ports)).unwrap_or_default();
            paths.sort();
            paths
        }
    };
    paths.into_iter().next().unwrap_or_else(|| named.to_owned())
}

/// The port that a path leads to.
fn on<'a>(path: &str, ports: &'a [Port]) -> Option<&'a Port> {
    let path = real_path(path);
    ports.iter().find(|port| real_path(&port.path) == path)
}

/// A board that prints lines is a board still: its modem lines are treated as the table says.
fn open_port(
    path: &str,
    ports: &[Port],
    model: MeterModel,
    setup: &MeterSetup,
) -> Result<Box<dyn Meter>, BoardError> {
    let known = on(path, ports).and_then(Port::known);
    let lines = known.map_or(Lines::Leave, |row| row.lines);
    let port = Serial::open_with(path, model.row().baud, lines)?;
    open_meter_over(Box::new(port), model, setup)
}

/// The same over a transport that is open already.
///
/// # Errors
/// As [`open_meter`].
pub fn open_meter_over(
    transport: Box<dyn Transport>,
    model: MeterModel,
    setup: &MeterSetup,
) -> Result<Box<dyn Meter>, BoardError> {
    Ok(match model {
        MeterModel::Ppk2 => Box::new(Ppk2::open(transport, setup)?),
        MeterModel::Lpm01a => Box::new(Lpm01a::open(transport, setup)?),
        MeterModel::Lines => Box::new(PowerLineMeter::open(transport, setup)?),
    })
}
