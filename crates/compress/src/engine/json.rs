//! One JSON value: white space goes first, then elements of the container that holds most of it.
//!
//! What is left is valid JSON, because whole elements go together with their commas.

use std::ops::Range;

/// The parts of a JSON text that can go, and the frame that cannot.
pub(crate) struct Shape {
    /// The droppable elements of the container, in order.
    pub(crate) elements: Vec<Range<usize>>,
    /// Stretches before the first element, without white space between tokens.
    head: Vec<Range<usize>>,
    /// Stretches after the last element.
    tail: Vec<Range<usize>>,
    /// Stretches of all elements, and where each element's begin.
    body: Vec<Range<usize>>,
    body_starts: Vec<usize>,
    /// The comma after each element but the last.
    commas: Vec<usize>,
}

/// The shape of `text`; `None` where it is not one valid JSON value with a container in it. White space stays in
/// what is left, but for that between elements, where it is not to be `dense`.
pub(crate) fn shape(text: &str, dense: bool) -> Option<Shape> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).ok()?;
    let nodes = containers(text.as_bytes());
    // From the outside in, as long as one child holds most of what there is.
    let mut chosen = nodes.first()?;
    loop {
        let size = chosen.range.len();
        let inner =
            nodes.iter().filter(|n| n.parent == Some(chosen.index)).max_by_key(|n| n.range.len());
        match inner {
            Some(inner)
                if inner.range.len() * 2 > size
                    && inner.elements.len() > chosen.elements.len()
                    && chosen.elements.len() < 8 =>
            {
                chosen = inner
            }
            _ => break,
        }
    }
    let elements: Vec<Range<usize>> = chosen.elements.clone();
    let (first, last) = (elements.first()?, elements.last()?);
    let put = |range: Range<usize>, out: &mut Vec<Range<usize>>| match dense {
        true => without_white_space(text, range, out),
        false => out.push(range),
    };
    let mut head = Vec::new();
    put(0..first.start, &mut head);
    let mut tail = Vec::new();
    put(last.end..text.len(), &mut tail);
    let (mut body, mut body_starts) = (Vec::new(), Vec::new());
    for element in &elements {
        body_starts.push(body.len());
        put(element.clone(), &mut body);
    }
    body_starts.push(body.len());
    let commas = elements
        .windows(2)
        .map(|pair| text[pair[0].end..pair[1].start].find(',').map(|at| pair[0].end + at))
        .collect::<Option<Vec<usize>>>()?;
    Some(Shape { elements, head, tail, body, body_starts, commas })
}

impl Shape {
    /// The source stretches of the output that keeps the elements marked in `keep`, in order, neighbours
    /// joined.
    pub(crate) fn stretches(&self, keep: &[bool]) -> Vec<Range<usize>> {
        let mut out: Vec<Range<usize>> = Vec::new();
        let mut push = |range: Range<usize>| match out.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => out.push(range),
        };
        self.head.iter().cloned().for_each(&mut push);
        let mut comma = None;
        for (index, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
            if let Some(at) = comma {
                push(at..at + 1);
            }
            self.body[self.body_starts[index]..self.body_starts[index + 1]]
                .iter()
                .cloned()
                .for_each(&mut push);
            comma = self.commas.get(index).copied();
        }
        self.tail.iter().cloned().for_each(&mut push);
        out
    }
}

/// Whether `text` is one JSON array or object.
pub(crate) fn is_value(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{'])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Where the array or object that `text` begins with ends, by its brackets alone; `None` where it does
/// not end within `budget` bytes, from which what was read is taken.
pub(crate) fn value_end(text: &str, budget: &mut usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0usize, 0usize);
    while at < bytes.len() && *budget > 0 {
        let from = at;
        match bytes[at] {
            b'"' => at = scalar_end(bytes, at),
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    *budget = budget.saturating_sub(1);
                    return Some(at);
                }
            }
            _ => at += 1,
        }
        *budget = budget.saturating_sub(at - from);
    }
    None
}

struct Container {
    index: usize,
    parent: Option<usize>,
    range: Range<usize>,
    /// Values of an array, `"name": value` of an object.
    elements: Vec<Range<usize>>,
}

/// Every array and object of a valid JSON text, outermost first.
fn containers(bytes: &[u8]) -> Vec<Container> {
    struct Open {
        node: usize,
        element: Option<usize>,
        last: usize,
    }
    let mut nodes: Vec<Container> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b' ' | b'\n' | b'\r' | b'\t' => at += 1,
            b'{' | b'[' => {
                let parent = open.last_mut().map(|o| {
                    o.element.get_or_insert(at);
                    o.node
                });
                open.push(Open { node: nodes.len(), element: None, last: at });
                nodes.push(Container {
                    index: nodes.len(),
                    parent,
                    range: at..at,
                    elements: Vec::new(),
                });
                at += 1;
            }
            b'}' | b']' => {
                at += 1;
                if let Some(done) = open.pop() {
                    if let Some(start) = done.element {
                        nodes[done.node].elements.push(start..done.last);
                    }
                    nodes[done.node].range.end = at;
                }
                if let Some(outer) = open.last_mut() {
                    outer.last = at;
                }
            }
            b',' => {
                if let Some(here) = open.last_mut()
                    && let Some(start) = here.element.take()
                {
                    nodes[here.node].elements.push(start..here.last);
                }
                at += 1;
            }
            b':' => at += 1,
            _ => {
                let start = at;
                at = scalar_end(bytes, at);
                if let Some(here) = open.last_mut() {
                    here.element.get_or_insert(start);
                    here.last = at;
                }
            }
        }
    }
    nodes
}

/// The end of the string, number or word at `at`.
fn scalar_end(bytes: &[u8], mut at: usize) -> usize {
    if bytes[at] == b'"' {
        at += 1;
        while at < bytes.len() && bytes[at] != b'"' {
            at += if bytes[at] == b'\\' { 2 } else { 1 };
        }
        return (at + 1).min(bytes.len());
    }
    while at < bytes.len()
        && !matches!(
            bytes[at],
            b',' | b':' | b'{' | b'}' | b'[' | b']' | b' ' | b'\n' | b'\r' | b'\t'
        )
    {
        at += 1;
    }
    at
}

/// The stretches of `range` without white space outside strings.
fn without_white_space(text: &str, range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let bytes = &text.as_bytes()[..range.end];
    let mut at = range.start;
    let mut start = at;
    while at < range.end {
        match bytes[at] {
            b' ' | b'\n' | b'\r' | b'\t' => {
                if start < at {
                    out.push(start..at);
                }
                at += 1;
                start = at;
            }
            b'"' => at = scalar_end(bytes, at),
            _ => at += 1,
        }
    }
    if start < range.end {
        out.push(start..range.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, keep: &[bool], expect: &str) {
        let shape = shape(text, true).expect("valid");
        assert_eq!(shape.elements.len(), keep.len(), "{text}");
        let got: String = shape.stretches(keep).iter().map(|r| &text[r.clone()]).collect();
        assert_eq!(got, expect);
        assert!(serde_json::from_str::<serde_json::Value>(&got).is_ok());
    }

    #[test]
    fn elements_go_with_their_commas_and_white_space_goes_always() {
        check("[1, 2, 3]", &[true, false, true], "[1,3]");
        check("[1, 2, 3]", &[false; 3], "[]");
        check("[{\"a\": \"x, y\"}, 2]", &[true, false], "[{\"a\":\"x, y\"}]");
        check(
            "{\"n\": 1, \"rows\": [ [1, 2], [3, 4], [5, 6], [7, 8] ]}",
            &[false, true, false, true],
            "{\"n\":1,\"rows\":[[3,4],[7,8]]}",
        );
        check("{\"a\": \"q\\\"{\", \"b\": 2}", &[true, true], "{\"a\":\"q\\\"{\",\"b\":2}");
    }

    #[test]
    fn what_is_not_json_has_no_shape() {
        assert!(shape("{\"a\": }", true).is_none());
        assert!(shape("12", true).is_none());
        assert!(shape("[]", true).is_none());
    }

    #[test]
    fn white_space_may_stay() {
        let text = "[ {\"a\": 1}, {\"a\": 2} ]";
        let shape = shape(text, false).unwrap();
        let left: String =
            shape.stretches(&[false, true]).iter().map(|r| &text[r.clone()]).collect();
        assert_eq!(left, "[ {\"a\": 2} ]");
    }
}
