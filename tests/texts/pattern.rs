//! A matcher for the regular expressions of the specification, naive on purpose: it shares nothing with the parsers
//! that are held against it, and is too plain to be wrong in the same way.
//!
//! It knows literals, `[…]`, `\d`, `\w`, `\p{L}`, `\p{N}`, `\p{Z}`, groups, `|`, `*`, `+`, `{n}`, `{n,}` and `{n,m}`. The
//! whole text has to match, as it is meant by `^…$`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a pattern that goes wrong is to stop")]

use std::{collections::BTreeSet, iter::Peekable, str::Chars};

#[derive(Debug)]
pub(crate) struct Pattern(Node);

#[derive(Debug)]
enum Node {
    /// One character of any of these.
    Class(Vec<Member>),
    /// One after the other.
    Sequence(Vec<Self>),
    /// Any of these.
    Choice(Vec<Self>),
    /// This many times at least, this many at most.
    Repeat(Box<Self>, usize, usize),
}

#[derive(Clone, Copy, Debug)]
enum Member {
    Range(char, char),
    /// `\p{L}` and `\p{N}`, which the crate takes for what Rust's `char` says is alphanumeric.
    Alphanumeric,
    /// `\p{Z}`.
    Separator,
}

/// The general category Z, all of it.
pub(crate) const SEPARATORS: &str = " \u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\
    \u{2008}\u{2009}\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}";

const DIGIT: [Member; 1] = [Member::Range('0', '9')];
const WORD: [Member; 4] =
    [Member::Range('0', '9'), Member::Range('A', 'Z'), Member::Range('a', 'z'), Member::Range('_', '_')];

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        let inner = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$')).unwrap();
        let mut rest = inner.chars().peekable();
        let node = choice(&mut rest);
        assert_eq!(rest.next(), None, "{pattern}");
        Self(node)
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        let text = text.chars().collect::<Vec<_>>();
        self.0.ends(&text, &BTreeSet::from([0])).contains(&text.len())
    }
}

fn choice(rest: &mut Peekable<Chars<'_>>) -> Node {
    let mut options = vec![sequence(rest)];
    while rest.next_if_eq(&'|').is_some() {
        options.push(sequence(rest));
    }
    Node::Choice(options)
}

fn sequence(rest: &mut Peekable<Chars<'_>>) -> Node {
    let mut nodes = Vec::new();
    while let Some(first) = rest.next_if(|c| !matches!(c, '|' | ')')) {
        let node = match first {
            '(' => {
                let group = choice(rest);
                assert_eq!(rest.next(), Some(')'));
                group
            }
            '[' => Node::Class(class(rest)),
            '\\' => Node::Class(escape(rest)),
            literal => Node::Class(vec![Member::Range(literal, literal)]),
        };
        nodes.push(match rest.peek() {
            Some('*') => repeat(rest, node, 0),
            Some('+') => repeat(rest, node, 1),
            Some('{') => counted(rest, node),
            _ => node,
        });
    }
    Node::Sequence(nodes)
}

fn repeat(rest: &mut Peekable<Chars<'_>>, node: Node, least: usize) -> Node {
    rest.next();
    Node::Repeat(Box::new(node), least, usize::MAX)
}

fn counted(rest: &mut Peekable<Chars<'_>>, node: Node) -> Node {
    rest.next();
    let count = rest.by_ref().take_while(|&c| c != '}').collect::<String>();
    let (least, most) = match count.split_once(',') {
        Some((least, "")) => (least.parse().unwrap(), usize::MAX),
        Some((least, most)) => (least.parse().unwrap(), most.parse().unwrap()),
        None => (count.parse().unwrap(), count.parse().unwrap()),
    };
    Node::Repeat(Box::new(node), least, most)
}

fn class(rest: &mut Peekable<Chars<'_>>) -> Vec<Member> {
    let mut members = Vec::new();
    loop {
        match rest.next().unwrap() {
            ']' => return members,
            '\\' => members.extend(escape(rest)),
            first => match rest.clone().nth(1) {
                // A hyphen before the closing bracket is one.
                Some(last) if rest.peek() == Some(&'-') && last != ']' => {
                    rest.next();
                    members.push(Member::Range(first, rest.next().unwrap()));
                    assert_ne!(last, '\\');
                }
                _ => members.push(Member::Range(first, first)),
            },
        }
    }
}

fn escape(rest: &mut Peekable<Chars<'_>>) -> Vec<Member> {
    match rest.next().unwrap() {
        'd' => DIGIT.to_vec(),
        'w' => WORD.to_vec(),
        'p' => {
            let name = rest.by_ref().take(3).collect::<String>();
            vec![match &*name {
                "{L}" | "{N}" => Member::Alphanumeric,
                "{Z}" => Member::Separator,
                other => panic!("{other}"),
            }]
        }
        literal => vec![Member::Range(literal, literal)],
    }
}

impl Member {
    fn has(self, c: char) -> bool {
        match self {
            Self::Range(first, last) => (first..=last).contains(&c),
            Self::Alphanumeric => c.is_alphanumeric(),
            Self::Separator => SEPARATORS.contains(c),
        }
    }
}

impl Node {
    /// Where a match can end that begins at one of these places.
    fn ends(&self, text: &[char], starts: &BTreeSet<usize>) -> BTreeSet<usize> {
        match self {
            Self::Class(members) => {
                let fits = |&&at: &&usize| at < text.len() && members.iter().any(|member| member.has(text[at]));
                starts.iter().filter(fits).map(|at| at + 1).collect()
            }
            Self::Sequence(nodes) => nodes.iter().fold(starts.clone(), |starts, node| node.ends(text, &starts)),
            Self::Choice(options) => options.iter().flat_map(|node| node.ends(text, starts)).collect(),
            Self::Repeat(node, least, most) => {
                let mut ends = if *least == 0 { starts.clone() } else { BTreeSet::new() };
                let mut reached = starts.clone();
                for times in 1..=*most {
                    reached = node.ends(text, &reached);
                    if reached.is_empty() || (times > *least && reached.is_subset(&ends)) {
                        break;
                    }
                    if times >= *least {
                        ends.extend(&reached);
                    }
                }
                ends
            }
        }
    }
}

#[test]
fn the_matcher_matches() {
    let matching = [
        ("^a$", "a"),
        ("^$", ""),
        ("^[ab]*$", ""),
        ("^[ab]*$", "abba"),
        ("^[a-c-]+$", "a-c"),
        (r"^[a\-]+$", "a-"),
        (r"^\d{2}$", "12"),
        (r"^x{1,2}y{2,}$", "xyyy"),
        (r"^(a|bc)*d$", "abcad"),
        (r"^([\w.]+[/:])*[\w]+$", "a.b/c:d_9"),
        (r"^[\p{L}]+$", "äß中"),
        (r"^[\p{Z}]+$", " \u{a0}\u{2028}\u{3000}"),
        (r"^(a*b)*$", "aabb"),
    ];
    let other = [
        ("^a$", ""),
        ("^a$", "aa"),
        ("^a$", "a\n"),
        ("^[ab]+$", ""),
        ("^[a-c]+$", "a-c"),
        (r"^\d{2}$", "1"),
        (r"^\d{2}$", "123"),
        (r"^\d{2}$", "١٢"),
        (r"^\w$", "ä"),
        (r"^x{1,2}y{2,}$", "xxxyy"),
        (r"^x{1,2}y{2,}$", "xy"),
        (r"^(a|bc)*d$", "abd"),
        (r"^([\w.]+[/:])*[\w]+$", "a//b"),
        (r"^([\w.]+[/:])*[\w]+$", "a/"),
        (r"^[\p{L}]+$", "a b"),
        (r"^[\p{Z}]+$", "\u{85}"),
        (r"^[\p{Z}]+$", "\u{200b}"),
    ];
    for (pattern, text) in matching {
        assert!(Pattern::new(pattern).matches(text), "{pattern} {text:?}");
    }
    for (pattern, text) in other {
        assert!(!Pattern::new(pattern).matches(text), "{pattern} {text:?}");
    }
}
