//! The contract that every store is held to.

use account_connections::{
    store::Key,
    testing::store_contract::{AsyncFixture, Outbox, check_async},
};
use account_connections_postgres::Postgres;

use crate::support::{fresh, outbox, server};

/// A schema, dropped at the end.
pub struct Fresh(pub Postgres);

impl AsyncFixture for Fresh {
    type Handle = Postgres;

    async fn handle(&self) -> Postgres {
        self.0.clone()
    }

    async fn plant(&self, key: &Key, record: &str) -> bool {
        let schema = self.0.schema();
        let sql = format!(
            "INSERT INTO {schema}.record VALUES ($1, nextval('{schema}.version'), $2, $3) ON CONFLICT (key) DO UPDATE \
             SET version = excluded.version, record = excluded.record, leads_to = excluded.leads_to"
        );
        let bytes = |key: &Key| key.to_string().into_bytes();
        let record = (record != r#""indexEntry""#).then_some(record);
        server()
            .connect()
            .await
            .execute(&sql, &[&bytes(key), &record, &key.leads_to().as_ref().map(bytes)])
            .await
            .unwrap();
        true
    }

    async fn outbox(&self) -> Option<Outbox> {
        Some(outbox(&self.0).await)
    }

    async fn end(self) {
        let drop = format!("DROP SCHEMA {} CASCADE", self.0.schema());
        server().connect().await.batch_execute(&drop).await.unwrap();
    }
}

#[tokio::test]
async fn keeps_to_the_contract() {
    let checked = check_async(async || Fresh(fresh().await)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}
