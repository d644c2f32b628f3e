//! Telling browsers: whoever comes in to subscribe names the address, so only those are asked that lie outside, enciphered.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use congvu_delivery::outbound::Reach;
use congvu_message::search::envelope::{self, Field};
use congvu_store::entry::{self, Shown, Towards};
use congvu_store::keyword::flag;
use congvu_store::push::{self, Claimed, Due};
use congvu_store::{FolderId, StoreError, StoreResult, Tx};
use futures_util::{StreamExt as _, stream};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, Client, StatusCode, Url, redirect};
use serde_json::json;

use super::seal::{Vapid, seal};
use crate::site::{Lang, Site};

/// How often it is looked whether somebody is to be told.
const TICK: Duration = Duration::from_secs(3);
/// A push service answers within this time.
const WITHIN: Duration = Duration::from_secs(10);
/// So many are told at once.
const AT_ONCE: usize = 16;
/// So many are read in one transaction.
const PAGE: i64 = 200;
/// A message that is not delivered within this time is not delivered (s).
const KEPT: &str = "86400";

/// The longest address of a push service, in bytes.
const LONGEST: usize = 2_000;

/// What telling browsers stands on.
pub struct Push {
    vapid: Vapid,
    client: Client,
    reach: Arc<Reach>,
}

impl std::fmt::Debug for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Push")
    }
}

/// Names lead to what may be reached alone, however they are answered the next time.
struct Reached(Arc<Reach>);

impl Resolve for Reached {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = Arc::clone(&self.0);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|one| reach.allows(one.ip())).collect();
            if found.is_empty() {
                return Err("no address that may be reached".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl Push {
    /// For a system whose key is `pkcs8` and whose pages are at `host`. `networks`: what may be reached though it is not public;
    /// `roots`: more authorities (PEM) that are believed.
    pub(super) fn new(
        pkcs8: &[u8],
        host: &str,
        networks: Vec<(IpAddr, u8)>,
        roots: &[u8],
    ) -> Option<Self> {
        let reach = Arc::new(Reach {
            private: false,
            networks,
        });
        let roots = Certificate::from_pem_bundle(roots).ok()?;
        let client = Client::builder()
            .https_only(true)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .timeout(WITHIN)
            .dns_resolver(Arc::new(Reached(Arc::clone(&reach))))
            .tls_certs_merge(roots)
            .build()
            .ok()?;
        Some(Self {
            vapid: Vapid::new(pkcs8, format!("https://{host}"))?,
            client,
            reach,
        })
    }

    /// The public key, as browsers take it.
    pub(super) fn public(&self) -> String {
        self.vapid.public()
    }

    /// The address of a push service, where messages may be sent there.
    pub(super) fn endpoint(&self, text: &str) -> Option<Url> {
        let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST)?;
        let host = url.host_str()?;
        let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let outside = literal.is_none_or(|ip| self.reach.allows(ip));
        let plain = url.username().is_empty() && url.password().is_none();
        (url.scheme() == "https" && outside && plain).then_some(url)
    }

    /// Sends one message; what became of it.
    async fn send(&self, claimed: &Claimed, text: &str, now: i64) -> Sent {
        let Some(url) = self.endpoint(&claimed.endpoint) else {
            return Sent::Gone;
        };
        let origin = url.origin().ascii_serialization();
        let (Some(body), Some(authorization)) = (
            seal(text.as_bytes(), &claimed.ua_key, &claimed.auth),
            self.vapid.authorization(&origin, now.div_euclid(1000)),
        ) else {
            return Sent::Gone;
        };
        let asked = self
            .client
            .post(url)
            .header("authorization", authorization)
            .header("content-encoding", "aes128gcm")
            .header("content-type", "application/octet-stream")
            .header("ttl", KEPT)
            .header("urgency", "normal")
            // RFC 8030 §5.4: takes the place of one that was not delivered yet, so that twice is once.
            .header("topic", "thu-moi")
            .body(body);
        match asked.send().await.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => Sent::Taken,
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Sent::Gone,
            Ok(status) => {
                tracing::warn!(%origin, %status, "a push service does not take a message");
                Sent::Later
            }
            Err(error) => {
                tracing::warn!(%origin, error = %error.without_url(), "a push service is not reached");
                Sent::Later
            }
        }
    }
}

/// What became of a message.
enum Sent {
    Taken,
    /// The subscription is over.
    Gone,
    Later,
}

/// Who wrote the newest message of an inbox, where nobody has read it.
fn newest(tx: &mut Tx<'_>, inbox: FolderId) -> StoreResult<Option<String>> {
    let mut from = None;
    let end = Towards::Older(u32::MAX);
    entry::page(tx, inbox, Shown::All, end, 1, |entry| {
        if entry.flags()? & flag::SEEN == 0 {
            let who = envelope::first(entry.envelope()?, Field::From).unwrap_or_default();
            let name = who.name.trim();
            from = Some(if name.is_empty() {
                format!("{}@{}", who.mailbox, who.host)
            } else {
                name.to_owned()
            });
        }
        Ok(())
    })?;
    Ok(from)
}

/// What a browser is told: that there is new mail, and who wrote where it wants that. Of what is written nothing.
fn text(claimed: &Claimed, from: &str) -> String {
    let title = Lang::from_code(&claimed.lang).t("Thư mới");
    let from: String = from.chars().filter(|c| !c.is_control()).take(80).collect();
    let from = if claimed.names { from } else { String::new() };
    json!({ "title": title, "from": from }).to_string()
}

impl Site {
    /// Tells browsers of new mail, until dropped; where the server is set up so.
    pub async fn keep_pushing(self) {
        let Some(push) = self.push.clone() else {
            return;
        };
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            if let Err(error) = self.push_round(&push).await {
                tracing::warn!(%error, "browsers could not be told of new mail");
            }
        }
    }

    async fn push_round(&self, push: &Push) -> StoreResult<()> {
        let mut after = 0;
        loop {
            let due = self
                .store
                .read(move |tx| push::due(tx, after, PAGE))
                .await?;
            let Some(last) = due.last() else {
                return Ok(());
            };
            after = last.id;
            stream::iter(due)
                .for_each_concurrent(AT_ONCE, |due| async move {
                    if let Err(error) = self.tell(push, due).await {
                        tracing::warn!(%error, "a browser could not be told of new mail");
                    }
                })
                .await;
        }
    }

    async fn tell(&self, push: &Push, due: Due) -> StoreResult<()> {
        let Due { id, inbox, uid } = due;
        let claimed = self
            .store
            .write(move |tx| {
                let claimed = push::claim(tx, id)?;
                let Some(claimed) = claimed else {
                    return Ok::<_, StoreError>(None);
                };
                Ok(Some((claimed, newest(tx, inbox)?)))
            })
            .await?;
        let Some((claimed, from)) = claimed else {
            return Ok(());
        };
        let sent = match from {
            Some(from) => {
                let text = text(&claimed, &from);
                push.send(&claimed, &text, self.store.now()).await
            }
            // Read elsewhere meanwhile.
            None => Sent::Taken,
        };
        self.store
            .write(move |tx| match sent {
                Sent::Taken => push::told(tx, id, uid),
                Sent::Gone => push::gone(tx, id),
                Sent::Later => push::failed(tx, id),
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody makes this server ask another inside.
    #[test]
    fn only_what_lies_outside_is_asked_and_enciphered() {
        let key = super::super::seal::new_key().unwrap();
        congvu_wire::install_crypto();
        let push = Push::new(&key, "mail.sonla.gov.vn", Vec::new(), b"").unwrap();
        for outside in [
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://fcm.googleapis.com/fcm/send/x:y",
            "https://203.0.113.7:8443/x",
        ] {
            assert!(push.endpoint(outside).is_some(), "{outside}");
        }
        for inside in [
            "http://push.example/x",
            "https://127.0.0.1/x",
            "https://0x7f.1/x",
            "https://2130706433/x",
            "https://10.1.2.3/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[fd00::1]/x",
            "https://100.64.0.1/x",
            "https://0.0.0.0/x",
            "https://user:pw@push.example/x",
            "file:///etc/passwd",
            "x",
        ] {
            assert!(push.endpoint(inside).is_none(), "{inside}");
        }
        let long = format!("https://push.example/{}", "x".repeat(LONGEST));
        assert!(push.endpoint(&long).is_none());
    }

    /// A name that leads inside is not followed either.
    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let inside = Reached(Arc::new(Reach {
            private: false,
            networks: Vec::new(),
        }));
        assert!(inside.resolve("localhost".parse().unwrap()).await.is_err());
        let allowed = Reached(Arc::new(Reach {
            private: false,
            networks: vec![([127, 0, 0, 0].into(), 8)],
        }));
        assert!(allowed.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
