//! Who comes in, with what, and how a lost password is changed.

mod factor;
mod passkeys;
mod programs;
mod recovery;

use crate::ground::World;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use congvu_access::{Attempt, Protocol, Refusal, hash_password};
use congvu_governance::mailbox::{Because, lock, remove_factor, reset_password};
use congvu_governance::{Actor, Law, Refused};
use congvu_store::audit::{self, Chain};
use congvu_store::notice::{self, Audience, Notice};
use congvu_store::{NoticeId, StoreError, account, organisation, role};
use congvu_testing::Ground;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use ring::{digest, hmac};
use std::collections::BTreeMap;
use tower_service::Service;

/// 2026-11-23 08:00 in Vietnam.
const BEGIN: i64 = 1_795_395_600_000;

const MINUTE: i64 = 60_000;

const LOGIN: &str = "an@sonla.gov.vn";

const PASSWORD: &str = "Suối Nậm Na#27";

const OTHER: &str = "Đèo Pha Đin#1954";

const IMAP: Attempt = Attempt {
    protocol: Protocol::Imap,
    peer: std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7)),
};

/// A browser of its own: cookies.
#[derive(Clone)]
struct Browser {
    world: World,
    cookies: BTreeMap<String, String>,
}

/// What came back.
struct Answer {
    status: StatusCode,
    to: String,
    page: String,
}

impl Browser {
    fn new(world: &World) -> Self {
        Self {
            world: world.clone(),
            cookies: BTreeMap::new(),
        }
    }

    async fn ask(&mut self, method: &str, path: &str, body: String) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let response = self.world.router.clone().call(request).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = response.headers().get(header::LOCATION);
        let to = to.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        let page = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status, to, page }
    }

    async fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, String::new()).await
    }

    /// Sends a form; with the token of the page on which it stands, where there is one.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(path).await.page;
        let mut body = form_urlencoded::Serializer::new(String::new());
        if let Some((_, rest)) = page.split_once("name=\"csrf\" value=\"") {
            body.append_pair("csrf", rest.split('"').next().unwrap());
        }
        body.extend_pairs(fields);
        self.ask("POST", path, body.finish()).await
    }

    async fn password(&mut self, password: &str) -> Answer {
        let fields = [
            ("tai-khoan", LOGIN),
            ("mat-khau", password),
            ("ve", "/tai-khoan"),
        ];
        let answer = self.post("/dang-nhap", &fields).await;
        if answer.to == "/doi-mat-khau" {
            let next = self.get(&answer.to).await;
            if !next.to.is_empty() {
                return next;
            }
            return self
                .post("/doi-mat-khau", &[("nhan-trach-nhiem", "on")])
                .await;
        }
        answer
    }

    async fn code(&mut self, code: &str) -> Answer {
        let fields = [("ma", code), ("ve", "/tai-khoan")];
        self.post("/dang-nhap/ma", &fields).await
    }

    async fn is_in(&mut self) -> bool {
        self.get("/tai-khoan").await.status == StatusCode::OK
    }

    /// Turns the second factor on; the telephone's secret and the codes to write down.
    async fn turn_on(&mut self, ground: &Ground) -> (Vec<u8>, Vec<String>) {
        let begun = self.post(
            "/tai-khoan/hai-lop",
            &[("viec", "bat"), ("mat-khau", PASSWORD)],
        );
        assert_eq!(begun.await.status, StatusCode::SEE_OTHER);
        let page = self.get("/tai-khoan/hai-lop").await.page;
        assert!(page.contains("<svg class=\"qr\""), "{page}");
        let secret = unbase32(between(&page, "<code class=\"secret\">", "</code>"));
        let wrong = self.post(
            "/tai-khoan/hai-lop",
            &[("viec", "xac-nhan"), ("ma", "000000")],
        );
        assert_eq!(wrong.await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let now = totp(&secret, ground.clock.now());
        let fields = [("viec", "xac-nhan"), ("ma", now.as_str())];
        let page = self.post("/tai-khoan/hai-lop", &fields).await.page;
        let codes: Vec<String> = page
            .split("<li><code>")
            .skip(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned())
            .collect();
        assert_eq!(codes.len(), 10, "{page}");
        (secret, codes)
    }
}

fn between<'p>(page: &'p str, before: &str, after: &str) -> &'p str {
    let (_, rest) = page
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}

fn unbase32(text: &str) -> Vec<u8> {
    let bits: String = text
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| {
            format!(
                "{:05b}",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(c).unwrap()
            )
        })
        .collect();
    let bytes = bits.as_bytes().chunks_exact(8);
    bytes
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect()
}

/// What a telephone shows (RFC 6238).
fn totp(secret: &[u8], at: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &(at / 30_000).to_be_bytes());
    let tag = tag.as_ref();
    let from = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[from..from + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Somebody with a password, signed in, where lost passwords are changed by the system's own means.
async fn begin(ground: &Ground) -> (World, Browser) {
    let world = World::new(&ground.store).await;
    under(ground, "tuyen-quang").await;
    let phc = hash_password(PASSWORD);
    let set = ground.store.write(move |tx| {
        let found = account::by_login(tx, LOGIN)?.unwrap();
        account::set_password(tx, found.id, &phc, None)
    });
    set.await.unwrap();
    let mut browser = Browser::new(&world);
    browser.password(PASSWORD).await;
    assert!(browser.is_in().await);
    (world, browser)
}

async fn under(ground: &Ground, profile: &'static str) {
    let bound = ground
        .store
        .write(move |tx| tx.execute("UPDATE organisation SET profile = $1", &[profile.into()]));
    assert_eq!(bound.await.unwrap(), 1);
}

async fn notices(ground: &Ground, kind: &'static str) -> Vec<Notice> {
    let read = ground
        .store
        .read(|tx| notice::unsent(tx, NoticeId(0), 1000));
    let read: Result<Vec<Notice>, StoreError> = read.await;
    let mut all = read.unwrap();
    all.retain(|one| one.kind == kind);
    all
}

/// The acts on record, each with its clause.
async fn acts(ground: &Ground) -> Vec<(String, String)> {
    let read = ground
        .store
        .read(|tx| audit::page(tx, Chain::Acts, (i64::MAX, i64::MAX), 100));
    let read: Result<Vec<_>, StoreError> = read.await;
    let acts = read.unwrap().into_iter();
    acts.map(|one| (one.record.action, one.record.clause))
        .collect()
}

async fn sign_in_records(world: &World, ground: &Ground, action: &str) -> usize {
    world.access.stop().await;
    let read = ground
        .store
        .read(|tx| audit::page(tx, Chain::SignIns, (i64::MAX, i64::MAX), 200));
    let read: Result<Vec<_>, StoreError> = read.await;
    let all = read.unwrap().into_iter();
    all.filter(|one| one.record.action == action).count()
}

/// Sets a recovery address.
async fn with_address(ground: &Ground, browser: &mut Browser, address: &str) {
    let way = "/tai-khoan/khoi-phuc";
    let fields = [
        ("viec", "gui-ma"),
        ("dia-chi", address),
        ("mat-khau", PASSWORD),
    ];
    let asked = browser.post(way, &fields).await;
    assert_eq!(asked.to, way, "{}", asked.page);
    let sent = notices(ground, "reset-address").await.pop().unwrap();
    assert_eq!(sent.audience, Audience::Address(address.to_owned()));
    let code = between(&sent.body, "Mã xác nhận: ", "\n").to_owned();
    let wrong = browser
        .post(way, &[("viec", "xac-nhan"), ("ma", "aaaa-aaaa")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = browser
        .post(way, &[("viec", "xac-nhan"), ("ma", &code)])
        .await;
    assert_eq!(right.to, way, "{}", right.page);
    assert!(right.page.is_empty() && browser.get(way).await.page.contains(address));
    let again = browser
        .post(way, &[("viec", "xac-nhan"), ("ma", &code)])
        .await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn ask(world: &World, name: &str) -> Answer {
    let fields = [("viec", "thu"), ("tai-khoan", name)];
    Browser::new(world).post("/quen-mat-khau", &fields).await
}

/// Where the page is on which a new password is chosen.
async fn link(ground: &Ground) -> String {
    let sent = notices(ground, "reset-link").await.pop().unwrap();
    let (_, rest) = sent.body.split_once("https://mx.sonla.gov.vn").unwrap();
    rest.split_once('\n').unwrap().0.to_owned()
}

/// A device with one key (W3C Web Authentication).
struct Device {
    key: EcdsaKeyPair,
    counter: u32,
}

impl Device {
    fn new() -> Self {
        let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).unwrap(),
            counter: 0,
        }
    }

    /// RFC 5480.
    fn public(&self) -> String {
        let before = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE";
        let before = base64::engine::general_purpose::STANDARD
            .decode(before)
            .unwrap();
        BASE64.encode([&before[..], &self.key.public_key().as_ref()[1..]].concat())
    }

    fn data(&self, flags: u8, more: &[u8]) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, b"localhost");
        [hash.as_ref(), &[flags], &self.counter.to_be_bytes(), more].concat()
    }

    fn made(&self, challenge: &str) -> Vec<(&'static str, String)> {
        let behind = [&[0; 16][..], &[0, 4], b"khoa", b"cose"].concat();
        vec![
            ("viec", "them".to_owned()),
            (
                "client",
                BASE64.encode(client("webauthn.create", challenge)),
            ),
            ("data", BASE64.encode(self.data(0x45, &behind))),
            ("key", self.public()),
        ]
    }

    fn signed(&mut self, challenge: &str) -> Vec<(&'static str, String)> {
        self.counter += 1;
        let (client, data) = (client("webauthn.get", challenge), self.data(5, b""));
        let hash = digest::digest(&digest::SHA256, client.as_bytes());
        let signed = [&data[..], hash.as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        vec![
            ("khoa", BASE64.encode("khoa")),
            ("client", BASE64.encode(client)),
            ("data", BASE64.encode(data)),
            ("chu-ky", BASE64.encode(signature)),
            ("ve", "/tai-khoan".to_owned()),
        ]
    }
}

fn client(what: &str, challenge: &str) -> String {
    format!("{{\"type\":\"{what}\",\"challenge\":\"{challenge}\",\"origin\":\"http://localhost\"}}")
}

impl Browser {
    async fn challenge(&mut self, path: &str) -> String {
        let told = self.get(path).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.to);
        between(&told.page, "\"challenge\":\"", "\"").to_owned()
    }

    /// Sends a form that a script filled in.
    async fn filled(&mut self, path: &str, token_of: &str, fields: &[(&str, String)]) -> Answer {
        let page = self.get(token_of).await.page;
        let mut body = form_urlencoded::Serializer::new(String::new());
        if let Some((_, rest)) = page.split_once("name=\"csrf\" value=\"") {
            body.append_pair("csrf", rest.split('"').next().unwrap());
        }
        body.extend_pairs(fields);
        self.ask("POST", path, body.finish()).await
    }
}

const KEYS: &str = "/tai-khoan/khoa-truy-cap";

const ENTER: &str = "/dang-nhap/khoa";

/// Adds the device's key to the account of who is signed in; what the form held.
async fn with_key(browser: &mut Browser, device: &Device) -> Vec<(&'static str, String)> {
    let challenge = browser.challenge(&format!("{KEYS}/moi")).await;
    let mut fields = device.made(&challenge);
    fields.push(("ten", "Điện thoại".to_owned()));
    fields.push(("mat-khau", PASSWORD.to_owned()));
    let added = browser.filled(KEYS, KEYS, &fields).await;
    assert_eq!(added.to, KEYS, "{}", added.page);
    fields
}
