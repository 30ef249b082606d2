//! A primary with a synchronous standby that takes over.

use std::time::Duration;

use account_connections_postgres::Options;
use tokio::{task::block_in_place, time::sleep};

use super::{clients::Clients, rounds};
use crate::{
    server::Server,
    support::{judge, within},
};

/// A primary that acknowledges nothing which its standby has not, and the standby.
async fn pair() -> (Server, Server) {
    let primary = block_in_place(|| Server::start(&["synchronous_standby_names=standby"]));
    let standby = block_in_place(|| primary.standby());
    let client = primary.connect().await;
    let is_synchronous = async {
        let sql = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        while client.query_one(sql, &[]).await.unwrap().get::<_, i64>(0) == 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    within(30, "the standby's first word", is_synchronous).await;
    (primary, standby)
}

/// Both, in this order.
fn both(primary: &Server, standby: &Server) -> String {
    format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres", primary.port(), standby.port())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_takes_over_from_a_primary_that_was_killed() {
    for round in rounds() {
        let (mut primary, standby) = pair().await;
        let store = Options::new().connections(8).migrate(&both(&primary, &standby)).await.unwrap();
        let clients = Clients::start(&store, round);
        let all = async {
            clients.have_outcomes(200).await;
            block_in_place(|| primary.fail());
            clients.have_failed(20).await;
            block_in_place(|| standby.promote());
            clients.have_outcomes(200).await;
        };
        within(60, "a failover and what comes after it", all).await;
        judge(clients.end("a standby takes over").await, &store).await;
    }
}

/// The primary does not know that its standby has taken over, and clients still reach it, but not yet the new one: who reads
/// at the old one would miss what is written there. It acknowledges nothing, although no statement may take long: or it
/// would be lost once the clients have come over.
#[tokio::test(flavor = "multi_thread")]
async fn a_primary_that_lives_on_acknowledges_nothing() {
    for round in rounds() {
        let (mut primary, standby) = pair().await;
        let options = Options::new().connections(8).statement_timeout(Duration::from_millis(300));
        let options = options.answer_timeout(Duration::from_millis(900));
        let store = options.migrate(&both(&primary, &standby)).await.unwrap();
        let clients = Clients::start(&store, round);
        let all = async {
            clients.have_outcomes(200).await;
            block_in_place(|| standby.promote());
            read_only(&standby, true).await;
            let [_, unknown, _] = clients.counts();
            clients.have_failed(20).await;
            assert!(clients.counts()[1] > unknown, "no commit was under way");
            block_in_place(|| primary.fail());
            read_only(&standby, false).await;
            clients.have_outcomes(200).await;
        };
        within(60, "a failover and what comes after it", all).await;
        judge(clients.end("a primary lives on").await, &store).await;
    }
}

/// Whether a server keeps away who wants to write.
async fn read_only(server: &Server, is: bool) {
    let client = server.connect().await;
    client.batch_execute("SET default_transaction_read_only = off").await.unwrap();
    client.batch_execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {is}")).await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
}
