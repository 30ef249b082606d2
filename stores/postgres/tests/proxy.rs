//! Somebody between clients and the server, who changes what clients say or cuts their connections.

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::support::server;

/// What a client said last: as it is to be passed on, and whether the connection is to go on after it.
pub trait Pass: FnMut(&mut Vec<u8>) -> bool + Send + 'static {}

impl<P: FnMut(&mut Vec<u8>) -> bool + Send + 'static> Pass for P {}

/// Listens, and treats each connection as `pass` of its number says. Where clients connect.
pub async fn proxy<P: Pass>(pass: impl Fn(usize) -> P + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://postgres@{}/postgres", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for number in 0.. {
            let (client, _) = listener.accept().await.unwrap();
            let server = TcpStream::connect(("127.0.0.1", server().port())).await.unwrap();
            let ((said, mut answered), (mut answers, says)) = (client.into_split(), server.into_split());
            let answers = tokio::spawn(async move { copy(&mut answers, &mut answered).await });
            let pass = pass(number);
            tokio::spawn(async move {
                pass_on(said, says, pass).await;
                // Both ways are closed, and what the server has answered since is lost.
                answers.abort();
            });
        }
    });
    url
}

async fn pass_on(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut pass: impl Pass) {
    let mut buffer = vec![0; 1 << 20];
    while let Ok(size @ 1..) = from.read(&mut buffer).await {
        let mut said = buffer[..size].to_vec();
        let goes_on = pass(&mut said);
        if to.write_all(&said).await.is_err() || !goes_on {
            return;
        }
    }
}

/// Where a word begins in what was said.
pub fn position(said: &[u8], word: &str) -> Option<usize> {
    said.windows(word.len()).position(|window| window == word.as_bytes())
}
