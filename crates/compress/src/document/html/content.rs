//! What of a page is there to be read, and what is navigation and furniture around it.
//!
//! Structure decides first: `main`, `article`, `nav`, `footer`, roles. Where a page has none, blocks
//! that call themselves menus or that consist of links go. If hardly anything would be left, the page
//! is an index, and everything stays.

use super::tree::{Node, Tag};

/// A page of which less than this share would be left is kept whole.
const LEAST_SHARE: f64 = 0.1;
/// Letters a main part has at least to be believed.
const LEAST_LETTERS: usize = 140;

/// What was found.
pub(super) struct Content {
    /// Where reading begins.
    pub(super) root: usize,
    /// Elements that are passed over, with all that is in them.
    pub(super) skipped: Vec<bool>,
    /// Words passed over that a person would have seen.
    pub(super) words_left_out: usize,
    /// Words in elements that the page does not show.
    pub(super) words_hidden: usize,
}

/// Letters of an element and all that is in it.
#[derive(Debug, Clone, Copy, Default)]
struct Weight {
    letters: usize,
    in_links: usize,
    links: usize,
    words: usize,
}

impl Weight {
    fn link_share(&self) -> f64 {
        self.in_links as f64 / self.letters.max(1) as f64
    }
}

/// Everything but what can never be read.
pub(super) fn whole(nodes: &[Node]) -> Content {
    let skipped = nodes.iter().map(silent).collect();
    Content { root: 0, skipped, words_left_out: 0, words_hidden: hidden(nodes) }
}

/// Words in elements that are hidden and would be text otherwise.
fn hidden(nodes: &[Node]) -> usize {
    let unseen = ancestors(nodes, |node| node.hidden);
    let never = ancestors(nodes, |node| matches!(node.tag, Tag::Silent | Tag::Title));
    let places = (0..nodes.len()).filter(|&place| unseen[place] && !never[place]);
    places.map(|place| nodes[place].text.split_whitespace().count()).sum()
}

/// The part of a page that is there to be read.
pub(super) fn find(nodes: &[Node]) -> Content {
    let mut skipped: Vec<bool> = nodes.iter().map(silent).collect();
    let all = weigh(nodes, &skipped);
    let total = all[0];
    let within = ancestors(nodes, |node| {
        matches!(node.tag, Tag::Main | Tag::Article) || node.role == "main"
    });
    for (place, node) in nodes.iter().enumerate().skip(1) {
        skipped[place] = skipped[place] || is_furniture(node, &all[place], within[place]);
    }
    let kept = weigh(nodes, &skipped);
    let root = main_part(nodes, &kept);
    let share = kept[root].letters as f64 / total.letters.max(1) as f64;
    if share < LEAST_SHARE {
        return whole(nodes);
    }
    let words_left_out = total.words.saturating_sub(kept[root].words);
    Content { root, words_left_out, words_hidden: hidden(nodes), skipped }
}

fn silent(node: &Node) -> bool {
    node.hidden || matches!(node.tag, Tag::Silent | Tag::Title)
}

/// For each, whether it or something around it is as asked; parents stand before children.
fn ancestors(nodes: &[Node], is: impl Fn(&Node) -> bool) -> Vec<bool> {
    let mut within = vec![false; nodes.len()];
    for (place, node) in nodes.iter().enumerate() {
        within[place] = is(node) || within[node.parent];
    }
    within
}

fn weigh(nodes: &[Node], skipped: &[bool]) -> Vec<Weight> {
    let mut all = vec![Weight::default(); nodes.len()];
    for (place, node) in nodes.iter().enumerate().rev() {
        if skipped[place] {
            all[place] = Weight::default();
            continue;
        }
        let mut here = all[place];
        here.letters += node.text.chars().filter(|letter| !letter.is_whitespace()).count();
        here.words += node.text.split_whitespace().count();
        if node.tag == Tag::Link {
            here.in_links = here.letters;
            here.links += 1;
        }
        all[place] = here;
        if place > 0 {
            let above = &mut all[node.parent];
            above.letters += here.letters;
            above.in_links += here.in_links;
            above.links += here.links;
            above.words += here.words;
        }
    }
    all
}

/// The only main part, or the article that is most of the page; otherwise the page.
fn main_part(nodes: &[Node], kept: &[Weight]) -> usize {
    let total = kept[0].letters;
    let largest = |is: &dyn Fn(&Node) -> bool| {
        let found = nodes.iter().enumerate().filter(|(_, node)| is(node));
        found.map(|(place, _)| place).max_by_key(|&place| kept[place].letters)
    };
    let main = largest(&|node| node.tag == Tag::Main || node.role == "main");
    if let Some(main) = main
        && kept[main].letters >= LEAST_LETTERS
        && kept[main].letters * 4 >= total
    {
        return main;
    }
    let article = largest(&|node| node.tag == Tag::Article);
    article
        .filter(|&place| kept[place].letters >= LEAST_LETTERS && kept[place].letters * 2 >= total)
        .unwrap_or(0)
}

fn is_furniture(node: &Node, weight: &Weight, within_article: bool) -> bool {
    const ROLES: &[&str] = &[
        "navigation",
        "banner",
        "contentinfo",
        "complementary",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "dialog",
        "alertdialog",
    ];
    const NAMES: &[&str] = &[
        "nav",
        "navbar",
        "navigation",
        "menu",
        "sidebar",
        "footer",
        "breadcrumb",
        "breadcrumbs",
        "cookie",
        "cookies",
        "consent",
        "banner",
        "share",
        "sharing",
        "social",
        "advert",
        "ads",
        "promo",
        "related",
        "subscribe",
        "newsletter",
        "pagination",
        "pager",
        "skip",
        "toolbar",
        "masthead",
        "popup",
        "modal",
        "sponsor",
        "headerlink",
        "permalink",
        "toc",
        "editsection",
    ];
    let named = || {
        let words = node.names.split(|letter: char| !letter.is_alphanumeric());
        words.into_iter().any(|word| NAMES.contains(&word))
    };
    match node.tag {
        Tag::Furniture => true,
        _ if ROLES.contains(&node.role.as_str()) => true,
        // Documentation puts its cautions there.
        Tag::Aside => !within_article || weight.link_share() > 0.3,
        Tag::Header => !within_article && weight.link_share() > 0.3,
        Tag::Link => weight.letters <= 2 && named(),
        Tag::Inline => named() && weight.letters < 40 && weight.link_share() > 0.5,
        Tag::Block | Tag::List | Tag::Table | Tag::Cell => {
            let of_links = weight.link_share() > 0.7 && weight.links >= 4;
            let is_small = !within_article && weight.links > 0 && weight.letters < 300;
            let is_named = named() && (weight.link_share() > 0.3 || is_small);
            is_named || (of_links && !within_article && weight.letters < 2000)
        }
        _ => false,
    }
}
