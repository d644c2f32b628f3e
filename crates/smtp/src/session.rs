//! The life of one connection: commands in, replies out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_access::SignedIn;
use congvu_delivery::{Client, Refused};
use congvu_store::AccountId;
use congvu_wire::{Conn, Shutdown, WireError};

use crate::Role;
use crate::command::{self, Command};
use crate::input::{self, Front, Input};
use crate::reply::{self, Reply};
use crate::server::Inner;
use crate::transaction::Transaction;

/// Replies to pipelined commands gather up to so many octets.
const REPLIES: usize = 16 << 10;

/// Commands without a message that are let pass, beside those that name recipients.
const COMMANDS: usize = 200;
const TOO_MANY_COMMANDS: Reply = Reply::new(421, "4.7.0", "Too many commands without a message");

/// What the client said of itself.
#[derive(Debug)]
pub(crate) struct Hello {
    pub(crate) name: String,
    /// EHLO rather than HELO.
    pub(crate) extended: bool,
}

/// One connection.
pub(crate) struct Session {
    pub(crate) server: Arc<Inner>,
    pub(crate) conn: Conn,
    pub(crate) shutdown: Shutdown,
    pub(crate) hello: Option<Hello>,
    pub(crate) signed_in: Option<Box<SignedIn>>,
    pub(crate) transaction: Option<Box<Transaction>>,
    /// Refused commands since the last message.
    pub(crate) errors: u32,
    /// Commands since the last message.
    commands: usize,
    /// The last message, the sign-in or the connection.
    fruit: Instant,
    /// Recipients that nobody is.
    pub(crate) unknown: u32,
    /// Failed sign-ins.
    pub(crate) failures: u32,
    /// The client takes UTF-8 in replies to this transaction.
    pub(crate) utf8: bool,
}

impl Session {
    pub(crate) fn new(server: Arc<Inner>, conn: Conn, shutdown: Shutdown) -> Self {
        Self {
            server,
            conn,
            shutdown,
            hello: None,
            signed_in: None,
            transaction: None,
            errors: 0,
            commands: 0,
            fruit: Instant::now(),
            unknown: 0,
            failures: 0,
            utf8: false,
        }
    }

    /// Serves the connection to its end.
    pub(crate) async fn run(mut self) {
        let greeting = format!("{} ESMTP", self.server.config.hostname);
        self.put(&Reply::lines(220, greeting));
        match self.serve().await {
            Ok(()) => {}
            Err(WireError::TimedOut) => self.put(&reply::TIMED_OUT),
            Err(error) => {
                tracing::debug!(conn = self.conn.id(), %error, "connection lost");
                return;
            }
        }
        self.conn.close().await;
    }

    async fn serve(&mut self) -> Result<(), WireError> {
        loop {
            let reply = match self.next_line(input::LINE).await? {
                // On the heap, so that an idle connection stays small.
                Input::Line(line) => Box::pin(self.execute(&line)).await?,
                Input::Reply(reply) => Some(reply),
            };
            if reply.is_some_and(|reply| self.answer(&reply)) {
                return Ok(());
            }
            let wait = self.server.config.write_timeout;
            self.conn.flush_if_over(REPLIES, wait).await?;
        }
    }

    /// The next line. Replies that gathered are sent before anything is waited for (RFC 2920 §3.2).
    pub(crate) async fn next_line(&mut self, limit: usize) -> Result<Input, WireError> {
        if let Some(reply) = self.must_end() {
            return Ok(Input::Reply(reply));
        }
        match input::take(&mut self.conn, limit) {
            Some(input) => Ok(input),
            None => self.wait_for_line(limit).await,
        }
    }

    async fn wait_for_line(&mut self, limit: usize) -> Result<Input, WireError> {
        let config = &self.server.config;
        self.conn.flush(config.write_timeout).await?;
        let deadline = self.patience_ends().min(Instant::now() + config.timeout);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if input::front(self.conn.buffered(), limit) == Front::TooLong {
                self.conn.discard_line(left).await?;
                return Ok(input::too_long());
            }
            let conn = &mut self.conn;
            let signed_in = &mut self.signed_in;
            let ended = async {
                match signed_in {
                    Some(signed_in) => drop(signed_in.session.until_ended().await),
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = self.shutdown.stopping() => return Ok(Input::Reply(reply::STOPPING)),
                () = ended => return Ok(Input::Reply(reply::SESSION_ENDED)),
                filled = conn.fill(input::BUFFER, left) => filled?,
            };
            if let Some(input) = input::take(&mut self.conn, limit) {
                return Ok(input);
            }
        }
    }

    /// A message was accepted, or somebody signed in.
    pub(crate) fn bore_fruit(&mut self) {
        self.fruit = Instant::now();
        self.commands = 0;
    }

    /// When the connection ends, whatever is said until then, if nothing comes of it.
    fn patience_ends(&self) -> Instant {
        let config = &self.server.config;
        let stranger = config.role == Role::Submission && self.signed_in.is_none();
        self.fruit
            + if stranger {
                config.sign_in_timeout
            } else {
                config.fruitless_timeout
            }
    }

    /// The last word, where the server stops, the account was locked or patience is at its end.
    pub(crate) fn must_end(&self) -> Option<Reply> {
        if self.shutdown.is_stopping() {
            return Some(reply::STOPPING);
        }
        if Instant::now() >= self.patience_ends() {
            return Some(reply::TIMED_OUT);
        }
        self.signed_in.as_ref()?.session.ended()?;
        Some(reply::SESSION_ENDED)
    }

    /// The reply, or none where it was sent already.
    async fn execute(&mut self, line: &[u8]) -> Result<Option<Reply>, WireError> {
        let command = command::parse(line);
        if !matches!(&command, Ok(Command::Bdat(bdat)) if !bdat.is_empty()) {
            self.commands += 1;
            if self.commands > self.server.config.max_recipients * 2 + COMMANDS {
                return Ok(Some(TOO_MANY_COMMANDS));
            }
        }
        Ok(Some(match command {
            Err(reply) => reply,
            Ok(Command::Ehlo(ehlo)) => self.ehlo(ehlo),
            Ok(Command::Helo(helo)) => self.helo(helo),
            Ok(Command::Mail(mail)) => self.mail(mail).await,
            Ok(Command::Rcpt(rcpt)) => self.rcpt(rcpt).await,
            Ok(Command::Data) => Box::pin(self.data()).await?,
            Ok(Command::Bdat(bdat)) => Box::pin(self.bdat(bdat)).await?,
            Ok(Command::Auth(auth)) => Box::pin(self.auth(auth)).await?,
            Ok(Command::StartTls) => return Box::pin(self.start_tls()).await,
            Ok(Command::Rset) => self.rset(),
            Ok(Command::Noop) => command::noop::reply(),
            Ok(Command::Vrfy) => command::vrfy::reply(),
            Ok(Command::Help) => command::help::reply(),
            Ok(Command::Quit) => command::quit::reply(),
        }))
    }

    /// Puts a reply and counts it; true where the connection ends.
    fn answer(&mut self, reply: &Reply) -> bool {
        self.put(reply);
        if reply.is_refusal() {
            let role = self.server.config.role.name();
            let code = reply.code().to_string();
            metrics::counter!("congvu_smtp_rejects_total", "role" => role, "code" => code)
                .increment(1);
        }
        if reply.closes() {
            return true;
        }
        if reply.is_permanent() {
            self.errors += 1;
            let most = self.server.config.max_errors;
            if most != 0 && self.errors >= most {
                self.put(&Reply::new(421, "4.7.0", "Too many errors"));
                return true;
            }
        }
        false
    }

    pub(crate) fn put(&mut self, reply: &Reply) {
        reply.put(self.conn.out(), self.utf8);
    }

    /// Puts a reply and sends everything that gathered.
    pub(crate) async fn send(&mut self, reply: &Reply) -> Result<(), WireError> {
        self.put(reply);
        self.conn.flush(self.server.config.write_timeout).await
    }

    /// Forgets the transaction.
    pub(crate) fn reset(&mut self) {
        self.transaction = None;
        self.utf8 = false;
    }

    pub(crate) fn account(&self) -> Option<AccountId> {
        self.signed_in.as_ref().map(|signed_in| signed_in.account)
    }

    /// Lets somebody who guesses wait for the reply.
    pub(crate) async fn delay(&mut self, time: Duration) {
        tokio::select! {
            () = self.shutdown.stopping() => {}
            () = tokio::time::sleep(time) => {}
        }
    }

    /// What the trace line says of the client. RFC 3848, RFC 6531 §4.3.
    pub(crate) fn client(&self, utf8: bool) -> Client {
        let tls = self.conn.tls();
        let signed_in = self.signed_in.is_some();
        let hello = self.hello.as_ref();
        let extended = hello.is_some_and(|hello| hello.extended);
        let with = match (extended, utf8, tls.is_some(), signed_in) {
            (false, ..) => "SMTP",
            (true, false, false, false) => "ESMTP",
            (true, false, true, false) => "ESMTPS",
            (true, false, false, true) => "ESMTPA",
            (true, false, true, true) => "ESMTPSA",
            (true, true, false, false) => "UTF8SMTP",
            (true, true, true, false) => "UTF8SMTPS",
            (true, true, false, true) => "UTF8SMTPA",
            (true, true, true, true) => "UTF8SMTPSA",
        };
        Client {
            ip: self.conn.peer().ip(),
            helo: hello.map_or_else(String::new, |hello| hello.name.clone()),
            with,
            tls: tls.map(|tls| format!("{} {}", tls.version, tls.cipher)),
        }
    }

    /// Writes a refusal of `transaction` into the mail log (TQ.9.1, SL.11.1).
    pub(crate) fn log(&self, transaction: &Transaction, recipient: &str, size: u64, why: &Reply) {
        self.log_sender(
            &transaction.sender_text(),
            Some(transaction),
            recipient,
            size,
            why,
        );
    }

    /// As [`Self::log`], where there may be no transaction yet.
    pub(crate) fn log_sender(
        &self,
        sender: &str,
        transaction: Option<&Transaction>,
        recipient: &str,
        size: u64,
        why: &Reply,
    ) {
        self.server.delivery.log_refusal(&Refused {
            direction: self.server.direction(),
            trace: transaction.map(|transaction| &transaction.trace),
            sender,
            recipient,
            client_ip: self.conn.peer().ip(),
            size,
            code: why.code(),
            result: why.text(),
            account: self.account(),
        });
    }
}
