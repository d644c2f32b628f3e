//! A network in memory: servers that take, refuse, break off or do not answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use congvu_delivery::outbound::{
    Connection, Hop, NoRoute, Notify, Outcome, Parcel, ParcelRecipient, Protocol, Reply, Routes,
    Tls, Transport, TransportError,
};
use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use tokio::io::AsyncReadExt;

/// How a server behaves.
#[derive(Clone, Debug)]
pub enum Server {
    /// Takes everything; speaks DSN or not.
    Takes { dsn: bool },
    /// Answers each recipient so.
    Says(u16, &'static str, &'static str),
    /// Does not answer.
    Dead,
    /// Takes the message and breaks off before the reply, so many times; then takes everything.
    InFlight(u32),
    /// Breaks off in the middle of the message.
    Breaks,
    /// Refuses recipients that begin with `zz`, breaks off in messages that hold these words, takes the
    /// others.
    Chokes(&'static str),
    /// Greets with 554.
    Refuses,
    /// Never greets.
    Silent,
    /// Takes so many recipients at once.
    Few(usize),
}

/// What a server took.
#[derive(Clone, Debug)]
pub struct Took {
    pub host: String,
    pub sender: String,
    pub to: Vec<String>,
    pub notify: Vec<Option<Notify>>,
    pub utf8: bool,
    pub body: String,
}

#[derive(Default)]
struct State {
    servers: HashMap<String, Server>,
    hops: HashMap<String, Vec<String>>,
    took: Vec<Took>,
    connects: HashMap<String, u32>,
    open: HashMap<String, usize>,
    most: HashMap<String, usize>,
    pace: Duration,
}

/// The network. Cheap to clone.
#[derive(Clone, Default)]
pub struct Net(Arc<Mutex<State>>);

impl Net {
    pub fn new() -> Self {
        Self::default()
    }

    /// Each message takes so long.
    pub fn pace(&self, pace: Duration) {
        self.0.lock().pace = pace;
    }

    pub fn server(&self, host: &str, server: Server) {
        self.0.lock().servers.insert(host.to_owned(), server);
    }

    /// The hops of a domain; else it has one, `mx.` and its name.
    pub fn route(&self, domain: &str, hosts: &[&str]) {
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        self.0.lock().hops.insert(domain.to_owned(), hosts);
    }

    pub fn took(&self) -> Vec<Took> {
        self.0.lock().took.clone()
    }

    /// Connections tried.
    pub fn connects(&self, host: &str) -> u32 {
        self.0.lock().connects.get(host).copied().unwrap_or(0)
    }

    /// Connections open at once, at most.
    pub fn most(&self, host: &str) -> usize {
        self.0.lock().most.get(host).copied().unwrap_or(0)
    }
}

fn reply(code: u16, status: &str, text: &str) -> Reply {
    Reply {
        code,
        status: status.into(),
        text: text.into(),
    }
}

impl Routes for Net {
    fn hops<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Hop>, NoRoute>> {
        Box::pin(async move {
            if domain.ends_with(".invalid") {
                return Err(NoRoute {
                    permanent: true,
                    reply: reply(550, "5.1.2", "no such domain"),
                });
            }
            let known = self.0.lock().hops.get(domain).cloned();
            let hosts = known.unwrap_or_else(|| vec![format!("mx.{domain}")]);
            let hops = hosts.into_iter().map(|name| Hop {
                name,
                address: ([192, 0, 2, 1], 25).into(),
                protocol: Protocol::Smtp,
                tls: Tls::Opportunistic,
                credentials: None,
            });
            Ok(hops.collect())
        })
    }
}

impl Transport for Net {
    fn connect<'a>(
        &'a self,
        hop: &'a Hop,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, TransportError>> {
        Box::pin(async move {
            let silent = matches!(self.0.lock().servers.get(&hop.name), Some(Server::Silent));
            if silent {
                std::future::pending::<()>().await;
            }
            let mut state = self.0.lock();
            *state.connects.entry(hop.name.clone()).or_default() += 1;
            if matches!(state.servers.get(&hop.name), Some(Server::Dead)) {
                return Err(TransportError {
                    reply: reply(421, "4.4.1", "connection timed out"),
                    permanent: false,
                });
            }
            if matches!(state.servers.get(&hop.name), Some(Server::Refuses)) {
                return Err(TransportError {
                    reply: reply(554, "5.3.2", "no mail here"),
                    permanent: true,
                });
            }
            let open = state.open.entry(hop.name.clone()).or_default();
            *open += 1;
            let open = *open;
            let most = state.most.entry(hop.name.clone()).or_default();
            *most = open.max(*most);
            let line: Box<dyn Connection> = Box::new(Line {
                net: self.clone(),
                host: hop.name.clone(),
                usable: true,
            });
            Ok(line)
        })
    }
}

struct Line {
    net: Net,
    host: String,
    usable: bool,
}

impl Drop for Line {
    fn drop(&mut self) {
        if let Some(open) = self.net.0.lock().open.get_mut(&self.host) {
            *open -= 1;
        }
    }
}

impl Line {
    async fn body(&self, parcel: &Parcel) -> String {
        let mut bytes = Vec::new();
        let mut body = parcel.content.open().await.unwrap();
        body.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(bytes.len() as u64, parcel.size, "the announced size");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn choke(&mut self, parcel: &Parcel, body: String, words: &str) -> Vec<Outcome> {
        self.usable = !body.contains(words);
        if self.usable {
            self.take(parcel, body);
        }
        let rest = if self.usable {
            Outcome::Delivered {
                reply: reply(250, "2.0.0", "OK id=77"),
                dsn: false,
            }
        } else {
            Outcome::Deferred(reply(421, "4.4.2", "connection lost"))
        };
        let of = |to: &ParcelRecipient| match to.address.starts_with("zz") {
            true => Outcome::Failed(reply(550, "5.1.1", "No such user")),
            false => rest.clone(),
        };
        parcel.recipients.iter().map(of).collect()
    }

    fn few(&self, parcel: &Parcel, body: String, most: usize) -> Vec<Outcome> {
        self.take(parcel, body);
        let mut state = self.net.0.lock();
        if let Some(took) = state.took.last_mut() {
            took.to.truncate(most);
        }
        let taken = Outcome::Delivered {
            reply: reply(250, "2.0.0", "OK id=77"),
            dsn: false,
        };
        let over = Outcome::Deferred(reply(452, "4.5.3", "Too many recipients"));
        let all = (0..parcel.recipients.len()).map(|at| if at < most { &taken } else { &over });
        all.cloned().collect()
    }

    fn take(&self, parcel: &Parcel, body: String) {
        self.net.0.lock().took.push(Took {
            host: self.host.clone(),
            sender: parcel.sender.clone(),
            to: parcel
                .recipients
                .iter()
                .map(|r| r.address.clone())
                .collect(),
            notify: parcel.recipients.iter().map(|r| r.notify).collect(),
            utf8: parcel.utf8,
            body,
        });
    }
}

impl Connection for Line {
    fn send<'a>(&'a mut self, parcel: &'a Parcel) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(async move {
            assert!(self.usable);
            let pace = self.net.0.lock().pace;
            tokio::time::sleep(pace).await;
            let body = self.body(parcel).await;
            let server = self.net.0.lock().servers.get(&self.host).cloned();
            let outcome = match server {
                None | Some(Server::InFlight(0)) => {
                    self.take(parcel, body);
                    Outcome::Delivered {
                        reply: reply(250, "2.0.0", "OK id=77"),
                        dsn: false,
                    }
                }
                Some(Server::Takes { dsn }) => {
                    self.take(parcel, body);
                    Outcome::Delivered {
                        reply: reply(250, "2.0.0", "OK id=77"),
                        dsn,
                    }
                }
                Some(Server::Says(code, status, text)) if code >= 500 => {
                    Outcome::Failed(reply(code, status, text))
                }
                Some(Server::Says(code, status, text)) => {
                    Outcome::Deferred(reply(code, status, text))
                }
                Some(Server::InFlight(left)) => {
                    self.net.server(&self.host, Server::InFlight(left - 1));
                    self.take(parcel, body);
                    self.usable = false;
                    Outcome::InFlight(reply(421, "4.4.2", "connection lost after the data"))
                }
                Some(Server::Chokes(words)) => {
                    return self.choke(parcel, body, words);
                }
                Some(Server::Few(most)) => return self.few(parcel, body, most),
                Some(Server::Breaks | Server::Dead | Server::Refuses | Server::Silent) => {
                    self.usable = false;
                    Outcome::Deferred(reply(421, "4.4.2", "connection lost"))
                }
            };
            // The reply is on its way back.
            tokio::time::sleep(pace / 4).await;
            vec![outcome; parcel.recipients.len()]
        })
    }

    fn is_usable(&self) -> bool {
        self.usable
    }

    fn security(&self) -> Option<String> {
        None
    }

    fn quit(self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async {})
    }
}
