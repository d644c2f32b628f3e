//! A province of three agencies with mail in it.

use congvu_governance::{Actor, Refused, Role};
use congvu_message::Analyzer;
use congvu_message::digest::PartDigests;
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, NewEntry, Want};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::message::{self, Marks, NewMessage};
use congvu_store::organisation::{self, NewOrganisation, NewPerson};
use congvu_store::{
    AccountId, DomainId, FolderId, MailboxId, MessageId, OrganisationId, PersonId, Store,
    StoreError, Tx, folder, role,
};
use congvu_testing::Ground;

/// Monday 23 November 2026, 09:00 in Vietnam (24 November is a day off).
pub const MONDAY: i64 = 1_795_399_200_000;
pub const DAY: i64 = 86_400_000;

#[derive(Clone, Copy, Debug)]
pub struct Holder {
    pub account: AccountId,
    pub mailbox: MailboxId,
    pub person: PersonId,
}

pub struct World {
    pub store: Store,
    pub root: OrganisationId,
    pub agencies: [OrganisationId; 2],
    /// Two who decide, one who operates, and officials of both agencies.
    pub first: Holder,
    pub second: Holder,
    pub operator: Holder,
    pub officials: Vec<Holder>,
}

pub fn actor(holder: Holder) -> Actor {
    Actor::signed_in(
        holder.account,
        &format!("a{}@tinh.example", holder.account),
        "192.0.2.9",
    )
}

pub fn console() -> Actor {
    Actor::console("root")
}

impl World {
    pub async fn new(ground: &Ground, profile: &'static str, officials: usize) -> Self {
        let made = ground.store.write(move |tx| {
            let new = |parent, name, profile| NewOrganisation {
                parent,
                kind: "province",
                name,
                short_name: name,
                profile,
            };
            let root = organisation::create(tx, &new(None, "tinh", Some(profile)))?;
            let one = organisation::create(tx, &new(Some(root), "skhcn", None))?;
            let two = organisation::create(tx, &new(Some(root), "stc", None))?;
            let domain = organisation::create_domain(tx, "tinh.example")?;
            let first = holder(tx, domain, root, "first")?;
            let second = holder(tx, domain, root, "second")?;
            let operator = holder(tx, domain, root, "operator")?;
            for (who, what) in [
                (first, Role::Decide),
                (second, Role::Decide),
                (operator, Role::Operate),
            ] {
                role::grant(tx, who.account, what.name(), root, "01/QĐ")?;
            }
            let mut all = Vec::new();
            for n in 0..officials {
                let place = if n % 2 == 0 { one } else { two };
                all.push(holder(tx, domain, place, &format!("canbo{n}"))?);
            }
            Ok::<_, StoreError>((root, [one, two], (first, second, operator), all))
        });
        let (root, agencies, (first, second, operator), officials) = made.await.unwrap();
        Self {
            store: ground.store.clone(),
            root,
            agencies,
            first,
            second,
            operator,
            officials,
        }
    }

    /// Another account of somebody who has one.
    pub async fn another_account(&self, of: Holder, name: &'static str) -> AccountId {
        let place = self.root;
        let made = self.store.write(move |tx| {
            let login = format!("{name}@tinh.example");
            account::create(tx, &new_account(&login, place, of.person))
        });
        made.await.unwrap()
    }

    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        self.store.write(work).await
    }

    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.read(work).await.unwrap()
    }

    pub async fn folder(&self, of: Holder, name: &'static str) -> FolderId {
        self.read(move |tx| Ok(folder::find(tx, of.mailbox, name)?.unwrap().id))
            .await
    }

    /// Puts a message into folders, as delivery does: with its marks where a case is sealed.
    pub async fn deliver(&self, text: &str, folders: &[FolderId]) -> MessageId {
        let bytes = text.replace('\n', "\r\n").into_bytes();
        let staged = self.store.blobs().stage(&bytes).await.unwrap();
        let new = facts(&bytes, self.store.hub().watches_takedowns());
        let to = folders.to_vec();
        let work = std::sync::Arc::new((staged, new));
        let put = self.store.write(move |tx| {
            let stored = message::put(tx, &work.0, &work.1)?;
            for folder in &to {
                entry::deliver(
                    tx,
                    &NewEntry {
                        folder: *folder,
                        message: stored.id,
                        message_size: stored.size,
                        flags: 0,
                        internal_at: 1_700_000_000_000,
                        prefix: b"Delivered-To: x@tinh.example\r\nReceived: from a by b with ESMTP id abc123;\r\n\tnow\r\n",
                    },
                )?;
            }
            Ok::<_, StoreError>(stored.id)
        });
        put.await.unwrap()
    }

    /// What a folder holds: UID, flags, subject, all of it in one line.
    pub async fn list(&self, folder: FolderId) -> Vec<(u32, i64, String)> {
        self.read(move |tx| {
            let mut found = Vec::new();
            entry::scan(tx, folder, (1, u32::MAX), Want::Message, |row| {
                found.push((row.uid()?, row.flags()?, row.subject()?));
                Ok(true)
            })?;
            Ok(found)
        })
        .await
    }

    pub async fn subjects(&self, folder: FolderId) -> Vec<String> {
        self.list(folder)
            .await
            .into_iter()
            .map(|row| row.2)
            .collect()
    }
}

fn new_account(login: &str, organisation: OrganisationId, person: PersonId) -> NewAccount<'_> {
    NewAccount {
        login,
        organisation,
        person: Some(person),
        role: "user",
        password: None,
        must_change: None,
    }
}

fn holder(
    tx: &mut Tx<'_>,
    domain: DomainId,
    organisation: OrganisationId,
    name: &str,
) -> Result<Holder, StoreError> {
    let person = organisation::create_person(
        tx,
        &NewPerson {
            organisation,
            family: "Nguyễn",
            middle: "",
            given: name,
            title: "",
            phone: "",
            born: None,
            code: None,
        },
    )?;
    let login = format!("{name}@tinh.example");
    let account = account::create(tx, &new_account(&login, organisation, person))?;
    let mailbox = mailbox::create(
        tx,
        &NewMailbox {
            kind: "personal",
            organisation,
            account: Some(account),
            person: Some(person),
            name,
            quota: 1 << 30,
            local_part: name,
            domain,
        },
    )?;
    Ok(Holder {
        account,
        mailbox,
        person,
    })
}

fn facts(bytes: &[u8], watched: bool) -> NewMessage {
    let mut analyzer = Analyzer::new();
    analyzer.feed(bytes);
    let analysis = analyzer.finish();
    let marks = watched.then(|| {
        let mut parts = PartDigests::new(&analysis.structure);
        parts.push(bytes);
        Marks {
            senders: analysis
                .facts
                .from
                .iter()
                .map(|who| who.addr().to_lowercase())
                .collect(),
            parts: parts.finish(),
        }
    });
    NewMessage {
        header_len: analysis.header_len,
        sent_at: analysis.facts.date.map(|at| at * 1000),
        message_id: analysis.facts.message_id.clone(),
        subject: analysis.facts.subject.clone(),
        preview: analysis.preview.clone(),
        references: analysis.facts.answered(),
        envelope: analysis.envelope.clone(),
        structure: analysis.structure.to_bytes(),
        marks,
    }
}

/// A message with an attachment, in base64 lines of this many characters.
pub fn with_attachment(subject: &str, id: &str, document: &str, line: usize) -> String {
    use base64::Engine as _;
    let coded = base64::engine::general_purpose::STANDARD.encode(document);
    let lines: Vec<&str> = coded
        .as_bytes()
        .chunks(line)
        .map(|l| std::str::from_utf8(l).unwrap())
        .collect();
    format!(
        "From: An <canbo0@tinh.example>\nTo: x@tinh.example\nMessage-ID: <{id}@tinh.example>\nSubject: {subject}\n\
         Date: Mon, 23 Nov 2026 08:00:00 +0700\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n{subject}\n--b\n\
         Content-Type: application/pdf; name={id}.pdf\nContent-Transfer-Encoding: base64\n\n{}\n--b--\n",
        lines.join("\n")
    )
}

pub fn letter(subject: &str, id: &str) -> String {
    format!(
        "From: An <canbo0@tinh.example>\nMessage-ID: <{id}@tinh.example>\nSubject: {subject}\nDate: Mon, 23 Nov 2026 08:00:00 +0700\n\nmat\n"
    )
}
