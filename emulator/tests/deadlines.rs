//! What mostly waits for a deadline: side by side, since one by one it took most of the time of all tests.

use crate::{flags, limits, locked, support::at_once, together};

const DEADLINES: [fn(); 5] = [
    flags::a_request_that_never_ends_does_not_hold_the_end_up_for_long,
    limits::bodies_share_64_mib_and_small_ones_never_wait_for_large_ones,
    locked::a_writer_is_told_in_time_that_nothing_was_written,
    locked::it_ends_in_time_though_writers_wait,
    together::nor_does_the_end_for_long,
];

#[test]
fn all_are_kept() {
    at_once(DEADLINES.len(), |number| DEADLINES[number]());
}
