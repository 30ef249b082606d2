use std::fmt;

use tonic::transport::{Certificate, ClientTlsConfig, Identity};

/// What TLS to a cluster needs, all in PEM.
#[derive(Clone)]
pub struct Tls {
    config: ClientTlsConfig,
}

impl Tls {
    /// The certificates of the authorities that may have signed the cluster's.
    #[must_use]
    pub fn new(authorities: impl AsRef<[u8]>) -> Self {
        Self { config: ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authorities)) }
    }

    /// The client's own certificate and key, if the cluster asks for one (`--client-cert-auth`).
    #[must_use]
    pub fn identity(self, certificate: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        Self { config: self.config.identity(Identity::from_pem(certificate, key)) }
    }

    /// The name that the cluster's certificate must be for, if it is not the endpoint's host.
    #[must_use]
    pub fn domain(self, name: impl Into<String>) -> Self {
        Self { config: self.config.domain_name(name) }
    }

    pub(crate) fn config(&self) -> ClientTlsConfig {
        self.config.clone()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}
