//! The nodes of a cluster, and which of them to ask.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use http::uri::PathAndQuery;
use tokio::time::timeout;
use tonic::{
    Request, Status,
    client::Grpc,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use tonic_prost::ProstCodec;

use crate::{
    Error, ErrorKind, Options,
    error::is_stale_token,
    login::Login,
    names::Names,
    rpc::{AuthenticateRequest, Call},
};

/// Connections to the endpoints, one each, made when they are needed.
#[derive(Debug)]
pub(crate) struct Cluster {
    nodes: Vec<Node>,
    /// The place of the node that is asked first: the one that served last.
    first: AtomicUsize,
    request_timeout: Duration,
    login: Option<Login>,
    prefix: String,
}

#[derive(Debug)]
struct Node {
    endpoint: String,
    channel: Channel,
}

/// What may be done if it is not certain whether a node has carried out a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    /// Another node may be asked: it makes no difference whether the request is carried out once or twice.
    Elsewhere,
    /// Nothing.
    Never,
}

/// While a call is under way: less often than etcd permits (`--grpc-keepalive-min-time`, 5 s by default).
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long a connection may leave a keep-alive unanswered before it is given up.
const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(5);
/// How much of an answer may be in flight: a page of large records.
const WINDOW: u32 = 4 << 20;

impl Cluster {
    pub(crate) fn new(endpoints: Vec<String>, names: &Names, options: Options) -> Result<Self, Error> {
        if endpoints.is_empty() {
            return Err(Error::new("", ErrorKind::NoEndpoint));
        }
        let nodes = endpoints.into_iter().map(|endpoint| match channel(&endpoint, &options) {
            Ok(channel) => Ok(Node { endpoint, channel }),
            Err(kind) => Err(Error::new(endpoint, kind)),
        });
        Ok(Self {
            nodes: nodes.collect::<Result<_, _>>()?,
            first: AtomicUsize::new(0),
            request_timeout: options.request_timeout,
            login: options.user.map(Login::new),
            prefix: names.prefix().to_owned(),
        })
    }

    /// Asks one node after the other until one answers, for requests that may be carried out twice.
    pub(crate) async fn ask<C: Call>(&self, call: &C) -> Result<C::Answer, Error> {
        self.call(call, Repeat::Elsewhere).await
    }

    /// Asks the first node to which there is a connection, and no other after it.
    pub(crate) async fn ask_once<C: Call>(&self, call: &C) -> Result<C::Answer, Error> {
        self.call(call, Repeat::Never).await.map_err(Error::of_write)
    }

    /// For trouble with the cluster rather than with one node.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        let first = self.nodes.get(self.first.load(Ordering::Relaxed));
        Error::new(first.map_or("", |node| &node.endpoint), kind)
    }

    async fn call<C: Call>(&self, call: &C, repeat: Repeat) -> Result<C::Answer, Error> {
        let mut failed = None;
        for _ in &self.nodes {
            let first = self.first.load(Ordering::Relaxed);
            let Some(node) = self.nodes.get(first) else { break };
            let kind = match self.at(node, call).await {
                Ok(answer) => return Ok(answer),
                Err(kind) => kind,
            };
            if kind.is_of_node() {
                // Later calls begin with the next one, unless another call has already seen to that.
                let next = (first + 1) % self.nodes.len();
                let _ = self.first.compare_exchange(first, next, Ordering::Relaxed, Ordering::Relaxed);
            }
            let never_sent = matches!(kind, ErrorKind::NotConnected(_));
            let again = never_sent || repeat == Repeat::Elsewhere && kind.is_of_node();
            let error = Error::new(&node.endpoint, kind);
            if !again {
                return Err(error);
            }
            failed = Some(error);
        }
        Err(failed.unwrap_or_else(|| self.error(ErrorKind::NoEndpoint)))
    }

    /// Asks a node, with a new token if the one there is has expired.
    async fn at<C: Call>(&self, node: &Node, call: &C) -> Result<C::Answer, ErrorKind> {
        let kind = |status: Status| ErrorKind::of(&status, &self.prefix);
        let Some(login) = &self.login else { return self.answer(node, call, None).await?.map_err(kind) };
        let token = login.token(None, async |ask| self.log_in(node, ask).await).await?;
        match self.answer(node, call, Some(token.clone())).await? {
            Err(status) if is_stale_token(&status) => {
                let token = login.token(Some(token), async |ask| self.log_in(node, ask).await).await?;
                self.answer(node, call, Some(token)).await?.map_err(kind)
            }
            answer => answer.map_err(kind),
        }
    }

    async fn log_in(&self, node: &Node, ask: AuthenticateRequest) -> Result<String, ErrorKind> {
        let answer = self.answer(node, &ask, None).await?;
        answer.map(|answer| answer.token).map_err(|status| ErrorKind::of(&status, &self.prefix))
    }

    async fn answer<C: Call>(
        &self,
        node: &Node,
        call: &C,
        token: Option<MetadataValue<Ascii>>,
    ) -> Result<Result<C::Answer, Status>, ErrorKind> {
        let mut request = Request::new(call.clone());
        if let Some(token) = token {
            request.metadata_mut().insert("token", token);
        }
        // The cluster is trusted with the size of its answers, as by etcd's own client.
        let mut grpc = Grpc::new(node.channel.clone()).max_decoding_message_size(usize::MAX);
        let answer = async {
            grpc.ready().await.map_err(|error| Status::from_error(error.into()))?;
            let answer = grpc.unary(request, PathAndQuery::from_static(C::PATH), ProstCodec::default()).await?;
            Ok(answer.into_inner())
        };
        timeout(self.request_timeout, answer).await.map_err(|_| ErrorKind::TimedOut)
    }
}

/// A connection that is made when it is needed, and again when it breaks.
fn channel(endpoint: &str, options: &Options) -> Result<Channel, ErrorKind> {
    let made = Endpoint::from_shared(endpoint.to_owned()).map_err(|_| ErrorKind::NotAnEndpoint)?;
    let secure = match made.uri().scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(ErrorKind::NotAnEndpoint),
    };
    let made = made
        .connect_timeout(options.connect_timeout)
        .tcp_nodelay(true)
        .tcp_keepalive(Some(KEEP_ALIVE))
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW);
    Ok(if secure { with_tls(made, options)? } else { made }.connect_lazy())
}

#[cfg(feature = "tls")]
fn with_tls(endpoint: Endpoint, options: &Options) -> Result<Endpoint, ErrorKind> {
    let Some(tls) = &options.tls else {
        return Err(ErrorKind::Tls("give the certificates of its authorities with `Options::tls`".to_owned()));
    };
    let tls = tls.config().timeout(options.connect_timeout);
    endpoint.tls_config(tls).map_err(|error| {
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        ErrorKind::Tls(format!("a certificate or key is not one, {why}"))
    })
}

#[cfg(not(feature = "tls"))]
fn with_tls(_: Endpoint, _: &Options) -> Result<Endpoint, ErrorKind> {
    Err(ErrorKind::Tls("build `account-connections-etcd` with its feature `tls`".to_owned()))
}
