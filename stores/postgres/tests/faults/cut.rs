//! Connections that break in the middle of a commit: before the server has heard of it, after a part, and after all of it.

use super::{clients::Clients, rounds};
use crate::{
    proxy::{position, proxy},
    support::{judge, options, schema, server, within},
};

#[tokio::test(flavor = "multi_thread")]
async fn cut_in_the_middle_of_a_commit() {
    for round in rounds() {
        let url = proxy(cut_some_commit).await;
        let options = options().schema(schema()).connections(8);
        options.migrate(&server().url()).await.unwrap();
        let store = options.open(&url).await.unwrap();
        let clients = Clients::start(&store, round);
        within(60, "cutting connections", clients.have_failed(12)).await;
        let [_, unknown, _] = clients.counts();
        assert!(unknown >= 10, "only {unknown} calls have an unknown fate");
        judge(clients.end("cut in the middle of a commit").await, &store).await;
    }
}

/// Lets some commits pass, and cuts the connection at the next: just before it, in the middle of it, or at its end.
fn cut_some_commit(number: usize) -> impl FnMut(&mut Vec<u8>) -> bool {
    let mut left = number % 7;
    move |said| {
        let Some(at) = position(said, "COMMIT\0") else { return true };
        if left == 0 {
            said.truncate([0, at + 3, said.len()][number % 3]);
            return false;
        }
        left -= 1;
        true
    }
}
