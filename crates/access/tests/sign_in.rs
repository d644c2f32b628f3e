//! Signing in and being ended, against a real store.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_access::sasl::{Exchanger, Mechanism, Step};
use congvu_access::{
    Access, AccessConfig, AppSecret, Attempt, EndReason, Protocol, Refusal, SignedIn, hash_password,
};
use congvu_store::account::{self, NewAccount};
use congvu_store::activity::{self, Kind};
use congvu_store::audit::{self, Chain};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, BlobPlace, Engine, MailboxId, Store, StoreConfig, StoreError};

const LOGIN: &str = "an@example.vn";
const PASSWORD: &str = "Mật khẩu 1@";
const HERE: Attempt = Attempt {
    protocol: Protocol::Imap,
    peer: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
};

struct Fixture {
    dir: tempfile::TempDir,
    store: Store,
    access: Access,
    account: AccountId,
    mailbox: MailboxId,
}

fn config(dir: &tempfile::TempDir, server: bool) -> StoreConfig {
    StoreConfig {
        engine: Engine::Sqlite {
            path: dir.path().join("congvu.db"),
        },
        readers: 2,
        blobs: BlobPlace::Folder(dir.path().join("blobs")),
        inline_max: 65_536,
        server,
        clock: congvu_store::Clock::default(),
        undelete: std::time::Duration::from_secs(30 * 86_400),
    }
}

async fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("folder");
    let opening = config(&dir, true);
    let store = tokio::task::spawn_blocking(move || Store::open(&opening))
        .await
        .expect("thread")
        .expect("store");
    let phc = hash_password(PASSWORD);
    let (account, mailbox) = store
        .write(move |tx| {
            let place = organisation::create(
                tx,
                &NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Tỉnh",
                    short_name: "tinh",
                    profile: None,
                },
            )?;
            let domain = organisation::create_domain(tx, "example.vn")?;
            let account = account::create(
                tx,
                &NewAccount {
                    login: LOGIN,
                    organisation: place,
                    person: None,
                    role: "user",
                    password: Some(&phc),
                    must_change: None,
                },
            )?;
            let mailbox = mailbox::create(
                tx,
                &NewMailbox {
                    kind: "personal",
                    organisation: place,
                    account: Some(account),
                    person: None,
                    name: "An",
                    quota: 1 << 20,
                    local_part: "an",
                    domain,
                },
            )?;
            Ok::<_, StoreError>((account, mailbox))
        })
        .await
        .expect("account");
    let access = Access::start(
        &store,
        AccessConfig {
            announce_scram: true,
            failures: 3,
            default_domain: Some("example.vn".into()),
        },
    );
    Fixture {
        dir,
        store,
        access,
        account,
        mailbox,
    }
}

impl Fixture {
    async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, Refusal> {
        self.access.sign_in(HERE, name, password).await
    }

    async fn app_password(&self) -> String {
        let (secret, id) = (AppSecret::generate(), self.account);
        let stored = secret.clone();
        self.store
            .write(move |tx| {
                let salt = account::by_login(tx, LOGIN)?.expect("account").scram_salt;
                stored.store(tx, id, &salt, "Outlook")
            })
            .await
            .expect("app password");
        secret.reveal().to_owned()
    }
}

#[tokio::test]
async fn the_right_password_lets_in_by_address_and_by_short_name() {
    let f = fixture().await;
    for name in [LOGIN, "AN@Example.VN", " an "] {
        let signed_in = f.sign_in(name, PASSWORD).await.expect("signed in");
        assert_eq!(
            (signed_in.account, signed_in.mailbox),
            (f.account, f.mailbox)
        );
    }
}

#[tokio::test]
async fn wrong_names_and_passwords_are_told_apart_by_nobody_and_slowed_down() {
    let f = fixture().await;
    assert_eq!(
        f.sign_in("nobody", PASSWORD).await.err(),
        Some(Refusal::Wrong)
    );
    for _ in 0..3 {
        assert_eq!(f.sign_in("an", "wrong").await.err(), Some(Refusal::Wrong));
    }
    let refusal = f.sign_in("an", PASSWORD).await.err();
    assert!(
        matches!(refusal, Some(Refusal::Throttled(_))),
        "{refusal:?}"
    );
}

/// Guesses that come at the same time are not more guesses: each is counted before the next turn.
#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_time() {
    let f = fixture().await;
    let guesses: Vec<_> = (0..40)
        .map(|n| {
            let access = f.access.clone();
            tokio::spawn(async move { access.sign_in(HERE, "an", &n.to_string()).await.err() })
        })
        .collect();
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += usize::from(guess.await.expect("ran") == Some(Refusal::Wrong));
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    assert!((3..=3 + cores).contains(&looked_at), "{looked_at}");
}

/// All addresses of an account are one account to guess at.
#[tokio::test]
async fn guesses_at_an_alias() {
    use congvu_store::address::{self, Holder};
    let f = fixture().await;
    let mailbox = f.mailbox;
    f.store
        .write(move |tx| {
            let domain = organisation::domain(tx, "example.vn")?.expect("domain");
            address::create(tx, domain, "vanthu", "alias", Holder::Mailbox(mailbox))
        })
        .await
        .expect("alias");
    for name in ["an", "vanthu", "an@example.vn"] {
        assert_eq!(f.sign_in(name, "wrong").await.err(), Some(Refusal::Wrong));
    }
    for name in ["vanthu", "an"] {
        let refusal = f.sign_in(name, PASSWORD).await.err();
        assert!(matches!(refusal, Some(Refusal::Throttled(_))), "{name}");
    }
}

/// TQ.6.1, SL.6.1: a password that must be changed opens no mail program.
#[tokio::test]
async fn must_change_and_disabled_accounts_stay_outside() {
    let f = fixture().await;
    let (id, phc) = (f.account, hash_password("Moi@2026"));
    f.store
        .write(move |tx| {
            account::set_password(tx, id, &phc, Some(congvu_store::account::MustChange::Reset))
        })
        .await
        .expect("password");
    assert_eq!(
        f.sign_in("an", "Moi@2026").await.err(),
        Some(Refusal::MustChange)
    );
    f.store
        .write(move |tx| account::set_disabled(tx, id, true))
        .await
        .expect("disabled");
    assert_eq!(
        f.sign_in("an", "Moi@2026").await.err(),
        Some(Refusal::Disabled)
    );
    assert_eq!(f.sign_in("an", "guess").await.err(), Some(Refusal::Wrong));
}

#[tokio::test]
async fn a_password_change_ends_sessions_at_once() {
    let f = fixture().await;
    let mut signed_in = f.sign_in("an", PASSWORD).await.expect("signed in");
    assert_eq!(signed_in.session.ended(), None);
    let (id, phc) = (f.account, hash_password("Khac@2026"));
    f.store
        .write(move |tx| account::set_password(tx, id, &phc, None))
        .await
        .expect("password");
    let reason =
        tokio::time::timeout(Duration::from_secs(2), signed_in.session.until_ended()).await;
    assert_eq!(reason, Ok(EndReason::Revoked));
    // The old password, though verified a moment ago, opens nothing.
    assert_eq!(f.sign_in("an", PASSWORD).await.err(), Some(Refusal::Wrong));
    f.sign_in("an", "Khac@2026").await.expect("signed in");
}

#[tokio::test]
async fn a_tool_beside_the_server_ends_sessions_within_two_seconds() {
    let f = fixture().await;
    let mut signed_in = f.sign_in("an", PASSWORD).await.expect("signed in");
    let opening = config(&f.dir, false);
    let tool = tokio::task::spawn_blocking(move || Store::open(&opening))
        .await
        .expect("thread")
        .expect("store");
    let id = f.account;
    tool.write(move |tx| account::set_disabled(tx, id, true))
        .await
        .expect("disabled");
    let reason =
        tokio::time::timeout(Duration::from_secs(2), signed_in.session.until_ended()).await;
    assert_eq!(reason, Ok(EndReason::Revoked));
}

#[tokio::test]
async fn app_passwords_sign_in_and_are_revoked() {
    let f = fixture().await;
    let app = f.app_password().await;
    let mut signed_in = f.sign_in("an", &app).await.expect("signed in");
    let id = f.account;
    f.store
        .write(move |tx| {
            let first = account::app_passwords(tx, id)?[0].id;
            account::revoke_app_password(tx, id, first)
        })
        .await
        .expect("revoked");
    let reason =
        tokio::time::timeout(Duration::from_secs(2), signed_in.session.until_ended()).await;
    assert_eq!(reason, Ok(EndReason::Revoked));
    assert_eq!(f.sign_in("an", &app).await.err(), Some(Refusal::Wrong));
}

/// QN.7.1 and the other inactivity rules count what this writes.
#[tokio::test]
async fn a_sign_in_is_activity_of_its_day() {
    let f = fixture().await;
    f.sign_in("an", PASSWORD).await.expect("signed in");
    f.access.stop().await;
    let id = f.mailbox;
    let last = f
        .store
        .read(move |tx| activity::last(tx, id, Kind::App))
        .await
        .map_err(|error: StoreError| error)
        .expect("read");
    assert!(last.is_some());
}

/// TQ.9.1: the log of sign-ins tells who, when, from where and how it ended.
#[tokio::test]
async fn tq_9_1_sign_ins_are_recorded() {
    let f = fixture().await;
    f.sign_in("an", PASSWORD).await.expect("signed in");
    f.sign_in(LOGIN, PASSWORD).await.expect("signed in again");
    f.sign_in("an", "Sai mật khẩu 1@")
        .await
        .expect_err("refused");
    // What stands where a name belongs is often a password.
    f.sign_in("Mat-khau 1@", "an").await.expect_err("refused");
    f.access.stop().await;
    let read = |tx: &mut congvu_store::Tx<'_>| audit::unsealed(tx, Chain::SignIns, 10);
    let mut records = f.store.read(read).await.expect("read");
    records.sort_by_key(|recorded| recorded.record.at);
    let told: Vec<_> = records
        .iter()
        .map(|recorded| {
            let record = &recorded.record;
            assert_eq!(record.client_ip, "192.0.2.7");
            assert_eq!(record.detail, "{\"protocol\":\"imap\"}");
            (
                record.action.as_str(),
                record.actor.as_str(),
                record.actor_id,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("sign-in.ok", LOGIN, Some(f.account)),
            ("sign-in.wrong", LOGIN, Some(f.account)),
            ("sign-in.wrong", "", None),
        ]
    );
}

#[tokio::test]
async fn plain_and_login_exchanges() {
    let f = fixture().await;
    let mut plain = Exchanger::new(&f.access, HERE, Mechanism::Plain);
    let response = format!("\0{LOGIN}\0{PASSWORD}");
    assert!(matches!(
        plain.start(Some(response.as_bytes())).await,
        Step::Done(_)
    ));

    let mut other = Exchanger::new(&f.access, HERE, Mechanism::Plain);
    let response = format!("boss@example.vn\0{LOGIN}\0{PASSWORD}");
    assert!(matches!(
        other.start(Some(response.as_bytes())).await,
        Step::Failed(Refusal::Wrong)
    ));

    let mut login = Exchanger::new(&f.access, HERE, Mechanism::Login);
    assert!(matches!(login.start(None).await, Step::Challenge(text) if text == b"Username:"));
    assert!(
        matches!(login.step(LOGIN.as_bytes()).await, Step::Challenge(text) if text == b"Password:")
    );
    assert!(matches!(
        login.step(PASSWORD.as_bytes()).await,
        Step::Done(_)
    ));
    assert!(matches!(
        login.step(b"again").await,
        Step::Failed(Refusal::Malformed)
    ));
}

/// RFC 5802 §3, computed here as a client does.
#[tokio::test]
async fn scram_exchange_with_an_app_password() {
    use ring::{digest, hmac, pbkdf2};
    let sign = |key: &[u8], data: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data.as_bytes())
            .as_ref()
            .to_vec()
    };
    let f = fixture().await;
    f.app_password().await;
    let app = f.app_password().await;
    for (password, right) in [(app.as_str(), true), ("abcdefghijkmnpqrstuvwxyz23", false)] {
        let mut scram = Exchanger::new(&f.access, HERE, Mechanism::ScramSha256);
        let bare = format!("n={LOGIN},r=clientnonce");
        let Step::Challenge(first) = scram.start(Some(format!("n,,{bare}").as_bytes())).await
        else {
            panic!("no challenge");
        };
        let first = String::from_utf8(first).expect("text");
        let field = |name: &str| {
            first
                .split(',')
                .find_map(|part| part.strip_prefix(name))
                .expect("field")
                .to_owned()
        };
        let salt = BASE64.decode(field("s=")).expect("salt");
        let iterations: u32 = field("i=").parse().expect("count");
        let mut salted = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            std::num::NonZeroU32::new(iterations).expect("count"),
            &salt,
            password.as_bytes(),
            &mut salted,
        );
        let client = sign(&salted, "Client Key");
        let stored = digest::digest(&digest::SHA256, &client);
        let last = format!("c=biws,r={}", field("r="));
        let auth = format!("{bare},{first},{last}");
        let signature = sign(stored.as_ref(), &auth);
        let proof: Vec<u8> = client.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let answer = format!("{last},p={}", BASE64.encode(proof));
        let step = scram.step(answer.as_bytes()).await;
        if !right {
            assert!(matches!(step, Step::Failed(Refusal::Wrong)), "{step:?}");
            continue;
        }
        let Step::Challenge(server) = step else {
            panic!("{step:?}")
        };
        let expected = format!(
            "v={}",
            BASE64.encode(sign(&sign(&salted, "Server Key"), &auth))
        );
        assert_eq!(String::from_utf8(server).expect("text"), expected);
        assert!(matches!(scram.step(b"").await, Step::Done(_)));
    }
}

/// A name that does not exist gets a salt too, the same each time.
#[tokio::test]
async fn scram_does_not_tell_who_exists() {
    let f = fixture().await;
    let mut salts = Vec::new();
    for _ in 0..2 {
        let mut scram = Exchanger::new(&f.access, HERE, Mechanism::ScramSha256);
        let Step::Challenge(first) = scram.start(Some(b"n,,n=nobody@example.vn,r=abc")).await
        else {
            panic!("no challenge");
        };
        let first = String::from_utf8(first).expect("text");
        salts.push(first.split(',').nth(1).map(str::to_owned));
    }
    assert_eq!(salts[0], salts[1]);
}

/// HCM.8.3.b: the first session on a one-time password begins with the sign-in on the web and ends with it.
#[tokio::test]
async fn hcm_8_3_b_the_first_session() {
    let f = fixture().await;
    let (id, phc) = (f.account, hash_password(PASSWORD));
    let set = async |cause| {
        let phc = phc.clone();
        f.store
            .write(move |tx| account::set_password(tx, id, &phc, cause))
            .await
            .expect("set");
    };
    let first = async || {
        f.store
            .read(move |tx| account::first_session(tx, id))
            .await
            .map_err(|error: StoreError| error)
            .expect("read")
    };
    let web = Attempt {
        protocol: Protocol::Web,
        ..HERE
    };
    // Not on a password that was reset, nor by a mail program.
    set(Some(account::MustChange::Reset)).await;
    drop(f.access.sign_in(web, LOGIN, PASSWORD).await.expect("in"));
    set(Some(account::MustChange::Issued)).await;
    assert_eq!(
        f.sign_in(LOGIN, PASSWORD).await.err(),
        Some(Refusal::MustChange)
    );
    assert_eq!(first().await, account::FirstSession::default());
    let session = f.access.sign_in(web, LOGIN, PASSWORD).await.expect("in");
    let begun = first().await;
    assert!(begun.began_at.is_some() && begun.ended_at.is_none());
    f.access.sign_out(session.session).await;
    let ended = first().await;
    assert!(ended.began_at == begun.began_at && ended.ended_at >= begun.began_at);
    // The second one changes nothing.
    let second = f.access.sign_in(web, LOGIN, PASSWORD).await.expect("in");
    f.access.sign_out(second.session).await;
    assert_eq!(first().await, ended);
}

/// A session that is simply gone has ended, too.
#[tokio::test]
async fn hcm_8_3_b_a_first_session_that_is_gone() {
    let f = fixture().await;
    let (id, phc) = (f.account, hash_password(PASSWORD));
    f.store
        .write(move |tx| account::set_password(tx, id, &phc, Some(account::MustChange::Issued)))
        .await
        .expect("set");
    let web = Attempt {
        protocol: Protocol::Web,
        ..HERE
    };
    drop(f.access.sign_in(web, LOGIN, PASSWORD).await.expect("in"));
    f.access.stop().await;
    let first = f
        .store
        .read(move |tx| account::first_session(tx, id))
        .await
        .map_err(|error: StoreError| error)
        .expect("read");
    assert!(first.ended_at.is_some());
}
