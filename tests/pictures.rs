//! The pictures of the two transition tables, in `docs/pictures`, have every change of status, and no other.
//!
//! A graph, `.dot`, is written from its table. `.ci/pictures` lays it out, as `.svg`; whether that is of this graph is
//! checked by what it says of itself.

use std::{collections::BTreeMap, fs, path::PathBuf};

use account_connections::{
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus},
    environment::{DEPLOYMENT_TRANSITIONS, DeploymentStatus},
    id::Side,
};

use crate::support::is_as_in;

/// What leads from one status to another, by both.
type Arrows = BTreeMap<(&'static str, &'static str), Vec<String>>;

#[test]
fn the_connections_is_current() {
    let mut arrows = Arrows::new();
    for row in CONNECTION_TRANSITIONS {
        let by = match row.by() {
            Side::EnvironmentAccount => "environment account",
            Side::ManagementAccount => "management account",
        };
        let condition = match row.in_use {
            None => "",
            Some(false) => "\\nnot in use",
            Some(true) => "\\nin use",
        };
        let (name, label) = (ConnectionStatus::name, format!("{}\\n{by}{condition}", row.on.name()));
        add(&mut arrows, row.from.map(name), row.to.map(|to| to.map(name)), label);
    }
    assert_eq!(arrows.len(), 7);
    is_current("connection", &arrows);
}

#[test]
fn the_deployments_is_current() {
    let mut arrows = Arrows::new();
    for row in DEPLOYMENT_TRANSITIONS {
        let when = row.when.name();
        let label = if when.is_empty() { row.on.name().into() } else { format!("{} ({when})", row.on.name()) };
        let name = DeploymentStatus::name;
        add(&mut arrows, row.from.map(name), row.to.map(|to| to.map(name)), label);
    }
    is_current("deployment", &arrows);
}

/// The story is the one that is told today.
#[test]
fn the_walkthroughs_is_current() {
    let picture = read("walkthrough.svg");
    let texts = picture.split("<text").skip(1).map(|text| between(text, ">", "</text>"));
    let drawn = texts.collect::<String>().replace("&#160;", "").replace('\n', "");
    let story = fs::read_to_string(pictures().join("../../examples/traces/two-accounts.txt")).unwrap();
    assert!(
        drawn.contains(&story.replace([' ', '\n'], "")),
        "walkthrough.svg is another story: `.ci/pictures terminal`"
    );
}

/// What changes no status, and what is refused, has no arrow.
fn add<E>(arrows: &mut Arrows, from: Option<&'static str>, to: Result<Option<&'static str>, E>, label: String) {
    if let Ok(to) = to
        && to != from
    {
        arrows.entry((from.unwrap_or("start"), to.unwrap_or("gone"))).or_default().push(label);
    }
}

fn is_current(name: &str, arrows: &Arrows) {
    let mut graph =
        format!("digraph {name} {{\n  start [shape=point, height=0.15]\n  gone [style=\"rounded,dashed\"]\n");
    for ((from, to), labels) in arrows {
        graph += &format!("  {from} -> {to} [label=\"{}\"]\n", labels.join("\\n"));
    }
    graph += "}\n";
    is_as_in(&format!("docs/pictures/{name}.dot"), &graph);

    let picture = read(&format!("{name}.svg"));
    is_as_in(&format!("docs/pictures/{name}.uri"), &address(&picture));
    let drawn = picture.split("<g id=\"edge").skip(1).map(|edge| {
        let (edge, _) = edge.split_once("</g>").unwrap();
        let texts = edge.split("<text").skip(1).map(|text| between(text, ">", "</text>"));
        (between(edge, "<title>", "</title>").replace("&#45;&gt;", " "), texts.collect::<Vec<_>>().join("\\n"))
    });
    let meant =
        arrows.iter().map(|((from, to), labels)| (format!("{from} {to}"), labels.join("\\n").replace('-', "&#45;")));
    let (drawn, meant) = (drawn.collect::<BTreeMap<_, _>>(), meant.collect::<BTreeMap<_, _>>());
    assert_eq!(drawn, meant, "{name}.svg is of another graph: `.ci/pictures graphs` draws it anew");
}

/// A picture as a link that documentation can hold.
fn address(picture: &str) -> String {
    let mut address = String::from("data:image/svg+xml,");
    for byte in picture.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'/' | b':' | b'=' | b';' => {
                address.push(byte.into())
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
}

fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    text.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).unwrap().0
}

fn read(name: &str) -> String {
    fs::read_to_string(pictures().join(name)).unwrap_or_default()
}

fn pictures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures")
}
