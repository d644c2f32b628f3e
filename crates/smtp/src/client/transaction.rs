//! One message to one server (RFC 5321 §3.3): MAIL, RCPT, DATA, and what became of each recipient.

use congvu_delivery::outbound::{Outcome, Parcel, Protocol, Reply};
use tokio::time::Instant;

use super::body::{self, Unsent};
use super::connection::SmtpConnection;
use super::envelope;
use super::fault::{Fault, own};
use super::reply::ServerReply;

/// Commands sent before their replies are read (RFC 2920). They and their replies fit the buffers of
/// any system, so that neither side ever waits for the other to read.
const AT_ONCE: usize = 50;

/// The rest of the transaction cannot be had; every recipient has its outcome.
struct Over;

/// A message on its way.
pub(super) struct Transaction<'a> {
    connection: &'a mut SmtpConnection,
    parcel: &'a Parcel,
    outcomes: Vec<Option<Outcome>>,
    /// Indices of recipients whose RCPT was answered 2xx.
    accepted: Vec<usize>,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(connection: &'a mut SmtpConnection, parcel: &'a Parcel) -> Self {
        let outcomes = vec![None; parcel.recipients.len()];
        Self {
            connection,
            parcel,
            outcomes,
            accepted: Vec::new(),
        }
    }

    /// Carries it out; one outcome for each recipient.
    pub(super) async fn run(mut self) -> Vec<Outcome> {
        // Whoever drops this future halfway leaves a connection that nobody may use again.
        let usable = std::mem::take(&mut self.connection.usable);
        if !usable {
            self.settle(&Fault::Closed.told("MAIL"));
            return self.outcomes();
        }
        let done = self.steps().await.is_ok();
        // What nobody asked for would be taken for the answer to the next question.
        self.connection.usable = done && !self.connection.channel.has_more();
        self.outcomes()
    }

    fn outcomes(self) -> Vec<Outcome> {
        let missing = || Outcome::Deferred(own(451, "4.3.0", "no outcome"));
        self.outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(missing))
            .collect()
    }

    /// `Ok` where the connection is good for another message.
    async fn steps(&mut self) -> Result<(), Over> {
        let mail = match envelope::mail(self.parcel, &self.connection.extensions) {
            Ok(mail) => mail,
            Err(reply) => {
                self.settle(&reply);
                return Ok(());
            }
        };
        self.reset().await?;
        self.envelope(mail).await?;
        if self.accepted.is_empty() {
            return Ok(());
        }
        let content = match self.parcel.content.open().await {
            Ok(content) => content,
            Err(error) => {
                self.settle(&body::unreadable(&error.to_string()));
                return Ok(());
            }
        };
        // DATA is not pipelined with RCPT: a server that refused them all and answered 354 would have
        // to be given an empty message (RFC 2920 §3.1).
        let times = self.connection.config.timeouts;
        let reply = self.connection.channel.ask("DATA", times.data).await;
        let reply = self.heard(reply, "DATA")?;
        if reply.code != 354 {
            return self.refused(&reply, "DATA");
        }
        match body::send(
            &mut self.connection.channel,
            content,
            self.parcel.size,
            &times,
            || self.parcel.content.ends(),
        )
        .await
        {
            Ok(()) => {}
            Err(Unsent::Not(reply)) => {
                self.settle(&reply);
                return Err(Over);
            }
            Err(Unsent::Perhaps(fault)) => return self.in_flight(&fault),
        }
        if self.connection.protocol == Protocol::Lmtp {
            return self.each_ended().await;
        }
        match self.connection.channel.reply(times.done).await {
            Ok(reply) => self.ended(&reply),
            Err(fault) => self.in_flight(&fault),
        }
    }

    /// Ends what a message before this one left open.
    async fn reset(&mut self) -> Result<(), Over> {
        if !std::mem::replace(&mut self.connection.open, true) {
            return Ok(());
        }
        let wait = self.connection.config.timeouts.hello;
        let reply = self.connection.channel.ask("RSET", wait).await;
        let reply = self.heard(reply, "RSET")?;
        if reply.class() == 2 {
            return Ok(());
        }
        self.settle(&Fault::Unexpected(reply.code).told("RSET"));
        Err(Over)
    }

    /// MAIL and each RCPT, many at once where the server takes it.
    async fn envelope(&mut self, mail: String) -> Result<(), Over> {
        let mut commands = vec![(None, mail)];
        for (index, recipient) in self.parcel.recipients.iter().enumerate() {
            match envelope::rcpt(recipient, &self.connection.extensions) {
                Ok(command) => commands.push((Some(index), command)),
                Err(reply) => self.outcomes[index] = Some(refusal(reply)),
            }
        }
        if commands.len() == 1 {
            self.connection.open = false;
            return Ok(());
        }
        let times = self.connection.config.timeouts;
        let pipelining = self.connection.extensions.pipelining;
        for some in commands.chunks(if pipelining { AT_ONCE } else { 1 }) {
            let lines: String = some.iter().flat_map(|(_, line)| [line, "\r\n"]).collect();
            // Where it fails, the server may have said why before.
            let said = self
                .connection
                .channel
                .say(lines.as_bytes(), times.rcpt)
                .await;
            let mut said = said.err();
            let mut sender_refused = false;
            for (index, _) in some {
                let (wait, step) = match index {
                    None => (times.mail, "MAIL"),
                    Some(_) => (times.rcpt, "RCPT"),
                };
                let reply = match self.connection.channel.reply(wait).await {
                    Err(Fault::Closed) => Err(said.take().unwrap_or(Fault::Closed)),
                    reply => reply,
                };
                let reply = self.heard(reply, step)?;
                match index {
                    None if reply.class() == 2 => {}
                    None if reply.class() == 3 => return self.refused(&reply, step),
                    None => {
                        self.settle(&reply.told());
                        sender_refused = true;
                    }
                    Some(_) if sender_refused => {}
                    Some(index) => self.recipient(*index, &reply)?,
                }
            }
            if sender_refused {
                return Ok(());
            }
        }
        Ok(())
    }

    fn recipient(&mut self, index: usize, reply: &ServerReply) -> Result<(), Over> {
        match reply.class() {
            2 => self.accepted.push(index),
            3 => return self.refused(reply, "RCPT"),
            _ => {
                let mut told = reply.told();
                // RFC 5321 §4.5.3.1.10: 552 to RCPT is an old 452, too many recipients; not where its status
                // tells of the mailbox (RFC 3463 §3.3).
                if told.code == 552 && !told.status.starts_with("5.2.") {
                    told.code = 452;
                    told.status.replace_range(..1, "4");
                }
                self.outcomes[index] = Some(refusal(told));
            }
        }
        Ok(())
    }

    /// A reply that came, unless it is 421, with which the server leaves (RFC 5321 §3.8).
    fn heard(
        &mut self,
        reply: Result<ServerReply, Fault>,
        step: &str,
    ) -> Result<ServerReply, Over> {
        let reply = match reply {
            Ok(reply) if reply.code != 421 => return Ok(reply),
            Ok(reply) => reply.told(),
            Err(fault) => fault.told(step),
        };
        // Those that were accepted before lose their message as well.
        self.settle(&reply);
        Err(Over)
    }

    /// The step is refused for all that are left, or answered by something that makes no sense.
    fn refused(&mut self, reply: &ServerReply, step: &str) -> Result<(), Over> {
        if reply.class() >= 4 {
            self.settle(&reply.told());
            return Ok(());
        }
        self.settle(&Fault::Unexpected(reply.code).told(step));
        Err(Over)
    }

    /// The reply to the message.
    fn ended(&mut self, reply: &ServerReply) -> Result<(), Over> {
        match reply.class() {
            2 => {
                self.connection.open = false;
                for index in std::mem::take(&mut self.accepted) {
                    self.taken(index, reply);
                }
                Ok(())
            }
            3 => self.in_flight(&Fault::Unexpected(reply.code)),
            _ => {
                self.settle(&reply.told());
                if reply.code == 421 { Err(Over) } else { Ok(()) }
            }
        }
    }

    /// LMTP: a reply for each recipient that was accepted, in the order of their RCPT (RFC 2033 §4.2).
    async fn each_ended(&mut self) -> Result<(), Over> {
        let times = self.connection.config.timeouts;
        let end = Instant::now() + times.message;
        let mut leaves = false;
        while let Some(index) = self.accepted.first().copied() {
            let wait = end.saturating_duration_since(Instant::now());
            let reply = self.connection.channel.reply(times.done.min(wait)).await;
            match reply {
                Ok(reply) if reply.class() == 2 => self.taken(index, &reply),
                Ok(reply) if reply.class() >= 4 => {
                    leaves |= reply.code == 421;
                    self.outcomes[index] = Some(refusal(reply.told()));
                }
                // Those that are left have not been answered.
                Ok(reply) => return self.in_flight(&Fault::Unexpected(reply.code)),
                Err(fault) => return self.in_flight(&fault),
            }
            self.accepted.remove(0);
        }
        self.connection.open = false;
        if leaves { Err(Over) } else { Ok(()) }
    }

    fn taken(&mut self, index: usize, reply: &ServerReply) {
        let dsn = self.connection.extensions.dsn;
        self.outcomes[index] = Some(Outcome::Delivered {
            reply: reply.told(),
            dsn: dsn && self.parcel.recipients[index].notify.is_some(),
        });
    }

    /// The server may have taken the message.
    fn in_flight(&mut self, fault: &Fault) -> Result<(), Over> {
        for index in std::mem::take(&mut self.accepted) {
            self.outcomes[index] = Some(Outcome::InFlight(fault.told("end of the message")));
        }
        Err(Over)
    }

    /// Everybody without an outcome gets this one.
    fn settle(&mut self, reply: &Reply) {
        self.accepted.clear();
        for outcome in self.outcomes.iter_mut().filter(|outcome| outcome.is_none()) {
            *outcome = Some(refusal(reply.clone()));
        }
    }
}

fn refusal(reply: Reply) -> Outcome {
    match reply.code / 100 {
        5 => Outcome::Failed(reply),
        _ => Outcome::Deferred(reply),
    }
}
