use super::model::Model;
use crate::testing::session::Session;

/// A model with so many calls of a session behind it, of which each is given to a test.
fn play(seed: u64, calls: usize, mut each: impl FnMut(&mut Model, &crate::testing::session::Call)) {
    let (mut model, mut session) = (Model::default(), Session::new(seed));
    let mut memory = crate::Memory::new();
    for _ in 0..calls {
        let call = session.next_call();
        each(&mut model, &call);
        let _ = model.apply(&call);
        let outcome = crate::run(&mut memory, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
        assert!(model.records().eq(memory.records()));
    }
}

#[test]
fn what_is_taken_to_change_nothing_changes_nothing() {
    let mut seen = 0;
    play(1, 3000, |model, call| {
        let (returned, undo) = model.apply(call);
        if call.operation.only_reads() || returned.is_ok_and(|outcome| outcome.result.is_err()) {
            assert!(undo.is_empty(), "{call:?}");
            seen += 1;
        }
        model.take_back(undo);
    });
    assert!(seen > 1000);
}

#[test]
fn a_call_that_is_taken_back_was_never_made() {
    play(2, 2000, |model, call| {
        let before = model.state();
        let (returned, undo) = model.apply(call);
        // What was there already may be written again.
        assert!(model.state() == before || !undo.is_empty(), "{call:?}");
        model.take_back(undo);
        assert_eq!(model.state(), before);
        let (again, undo) = model.apply(call);
        assert_eq!(again, returned);
        model.take_back(undo);
    });
}
