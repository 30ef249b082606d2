use alloc::vec::IntoIter;

use super::{Script, SymbolicCall};

/// The shortest script found that still fails, by leaving calls out of a failing one, and then members out of their
/// inputs. A script fails if `fails` says so.
#[must_use]
pub fn shrunk(script: Script, mut fails: impl FnMut(&Script) -> bool) -> Script {
    let mut shrinking = Shrinking::new(script);
    while let Some(simpler) = shrinking.propose() {
        if fails(simpler) {
            shrinking.accept();
        }
    }
    shrinking.shortest
}

/// A failing script that is being shrunk: [`propose`](Self::propose), and [`accept`](Self::accept) what still fails.
#[derive(Clone, Debug)]
pub struct Shrinking {
    shortest: Script,
    proposed: Option<Script>,
    stage: Stage,
}

#[derive(Clone, Debug)]
enum Stage {
    /// This many calls are left out at once, next those before a place.
    Calls { at_once: usize, before: usize, got_shorter: bool },
    /// The call at a place is made simpler.
    Members { place: usize, simpler: IntoIter<SymbolicCall> },
}

impl Shrinking {
    /// Shrinks this script, which fails.
    #[must_use]
    pub const fn new(script: Script) -> Self {
        let before = script.calls.len();
        let stage = Stage::Calls { at_once: before.div_ceil(2), before, got_shorter: false };
        Self { shortest: script, proposed: None, stage }
    }

    /// The shortest script so far that fails.
    #[must_use]
    pub const fn shortest(&self) -> &Script {
        &self.shortest
    }

    /// A simpler script than the shortest so far. `None` when there are no more.
    pub fn propose(&mut self) -> Option<&Script> {
        self.proposed = self.simpler();
        self.proposed.as_ref()
    }

    /// The proposed script fails, too.
    pub fn accept(&mut self) {
        let Some(proposed) = self.proposed.take() else { return };
        self.shortest = proposed;
        match &mut self.stage {
            Stage::Calls { got_shorter, .. } => *got_shorter = true,
            // What is left of the call may now be simplified in ways that did not work before.
            Stage::Members { place, simpler } => *simpler = simpler_at(&self.shortest, *place),
        }
    }

    fn simpler(&mut self) -> Option<Script> {
        let Self { shortest, stage, .. } = self;
        let Script { limits, calls } = &*shortest;
        loop {
            match stage {
                Stage::Calls { at_once, before, got_shorter } => {
                    *before = (*before).min(calls.len());
                    if *before == 0 {
                        let again = *at_once > 1 || *got_shorter;
                        (*at_once, *before, *got_shorter) = (at_once.div_euclid(2).max(1), calls.len(), false);
                        if !again || calls.is_empty() {
                            *stage = Stage::Members { place: 0, simpler: simpler_at(shortest, 0) };
                        }
                        continue;
                    }
                    let (kept, after) = calls.split_at(*before);
                    *before = before.saturating_sub(*at_once);
                    let kept = kept.iter().take(*before);
                    return Some(Script { limits: *limits, calls: kept.chain(after).cloned().collect() });
                }
                Stage::Members { place, simpler } => {
                    if let Some(call) = simpler.next() {
                        let mut calls = calls.clone();
                        calls.splice(*place..=*place, [call]);
                        return Some(Script { limits: *limits, calls });
                    }
                    *place += 1;
                    if *place >= calls.len() {
                        return None;
                    }
                    *simpler = simpler_at(shortest, *place);
                }
            }
        }
    }
}

fn simpler_at(script: &Script, place: usize) -> IntoIter<SymbolicCall> {
    script.calls.get(place).map(SymbolicCall::simpler).unwrap_or_default()
}
