//! What each command does, one a file; its arguments and their parse are in
//! [`command`](crate::command).

mod acl;
mod append;
mod authenticate;
mod batch;
mod close;
mod compress;
mod copy;
mod create;
mod delete;
mod enable;
mod expunge;
mod fetch;
mod id;
mod idle;
pub(crate) mod list;
mod lsub;
pub(crate) mod metadata;
pub(crate) mod names;
mod notify;
mod quota;
mod rename;
mod replace;
mod results;
mod resync;
mod search;
mod select;
mod sort;
mod starttls;
pub(crate) mod status;
mod store;
mod subscribe;
mod thread;
mod unauthenticate;

use congvu_access::sasl::Mechanism;
use congvu_store::MailboxId;

use crate::command::CommandBody;
use crate::others;
use crate::response::{Code, Condition, Status, capabilities, tagged, untagged_status};
use crate::session::{Done, End, Failure, Session, Telling};
use crate::types::Tag;
use names::{SHARED, Who};

/// What is offered in every state.
const ALWAYS: &[&str] = &[
    "IMAP4rev1",
    "IMAP4rev2",
    "LITERAL+",
    "ID",
    "ENABLE",
    "IDLE",
    "NAMESPACE",
];
/// What is offered once somebody is signed in.
const SIGNED_IN: &[&str] = &[
    "UIDPLUS",
    "MOVE",
    "UNSELECT",
    "CHILDREN",
    "SPECIAL-USE",
    "CREATE-SPECIAL-USE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "STATUS=SIZE",
    "CONDSTORE",
    "QRESYNC",
    "UTF8=ACCEPT",
    "UNAUTHENTICATE",
    "ESEARCH",
    "WITHIN",
    "SEARCHRES",
    "OBJECTID",
    "SAVEDATE",
    "PREVIEW",
    "PARTIAL",
    "SORT",
    "SORT=DISPLAY",
    "ESORT",
    "THREAD=ORDEREDSUBJECT",
    "THREAD=REFERENCES",
    "INPROGRESS",
    "QUOTA",
    "QUOTA=RES-STORAGE",
    "QUOTA=RES-MESSAGE",
    "QUOTA=RES-MAILBOX",
    "BINARY",
    "MULTIAPPEND",
    "REPLACE",
    "ACL",
    "RIGHTS=kxte",
    "LIST-MYRIGHTS",
    "METADATA",
    "LIST-METADATA",
    "NOTIFY",
];

impl Session {
    /// The greeting (RFC 9051 §7.1.5).
    pub(crate) fn greet(&mut self) {
        let code = self.capability_code();
        let host = &self.server.config.hostname;
        let line = format!("* OK [{code}] {host} IMAP ready\r\n");
        self.conn.put(line.as_bytes());
    }

    /// `CAPABILITY` and what is offered now, as a response code has it.
    pub(crate) fn capability_code(&self) -> String {
        let mut code = Vec::new();
        let limit = format!("APPENDLIMIT={}", self.server.config.append_limit);
        let mut names = ALWAYS.to_vec();
        if self.user.is_some() {
            names.extend_from_slice(SIGNED_IN);
            if !self.conn.is_deflated() {
                names.push("COMPRESS=DEFLATE");
            }
            names.push(&limit);
        } else {
            names.push("SASL-IR");
            if self.conn.can_start_tls() {
                names.push("STARTTLS");
            }
            if self.may_sign_in() {
                let announced = self.server.access.announced();
                names.extend(announced.map(|mechanism| match mechanism {
                    Mechanism::ScramSha256 => "AUTH=SCRAM-SHA-256",
                    Mechanism::Plain => "AUTH=PLAIN",
                    Mechanism::Login => "AUTH=LOGIN",
                }));
            } else {
                names.push("LOGINDISABLED");
            }
        }
        capabilities(&mut code, names);
        String::from_utf8(code).expect("capability names are ASCII")
    }

    /// The mailbox of who is signed in.
    pub(crate) fn mailbox(&self) -> Result<MailboxId, Failure> {
        Ok(self.who()?.mailbox)
    }

    /// Who is signed in.
    pub(crate) fn who(&self) -> Result<Who, Failure> {
        let user = self.user.as_ref().ok_or(Failure::Bad("Sign in first"))?;
        Ok(Who {
            account: user.account,
            mailbox: user.mailbox,
        })
    }

    /// NAMESPACE (RFC 2342): the shared one is there for those who may open another mailbox than their own.
    async fn namespace(&mut self) -> Result<Done, Failure> {
        let who = self.who()?;
        let store = self.server.store.clone();
        let others = store.read(move |tx| others::all(tx, who.account));
        let reads = !others.await?.is_empty();
        let out = self.conn.out();
        out.extend_from_slice(b"* NAMESPACE ((\"\" \"/\")) NIL ");
        if reads {
            out.extend_from_slice(format!("((\"{SHARED}/\" \"/\"))").as_bytes());
        } else {
            out.extend_from_slice(b"NIL");
        }
        out.extend_from_slice(b"\r\n");
        Ok(Done::plain("NAMESPACE completed"))
    }

    /// Before a command on messages: new ones are told, so that the command
    /// finds them. Numbers never change here.
    async fn catch_up(&mut self, uid: bool) -> Result<(), Failure> {
        let telling = Telling {
            expunge: false,
            uid,
            heard: false,
        };
        self.sync(telling).await
    }

    /// Carries out one command. Each has a future of its own on the heap, so
    /// that an IDLE, which may last for days, is not as large as the largest.
    pub(crate) async fn carry_out(
        &mut self,
        tag: &Tag,
        body: CommandBody,
    ) -> Result<Done, Failure> {
        use CommandBody as B;
        match body {
            B::Capability => {
                let code = self.capability_code();
                self.conn.put(format!("* {code}\r\n").as_bytes());
                Ok(Done::plain("CAPABILITY completed"))
            }
            // Catching up is done after every command.
            B::Noop => Ok(Done::plain("NOOP completed")),
            B::Check => Ok(Done::plain("CHECK completed")),
            B::Logout => self.logout(tag),
            B::Id(id) => Ok(self.id(&id)),
            B::StartTls => Box::pin(self.start_tls(tag)).await,
            B::Authenticate(authenticate) => Box::pin(self.authenticate(authenticate)).await,
            B::Login(login) => Box::pin(self.login(login)).await,
            B::Unauthenticate => Box::pin(self.unauthenticate(tag)).await,
            B::Compress(_) => Box::pin(self.compress(tag)).await,
            B::Enable(enable) => Ok(self.enable(&enable)),
            B::Select(select) => Box::pin(self.select(select)).await,
            B::Create(create) => Box::pin(self.create(create)).await,
            B::Delete(delete) => Box::pin(self.delete(delete.mailbox)).await,
            B::Rename(rename) => Box::pin(self.rename(rename)).await,
            B::Subscribe(subscribe) => Box::pin(self.subscribe(subscribe.mailbox, true)).await,
            B::Unsubscribe(subscribe) => Box::pin(self.subscribe(subscribe.mailbox, false)).await,
            B::List(list) => Box::pin(self.list(list)).await,
            B::Lsub(lsub) => Box::pin(self.lsub(lsub)).await,
            B::Namespace => Box::pin(self.namespace()).await,
            B::Status(status) => Box::pin(self.status(status)).await,
            B::Append(append) => Box::pin(self.append(append)).await,
            B::Idle => self.idle().await,
            B::GetQuota(quota) => Box::pin(self.get_quota(&quota.root)).await,
            B::GetQuotaRoot(quota) => Box::pin(self.get_quota_root(quota.mailbox)).await,
            B::SetQuota(_) => Err(Failure::no(
                Code::NoPerm,
                "The quota is set by your operating centre",
            )),
            B::Notify(notify) => Box::pin(self.notify(notify)).await,
            B::SetAcl(set) => Box::pin(self.set_acl(set)).await,
            B::DeleteAcl(entry) => Box::pin(self.delete_acl(entry)).await,
            B::GetAcl(asked) => Box::pin(self.get_acl(asked)).await,
            B::ListRights(entry) => Box::pin(self.list_rights(entry)).await,
            B::MyRights(rights) => Box::pin(self.my_rights(rights.mailbox)).await,
            B::GetMetadata(get) => Box::pin(self.get_metadata(get)).await,
            B::SetMetadata(set) => Box::pin(self.set_metadata(set)).await,
            B::Close => Box::pin(self.close(true)).await,
            B::Unselect => Box::pin(self.close(false)).await,
            B::Expunge(expunge) => Box::pin(self.expunge(expunge)).await,
            B::Search(search) => {
                self.catch_up(search.uid).await?;
                Box::pin(self.search(tag, search)).await
            }
            B::Sort(sort) => {
                self.catch_up(sort.uid).await?;
                Box::pin(self.sort(tag, sort)).await
            }
            B::Thread(thread) => {
                self.catch_up(thread.uid).await?;
                Box::pin(self.thread(thread)).await
            }
            B::Fetch(fetch) => {
                Box::pin(self.tell_earlier(&fetch)).await?;
                self.catch_up(fetch.messages.is_uid()).await?;
                Box::pin(self.fetch(fetch)).await
            }
            B::Store(store) => {
                self.catch_up(store.messages.is_uid()).await?;
                Box::pin(self.store(store)).await
            }
            B::Copy(copy) => {
                self.catch_up(copy.messages.is_uid()).await?;
                Box::pin(self.copy(copy, false)).await
            }
            B::Move(copy) => {
                self.catch_up(copy.messages.is_uid()).await?;
                Box::pin(self.copy(copy, true)).await
            }
            B::Replace(replace) => {
                self.catch_up(replace.old.is_uid()).await?;
                Box::pin(self.replace(replace)).await
            }
        }
    }

    fn logout(&mut self, tag: &Tag) -> Result<Done, Failure> {
        let out = self.conn.out();
        untagged_status(out, Condition::Bye, None, "Logging out");
        tagged(out, Some(tag), Status::Ok, None, "LOGOUT completed");
        Err(End::Silent.into())
    }
}
