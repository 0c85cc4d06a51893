//! Which texts are computed together: those of about one length, as many as a budget of tokens allows.

/// Texts of a batch, as indices, the longest first.
pub(crate) type Batch = Vec<usize>;

/// Puts texts of these `lengths` into batches of at most `budget` tokens, padding counted; a text longer
/// than that is a batch of its own. The longest come first, so that no worker is left with them at the end.
pub(crate) fn by_length(lengths: &[usize], budget: usize) -> Vec<Batch> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|&text| (std::cmp::Reverse(lengths[text]), text));
    let mut batches: Vec<Batch> = Vec::new();
    for text in order {
        match batches.last_mut() {
            Some(batch) if (batch.len() + 1) * lengths[batch[0]] <= budget => batch.push(text),
            _ => batches.push(vec![text]),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_texts_of_about_one_length_and_keep_to_the_budget() {
        assert_eq!(by_length(&[3, 9, 3, 8, 40, 0], 20), [vec![4], vec![1, 3], vec![0, 2, 5]]);
        assert_eq!(by_length(&[], 20), Vec::<Batch>::new());
        assert_eq!(by_length(&[0, 0, 0], 1), [vec![0, 1, 2]]);
    }
}
