//! The same question, answered by trying everything: no memory of what was tried, no Regions, no calls that are sure to
//! change nothing.

use account_connections::{
    Memory, run,
    testing::history::{Ending, Recorded},
};

/// Whether the calls have a serial order, which ends in the same records as this store, if one is given.
pub fn has_serial_order(calls: &[Recorded], last: Option<&Memory>) -> bool {
    let left = calls.iter().filter(|call| call.ending != Ending::Contended).collect::<Vec<_>>();
    explains(&left, &Memory::new(), last)
}

/// Whether these calls can follow on this state.
fn explains(left: &[&Recorded], memory: &Memory, last: Option<&Memory>) -> bool {
    let is_unknown = |call: &Recorded| matches!(call.ending, Ending::Unknown(_));
    let ends_right = || last.is_none_or(|last| last.records().eq(memory.records()));
    if left.iter().all(|call| is_unknown(call)) && ends_right() {
        return true;
    }
    (0..left.len()).any(|at| {
        let (next, mut memory, mut left) = (left[at], memory.clone(), left.to_vec());
        if left.iter().any(|other| !is_unknown(other) && other.end < next.start) {
            return false;
        }
        left.remove(at);
        let ending = Ending::of(&run(&mut memory, next.call.operation.clone(), next.call.context));
        (is_unknown(next) || ending == next.ending) && explains(&left, &memory, last)
    })
}
