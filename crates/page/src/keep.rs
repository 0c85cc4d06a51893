//! Which parts of a list stay where it changes: who listens is read only what is new, and what has the focus keeps it.

/// For each of the new ones the old one that it is, in order; what is not named goes. As many stay as can.
pub fn kept<T: PartialEq>(before: &[T], after: &[T]) -> Vec<Option<usize>> {
    // How many stay at most of what comes from here on, by where it stands in either list.
    let width = after.len() + 1;
    let mut most = vec![0_usize; (before.len() + 1) * width];
    for (old, one) in before.iter().enumerate().rev() {
        for (new, other) in after.iter().enumerate().rev() {
            let at = old * width + new;
            most[at] = match one == other {
                true => most[at + width + 1] + 1,
                false => most[at + width].max(most[at + 1]),
            };
        }
    }
    let mut old = 0;
    let mut stays = Vec::with_capacity(after.len());
    for (new, other) in after.iter().enumerate() {
        let found =
            (old..before.len()).take_while(|at| most[at * width + new] == most[old * width + new]);
        // The last moment at which it can be taken without one fewer in all.
        let here = found.filter(|at| before[*at] == *other).last();
        let worth =
            here.is_some_and(|at| most[(at + 1) * width + new + 1] + 1 == most[old * width + new]);
        match here.filter(|_| worth) {
            Some(at) => {
                old = at + 1;
                stays.push(Some(at));
            }
            None => stays.push(None),
        }
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expect: &str) {
        let (before, after): (Vec<char>, Vec<char>) =
            (before.chars().collect(), after.chars().collect());
        let stays = kept(&before, &after);
        let shown: String = stays
            .iter()
            .zip(&after)
            .map(|(at, new)| {
                if let Some(at) = at {
                    assert_eq!(before[*at], *new);
                }
                if at.is_some() { *new } else { '+' }
            })
            .collect();
        assert_eq!(shown, expect, "{before:?} {after:?}");
        let order: Vec<usize> = stays.into_iter().flatten().collect();
        assert!(order.is_sorted() && order.windows(2).all(|two| two[0] < two[1]), "{order:?}");
    }

    #[test]
    fn what_is_the_same_stays_wherever_it_stands_now() {
        check("", "", "");
        check("", "ab", "++");
        check("ab", "", "");
        check("abc", "abc", "abc");
        check("abc", "xabc", "+abc");
        check("abc", "ac", "ac");
        check("abc", "axc", "a+c");
        check("abcd", "bacd", "b+cd");
        check("aab", "ab", "ab");
        check("ab", "aab", "a+b");
        check("abcde", "xbyde", "+b+de");
    }
}
