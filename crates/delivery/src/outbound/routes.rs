//! Where mail for a domain goes.

use futures_util::future::BoxFuture;

use super::{Hop, Reply};

/// No way to a domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", reply.text)]
pub struct NoRoute {
    /// There is none and will be none: no such domain, or one that takes no mail (RFC 7505).
    pub permanent: bool,
    /// In the words of a reply.
    pub reply: Reply,
}

/// Finds the servers of a domain.
pub trait Routes: Send + Sync {
    /// The servers that take mail for `domain` (in lower case; the home server for a shared domain,
    /// BS.2), in the order in which they are to be tried.
    fn hops<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Hop>, NoRoute>>;

    /// What connections and failures are counted under: domains with one key have the same servers, as far
    /// as the settings tell. The domain, unless all share a server.
    fn key<'a>(&'a self, domain: &'a str) -> &'a str {
        domain
    }
}

impl Routes for super::Router {
    fn key<'a>(&'a self, domain: &'a str) -> &'a str {
        self.shared_host(domain).unwrap_or(domain)
    }

    fn hops<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Hop>, NoRoute>> {
        Box::pin(async move {
            let found = Self::hops(self, domain).await;
            found.map_err(|error| NoRoute {
                permanent: error.reply.code >= 500,
                reply: error.reply,
            })
        })
    }
}
