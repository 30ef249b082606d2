//! Plays an episode: calls are made, judged, and learned from. Other calls may come between any two of them.

use std::{sync::Arc, time::Duration};

use account_connections::{
    ErrorKind,
    id::{AccountId, Caller, Timestamp},
    testing::subject::Reply,
};
use serde_json::Value;

use super::{
    Heard,
    play::{Open, Player},
    waiting::Wait,
};
use crate::{
    engine::Judge,
    record::is_hosts,
    report::{Judged, Place, Report},
    script::{Bindings, Outcomes, Step},
    trace::{Call, ClockUnit, only_reads},
};

/// How often a call is tried if it is throttled, or if it is not answered and can be repeated.
const TRIES: u32 = 6;

/// An episode that is being played.
pub(super) struct Playing<'e> {
    number: usize,
    name: &'e str,
    steps: &'e [Step],
    judge: Judge,
    bindings: Bindings<Box<dyn FnMut() -> AccountId + Send + 'e>>,
    /// What is wrong with responses as such.
    wire: Report,
    /// The next call; `None` once the episode is over.
    next: Option<Next<'e>>,
    /// When it began, by the subject's clock.
    began: Timestamp,
    /// When something was last changed, by the clock that [`Player::clock`] reads.
    changed: Option<u64>,
    has_diverged: bool,
    /// Whether everything that the steps were to do was done.
    is_whole: bool,
}

/// A call to be made.
struct Next<'e> {
    /// The step that it is, or whose deployment it looks at.
    step: usize,
    caller: Caller,
    operation: &'e str,
    input: Value,
    /// How often it was tried.
    tries: u32,
    /// The earliest time for it, in microseconds of the transport's clock.
    due: u64,
    /// If it is not a step: the deployment that it looks at.
    look: Option<Wait<'e>>,
}

impl Playing<'_> {
    /// Its place in the script.
    pub(super) const fn number(&self) -> usize {
        self.number
    }

    /// When the next call is to be made, in microseconds of the transport's clock; `None` if there is none.
    pub(super) fn due(&self) -> Option<u64> {
        self.next.as_ref().map(|next| next.due)
    }

    /// How many of its steps are done.
    pub(super) fn done(&self) -> usize {
        self.next.as_ref().map_or(self.steps.len(), |next| next.step)
    }
}

impl Player<'_> {
    /// Plays the steps until one diverges; a step that was rightly refused, but in a different way, does not count. A
    /// finding's place is the number of the step, from 1.
    pub(super) fn play(&mut self, steps: &[Step], name: &str) -> Report {
        if steps.iter().any(|step| step.client.is_some()) {
            return self.play_at_once(steps, name);
        }
        self.play_in_turn(steps, name)
    }

    pub(super) fn play_in_turn(&mut self, steps: &[Step], name: &str) -> Report {
        let mut playing = self.begin(usize::MAX, steps, name);
        while let Some(due) = playing.due() {
            self.pause_until(due);
            self.turn(&mut playing);
        }
        self.end(playing)
    }

    pub(super) fn pause_until(&self, due: u64) {
        let left = due.saturating_sub(self.transport.micros());
        if left > 0 {
            self.transport.pause(Duration::from_micros(left));
        }
    }
}

impl<'p> Player<'p> {
    /// Begins the episode of these steps, which has this place in the script.
    pub(super) fn begin<'e>(&self, number: usize, steps: &'e [Step], name: &'e str) -> Playing<'e>
    where
        'p: 'e,
    {
        let (suffix, fresh) = self.shared.accounts.episode();
        let mut playing = Playing {
            number,
            name,
            steps,
            judge: Judge::new(self.header.clone(), self.options.profile.clone()),
            bindings: Bindings::new(Box::new(fresh), format!("-{suffix}")),
            wire: Report::new(self.options.profile.name.clone()),
            next: None,
            began: self.transport.now(),
            changed: None,
            has_diverged: false,
            is_whole: true,
        };
        self.prepare(&mut playing, 0);
        playing
    }

    /// Looks for the next step that can be made, from this one on.
    fn prepare(&self, playing: &mut Playing<'_>, from: usize) {
        let steps = playing.steps;
        let next = steps.iter().enumerate().skip(from).find(|(_, step)| playing.bindings.can(step));
        playing.next = next.map(|(place, step)| Next {
            step: place,
            caller: playing.bindings.caller(step.caller),
            operation: &step.operation,
            input: playing.bindings.input(&step.input),
            tries: 0,
            due: if only_reads(&step.operation) { 0 } else { self.by_the_clock(playing.changed) },
            look: None,
        });
    }

    /// Makes the next call, which is due, and prepares the one after it.
    pub(super) fn turn<'e>(&mut self, playing: &mut Playing<'e>)
    where
        'p: 'e,
    {
        let Some(mut next) = playing.next.take() else { return };
        let (call, judged) = match self.ask(playing, &mut next) {
            Asked::Answered(call, judged) => (call, judged),
            Asked::Again => {
                playing.next = Some(next);
                return;
            }
            Asked::Never => return self.prepare(playing, next.step + 1),
        };
        let looks = match next.look.take() {
            Some(mut wait) => {
                let _rules = playing.judge.rests_on();
                playing.has_diverged = judged == Judged::Diverged;
                (!playing.has_diverged && !wait.is_over(&call.reply)).then_some(wait)
            }
            None => self.learn(playing, next.step, &call, judged),
        };
        if playing.has_diverged {
            return;
        }
        let looks = looks.and_then(|mut wait| Some((wait.pause()?, wait)));
        let Some((pause, wait)) = looks else { return self.prepare(playing, next.step + 1) };
        let (due, input) = (self.transport.micros() + micros(pause), wait.input.clone());
        playing.next = Some(Next { operation: "GetEnvironment", input, tries: 0, due, look: Some(wait), ..next });
    }

    /// Learns from the answer to a step; returns the deployment to look at, if one is under way.
    fn learn<'e>(&mut self, playing: &mut Playing<'e>, step: usize, call: &Call, judged: Judged) -> Option<Wait<'e>>
    where
        'p: 'e,
    {
        let step = playing.steps.get(step)?;
        let answer = if let Reply::Answer(answer) = &call.reply { Some(answer) } else { None };
        playing.bindings.learn(step, answer);
        match judged {
            // It was refused, by any rule: nothing is changed, and what follows can be judged.
            Judged::Diverged if step.refused_by.is_some() && answer.is_none() => playing.is_whole = false,
            Judged::Diverged => playing.has_diverged = true,
            _ => self.coverage.meet(step, playing.judge.rests_on()),
        }
        if playing.has_diverged || self.options.outcomes == Outcomes::Host {
            return None;
        }
        self.shared.waiting.begin(answer?)
    }

    /// The report on the episode, whether or not it is over.
    pub(super) fn end(&mut self, playing: Playing<'_>) -> Report {
        let is_whole = playing.is_whole && !playing.has_diverged && playing.next.is_none();
        let Playing { number, name, judge, bindings, wire, .. } = playing;
        self.known = bindings.accounts().collect();
        let mut report = if self.header.events_complete && is_whole && !name.is_empty() {
            let report = judge.so_far();
            self.open.push(Open { episode: number, judge, accounts: self.known.clone() });
            report
        } else {
            judge.finish()
        };
        report.merge(wire);
        report
    }

    /// Makes a call and has it judged.
    fn ask(&mut self, playing: &mut Playing<'_>, next: &mut Next<'_>) -> Asked {
        let Next { caller, operation, .. } = *next;
        let input = std::mem::take(&mut next.input);
        let reads = only_reads(operation);
        let can_repeat = reads || input.get("clientToken").is_some();
        self.move_the_clock(playing, next.step, reads);
        let start = self.transport.now();
        let Some(heard) = self.send(caller, operation, &input) else { return Asked::Never };
        let end = self.transport.now();
        let Heard { reply, faults, kept } = heard;
        if !reads && may_have_changed(&reply) {
            playing.changed = Some(self.clock());
        }
        let mut call = Call::new(caller.account, caller.region, operation, input, reply);
        (call.start, call.end) = (Some(start), Some(end));
        let call = Arc::new(call);
        let is_throttled = matches!(&call.reply, Reply::Error { kind, .. } if kind == "ThrottlingException");
        let is_lost = call.reply == Reply::Unknown;
        let place = Place { file: playing.name.to_owned(), line: next.step as u64 + 1 };
        self.hear(&mut playing.wire, &place, &call, &faults, &kept);
        next.tries += 1;
        let can_be_tried = next.tries < TRIES;
        next.due = self.transport.micros() + micros(Duration::from_millis(10 << next.tries));
        if can_be_tried && (is_throttled || is_lost && reads) {
            next.input.clone_from(&call.input);
            return Asked::Again;
        }
        self.throttled += u64::from(is_throttled);
        self.unanswered += u64::from(is_lost);
        let judged = playing.judge.shared(place, &call);
        if can_be_tried && is_lost && can_repeat {
            // With the same token, it is done only once.
            next.input.clone_from(&call.input);
            return Asked::Again;
        }
        Asked::Answered(call, judged)
    }

    fn send(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        self.calls += 1;
        if is_hosts(operation) {
            return self.transport.host(caller, operation, input);
        }
        Some(self.transport.call(caller, operation, input))
    }

    /// The subject's clock, in microseconds, as far as it is known.
    fn clock(&self) -> u64 {
        match self.transport.moves_clock() {
            true => micros_of(self.transport.now()),
            false => self.transport.micros(),
        }
    }

    /// From when on a change after this one has a time of its own: its window, one unit of the subject's clock wider
    /// than the call, does not contain the earlier one's time, with which a wrong time could not be detected.
    fn own_time(&self, changed: Option<u64>) -> u64 {
        let unit = match self.options.clock {
            ClockUnit::Millisecond => 1_000,
            ClockUnit::Second => 1_000_000,
            ClockUnit::None => return 0,
        };
        changed.map_or(0, |changed| (changed / unit + 2) * unit)
    }

    /// When a change after this one is due.
    fn by_the_clock(&self, changed: Option<u64>) -> u64 {
        if self.transport.moves_clock() { 0 } else { self.own_time(changed) }
    }

    /// Moves the subject's clock to where a change has its own time, and to when the step is to be made.
    fn move_the_clock(&self, playing: &Playing<'_>, step: usize, reads: bool) {
        if !self.transport.moves_clock() {
            return;
        }
        let own = if reads { 0 } else { self.own_time(playing.changed) };
        let after = playing.steps.get(step).and_then(|step| step.at);
        let planned = after.map_or(0, |after| micros_of(playing.began) + micros(after));
        let to = own.max(planned);
        if to > self.clock() {
            self.transport.move_clock(timestamp(to));
        }
    }
}

/// The outcome of a call.
enum Asked {
    Answered(Arc<Call>, Judged),
    /// It has to be made again.
    Again,
    /// There is no way to make it.
    Never,
}

/// Whether a call with this answer that does not only read may have changed anything: a refused call has no time that a
/// later change could show.
fn may_have_changed(reply: &Reply) -> bool {
    match reply {
        Reply::Error { kind, .. } => kind == ErrorKind::InternalServer.name(),
        Reply::Answer(_) | Reply::Unknown => true,
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

fn micros_of(time: Timestamp) -> u64 {
    u64::try_from(time.unix_millis()).unwrap_or_default() * 1000
}

/// The time of these microseconds since the beginning of 1970.
pub(super) fn timestamp(micros: u64) -> Timestamp {
    i64::try_from(micros / 1000).ok().and_then(Timestamp::from_unix_millis).unwrap_or(Timestamp::MAX)
}
