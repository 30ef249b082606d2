//! Lines that are not there, and answers.

use account_connections::{operation::Operation, testing::session::Choices, testing::subject::Reply};
use account_connections_conformance::trace::{Begins, Line};

use super::Trace;

/// Without the calls that only read.
#[must_use]
pub fn without_reads((header, mut lines): Trace) -> Trace {
    lines.retain(|line| match line {
        Line::Call(call) => {
            !["Get", "List", "ProvisioningAuthority"].iter().any(|read| call.operation.starts_with(read))
        }
        Line::Events(_) => true,
    });
    (header, lines)
}

/// Without the host's side: what it reported and cleaned up, what it was told, and the events.
#[must_use]
pub fn without_host((mut header, mut lines): Trace) -> Trace {
    (header.events_complete, header.host_complete) = (false, false);
    lines.retain(|line| match line {
        Line::Call(call) => Operation::is_public_name(&call.operation),
        Line::Events(_) => false,
    });
    (header, lines)
}

/// Without this many calls at the beginning, and what they emitted.
#[must_use]
pub fn from_the_middle((mut header, mut lines): Trace, first: usize) -> Trace {
    header.begins = Begins::Unknown;
    let mut calls = lines.iter().enumerate().filter(|(_, line)| matches!(line, Line::Call(_)));
    let begins = calls.nth(first).map_or(lines.len(), |(place, _)| place);
    lines.drain(..begins);
    (header, lines)
}

/// Some answers, this many of a hundred, never came; half as many calls are sent once more, and never arrive.
#[must_use]
pub fn losing_answers((header, lines): Trace, seed: u64, percent: u64) -> Trace {
    let mut choices = Choices::from_seed(seed);
    let mut left = Vec::with_capacity(lines.len());
    for line in lines {
        let mut again = None;
        left.push(match line {
            Line::Call(mut call) => {
                if choices.chance(percent) {
                    call.reply = Reply::Unknown;
                }
                if choices.chance(percent / 2) {
                    let mut lost = call.clone();
                    lost.reply = Reply::Unknown;
                    again = Some(Line::Call(lost));
                }
                Line::Call(call)
            }
            events => events,
        });
        left.extend(again);
    }
    (header, left)
}
