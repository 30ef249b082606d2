use alloc::{borrow::Cow, vec, vec::Vec};

use super::{
    Ending, Recorded,
    foreign::{Heard, Tokens},
    model::{Model, Returned, Undo},
};
use crate::testing::session::Call;

/// What may have a place in the serial order: a call, or a service's own step that nobody called.
#[derive(Debug)]
pub(super) struct Turn<'h> {
    /// The call's place in the history; `None` for what nobody called.
    pub(super) number: Option<usize>,
    pub(super) start: u64,
    pub(super) end: u64,
    /// Whether it may be left out: nobody knows whether it was made.
    pub(super) optional: bool,
    /// Whether it changes nothing, wherever it has its recorded ending.
    pub(super) pure: bool,
    /// The calls that it may have been. There is just one if all of its context is known.
    pub(super) readings: Vec<Cow<'h, Call>>,
    pub(super) said: Said<'h>,
}

/// What was answered to a call.
#[derive(Debug)]
pub(super) enum Said<'h> {
    /// Exactly this, by a store of this crate.
    Ended(&'h Ending),
    /// This, by a service that chooses ids and times itself.
    Heard(Heard),
    /// Nothing that anybody heard, by such a service.
    Nothing,
}

impl<'h> Turn<'h> {
    /// `None` for a call that has no place in an order.
    pub(super) fn of(number: usize, recorded: &'h Recorded) -> Option<Self> {
        let Recorded { start, end, call, ending, .. } = recorded;
        if *ending == Ending::Contended {
            return None;
        }
        let refused = matches!(ending, Ending::Refused(_) | Ending::Troubled(_));
        let optional = matches!(ending, Ending::Unknown(_));
        Some(Self {
            number: Some(number),
            start: *start,
            end: *end,
            optional,
            pure: !optional && (refused || call.operation.only_reads()),
            readings: vec![Cow::Borrowed(call)],
            said: Said::Ended(ending),
        })
    }

    /// Whether everything that was said is known, and not only what a service's client heard.
    pub(super) const fn is_known(&self) -> bool {
        matches!(self.said, Said::Ended(_))
    }

    /// Makes one of the calls that this may have been, if what the model says to it is what was said.
    pub(super) fn make(&self, reading: usize, model: &mut Model, tokens: &mut Tokens) -> Option<(Cow<'_, Call>, Undo)> {
        let call = self.readings.get(reading)?;
        for call in tokens.asked(call) {
            let (returned, undo) = model.apply(&call);
            if self.agrees(&returned, &undo) {
                if let (Said::Heard(heard), Ok(outcome)) = (&self.said, &returned) {
                    tokens.learn(heard, outcome);
                }
                return Some((call, undo));
            }
            model.take_back(undo);
        }
        None
    }

    fn agrees(&self, returned: &Returned, undo: &Undo) -> bool {
        if self.optional {
            // A turn that changes nothing here might as well be left out.
            return !undo.is_empty();
        }
        match &self.said {
            Said::Ended(ending) => ending.agrees_with(&Ending::of(returned)),
            Said::Heard(heard) => heard.agrees_with(returned),
            Said::Nothing => true,
        }
    }
}
