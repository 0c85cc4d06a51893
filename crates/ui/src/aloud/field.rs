//! What can be written or chosen where the picture cannot be seen.

/// A field of the room that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which of the room's fields it is: what is written comes back with it.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub value: String,
    /// How it is filled.
    pub how: How,
}

/// How a field is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// By one line.
    Line,
    /// By so many lines, or more.
    Lines(u32),
    /// By one of these. A value that is none of them is shown as nothing chosen.
    Choice(Vec<Choice>),
}

/// A value that a field can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// What a person calls it.
    pub name: String,
}

impl Field {
    /// A field for one line.
    pub fn line(key: &str, name: &str, value: &str) -> Field {
        Field::of(key, name, value, How::Line)
    }

    /// A field for several lines.
    pub fn lines(key: &str, name: &str, value: &str, lines: u32) -> Field {
        Field::of(key, name, value, How::Lines(lines))
    }

    /// A choice, by values and what they are called.
    pub fn choice<V: Into<String>, N: Into<String>>(
        key: &str,
        name: &str,
        value: &str,
        choices: impl IntoIterator<Item = (V, N)>,
    ) -> Field {
        let choice = |(value, name): (V, N)| Choice { value: value.into(), name: name.into() };
        Field::of(key, name, value, How::Choice(choices.into_iter().map(choice).collect()))
    }

    fn of(key: &str, name: &str, value: &str, how: How) -> Field {
        Field { key: key.to_owned(), name: name.to_owned(), value: value.to_owned(), how }
    }
}
