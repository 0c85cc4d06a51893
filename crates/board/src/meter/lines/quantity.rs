//! What a column or a value is: volts, amperes or watts, by its unit.

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quantity {
    Volts,
    Amps,
    Watts,
}

/// A quantity in some unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) quantity: Quantity,
    /// Times the unit of the table.
    pub(super) scale: f64,
}

/// The unit that a text is, such as `mA`. The case counts: `mW` is no `MW`.
pub(super) fn unit(text: &str) -> Option<Column> {
    let text = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    let (prefix, base) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let quantity = match base {
        "V" => Quantity::Volts,
        "A" => Quantity::Amps,
        "W" => Quantity::Watts,
        _ => return None,
    };
    let scale = match prefix {
        "" => 1.0,
        "m" => 1e-3,
        "u" | "µ" | "μ" => 1e-6,
        "n" => 1e-9,
        "k" => 1e3,
        _ => return None,
    };
    Some(Column { quantity, scale })
}

/// What the name of a value says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Heading {
    /// By its unit: `current_mA`, `Power (mW)`, `bus_V`, `I[µA]`. A name without one says nothing.
    column: Option<Column>,
    /// A voltage under it is not the board's.
    shunt: bool,
}

impl Heading {
    pub(super) fn of(name: &str) -> Heading {
        let words = name.split(|c: char| !c.is_alphanumeric());
        let column = words.filter_map(unit).next_back();
        Heading { column, shunt: name.to_lowercase().contains("shunt") }
    }

    /// What a value under it is; `own` is the unit that stands behind the value.
    pub(super) fn with(self, own: Option<Column>) -> Option<Column> {
        let column = own.or(self.column)?;
        (!(self.shunt && column.quantity == Quantity::Volts)).then_some(column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: Option<(Quantity, f64)>) {
        let got = Heading::of(name).with(None).map(|column| (column.quantity, column.scale));
        assert_eq!(got, expect, "{name}");
    }

    #[test]
    fn columns_are_known_by_their_units() {
        check("current_mA", Some((Quantity::Amps, 1e-3)));
        check("Power (mW)", Some((Quantity::Watts, 1e-3)));
        check("bus_V", Some((Quantity::Volts, 1.0)));
        check("I[µA]", Some((Quantity::Amps, 1e-6)));
        check("I[μA]", Some((Quantity::Amps, 1e-6)));
        check("uA", Some((Quantity::Amps, 1e-6)));
        check("shunt_mV", None);
        check("current", None);
        check("time_ms", None);
        check("MW", None);
        // Both signs for micro are letters.
        assert!('µ'.is_alphanumeric() && 'μ'.is_alphanumeric());
        check("", None);
    }
}
