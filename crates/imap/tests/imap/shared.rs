//! Unit mailboxes for their keepers: shared folders, rights and ACL (RFC 2342, RFC 4314).

use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_access::hash_password;
use congvu_governance::Law;
use congvu_store::account::{self, NewAccount};
use congvu_store::activity::{self, Kind};
use congvu_store::audit::{self, Chain};
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::{
    AccountId, DelegationId, MailboxId, StoreError, assignment, desk, folder, organisation,
    unit_check,
};

use crate::keepers::Regulated;
use crate::support::{Client, PASSWORD, World, message};

const READ: Rights = Rights::READ;

fn keeps() -> Rights {
    Rights::READ.with(Rights::ORGANISE)
}

/// The department's mailbox, and Bình beside An.
pub(crate) struct Unit {
    pub(crate) world: World,
    skhcn: MailboxId,
    pub(crate) binh: AccountId,
}

impl Unit {
    pub(crate) async fn new() -> Self {
        Self::in_world(World::new().await).await
    }

    pub(crate) async fn in_world(mut world: World) -> Self {
        let phc = hash_password(PASSWORD);
        let made = world.store.write(move |tx| {
            let place = organisation::root(tx)?.unwrap().id;
            let domain = organisation::domain(tx, "sonla.gov.vn")?.unwrap();
            let binh = account::create(
                tx,
                &NewAccount {
                    login: "binh@sonla.gov.vn",
                    organisation: place,
                    person: None,
                    role: "user",
                    password: Some(&phc),
                    must_change: None,
                },
            )?;
            let mut mailbox = |kind, account, name| {
                mailbox::create(
                    tx,
                    &NewMailbox {
                        kind,
                        organisation: place,
                        account,
                        person: None,
                        name,
                        quota: 1 << 20,
                        local_part: name,
                        domain,
                    },
                )
            };
            mailbox("personal", Some(binh), "binh")?;
            Ok::<_, StoreError>((mailbox("unit", None, "skhcn")?, binh))
        });
        let (skhcn, binh) = made.await.unwrap();
        world.keepers = Some(Arc::new(Regulated(Law::default())));
        Self { world, skhcn, binh }
    }

    async fn give(&self, account: AccountId, rights: Rights, ms: Option<i64>) -> DelegationId {
        let mailbox = self.skhcn;
        let given = self.world.store.write(move |tx| {
            delegation::grant(
                tx,
                &NewDelegation {
                    mailbox,
                    account,
                    rights,
                    from_at: tx.now() - 1,
                    until_at: ms.map(|ms| tx.now() + ms),
                    document: "",
                    document_day: None,
                    granted_by: "thủ trưởng",
                },
            )
        });
        given.await.unwrap()
    }

    async fn take_back(&self, id: DelegationId) {
        let ended = self
            .world
            .store
            .write(move |tx| delegation::end(tx, id, "taken back"));
        assert!(ended.await.unwrap());
    }

    pub(crate) async fn an(&self) -> Client {
        self.world.client().await
    }

    pub(crate) async fn binh(&self) -> Client {
        let mut client = self.world.connect();
        client.line().await;
        client.ok("LOGIN binh \"Mat-khau 1@\"").await;
        client
    }

    /// A keeper with the unit's INBOX open.
    async fn at_inbox(&self) -> Client {
        let mut client = self.an().await;
        client.ok(&format!("SELECT {INBOX}")).await;
        client
    }
}

const INBOX: &str = "Shared/skhcn@sonla.gov.vn/INBOX";

/// QN.2.3: the unit's mailbox beside one's own, in folders that all its keepers share.
#[tokio::test]
async fn qn_2_3_a_keeper_sees_the_units_folders_beside_their_own() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    let mut client = unit.an().await;
    let own = client.ok("LIST \"\" %").await;
    client
        .check(
            r#"C: a NAMESPACE
            S: * NAMESPACE (("" "/")) NIL (("Shared/" "/"))
            S: a OK …
            C: b LIST "" Shared/%
            S: * LIST (\Noselect \HasChildren) "/" "Shared/skhcn@sonla.gov.vn"
            S: b OK …
            C: c LIST "" Shared/*/I*
            S: * LIST (\HasNoChildren) "/" "Shared/skhcn@sonla.gov.vn/INBOX"
            S: c OK …
            C: d LIST "" Shared/skhcn@sonla.gov.vn/S% RETURN (SPECIAL-USE MYRIGHTS STATUS (MESSAGES))
            S: * LIST (\HasNoChildren) "/" "Shared/skhcn@sonla.gov.vn/Sent"
            S: * STATUS "Shared/skhcn@sonla.gov.vn/Sent" (MESSAGES 0)
            S: * MYRIGHTS "Shared/skhcn@sonla.gov.vn/Sent" lrswikxtecd
            S: d OK …
            C: e SUBSCRIBE Shared/skhcn@sonla.gov.vn/Sent
            S: e OK …
            C: f LSUB "" Shared/*
            S: * LSUB () "/" "Shared/skhcn@sonla.gov.vn/Sent"
            S: f OK …
            C: g CREATE Shared/SKHCN@sonla.gov.vn/2026/Thang-11
            S: g OK [MAILBOXID (…)] …
            C: h RENAME Shared/skhcn@sonla.gov.vn/2026 Shared/skhcn@sonla.gov.vn/2027
            S: h OK …
            C: i LIST "" Shared/*7/%
            S: * LIST (\HasNoChildren) "/" "Shared/skhcn@sonla.gov.vn/2027/Thang-11"
            S: i OK …
            C: j DELETE Shared/skhcn@sonla.gov.vn/2027/Thang-11
            S: j OK …
            C: k RENAME Shared/skhcn@sonla.gov.vn/2027 Mine
            S: k NO [CANNOT] …
            C: l DELETE Shared/skhcn@sonla.gov.vn/inbox
            S: l NO [CANNOT] …"#,
        )
        .await;
    assert!(
        own.contains(&r#"* LIST (\Noselect \HasChildren) "/" "Shared""#.to_owned()),
        "{own:?}"
    );
    // Names there are the units', and nobody else's.
    for (command, code) in [
        ("CREATE Shared", "NOPERM"),
        ("CREATE Shared/x", "NOPERM"),
        ("CREATE Shared/snv@sonla.gov.vn/x", "NOPERM"),
        ("RENAME Drafts Shared/x", "NOPERM"),
        ("SELECT Shared", "NONEXISTENT"),
        ("SELECT Shared/skhcn@sonla.gov.vn", "NONEXISTENT"),
        ("SELECT Shared/snv@sonla.gov.vn/INBOX", "NONEXISTENT"),
        ("SELECT Shared/binh@sonla.gov.vn/INBOX", "NONEXISTENT"),
    ] {
        let answer = client.command(command).await.pop().unwrap();
        assert!(
            answer.starts_with(&format!("= NO [{code}]")),
            "{command}: {answer}"
        );
    }
}

/// HCM.12.1: two keepers at the same time. \Seen too is the unit's, not the person's.
#[tokio::test]
async fn hcm_12_1_two_keepers_work_in_it_at_the_same_time() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    unit.give(unit.binh, keeps(), None).await;
    let mut an = unit.at_inbox().await;
    let mut binh = unit.binh().await;
    binh.ok(&format!("SELECT {INBOX}")).await;
    assert!(
        an.append(INBOX, "", &message("moi"))
            .await
            .contains("APPENDUID")
    );
    an.ok("NOOP").await;
    binh.check(
        r#"C: a NOOP
        S: * 1 EXISTS
        S: * … RECENT
        S: a OK …
        C: b FETCH 1 (BODY[TEXT])
        S: * 1 FETCH (BODY[TEXT] {13}
        S: Text of moi
        S:  FLAGS (\Seen…))
        S: b OK …
        C: c STORE 1 +FLAGS.SILENT (gap)
        S: * FLAGS …
        S: * OK [PERMANENTFLAGS …
        S: c OK …"#,
    )
    .await;
    let told = an.ok("NOOP").await;
    assert!(
        told.last()
            .unwrap()
            .starts_with(r"* 1 FETCH (FLAGS (\Seen gap"),
        "{told:?}"
    );
    an.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    an.ok("EXPUNGE").await;
    assert_eq!(binh.ok("NOOP").await.last().unwrap(), "* 1 EXPUNGE");
    // Who removed it is recorded.
    let mailbox = unit.skhcn;
    let found = unit.world.store.read(move |tx| {
        audit::of_subject(tx, Chain::Acts, &format!("mailbox/{mailbox}"), i64::MAX, 10)
    });
    let found = found.await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].record.actor, "an@sonla.gov.vn");
    assert_eq!(found[0].record.action, "unit.expunge");
}

/// BS.III.9: nobody reads another's mail, and who keeps nothing does not even hear that there is something.
#[tokio::test]
async fn bs_iii_9_a_stranger_sees_nothing() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    let mut binh = unit.binh().await;
    binh.check(
        r#"C: a NAMESPACE
        S: * NAMESPACE (("" "/")) NIL NIL
        S: a OK …
        C: b LIST "" Shared*
        S: b OK …
        C: c STATUS Shared/skhcn@sonla.gov.vn/INBOX (MESSAGES)
        S: c NO [NONEXISTENT] No such mailbox
        C: d SELECT Shared/skhcn@sonla.gov.vn/INBOX
        S: d NO [NONEXISTENT] No such mailbox
        C: e MYRIGHTS Shared/skhcn@sonla.gov.vn/INBOX
        S: e NO [NONEXISTENT] No such mailbox
        C: f GETACL Shared/skhcn@sonla.gov.vn/INBOX
        S: f NO [NONEXISTENT] No such mailbox
        C: g GETQUOTA Shared/skhcn@sonla.gov.vn
        S: g NO [NONEXISTENT] …
        C: h GETQUOTAROOT Shared/skhcn@sonla.gov.vn/INBOX
        S: h NO [NONEXISTENT] …
        C: i GETMETADATA Shared/skhcn@sonla.gov.vn/INBOX /shared/comment
        S: i NO [NONEXISTENT] …"#,
    )
    .await;
    let answer = binh.append(INBOX, "", &message("x")).await;
    assert!(answer.starts_with("= NO [NONEXISTENT]"), "{answer}");
}

/// RFC 4314 §4: what each right is for.
#[tokio::test]
async fn who_may_only_read_changes_nothing() {
    let unit = Unit::new().await;
    let manager = unit.give(unit.binh, keeps(), None).await;
    let mut binh = unit.binh().await;
    binh.append(INBOX, "", &message("a")).await;
    unit.take_back(manager).await;
    unit.give(unit.world.account, READ, None).await;
    let mut client = unit.an().await;
    client
        .check(
            r#"C: a SELECT Shared/skhcn@sonla.gov.vn/INBOX
            S: * FLAGS …
            S: * 1 EXISTS
            S: * 1 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT 2] …
            S: * OK [HIGHESTMODSEQ …
            S: * OK [MAILBOXID …
            S: * OK [PERMANENTFLAGS ()] …
            S: a OK [READ-ONLY] SELECT completed
            C: b FETCH 1 (BODY[TEXT])
            S: * 1 FETCH (BODY[TEXT] {11}
            S: Text of a
            S: )
            S: b OK …
            C: c STORE 1 +FLAGS (\Seen)
            S: c NO [NOPERM] …
            C: d EXPUNGE
            S: d NO [NOPERM] …
            C: e COPY 1 Shared/skhcn@sonla.gov.vn/Archive
            S: e NO [NOPERM] …
            C: f MOVE 1 INBOX
            S: f NO [NOPERM] …
            C: g COPY 1 INBOX
            S: g OK [COPYUID …
            C: h CREATE Shared/skhcn@sonla.gov.vn/x
            S: h NO [NOPERM] …
            C: i DELETE Shared/skhcn@sonla.gov.vn/Archive
            S: i NO [NOPERM] …
            C: j MYRIGHTS Shared/skhcn@sonla.gov.vn/INBOX
            S: * MYRIGHTS "Shared/skhcn@sonla.gov.vn/INBOX" lr
            S: j OK …
            C: k SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lr
            S: k NO [NOPERM] …
            C: l SETMETADATA Shared/skhcn@sonla.gov.vn/INBOX (/shared/comment "x")
            S: l NO [NOPERM] …"#,
        )
        .await;
    let answer = client.append(INBOX, "", &message("x")).await;
    assert!(answer.starts_with("= NO [NOPERM]"), "{answer}");
    // Who only sends in its name sees none of it.
    let unit = Unit::new().await;
    unit.give(unit.world.account, Rights::SEND, None).await;
    let mut client = unit.an().await;
    assert!(client.ok("LIST \"\" Shared*").await.is_empty());
}

/// TQ.11.4, HCM.12.4: what a keeper opens and answers with a mail program is known to the others.
#[tokio::test]
async fn tq_11_4_hcm_12_4_a_mail_program_tells_who_opened_and_answered() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    unit.give(unit.binh, keeps(), None).await;
    let mut an = unit.at_inbox().await;
    for name in ["a", "b"] {
        an.append(INBOX, "", &message(name)).await;
    }
    let mut binh = unit.binh().await;
    binh.ok(&format!("SELECT {INBOX}")).await;
    an.ok("FETCH 1 (BODY[TEXT])").await;
    binh.ok("STORE 1:2 +FLAGS.SILENT (\\Seen)").await;
    binh.ok("STORE 2 FLAGS.SILENT (\\Seen \\Answered)").await;
    binh.ok("STORE 2 -FLAGS.SILENT (\\Answered)").await;
    let mailbox = unit.skhcn;
    let found = unit.world.store.read(move |tx| {
        let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
        let mut found = Vec::new();
        for uid in [1, 2] {
            let object = (inbox.0 << 32) + uid;
            let opened = desk::opened_by(tx, mailbox, object)?.map(|(who, _)| who);
            let answered = assignment::get(tx, mailbox, object)?.and_then(|one| one.answered);
            found.push((opened, answered.map(|(who, _)| who)));
        }
        Ok::<_, StoreError>(found)
    });
    let (one, other) = (unit.world.account, unit.binh);
    assert_eq!(
        found.await.unwrap(),
        [(Some(one), None), (Some(other), Some(other))]
    );
}

async fn ends_at_once(unit: &Unit, other_node: bool) {
    let id = unit.give(unit.world.account, keeps(), None).await;
    let mut idle = if other_node {
        unit.world.client_of_another_node().await
    } else {
        unit.an().await
    };
    idle.ok(&format!("SELECT {INBOX}")).await;
    idle.check("C: i IDLE\nS: + idling").await;
    let mut busy = unit.at_inbox().await;
    let mut own = unit.world.selected("INBOX").await;
    own.check("C: o IDLE\nS: + idling").await;
    let ended = Instant::now();
    unit.take_back(id).await;
    busy.check(
        r#"C: a FETCH 1:* (FLAGS)
        S: * OK [CLOSED] You may no longer open this mailbox
        S: a NO [NOPERM] You may no longer open this mailbox
        C: b SELECT Shared/skhcn@sonla.gov.vn/INBOX
        S: b NO [NONEXISTENT] No such mailbox
        C: c SELECT INBOX
        S: * FLAGS …"#,
    )
    .await;
    idle.check("S: * BYE [NOPERM] You may no longer open this mailbox")
        .await;
    assert!(
        ended.elapsed() < Duration::from_secs(2),
        "{:?}",
        ended.elapsed()
    );
    idle.closed().await;
    // What is one's own goes on.
    own.silent().await;
    own.check("C: DONE\nS: o OK …").await;
}

/// TQ.11.2: a delegation that is taken back ends before the next command, and within two seconds for who waits.
#[tokio::test]
async fn tq_11_2_what_is_taken_back_is_closed_at_once() {
    ends_at_once(&Unit::new().await, false).await;
}

#[tokio::test]
async fn tq_11_2_what_is_taken_back_is_closed_at_once_on_another_node() {
    if let Some(world) = World::on_postgres().await {
        ends_at_once(&Unit::in_world(world).await, true).await;
    }
}

/// A period that is over ends it without anybody's doing.
#[tokio::test]
async fn a_period_ends_by_itself() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), Some(700)).await;
    let mut idle = unit.at_inbox().await;
    idle.check(
        "C: i IDLE
        S: + idling
        S: * BYE [NOPERM] You may no longer open this mailbox",
    )
    .await;
}

/// A locked unit mailbox is closed to its keepers.
#[tokio::test]
async fn a_locked_mailbox_is_closed_to_its_keepers() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    let mut busy = unit.at_inbox().await;
    let mut idle = unit.at_inbox().await;
    idle.check("C: i IDLE\nS: + idling").await;
    let mailbox = unit.skhcn;
    let locked = unit
        .world
        .store
        .write(move |tx| mailbox::set_locked(tx, mailbox, false));
    locked.await.unwrap();
    idle.check("S: * BYE [NOPERM] …").await;
    busy.check(
        "C: a NOOP
        S: * OK [CLOSED] …
        S: a OK …
        C: b SELECT Shared/skhcn@sonla.gov.vn/INBOX
        S: b NO [NONEXISTENT] …",
    )
    .await;
}

/// QN.8.1: what goes into another mailbox is counted there, and goes back where that is full.
#[tokio::test]
async fn copies_between_mailboxes_are_counted_where_they_lie() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    let mut client = unit.world.selected("INBOX").await;
    client
        .append("INBOX", "(gap) ", &vec![b'x'; 700 << 10])
        .await;
    client.append("INBOX", "", &message("a")).await;
    client
        .check(
            r#"C: a GETQUOTAROOT Shared/skhcn@sonla.gov.vn/INBOX
            S: * QUOTAROOT "Shared/skhcn@sonla.gov.vn/INBOX" "Shared/skhcn@sonla.gov.vn"
            S: * QUOTA "Shared/skhcn@sonla.gov.vn" (STORAGE 0 1024 MESSAGE 0 …
            S: a OK …
            C: b UID COPY 1 Shared/skhcn@sonla.gov.vn/INBOX
            S: b OK [COPYUID …"#,
        )
        .await;
    client
        .check(
            r#"C: c UID COPY 1 Shared/skhcn@sonla.gov.vn/Archive
            S: c NO [OVERQUOTA] The mailbox is full
            C: d UID MOVE 1 Shared/skhcn@sonla.gov.vn/Archive
            S: d NO [OVERQUOTA] The mailbox is full
            C: e UID MOVE 2 Shared/skhcn@sonla.gov.vn/Archive
            S: * OK [COPYUID …
            S: * 2 EXPUNGE
            S: e OK …
            C: f GETQUOTA Shared/skhcn@sonla.gov.vn
            S: * QUOTA "Shared/skhcn@sonla.gov.vn" (STORAGE 701 1024 MESSAGE 2 …
            S: f OK …
            C: g GETQUOTA ""
            S: * QUOTA "" (STORAGE 700 204800 MESSAGE 1 …
            S: g OK …
            C: h EXAMINE Shared/skhcn@sonla.gov.vn/INBOX
            S: * OK [CLOSED] …
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft gap)
            S: * 1 EXISTS
            S: …
            S: …
            S: …
            S: …
            S: …
            S: …
            S: …
            S: h OK [READ-ONLY] EXAMINE completed
            C: i FETCH 1 (FLAGS)
            S: * 1 FETCH (FLAGS (gap…))
            S: i OK …"#,
        )
        .await;
}

/// RFC 4314 §3: the commands, by who says who keeps it.
#[tokio::test]
async fn acl_is_the_delegation() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, Rights::ALL, None).await;
    let mut client = unit.an().await;
    let capability = client.ok("CAPABILITY").await;
    assert!(
        capability[0].contains(" ACL RIGHTS=kxte "),
        "{capability:?}"
    );
    client
        .check(
            r#"C: a001 MYRIGHTS Shared/skhcn@sonla.gov.vn/INBOX
            S: * MYRIGHTS "Shared/skhcn@sonla.gov.vn/INBOX" lrswipktecda
            S: a001 OK …
            C: a002 GETACL Shared/skhcn@sonla.gov.vn/INBOX
            S: * ACL "Shared/skhcn@sonla.gov.vn/INBOX" an@sonla.gov.vn lrswipktecda
            S: a002 OK …
            C: a003 LISTRIGHTS Shared/skhcn@sonla.gov.vn/Sent binh@sonla.gov.vn
            S: * LISTRIGHTS "Shared/skhcn@sonla.gov.vn/Sent" binh@sonla.gov.vn "" lr swikxtecd p a
            S: a003 OK …
            C: a004 SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lrp
            S: a004 OK …
            C: a005 SETACL Shared/skhcn@sonla.gov.vn/INBOX BINH@sonla.gov.vn +swikxte
            S: a005 OK …
            C: a006 SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn -p
            S: a006 OK …
            C: a007 GETACL Shared/skhcn@sonla.gov.vn/Sent
            S: * ACL "Shared/skhcn@sonla.gov.vn/Sent" an@sonla.gov.vn lrswipkxtecda binh@sonla.gov.vn lrswikxtecd
            S: a007 OK …
            C: a008 SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lrs
            S: a008 NO [CANNOT] These rights are given together: lr, swikxte, p, a
            C: a009 SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lrz
            S: a009 BAD …
            C: a010 SETACL Shared/skhcn@sonla.gov.vn/INBOX anyone lr
            S: a010 NO [NONEXISTENT] …
            C: a011 SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn +a
            S: a011 NO [NOPERM] Only the head …(TQ.11.2)
            C: a012 DELETEACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn
            S: a012 OK …
            C: a013 SETACL INBOX binh@sonla.gov.vn lr
            S: a013 NO [NOPERM] Your own mailbox is shared with nobody
            C: a014 GETACL INBOX
            S: a014 NO [NOPERM] …"#,
        )
        .await;
    let mut binh = unit.binh().await;
    assert!(binh.ok("LIST \"\" Shared*").await.is_empty());
    // What a document is needed for is told with the clause, in the language the client can be told in.
    let written = unit
        .world
        .store
        .write(|tx| tx.execute("UPDATE organisation SET profile = 'tuyen-quang'", &[]));
    written.await.unwrap();
    client
        .check(
            r#"C: b SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lr
            S: b NO [NOPERM] The number of the document that delegates this mailbox is needed (TQ.11.2), …
            C: c ENABLE IMAP4rev2
            S: * ENABLED …
            S: c OK …
            C: d SETACL Shared/skhcn@sonla.gov.vn/INBOX binh@sonla.gov.vn lr
            S: d NO [NOPERM] việc giao hộp thư phải bằng văn bản: …(TQ.11.2)"#,
        )
        .await;
}

/// NOTIFY (RFC 5465) of what one keeps, and not of what one keeps no longer.
#[tokio::test]
async fn notify_tells_of_shared_folders_while_they_are_kept() {
    let unit = Unit::new().await;
    let id = unit.give(unit.world.account, READ, None).await;
    unit.give(unit.binh, keeps(), None).await;
    let mut binh = unit.binh().await;
    let mut client = unit.an().await;
    let mut personal = unit.an().await;
    personal
        .ok("NOTIFY SET (personal (MessageNew MessageExpunge))")
        .await;
    client
        .check(
            r#"C: a NOTIFY SET STATUS (subtree Shared (MessageNew MessageExpunge MailboxName)) (personal (MessageNew MessageExpunge))
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS "Shared/skhcn@sonla.gov.vn/INBOX" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY …)
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: * STATUS …
            S: a OK …"#,
        )
        .await;
    binh.append(INBOX, "", &message("a")).await;
    client
        .check(
            r#"S: * STATUS "Shared/skhcn@sonla.gov.vn/INBOX" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY …)"#,
        )
        .await;
    personal.silent().await;
    unit.take_back(id).await;
    client
        .check(r#"S: * LIST (\NonExistent \HasNoChildren) "/" "Shared/skhcn@sonla.gov.vn""#)
        .await;
    for _ in 0..6 {
        client.check(r"S: * LIST (\NonExistent …").await;
    }
    binh.append(INBOX, "", &message("b")).await;
    client.silent().await;
}

/// CLAUSES: use by its keepers is use of the mailbox. HCM.8.2.a: a look is a person's, by name and minute; flags alone
/// are none.
#[tokio::test]
async fn hcm_8_2_a_what_keepers_fetch_is_a_look_into_the_mailbox() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    let mut client = unit.at_inbox().await;
    client.append(INBOX, "", &message("a")).await;
    client.ok("FETCH 1:* (FLAGS UID)").await;
    let skhcn = unit.skhcn;
    let of_unit = async || {
        unit.world.access.stop().await;
        let found = unit.world.store.read(move |tx| {
            Ok::<_, StoreError>((
                activity::last(tx, skhcn, Kind::App)?.is_some(),
                activity::last(tx, skhcn, Kind::Fetched)?.is_some(),
                unit_check::of_days(tx, skhcn, 0, i64::MAX)?,
            ))
        });
        found.await.unwrap()
    };
    assert_eq!(of_unit().await, (true, false, Vec::new()));
    client.ok("FETCH 1 (BODY.PEEK[TEXT])").await;
    let (_, fetched, looks) = of_unit().await;
    assert!(fetched);
    assert_eq!((looks.len(), looks[0].account), (1, unit.world.account));
}

/// BS.III.11: what one fetches of one's own mailbox is a check of it.
#[tokio::test]
async fn bs_iii_11_what_one_fetches_is_a_check_of_ones_own_mailbox() {
    let unit = Unit::new().await;
    let mut client = unit.world.selected("INBOX").await;
    client.append("INBOX", "", &message("a")).await;
    let mailbox = unit.world.mailbox;
    let checks = async || {
        unit.world.access.stop().await;
        let found = unit
            .world
            .store
            .read(move |tx| unit_check::own_of_days(tx, mailbox, 0, i64::MAX));
        found.await.unwrap().len()
    };
    client.ok("FETCH 1:* (FLAGS UID)").await;
    assert_eq!(checks().await, 0);
    client.ok("FETCH 1 (ENVELOPE)").await;
    assert_eq!(checks().await, 1);
}

/// RFC 5464 §4.3: what is private is a person's, so a unit mailbox has none of its keepers'.
#[tokio::test]
async fn annotations_of_a_unit_mailbox_are_shared() {
    let unit = Unit::new().await;
    unit.give(unit.world.account, keeps(), None).await;
    unit.give(unit.binh, READ, None).await;
    let mut client = unit.an().await;
    client
        .check(
            r#"C: a SETMETADATA Shared/skhcn@sonla.gov.vn/INBOX (/shared/comment "x")
            S: a OK …
            C: b SETMETADATA Shared/skhcn@sonla.gov.vn/INBOX (/private/comment "y")
            S: b NO [METADATA NOPRIVATE] …"#,
        )
        .await;
    let mut binh = unit.binh().await;
    binh.check(
        r#"C: a GETMETADATA Shared/skhcn@sonla.gov.vn/INBOX (/shared/comment /private/comment)
        S: * METADATA "Shared/skhcn@sonla.gov.vn/INBOX" (/shared/comment "x")
        S: a OK …"#,
    )
    .await;
}
