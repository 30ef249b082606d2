//! Serves until it is interrupted:
//!
//! ```text
//! echo 's3cret 123456789222' >tokens
//! cargo run -p account-connections-service -- 127.0.0.1:8080 connections.db tokens
//! curl -H 'Authorization: Bearer s3cret' http://127.0.0.1:8080/v1/us-east-1/ListEnvironments -d '{}'
//! ```

use std::{env, error::Error, fs, time::Duration};

use account_connections::{instruction::Instruction, operation::DeploymentOutcome};
use account_connections_service::{
    auth::Tokens,
    bus::Bus,
    http::router,
    service::Service,
    worker::{Provisioner, Worker},
};
use account_connections_sqlite::Options;
use tokio::{net::TcpListener, sync::watch, time::timeout};

/// How long the worker may take to end.
const LAST_MINUTE: Duration = Duration::from_secs(60);

/// Says what it would do. A real service would assume the role of the grant, and deploy.
struct Saying;

impl Provisioner for Saying {
    async fn carry_out(&self, instruction: &Instruction) -> DeploymentOutcome {
        println!("{} {}: {:?}", instruction.kind, instruction.environment_arn, instruction.means);
        DeploymentOutcome::Succeeded
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    let [address, database, tokens] = &*arguments else {
        return Err("it takes three arguments: ADDRESS:PORT, the file of the database, the file of tokens".into());
    };
    let tokens = Tokens::read(&fs::read_to_string(tokens)?)?;
    let service = Service::new(Options::new().open(database)?.into());
    let (bus, (stop, stopped)) = (Bus::default(), watch::channel(false));

    let mut events = bus.listen();
    tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            println!("{event:?}");
        }
    });
    let worker = tokio::spawn(Worker::new(service.clone(), bus, Saying).run(stopped));

    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // Requests under way are answered; then the worker finishes what it has begun.
    let interrupted = async || drop(tokio::signal::ctrl_c().await);
    axum::serve(listener, router(service, tokens)).with_graceful_shutdown(interrupted()).await?;
    let _ = stop.send(true);
    timeout(LAST_MINUTE, worker).await.map_err(|_| "the worker is not done: its instruction waits in the outbox")??;
    Ok(())
}
