//! The server is killed and started again.

use account_connections_postgres::Options;
use tokio::task::block_in_place;

use super::{clients::Clients, rounds};
use crate::{
    server::Server,
    support::{judge, within},
};

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_started_again() {
    for round in rounds() {
        let mut server = block_in_place(|| Server::start(&[]));
        let store = Options::new().connections(8).migrate(&server.url()).await.unwrap();
        let clients = Clients::start(&store, round);
        let all = async {
            clients.have_outcomes(200).await;
            block_in_place(|| server.kill());
            clients.have_failed(20).await;
            block_in_place(|| server.start_again());
            clients.have_outcomes(200).await;
        };
        within(60, "a kill and what comes after it", all).await;
        judge(clients.end("killed and started again").await, &store).await;
    }
}
