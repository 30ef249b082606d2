//! The states of a connection as a picture, made from the table of transitions.

use account_connections::{
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTransition, ConnectionTrigger},
    id::Side,
};
use maud::{Markup, html};

/// A place in the picture.
type Point = (i32, i32);

/// Half a state's width and height.
const HALF: Point = (66, 22);

/// The states, with the connection's own marked, and the moves that lead on from it, with those that the viewer may
/// make marked as well.
pub(super) fn states(now: ConnectionStatus, open: &[ConnectionTrigger]) -> Markup {
    let moves = CONNECTION_TRANSITIONS.iter().filter(|row| changes(row));
    html! {
        div.picture tabindex="0" role="region" aria-label="The states of a connection" {
            svg viewBox="0 0 660 340" role="img" aria-labelledby="states-title states-text" {
                title #states-title { "The states of a connection: this one is " (now) }
                desc #states-text { (told()) }
                defs {
                    marker #arrow viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto" {
                        path.head d="M0 0L10 5L0 10z" {}
                    }
                }
                @for row in moves {
                    @let may = row.from == Some(now) && open.contains(&row.on);
                    (arrow(row, may))
                }
                circle.start cx="24" cy="60" r="9" {}
                circle.start cx="330" cy="312" r="9" {}
                circle.ring cx="330" cy="312" r="14" {}
                @for status in ConnectionStatus::ALL { (state(*status, *status == now)) }
            }
        }
    }
}

/// A move that changes the status has an arrow; one that is refused, or changes nothing, has none.
fn changes(row: &ConnectionTransition) -> bool {
    row.to.is_ok_and(|to| to != row.from)
}

fn state(status: ConnectionStatus, is_now: bool) -> Markup {
    let (x, y) = place(Some(status), true);
    let (width, height) = HALF;
    html! {
        g.state.now[is_now] {
            rect x=(x - width) y=(y - height) width=(2 * width) height=(2 * height) rx="10" {}
            text x=(x) y=(y + 5) { (status) }
            @if is_now { text.here x=(x) y=(y - height - 8) { "now" } }
        }
    }
}

fn place(status: Option<ConnectionStatus>, is_before: bool) -> Point {
    match status {
        None if is_before => (24, 60),
        None => (330, 312),
        Some(ConnectionStatus::Pending) => (170, 60),
        Some(ConnectionStatus::Connected) => (490, 60),
        Some(ConnectionStatus::Rejected) => (330, 196),
    }
}

/// The line of a move, and the position of its name.
fn arrow(row: &ConnectionTransition, may: bool) -> Markup {
    use ConnectionStatus::{Connected, Pending, Rejected};

    let to = row.to.unwrap_or_default();
    let (line, (x, y)) = match (row.from, to) {
        (None, _) => ("M34 60H101", (66, 50)),
        (Some(Pending), Some(Connected)) => ("M236 60H421", (330, 50)),
        (Some(Pending), Some(Rejected)) => ("M196 82L282 172", (264, 122)),
        (Some(Connected), Some(Rejected)) => ("M464 82L378 172", (354, 122)),
        (Some(Rejected), None) => ("M330 218V295", (366, 262)),
        (Some(Pending), None) => ("M140 82C120 240 200 312 313 312", (110, 236)),
        (Some(Connected), None) => ("M520 82C540 240 460 312 347 312", (550, 236)),
        // A row that the picture has no room for yet.
        _ => ("", (0, 0)),
    };
    html! {
        g.move.may[may] {
            path d=(line) marker-end="url(#arrow)" {}
            text x=(x) y=(y) { (row.on) (only(row)) }
        }
    }
}

/// What else a move depends on.
const fn only(row: &ConnectionTransition) -> &'static str {
    match row.in_use {
        Some(true) => " (while in use)",
        Some(false) => " (not in use)",
        None => "",
    }
}

const fn by(row: &ConnectionTransition) -> &'static str {
    match row.by() {
        Side::EnvironmentAccount => "environment account",
        Side::ManagementAccount => "management account",
    }
}

/// All moves in words.
fn told() -> String {
    let name = |status: Option<ConnectionStatus>, none| status.map_or(none, ConnectionStatus::name);
    let moves = CONNECTION_TRANSITIONS.iter().filter(|row| changes(row)).map(|row| {
        let (from, to) = (name(row.from, "nothing"), name(row.to.unwrap_or_default(), "gone"));
        format!("{from} becomes {to} on {}{} by the {}", row.on, only(row), by(row))
    });
    moves.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_status_has_its_own_line() {
        let lines = CONNECTION_TRANSITIONS.iter().filter(|row| changes(row)).map(|row| arrow(row, false).into_string());
        let mut lines = lines.collect::<Vec<_>>();
        assert_eq!(lines.len(), 7);
        assert!(lines.iter().all(|line| line.contains(" d=\"M")), "{lines:?}");
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), 7, "{lines:?}");
    }
}
