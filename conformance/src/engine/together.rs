//! Calls that several clients made at once: in some order, the model gives each its answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use account_connections::store::{Key, Record};

use super::{Judge, question::Unasked};
use crate::{
    report::{Judged, Place},
    trace::{Call, Reply},
};

/// The most calls for which each order is tried: if there are more, those that fit nowhere are not checkable.
const TRIED: usize = 5;

impl Judge {
    /// Judges calls whose order is not known: they were made by different clients, and none ended before another began.
    /// Returns the outcome of each, in the order in which they are given.
    ///
    /// Calls of one client are in their order; so are those that name no client.
    pub fn at_once(&mut self, calls: Vec<(Place, Call)>) -> Vec<Judged> {
        let calls =
            calls.into_iter().map(|(place, call)| (place, self.by_its_clock(&Arc::new(call)))).collect::<Vec<_>>();
        if let [(place, call)] = calls.as_slice() {
            return vec![self.line(place.clone(), call)];
        }
        let mut ends = Ends::default();
        let order = if calls.len() <= TRIED { self.order(&calls, &mut ends) } else { self.first_fits(&calls) };
        let mut judged = vec![Judged::Checked; calls.len()];
        for (number, is_placed) in order {
            let Some((place, call)) = calls.get(number) else { continue };
            let one = if is_placed || calls.len() <= TRIED {
                self.line(place.clone(), call)
            } else {
                self.unplaced(place.clone(), call)
            };
            if let Some(slot) = judged.get_mut(number) {
                *slot = one;
            }
        }
        // Where fitting orders end differently, the end is not known.
        for key in ends.differing() {
            self.world.forget_thing(&key);
            self.events.is_vague = true;
        }
        self.world.settle();
        judged
    }

    /// The first order in which the most calls fit, with the ends of all that do as well.
    fn order(&mut self, calls: &[(Place, Arc<Call>)], ends: &mut Ends) -> Vec<(usize, bool)> {
        let moment = self.moment();
        let mut best = Vec::new();
        self.extend(calls, moment.world, &mut Vec::new(), &mut best, ends);
        self.take_back(moment);
        self.world.settle();
        let rest = (0..calls.len()).filter(|number| !best.contains(number)).collect::<Vec<_>>();
        best.into_iter().chain(rest).map(|number| (number, true)).collect()
    }

    /// Extends an order by each call that may come next and fits.
    fn extend(
        &mut self,
        calls: &[(Place, Arc<Call>)],
        begin: usize,
        order: &mut Vec<usize>,
        best: &mut Vec<usize>,
        ends: &mut Ends,
    ) {
        if order.len() > best.len() {
            best.clone_from(order);
        }
        if order.len() == calls.len() {
            ends.0.push(self.world.changed_since(begin));
            return;
        }
        for next in next_ones(calls, order) {
            let Some((_, call)) = calls.get(next) else { continue };
            let moment = self.moment();
            if self.fits(call) {
                order.push(next);
                self.extend(calls, begin, order, best, ends);
                order.pop();
            }
            self.take_back(moment);
        }
    }

    /// The order in which each call is the first that fits; those that do not come last.
    fn first_fits(&mut self, calls: &[(Place, Arc<Call>)]) -> Vec<(usize, bool)> {
        let (moment, mut order) = (self.moment(), Vec::new());
        while let Some(next) = next_ones(calls, &order).into_iter().find(|next| {
            let moment = self.moment();
            let fits = calls.get(*next).is_some_and(|(_, call)| self.fits(call));
            if !fits {
                self.take_back(moment);
            }
            fits
        }) {
            order.push(next);
        }
        self.take_back(moment);
        self.world.settle();
        let rest = (0..calls.len()).filter(|number| !order.contains(number)).collect::<Vec<_>>();
        let placed = order.into_iter().map(|number| (number, true));
        placed.chain(rest.into_iter().map(|number| (number, false))).collect()
    }

    /// Whether the model gives a call its answer here; what it changes stays until it is taken back.
    fn fits(&mut self, call: &Arc<Call>) -> bool {
        self.findings.only_try(true);
        let fits = match self.question(call) {
            Ok(_) if call.reply == Reply::Unknown => true,
            Ok(question) => self.resurrected(&question).is_none() && self.asked(&question).is_ok(),
            Err(Unasked::NotCheckable(_)) => true,
            Err(Unasked::Refused(misfit)) => misfit.differences.is_empty(),
        };
        self.findings.only_try(false);
        fits
    }

    /// A call that fits nowhere, among too many to try all orders.
    fn unplaced(&mut self, place: Place, call: &Arc<Call>) -> Judged {
        self.forget(call, &[]);
        self.tokens.missed(call);
        self.events.is_vague = true;
        let judged = Judged::NotCheckable("it was made together with too many others to try every order".into());
        self.findings.line(place, &judged, Some(Arc::clone(call)));
        judged
    }
}

/// What each fitting order has made of what was there.
#[derive(Debug, Default)]
struct Ends(Vec<BTreeMap<Key, Option<Record>>>);

impl Ends {
    /// The keys under which they leave different records.
    fn differing(&self) -> Vec<Key> {
        let Some((first, others)) = self.0.split_first() else { return Vec::new() };
        let keys = self.0.iter().flat_map(BTreeMap::keys).collect::<BTreeSet<_>>();
        let differs = |key: &&&Key| others.iter().any(|other| other.get(**key) != first.get(**key));
        let is_entry = |key: &&&Key| matches!(key, Key::ListedConnection { .. } | Key::ListedEnvironment { .. });
        keys.iter().filter(differs).filter(|key| !is_entry(key)).map(|key| (*key).clone()).collect()
    }
}

/// The calls that can come next: the first remaining one of each client.
fn next_ones(calls: &[(Place, Arc<Call>)], order: &[usize]) -> Vec<usize> {
    let mut clients = Vec::new();
    let mut next = Vec::new();
    for (number, (_, call)) in calls.iter().enumerate().filter(|(number, _)| !order.contains(number)) {
        if !clients.contains(&call.client.as_ref()) {
            clients.push(call.client.as_ref());
            next.push(number);
        }
    }
    next
}
