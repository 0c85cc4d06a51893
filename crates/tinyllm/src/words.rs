//! Pieces of the synthetic tokenizer: fragments and common words of English.
//!
//! Each is the concatenation of two shorter pieces (or letters), so that merging can reach it, and
//! they stand in the order in which they should merge.

pub(crate) const WORDS: &[&str] = &[
    " t", " a", "he", "re", "in", "er", " s", " b", " the", "en", " w", " o", "es", "it", "nd",
    "at", "or", " f", " m", " c", "ar", "ou", " and", " d", " p", "ed", " l", "is", "on", "an",
    " n", "st", " on", "al", "ot", "om", " th", "de", "ent", "un", "le", "am", " in", "as", " re",
    " r", "ac", "et", " h", "ing", "ad", " e", "ld", " it", "us", "oc", " T", "ow", " is", "ith",
    "ic", " with", " be", "ard", " bo", " g", "ver", "ion", " to", "ir", "ts", "ll", " of", "ore",
    "im", "her", "ly", "id", " for", " that", "ve", "ode", "ro", "ay", " st", "ag", " S", "ec",
    " M", " C", " was", " not", " board", "um", "out", "ort", "il", "and", " com", "op", " wh",
    "ut", "ap", " D", "ig", "all", " one", " The", "ter", " are", " R", "rs", "el", "ab", " lin",
    " by", " U", "ure", " fr", " P", "est", "em", " k", " W", " I", " no", " lo", " fir", " H",
    "ur", "ui", "pl", "ch", " they", " an", "ul", "ould", "ks", " E", "pen", "one", "odel",
    " only", " do", " us", " O", " A", "ust", "se", "ers", "ex", "are", "ain", " she", " he", "ss",
    "rc", "rat", "ive", "eri", "ew", "ame", " wor", " at", " un", "rot", "port", "ost", "ach",
    " whe", " ab", " v", "ine", "ess", "ere", " tim", " run", " as", "ol", "ment", "ind", "ack",
    " sh", " pro", " from", " can", " en", " N", "oug", "ough", "ock", "now", "mand", "ect", "aw",
    " go", " first", " ex", "up", "ress", "ip", "dev", "arg", "ant", "ang", " what", " per", " ne",
    " about", "ower", "omp", "ne", "ked", "iew", "ib", "erial", "ce", " sm", " or", " open",
    " model", " ma", "ill", "if", "ies", "ian", "ct", "age", " there", " small",
];
