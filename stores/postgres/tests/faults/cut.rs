//! Connections that break in the middle of a commit: before the server has heard of it, after a part, and after all of it.

use account_connections_postgres::Options;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use super::{clients::Clients, rounds};
use crate::support::{judge, options, schema, server, within};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: .ci/postgres runs it"]
async fn cut_in_the_middle_of_a_commit() {
    for round in rounds() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://postgres@{}/postgres", listener.local_addr().unwrap());
        tokio::spawn(pass_on(listener));
        let options: Options = options().schema(schema()).connections(8);
        options.migrate(&server().url()).await.unwrap();
        let store = options.open(&url).await.unwrap();
        let clients = Clients::start(&store, round);
        within(60, "cutting connections", clients.have_failed(12)).await;
        let [_, unknown, _] = clients.counts();
        assert!(unknown >= 10, "only {unknown} calls have an unknown fate");
        judge(clients.end("cut in the middle of a commit").await, &store).await;
    }
}

/// Passes on what clients and the server say.
async fn pass_on(listener: TcpListener) {
    let mut number = 0;
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(("127.0.0.1", server().port())).await.unwrap();
        let ((from_client, mut to_client), (mut from_server, to_server)) = (client.into_split(), server.into_split());
        number += 1;
        let answers = tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
        tokio::spawn(async move {
            pass_on_some(from_client, to_server, number).await;
            // Both ways are closed, and what the server has answered since is lost.
            answers.abort();
        });
    }
}

/// Passes on what a client says, up to some COMMIT: to just before it, to the middle of it, or to its end.
async fn pass_on_some(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, number: usize) {
    const COMMIT: &[u8] = b"COMMIT\0";
    let (mut commits, mut buffer) = (number % 7, vec![0; 1 << 20]);
    while let Ok(size @ 1..) = client.read(&mut buffer).await {
        let said = &buffer[..size];
        let mut until = size;
        if let Some(at) = said.windows(COMMIT.len()).position(|word| word == COMMIT) {
            if commits == 0 {
                until = [0, at + 3, size][number % 3];
            }
            commits = commits.wrapping_sub(1);
        }
        if server.write_all(&said[..until]).await.is_err() || commits > 7 {
            return;
        }
    }
}
