//! The judge itself: compares the model's answers with the given ones.

mod about;
mod adopt;
mod ask;
mod attribution;
mod bind;
mod cells;
mod compare;
mod events;
mod findings;
mod json;
mod lists;
mod options;
mod question;
mod same;
mod silent;
mod stored;
mod together;
mod tokens;
mod world;

use std::{collections::BTreeSet, sync::Arc};

use account_connections::{
    ErrorKind, Rule, Rules,
    id::{Region, Timestamp},
    operation::Context,
    store::{ConnectionPart, EnvironmentPart, Key},
};
use ask::{Asked, Misfit, ask};
use attribution::Divergence;
use events::Events;
use findings::Findings;
use options::Options;
use question::{Question, Unasked, hides_its_id};
use serde_json::Value;
use silent::Lost;
use tokens::Tokens;
use uuid::Uuid;
use world::World;

use crate::{
    profile::Profile,
    report::{Judged, Place, Report},
    trace::{Begins, Call, ClockUnit, Header, Reply, only_reads},
};

/// Takes one call after the other, and compares its answer with the model's.
///
/// The model takes over from the subject whatever is the subject's to choose: ids, times, page tokens, and the outcomes
/// of deployments. A call diverges if none of these makes the model give exactly the answer that was given.
#[derive(Debug)]
pub struct Judge {
    header: Header,
    profile: Profile,
    world: World,
    tokens: Tokens,
    events: Events,
    lost: Vec<Lost>,
    /// Regions in which a lost call must have been made, with an id that nobody has seen.
    guessed: BTreeSet<Region>,
    findings: Findings,
    /// The latest time at which the model was asked.
    latest: Timestamp,
    /// How many ids were made up, for things that took one nobody saw.
    made_up: u64,
}

impl Judge {
    /// A judge of a recording with this header, by this profile.
    #[must_use]
    pub fn new(mut header: Header, profile: Profile) -> Self {
        header.limits = profile.limits(header.limits);
        Self {
            world: World::new(header.begins),
            tokens: Tokens::new(header.begins),
            events: Events::new(header.events_complete, header.begins == Begins::Unknown),
            lost: Vec::new(),
            guessed: BTreeSet::new(),
            findings: Findings::new(&header, &profile),
            latest: Timestamp::MIN,
            made_up: 0,
            header,
            profile,
        }
    }

    /// Judges the next call.
    pub fn call(&mut self, place: Place, call: Call) -> Judged {
        self.shared(place, &Arc::new(call))
    }

    /// Judges the next call, which is shared with others.
    pub(crate) fn shared(&mut self, place: Place, call: &Arc<Call>) -> Judged {
        let call = self.by_its_clock(call);
        self.line(place, &call)
    }

    /// The call, without times if the subject's clock has nothing to do with the recorder's.
    fn by_its_clock(&self, call: &Arc<Call>) -> Arc<Call> {
        let mut call = Arc::clone(call);
        if self.header.clock == ClockUnit::None {
            let call = Arc::make_mut(&mut call);
            (call.start, call.end) = (None, None);
        }
        call
    }

    fn line(&mut self, place: Place, call: &Arc<Call>) -> Judged {
        let judged = self.judge(&place, call);
        self.events.is_vague |= judged != Judged::Checked;
        self.world.settle();
        self.findings.line(place, &judged, Some(Arc::clone(call)));
        judged
    }

    /// Judges the events since the last such line.
    pub fn events(&mut self, place: Place, events: &[Value]) -> Judged {
        let judged = self.judge_events(&place, events);
        self.world.settle();
        self.findings.line(place, &judged, None);
        judged
    }

    /// A line that could not be read, so that anything may have happened: what follows is judged as if the recording began
    /// there, and the verdict says so.
    pub fn unreadable(&mut self, place: Place, error: String) {
        self.world = World::new(Begins::Unknown);
        self.tokens = Tokens::new(Begins::Unknown);
        self.events = Events::new(self.header.events_complete, true);
        self.lost.clear();
        self.guessed.clear();
        self.findings.unreadable(place, error);
    }

    /// The rules that the outcome of the latest call rests on, if it came out as the model has it. To be asked for once
    /// after each call.
    pub fn rests_on(&mut self) -> Rules {
        self.findings.take_latest()
    }

    /// The report so far.
    #[must_use]
    pub fn so_far(&self) -> Report {
        self.findings.clone().report()
    }

    /// The report.
    #[must_use]
    pub fn finish(self) -> Report {
        self.findings.report()
    }

    fn judge(&mut self, place: &Place, call: &Arc<Call>) -> Judged {
        if let Reply::Error { kind, .. } = &call.reply
            && !is_of_the_model(kind)
        {
            return Judged::NotCheckable(format!("`{kind}` says nothing about the protocol"));
        }
        let question = match self.question(call) {
            Ok(question) => question,
            Err(Unasked::NotCheckable(why)) => {
                self.tokens.missed(call);
                if !matches!(call.reply, Reply::Error { .. }) && !only_reads(&call.operation) {
                    self.forget(call, &[]);
                }
                return Judged::NotCheckable(why);
            }
            Err(Unasked::Refused(misfit)) => {
                if misfit.differences.is_empty() {
                    self.findings.rests_on(misfit.rules);
                    return Judged::Checked;
                }
                return self.diverged(place, call, None, *misfit);
            }
        };
        if call.reply == Reply::Unknown || hides_its_id(call) {
            return self.lose(question);
        }
        if let Some(judged) = self.judge_clouded_list(place, &question) {
            return judged;
        }
        if let Some(misfit) = self.resurrected(&question) {
            return self.diverged(place, call, Some(&question), misfit);
        }
        match self.explained(&question) {
            Ok(narrowed) => match narrowed {
                None => Judged::Checked,
                Some(why) => Judged::Narrowed(why),
            },
            Err(misfit) if misfit.is_vague => {
                self.forget(call, &misfit.touched);
                self.tokens.missed(call);
                Judged::NotCheckable("what was there before is not known well enough".into())
            }
            Err(misfit) => self.diverged(place, call, Some(&question), misfit),
        }
    }

    /// What is known now, to which [`take_back`](Self::take_back) leads.
    fn moment(&mut self) -> Moment {
        Moment { world: self.world.moment(), events: self.events.moment(), latest: self.latest }
    }

    /// Undoes everything tried since that moment.
    fn take_back(&mut self, Moment { world, events, latest }: Moment) {
        self.world.take_back(world);
        self.events.take_back(events);
        self.latest = latest;
    }

    /// Looks for what makes the model give exactly this answer: `Ok` with a reason if not all of it is known.
    fn explained(&mut self, question: &Question) -> Result<Option<String>, Misfit> {
        let mut first = None;
        // If a look shows that a deployment is no longer as it was, the model's answer without an end is tried last.
        if !self.shows_an_end(question) {
            match self.asked(question) {
                Ok(narrowed) => return Ok(narrowed),
                Err(misfit) => first = Some(misfit),
            }
        }
        let moment = self.moment();
        let mut is_vague = false;
        for plan in self.plans(question) {
            self.take_back(moment);
            if self.carry_out(question, &plan).is_some() {
                match self.asked(question) {
                    Ok(narrowed) => {
                        self.carried_out(question, &plan);
                        return Ok(narrowed);
                    }
                    Err(other) => is_vague |= other.is_vague,
                }
            }
        }
        self.take_back(moment);
        let mut misfit = match first {
            Some(misfit) => misfit,
            None => match self.asked(question) {
                Ok(narrowed) => return Ok(narrowed),
                Err(misfit) => misfit,
            },
        };
        is_vague |= self.may_be_of_the_lost(question) || self.may_list_what_has_ended(question);
        misfit.is_vague |= is_vague;
        Err(misfit)
    }

    /// Asks the model at each time and in each way, and continues with the first that fits.
    fn asked(&mut self, question: &Question) -> Result<Option<String>, Misfit> {
        let Question { call, caller, ways, window, fresh_id, shown } = question;
        let mut first = None;
        for (operation, input) in ways {
            let input = input.as_ref().unwrap_or(&call.input);
            for now in bind::times(call, operation, *window, self.latest) {
                let options =
                    Options { caller: *caller, operation, input, reply: shown.as_ref().unwrap_or(&call.reply), now };
                let context = Context::new(*caller, now, *fresh_id).with_limits(self.header.limits);
                let asked = Asked { operation, context, options, reply: &call.reply, hidden: &call.hidden };
                match ask(&mut self.world, &self.profile, &asked) {
                    Ok(solution) => return Ok(self.adopt(question, &asked, solution)),
                    Err(misfit) => {
                        if first.is_none() {
                            first = Some(misfit);
                        }
                    }
                }
            }
        }
        let mut misfit = first.unwrap_or_else(|| Misfit::other("an answer"));
        // A value that nobody saw may have been anything, even one that is refused.
        if ways.len() > 1 && matches!(call.reply, Reply::Error { .. }) {
            misfit.is_vague = true;
        }
        misfit.is_vague |= self.rests_on_the_unseen(call);
        Err(misfit)
    }

    /// No binding explains the answer.
    fn diverged(&mut self, place: &Place, call: &Arc<Call>, question: Option<&Question>, misfit: Misfit) -> Judged {
        let context = question.map(|question| {
            let now = question.call.start.unwrap_or(self.latest);
            Context::new(question.caller, now, question.fresh_id).with_limits(self.header.limits)
        });
        if let Some(question) = question {
            let cells = cells::of(&mut self.world, question, misfit.refused_by);
            self.findings.cells(&cells, true);
        }
        let written_by = self.findings.written_by(call);
        let suspects = attribution::suspects(
            &mut self.world,
            &Divergence { call, misfit: &misfit, question, context, profile: &self.profile, written_by },
        );
        self.findings.found(place.clone(), call, &misfit, suspects);
        self.tokens.missed(call);
        // Refused is refused, by any rule: nothing is changed.
        let is_refused = misfit.refused_by.is_some() && matches!(call.reply, Reply::Error { .. });
        if question.is_some() && !is_refused {
            self.forget(call, &misfit.touched);
        }
        Judged::Diverged
    }
}

/// What was known at a moment.
#[derive(Clone, Copy, Debug)]
struct Moment {
    world: usize,
    events: usize,
    latest: Timestamp,
}

fn is_head(key: &Key) -> bool {
    matches!(
        key,
        Key::Connection { part: ConnectionPart::Head, .. } | Key::Environment { part: EnvironmentPart::Head, .. }
    )
}

/// Whether a key is that of a new connection, under which nothing can have been.
fn is_fresh(key: &Key, fresh_id: Uuid) -> bool {
    matches!(key, Key::Connection { id, .. } if *id.as_uuid() == fresh_id)
}

/// Whether an error of this kind is one that the model can give.
fn is_of_the_model(kind: &str) -> bool {
    const OTHERS: [&str; 2] = ["UnknownOperationException", "SerializationException"];
    let of_a_host = [ErrorKind::Throttling, ErrorKind::InternalServer];
    let mut models = ErrorKind::ALL.iter().filter(|kind| !of_a_host.contains(kind));
    OTHERS.contains(&kind) || models.any(|known| known.name() == kind)
}

/// The rules of a refusal: its own rule alone.
const fn of(rule: Rule) -> Rules {
    Rules::of(rule)
}
