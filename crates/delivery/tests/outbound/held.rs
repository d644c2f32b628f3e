//! Mail from outside that the rules hold or refuse: what is held is durable, let go once, and given back when its time is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use congvu_delivery::held::Release;
use congvu_delivery::{AcceptError, Accepted, Arrivals, Intake, Judged, To, TraceId, Writer};
use congvu_regulation::content::{Description, Effect};
use congvu_store::held::{self, Fate};
use congvu_store::{
    HeldId, HeldRecipientId, MailboxId, StoreError, StoreResult, Tx, blob, now_ms, organisation,
};
use congvu_testing::{Ground, both};

use crate::world::{DOMAIN, HOUR, World};

both!(
    qn_15_6_an_executable_from_outside_is_refused,
    qn_15_6_an_encrypted_archive_is_held_and_let_go_once,
    qn_15_6_what_is_held_too_long_goes_back,
    what_one_mailbox_refuses_another_gets,
);

/// The rules of Quảng Ninh for everybody.
struct Rules {
    until_at: AtomicI64,
    /// A mailbox that takes no attachments.
    small: AtomicI64,
    told: AtomicI64,
}

impl Arrivals for Rules {
    fn judge(
        &self,
        tx: &mut Tx<'_>,
        to: To,
        mut message: Description,
    ) -> StoreResult<Option<Judged>> {
        if to == To::Mailbox(MailboxId(self.small.load(Ordering::Relaxed))) {
            message.limit(1);
        }
        let profile = congvu_regulation::profile("quang-ninh").unwrap();
        Ok(Some(Judged {
            verdict: profile.content().decide(&message),
            place: organisation::root(tx)?.unwrap().id,
            until_at: self.until_at.load(Ordering::Relaxed),
        }))
    }

    fn held(&self, _: &mut Tx<'_>, _: HeldId) -> StoreResult<()> {
        self.told.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn lapsed(
        &self,
        tx: &mut Tx<'_>,
        id: HeldId,
        recipients: &[HeldRecipientId],
    ) -> StoreResult<()> {
        held::decide(tx, id, recipients, Fate::Lapsed, ("system", ""))
    }
}

async fn world(ground: &Ground) -> (World, Arc<Rules>) {
    let world = World::new(ground).await;
    let rules = Arc::new(Rules {
        until_at: AtomicI64::new(now_ms() + 24 * HOUR),
        small: AtomicI64::new(0),
        told: AtomicI64::new(0),
    });
    let arrivals: Arc<dyn Arrivals> = Arc::<Rules>::clone(&rules);
    world.delivery.arrivals_by(arrivals);
    (world, rules)
}

/// An archive with one file that a password closes (APPNOTE 4.4.4: bit 0).
fn locked_zip() -> Vec<u8> {
    let (name, data) = (b"bao-cao.txt", [7_u8; 30]);
    let head = |signature: &[u8], central: bool| {
        let mut bytes = signature.to_vec();
        if central {
            bytes.extend_from_slice(&[20, 0]);
        }
        bytes.extend_from_slice(&[20, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(&[0; 4]);
        bytes.extend_from_slice(&(data.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&18_u32.to_le_bytes());
        bytes.extend_from_slice(&(name.len() as u16).to_le_bytes());
        bytes.extend_from_slice(&[0, 0]);
        if central {
            bytes.extend_from_slice(&[0; 14]);
        }
        bytes.extend_from_slice(name);
        bytes
    };
    let mut zip = head(b"PK\x03\x04", false);
    zip.extend_from_slice(&data);
    let at = zip.len() as u32;
    let central = head(b"PK\x01\x02", true);
    zip.extend_from_slice(&central);
    zip.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    zip.extend_from_slice(&(central.len() as u32).to_le_bytes());
    zip.extend_from_slice(&at.to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    zip
}

fn letter(name: &str, file: &[u8]) -> String {
    let coded: String = file.iter().map(|byte| format!("={byte:02X}")).collect();
    let lines: Vec<&str> = (0..coded.len())
        .step_by(72)
        .map(|at| &coded[at..(at + 72).min(coded.len())])
        .collect();
    format!(
        "From: <ai@ngoai.example>\r\nSubject: Tai lieu\r\nMessage-ID: <t@ngoai.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nKinh gui.\r\n--b\r\n\
         Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}\r\n--b--\r\n",
        lines.join("=\r\n")
    )
}

async fn arrive(world: &World, to: &[&str], raw: &str) -> (TraceId, Result<Accepted, AcceptError>) {
    let sender = "ai@ngoai.example";
    let envelope = world.envelope(sender, Writer::Outside, to).await.unwrap();
    let trace = envelope.trace.clone();
    let mut intake = Intake::new(&world.store, 1 << 20, None);
    intake.write(raw.as_bytes()).await.unwrap();
    let incoming = intake.finish().await.unwrap();
    (
        trace,
        world.delivery.accept_arriving(envelope, incoming).await,
    )
}

async fn qn_15_6_an_executable_from_outside_is_refused(ground: &Ground) {
    let (world, _) = world(ground).await;
    let an = format!("an@{DOMAIN}");
    let (_, refused) = arrive(&world, &[&an], &letter("KeKhai.exe", b"MZ")).await;
    let Err(AcceptError::Content(verdict)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(verdict.effect(), Effect::Refuse);
    let words = verdict.findings()[0].to_string();
    assert!(
        words.contains("QN.15.6") && words.contains("KeKhai.exe"),
        "{words}"
    );
    assert!(world.inbox().await.is_empty());
    // What carries nothing comes as it always did.
    let (_, taken) = arrive(&world, &[&an], "From: <ai@ngoai.example>\r\n\r\nChao.\r\n").await;
    assert_eq!(taken.unwrap().delivered, 1);
}

async fn only(world: &World) -> (HeldId, Vec<HeldRecipientId>) {
    let read = world.store.read(|tx| {
        let page = held::page(tx, true, HeldId(i64::MAX), 10)?;
        let id = page[0].id;
        let all = held::recipients(tx, id)?;
        Ok::<_, StoreError>((page.len(), id, all.into_iter().map(|one| one.id).collect()))
    });
    let (count, id, recipients) = read.await.unwrap();
    assert_eq!(count, 1);
    (id, recipients)
}

/// Lets it go, or gives the transaction up behind it.
async fn release(
    world: &World,
    id: HeldId,
    chosen: &[HeldRecipientId],
    fails: bool,
) -> Result<(), StoreError> {
    let prepared: Arc<Release> = Arc::new(world.delivery.prepare_release(id, chosen).await?);
    let (task, chosen) = (Arc::clone(&prepared), chosen.to_vec());
    let done = world
        .store
        .write(move |tx| {
            held::decide(tx, id, &chosen, Fate::Released, ("quantri", ""))?;
            let (accepted, used) = task
                .carry_out(tx)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            assert_eq!(accepted.delivered, 1);
            match fails {
                true => Err(StoreError::Conflict("test")),
                false => Ok(used),
            }
        })
        .await;
    let used = matches!(done, Ok(true));
    // The writer may hold it a moment longer.
    if let Some(prepared) = Arc::into_inner(prepared) {
        prepared.end(&world.delivery, used).await;
    }
    done.map(drop)
}

async fn qn_15_6_an_encrypted_archive_is_held_and_let_go_once(ground: &Ground) {
    let (world, rules) = world(ground).await;
    let an = format!("an@{DOMAIN}");
    let raw = letter("ho-so.zip", &locked_zip());
    let (trace, accepted) = arrive(&world, &[&an], &raw).await;
    let accepted = accepted.unwrap();
    assert_eq!((accepted.held, accepted.delivered), (1, 0));
    assert_eq!(rules.told.load(Ordering::Relaxed), 1);
    assert!(world.inbox().await.is_empty());
    let (id, recipients) = only(&world).await;
    let read = world.store.read(move |tx| {
        let to = held::recipients(tx, id)?;
        Ok::<_, StoreError>((to, held::parts(tx, id)?))
    });
    let (to, parts) = read.await.unwrap();
    assert_eq!(to[0].address, an);
    assert_eq!(to[0].findings[0].clause, "QN.15.6");
    let zip = parts.iter().find(|part| part.name == "ho-so.zip").unwrap();
    assert_eq!(
        (zip.kind.as_str(), zip.inside.as_str()),
        ("tệp nén zip", "locked")
    );
    assert!(
        parts
            .iter()
            .any(|part| part.name == "ho-so.zip → bao-cao.txt")
    );
    // Nobody else has it, and it stays.
    blob::sweep::sweep(&world.store, now_ms() + 48 * HOUR)
        .await
        .unwrap();
    // Given up in the middle: neither decided nor delivered.
    assert!(release(&world, id, &recipients, true).await.is_err());
    assert!(world.inbox().await.is_empty());
    release(&world, id, &recipients, false).await.unwrap();
    let again = release(&world, id, &recipients, false).await;
    assert!(
        matches!(again, Err(StoreError::Conflict("held"))),
        "{again:?}"
    );
    let inbox = world.inbox().await;
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].contains("ho-so.zip"), "{}", inbox[0]);
    assert!(inbox[0].contains(trace.as_str()), "{}", inbox[0]);
    let words: Vec<String> = world.log(&trace).await.into_iter().map(|l| l.2).collect();
    assert_eq!(words, ["held: QN.15.6", "released", "delivered"]);
    let report = congvu_store::verify::verify(&world.store, |_| {})
        .await
        .unwrap();
    assert_eq!(report.findings, []);
}

async fn qn_15_6_what_is_held_too_long_goes_back(ground: &Ground) {
    let (world, rules) = world(ground).await;
    rules.until_at.store(now_ms() - HOUR, Ordering::Relaxed);
    let an = format!("an@{DOMAIN}");
    let raw = letter("ho-so.zip", &locked_zip());
    let (trace, accepted) = arrive(&world, &[&an], &raw).await;
    assert_eq!(accepted.unwrap().held, 1);
    assert_eq!(world.delivery.lapse_held().await.unwrap(), 1);
    assert_eq!(world.delivery.lapse_held().await.unwrap(), 0);
    assert!(world.inbox().await.is_empty());
    // Its sender is told, once.
    assert_eq!(world.queued().await, 1);
    let last = world.log(&trace).await.pop().unwrap();
    assert_eq!((last.1, last.2.as_str()), (554, "held too long"));
    blob::sweep::sweep(&world.store, now_ms() + 48 * HOUR)
        .await
        .unwrap();
    let report = congvu_store::verify::verify(&world.store, |_| {})
        .await
        .unwrap();
    assert_eq!(report.findings, []);
}

async fn what_one_mailbox_refuses_another_gets(ground: &Ground) {
    let (world, rules) = world(ground).await;
    let (mailbox, inbox) = world.other("nho").await;
    rules.small.store(mailbox.0, Ordering::Relaxed);
    let (an, small) = (format!("an@{DOMAIN}"), format!("nho@{DOMAIN}"));
    let (trace, accepted) = arrive(&world, &[&an, &small], &letter("a.txt", b"xin chao")).await;
    assert_eq!(accepted.unwrap().delivered, 1);
    assert_eq!(world.inbox().await.len(), 1);
    assert!(world.lies_in(inbox).await.is_empty());
    // The sender hears of the one, by a notice.
    assert_eq!(world.queued().await, 1);
    let log = world.log(&trace).await;
    assert!(
        log.iter()
            .any(|(_, code, words)| *code == 550 && words.contains("QN.8.1")),
        "{log:?}"
    );
}
