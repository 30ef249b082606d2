use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp},
    task::JoinHandle,
};

/// Stands between clients and a server, and breaks their connections when it is told to: in the middle of what the client
/// sends, and before the server's answer to what was carried out arrives.
pub struct Proxy {
    pub endpoint: String,
    cuts: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

/// One of this many pieces is the last.
const SELDOM: u32 = 120;

impl Proxy {
    pub async fn start(endpoint: &str) -> Self {
        let server = endpoint.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let cuts = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&cuts);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&server).await else { continue };
                let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
                let cuts = Arc::clone(&shared);
                // Whichever ends first ends both.
                tokio::spawn(async move {
                    tokio::select! {
                        _ = pass_on(from_client, to_server, &cuts) => {}
                        _ = pass_on(from_server, to_client, &cuts) => {}
                    }
                });
            }
        });
        Self { endpoint, cuts, task }
    }

    pub fn cut(&self, cuts: bool) {
        self.cuts.store(cuts, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass_on(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, cuts: &AtomicBool) -> io::Result<()> {
    let mut piece = [0; 4096];
    loop {
        let read = from.read(&mut piece).await?;
        let last = cuts.load(Ordering::Relaxed) && fastrand::u32(..SELDOM) == 0;
        if read == 0 || last {
            return Ok(());
        }
        to.write_all(&piece[..read]).await?;
    }
}
