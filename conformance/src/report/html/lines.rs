use maud::{Markup, html};

use super::super::shown;
use crate::report::{Judged, JudgedLine, Report};

/// The most lines that are listed: as many as a browser shows at once.
const MOST: usize = 1000;

pub(super) fn are_there(report: &Report) -> bool {
    !report.judged.is_empty() || !report.unreadable.is_empty()
}

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if are_there(report) {
            section #lines {
                h2 { "Lines" }
                @if !report.unreadable.is_empty() {
                    h3 { "Cannot be read" }
                    dl.permits {
                        @for line in &report.unreadable { dt { code { (line.place) } } dd { (shown::text(&line.error)) } }
                    }
                }
                @if !report.judged.is_empty() { (judged(&report.judged)) }
            }
        }
    }
}

/// All of them, if they are few; otherwise those that were not checked in full.
fn judged(all: &[JudgedLine]) -> Markup {
    let few = all.len() <= MOST;
    let wanted = all.iter().filter(|line| few || line.as_what != Judged::Checked);
    let listed = wanted.take(MOST).collect::<Vec<_>>();
    html! {
        details {
            summary { (all.len()) " lines, one by one" }
            @if listed.len() < all.len() {
                p.lead {
                    "There are " (all.len()) " lines. Here are " (listed.len()) " of those that were not checked in full; the JSON \
                     report has all."
                }
            }
            table.lines { tbody { @for line in listed { (row(line)) } } }
        }
    }
}

fn row(line: &JudgedLine) -> Markup {
    let (class, fate, why) = match &line.as_what {
        Judged::Checked => ("good", "checked", ""),
        Judged::Narrowed(why) => ("soft", "narrowed", why.as_str()),
        Judged::NotCheckable(why) => ("none", "not checkable", why.as_str()),
        Judged::Diverged => ("bad", "diverged", ""),
    };
    html! {
        tr {
            th scope="row" { code { (line.place) } }
            td { span.chip.(class) { (fate) } }
            td { (why) }
        }
    }
}
