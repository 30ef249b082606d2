//! What is around every page.

use maud::{DOCTYPE, Markup, html};

use super::{parts, refused::Refused, view::View};

/// The rooms of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    Connections,
    Environments,
    Provisioned,
    Happened,
}

impl Room {
    const ALL: [Self; 4] = [Self::Connections, Self::Environments, Self::Provisioned, Self::Happened];

    /// The name, and the path below that of the account.
    pub(super) const fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Connections => ("Environment account connections", ""),
            Self::Environments => ("Environments", "/environments"),
            Self::Provisioned => ("Provisioned here", "/provisioned"),
            Self::Happened => ("What happened", "/happened"),
        }
    }

    /// The room of this path.
    pub(super) fn at(path: &str) -> Self {
        Self::ALL.into_iter().find(|room| room.named().1 == path).unwrap_or(Self::Connections)
    }
}

/// A page of an account: a heading that says which account, and what is below it.
pub(super) fn page(view: &View<'_>, room: Room, heading: &str, body: Markup) -> Markup {
    let (account, region) = (view.at.account(), view.at.region());
    let main = html! {
        h1 { (heading) span.whose { span.dot { " · " } "account " span.account { (account) } " · " (region) } }
        (body)
    };
    document(&format!("{heading} · account {account} · {region}"), Some((view, room)), main)
}

/// A page that belongs to no account.
pub(super) fn bare(heading: &str, body: Markup) -> Markup {
    document(heading, None, html! { h1 { (heading) } (body) })
}

pub(super) fn nothing_here(view: Option<&View<'_>>, why: &str) -> Markup {
    let body = html! {
        div.refusal role="alert" { p { (parts::said(why)) "." } }
        p { a href="/console" { "Choose an account and a Region" } }
    };
    around(view, "There is nothing here", body)
}

pub(super) fn refused(view: Option<&View<'_>>, refused: &Refused) -> Markup {
    let heading = if refused.is_missing() { "There is nothing here" } else { "Refused" };
    around(view, heading, html! { div role="alert" { (parts::refusal(refused)) } })
}

pub(super) fn in_trouble(view: Option<&View<'_>>, retryable: bool) -> Markup {
    let body = html! {
        div.refusal role="alert" {
            p {
                "The emulator's store is busy, away or damaged. Its log says more. "
                @if retryable { "Nothing was changed: try again." }
                @else { "Whether anything was changed is not known: look before you try again." }
            }
        }
    };
    around(view, "The emulator is in trouble", body)
}

fn around(view: Option<&View<'_>>, heading: &str, body: Markup) -> Markup {
    match view {
        Some(view) => page(view, Room::Connections, heading, body),
        None => bare(heading, body),
    }
}

fn document(title: &str, place: Option<(&View<'_>, Room)>, main: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · emulator" }
                link rel="icon" href="/console/icon.svg";
                link rel="stylesheet" href="/console/style.css";
                script src="/console/script.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/console" { "account-connections " span { "emulator" } }
                    @if let Some((view, room)) = place { (switch(view, room)) }
                }
                @if let Some((view, room)) = place { (navigation(view, room)) }
                main #main tabindex="-1" { (main) }
                footer { p { "For tests: signatures are not checked, and whoever reaches this can look and act as any account." } }
            }
        }
    }
}

fn navigation(view: &View<'_>, here: Room) -> Markup {
    html! {
        nav aria-label="Console" {
            ul {
                @for room in Room::ALL {
                    @let (name, path) = room.named();
                    li { a href=(view.at.path(path)) aria-current=[(room == here).then_some("page")] { (name) } }
                }
            }
        }
    }
}

/// Who is looking, and where.
fn switch(view: &View<'_>, room: Room) -> Markup {
    let known = view.console.known.callers(&view.console.emulator);
    let accounts = known.iter().map(|caller| caller.account).collect::<std::collections::BTreeSet<_>>();
    let regions = known.iter().map(|caller| caller.region).collect::<std::collections::BTreeSet<_>>();
    html! {
        search {
            form.switch method="get" action="/console/go" {
                input type="hidden" name="room" value=(room.named().1);
                label for="switch-account" { "Account" }
                input #switch-account name="account" value=(view.at.account()) list="accounts" inputmode="numeric"
                    autocomplete="off" size="13" spellcheck="false";
                label for="switch-region" { "Region" }
                input #switch-region name="region" value=(view.at.region()) list="regions" autocomplete="off" size="12"
                    spellcheck="false";
                button { "Switch" }
                datalist #accounts { @for account in accounts { option value=(account) {} } }
                datalist #regions { @for region in regions { option value=(region) {} } }
            }
        }
    }
}
