//! Ids: sortable texts made from the time and randomness, and the numbers of series.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Mutex;

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

use crate::clock::now_ms;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`. Sorts like the number it spells.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The length of an id in characters.
pub(crate) const ID_LEN: usize = 26;

/// Whether `text` could be an id, or the beginning of one.
pub(crate) fn is_id_prefix(text: &str) -> bool {
    !text.is_empty() && text.len() <= ID_LEN && text.bytes().all(|byte| DIGITS.contains(&byte))
}

/// A new id: 48 bits of milliseconds, then 80 random bits, as 26 characters. Within one program
/// each id sorts after the one before it, also within one millisecond.
fn new_id() -> String {
    static LAST: Mutex<u128> = Mutex::new(0);
    let time_ms = u128::try_from(now_ms()).unwrap_or(0) & ((1 << 48) - 1);
    let random = (u128::from(random_u64()) << 64 | u128::from(random_u64())) & ((1 << 80) - 1);
    let mut number = time_ms << 80 | random;
    let mut last = LAST.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if number <= *last {
        number = *last + 1;
    }
    *last = number;
    (0..ID_LEN)
        .rev()
        .map(|place| {
            let digit = (number >> (5 * place)) & 31;
            char::from(DIGITS.get(digit as usize).copied().unwrap_or(b'0'))
        })
        .collect()
}

/// 64 random bits out of the operating system's seed of the standard library's hash maps.
fn random_u64() -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_i64(now_ms());
    hasher.write_u32(std::process::id());
    hasher.finish()
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// A new id, later in order than all this program made before.
            pub(crate) fn new() -> Self {
                Self(new_id())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                self.0.to_sql()
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                String::column_result(value).map(Self)
            }
        }
    };
}

text_id! {
    /// The id of a [`Run`](crate::Run): 26 lower-case letters and digits that sort by time.
    /// A unique prefix is enough to name a run ([`Store::resolve`](crate::Store::resolve)).
    RunId
}
text_id! {
    /// The id of a [`Fit`](crate::Fit), in the same form as a [`RunId`].
    FitId
}
text_id! {
    /// The id of a [`Compression`](crate::Compression), in the same form as a [`RunId`].
    CompressionId
}

/// The id of a [`Series`](crate::Series): 52 random bits, so that it survives JSON and so that a
/// restored `app.sqlite` never matches samples recorded after its backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeriesId(pub i64);

impl SeriesId {
    /// A new random id, at least 1.
    pub(crate) fn new() -> Self {
        Self(((random_u64() >> 12) as i64).max(1))
    }
}

impl fmt::Display for SeriesId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql for SeriesId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for SeriesId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_in_one_millisecond_still_sort_in_order() {
        let ids: Vec<String> = (0..1000).map(|_| new_id()).collect();
        assert!(ids.iter().all(|id| id.len() == ID_LEN && is_id_prefix(id)));
        assert!(ids.is_sorted());
        assert!(ids.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn series_ids_fit_into_a_json_number_and_differ() {
        let mut ids: Vec<i64> = (0..1000).map(|_| SeriesId::new().0).collect();
        assert!(ids.iter().all(|id| (1..1 << 53).contains(id)));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 1000);
    }
}
