//! Users, and TLS.

use std::time::Duration;

use account_connections_etcd::{ErrorKind, Options};
use tokio::time::sleep;

use crate::{
    server::Servers,
    support::{caller, create},
};

#[tokio::test]
async fn a_user_is_let_in_again_when_the_token_has_expired() {
    let servers = Servers::start(1, &["--auth-token-ttl", "1"]).await;
    for arguments in [
        "user add root:secret",
        "user grant-role root root",
        "role add proton",
        "role grant-permission proton readwrite --prefix=true users:",
        "user add proton:secret",
        "user grant-role proton proton",
        "auth enable",
    ] {
        servers.control(&arguments.split(' ').collect::<Vec<_>>());
    }
    let connect = async |name_space: &str, user: Option<(&str, &str)>| {
        let mut options = Options::new().name_space(name_space);
        if let Some((name, password)) = user {
            options = options.user(name, password);
        }
        options.connect(servers.endpoints()).await
    };
    let mut store = connect("users", Some(("proton", "secret"))).await.unwrap();
    create(&mut store, caller(123_456_789_222), "one").await;
    sleep(Duration::from_secs(4)).await;
    create(&mut store, caller(123_456_789_222), "other").await;
    // Whoever is changed meanwhile, too.
    let root = ["--user", "root:secret"];
    servers.control(&[&root[..], &["user", "add", "another:secret"]].concat());
    create(&mut store, caller(123_456_789_222), "third").await;

    let refused = connect("users", Some(("proton", "wrong"))).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::NotLetIn(_)), "{refused}");
    let refused = connect("users", None).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::NotLetIn(_)), "{refused}");
    let refused = connect("others", Some(("proton", "secret"))).await.unwrap_err();
    assert!(matches!(refused.kind(), ErrorKind::NotPermitted(prefix) if prefix == "others:"), "{refused}");
}

mod tls {
    use std::{fs, path::Path, process::Command};

    use account_connections_etcd::{ErrorKind, Options, Tls};

    use super::{Servers, caller, create};

    /// The path of one, and its text.
    fn file(directory: &Path, name: &str) -> (String, Vec<u8>) {
        let path = directory.join(name);
        let text = fs::read(&path).unwrap();
        (path.display().to_string(), text)
    }

    /// An authority, and a certificate that it signs for each of two, in files that have their names.
    fn certificates(directory: &Path) {
        let openssl = |arguments: String| {
            let mut command = Command::new("openssl");
            let output = command.args(arguments.split(' ')).current_dir(directory).output().expect("openssl runs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1";
        openssl(format!("{new} -subj /CN=authority -keyout ca.key -out ca.crt"));
        for name in ["server", "client"] {
            let by = "-CA ca.crt -CAkey ca.key -addext basicConstraints=critical,CA:FALSE";
            let address = "-addext subjectAltName=IP:127.0.0.1 -addext extendedKeyUsage=serverAuth,clientAuth";
            openssl(format!("{new} {by} {address} -subj /CN={name} -keyout {name}.key -out {name}.crt"));
        }
    }

    #[tokio::test]
    async fn both_sides_show_their_certificates() {
        let directory = tempfile::tempdir().unwrap();
        certificates(directory.path());
        let [authority, server, server_key, client, client_key] =
            ["ca.crt", "server.crt", "server.key", "client.crt", "client.key"].map(|name| file(directory.path(), name));
        let tls = Tls::new(&authority.1);
        let flags = ["--cert-file", &server.0, "--key-file", &server_key.0, "--trusted-ca-file", &authority.0];
        let flags = [&flags[..], &["--client-cert-auth"]].concat();
        let options = Options::new().tls(tls.clone().identity(&client.1, &client_key.1));
        let servers = Servers::start_as(1, "https", &flags, options).await;
        create(&mut servers.open("tls").await, caller(123_456_789_222), "production").await;

        let without_identity = Options::new().tls(tls).connect(servers.endpoints()).await.unwrap_err();
        assert!(!without_identity.fate_unknown(), "{without_identity}");
        let another = Options::new().tls(Tls::new(&server.1)).connect(servers.endpoints()).await.unwrap_err();
        assert!(matches!(another.kind(), ErrorKind::NotConnected(_)), "{another}");
        let no_certificate = Options::new().tls(Tls::new("none")).connect(servers.endpoints()).await.unwrap_err();
        println!("{without_identity}\n{another}\n{no_certificate}");
    }
}
