//! Over TLS, and not without it.

use std::fs;

use account_connections_postgres::{
    ErrorKind, Options,
    rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer},
};
use tokio::task::block_in_place;

use crate::{calls::create, server::Server, support::options};

#[tokio::test(flavor = "multi_thread")]
async fn over_tls() {
    let its = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let server = block_in_place(|| {
        Server::start_with(&["fsync=off", "ssl=on"], |data| {
            fs::write(data.join("server.crt"), its.cert.pem()).unwrap();
            fs::write(data.join("server.key"), its.signing_key.serialize_pem()).unwrap();
            fs::write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n").unwrap();
        })
    });
    let trusting = |certificate: Option<&CertificateDer<'static>>| {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificate.cloned());
        ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
    };
    let url = format!("{}?sslmode=require", server.url());
    let with = |tls| options().tls(tls);

    let mut store = with(trusting(Some(its.cert.der()))).migrate(&url).await.unwrap();
    create(&mut store, "simple-env").await;

    // One that is not trusted, and no TLS at all.
    let refused = async |options: Options, url: &str, words: &str| {
        let error = options.open(url).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NoConnection { .. } | ErrorKind::Refused(_)), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    refused(with(trusting(None)), &url, "UnknownIssuer").await;
    refused(options(), &url, "TLS").await;
    refused(options(), &server.url(), "no encryption").await;
}
