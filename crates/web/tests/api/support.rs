//! A province with two agencies, officials with roles, and the API on it.

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use axum::{Extension, Router};
use congvu_governance::audit::Key;
use congvu_governance::mailbox::{Holder, Issue, Person, issue};
use congvu_governance::token::{self, Asked, Scope, Secret};
use congvu_governance::{Actor, Law, Refused, Role, rights};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, MailboxId, OrganisationId, Tx, account};
use congvu_testing::Ground;
use congvu_web::api::{Api, Peer, router};
use serde_json::Value;
use tower_service::Service;

/// 2026-01-05T08:00 in Vietnam, a Monday.
pub(crate) const BEGIN: i64 = 1_767_574_800_000;
pub(crate) const DAY: i64 = 86_400_000;

/// Where requests come from.
pub(crate) const CLIENT: [u8; 4] = [192, 0, 2, 7];

#[derive(Clone, Debug)]
pub(crate) struct Official {
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) address: String,
}

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) law: Law,
    pub(crate) root: OrganisationId,
    pub(crate) agency: OrganisationId,
    pub(crate) other: OrganisationId,
    /// Decides at the top.
    pub(crate) decider: Official,
    /// Asks for its agency.
    pub(crate) asker: Official,
    /// Has no role.
    pub(crate) nobody: Official,
}

pub(crate) fn console() -> Actor {
    Actor::console("root")
}

pub(crate) async fn act<T: Send + 'static>(
    ground: &Ground,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    ground.store.write(work).await
}

pub(crate) fn on_tls(router: Router) -> Router {
    router.layer(Extension(Peer {
        ip: CLIENT.into(),
        is_tls: true,
    }))
}

pub(crate) fn person(place: OrganisationId, name: (&str, &str, &str)) -> Issue {
    Issue {
        organisation: place.0,
        holder: Holder::Person(Person {
            family: name.0.to_owned(),
            middle: name.1.to_owned(),
            given: name.2.to_owned(),
            ..Person::default()
        }),
        local_part: None,
        former: None,
        quota: None,
    }
}

fn official(tx: &mut Tx<'_>, law: Law, asked: &Issue) -> Result<Official, Refused> {
    let made = issue(tx, law, &console(), asked, None)?;
    let account = AccountId(made.account.unwrap());
    account::set_password(tx, account, "$argon2id$own", None)?;
    Ok(Official {
        account,
        mailbox: MailboxId(made.mailbox),
        address: made.address,
    })
}

fn agency(
    tx: &mut Tx<'_>,
    parent: OrganisationId,
    name: &str,
    short_name: &str,
) -> Result<OrganisationId, Refused> {
    Ok(organisation::create(
        tx,
        &NewOrganisation {
            parent: Some(parent),
            kind: "provincial",
            name,
            short_name,
            profile: None,
        },
    )?)
}

impl World {
    pub(crate) async fn new(ground: &Ground) -> Self {
        Self::under(ground, "son-la", "sonla.gov.vn").await
    }

    pub(crate) async fn under(
        ground: &Ground,
        profile: &'static str,
        domain: &'static str,
    ) -> Self {
        let law = Law::default();
        let made = act(ground, move |tx| {
            organisation::create_domain(tx, domain)?;
            let root = organisation::create(
                tx,
                &NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Ủy ban nhân dân tỉnh",
                    short_name: "ubnd",
                    profile: Some(profile),
                },
            )?;
            let own = agency(tx, root, "Sở Khoa học và Công nghệ", "skhcn")?;
            let other = agency(tx, root, "Sở Tài chính", "stc")?;
            let decider = official(tx, law, &person(own, ("Cầm", "Thị", "Duyên")))?;
            let asker = official(tx, law, &person(own, ("Lò", "Văn", "Hặc")))?;
            let nobody = official(tx, law, &person(other, ("Quàng", "Thị", "Mai")))?;
            for (whose, role, place) in [(&decider, Role::Decide, root), (&asker, Role::Ask, own)] {
                let whose = (whose.account, whose.address.as_str());
                rights::grant(tx, &console(), whose, role, place, None)?;
            }
            Ok((root, own, other, decider, asker, nobody))
        });
        let (root, agency, other, decider, asker, nobody) = made.await.unwrap();
        // The key is read once; nothing of the folder is asked for again but checkpoints, of which there are none.
        let folder = tempfile::tempdir().unwrap();
        let key = Key::open(&folder.path().join("key")).unwrap();
        let api = Api::new(&ground.store, law).signing(key, folder.path().join("checkpoints"));
        Self {
            router: on_tls(router(&api)),
            law,
            root,
            agency,
            other,
            decider,
            asker,
            nobody,
        }
    }

    /// A token with all scopes.
    pub(crate) async fn token(&self, ground: &Ground, whose: &Official) -> String {
        issued(ground, whose, Scope::ALL, None).await.0
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        self.ask("GET", token, path, &[], "").await
    }

    pub(crate) async fn post(&self, token: &str, path: &str, body: &Value) -> (StatusCode, Value) {
        let json = [("content-type", "application/json")];
        self.ask("POST", token, path, &json, &body.to_string())
            .await
    }

    pub(crate) async fn ask(
        &self,
        method: &str,
        token: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api/v1{path}"))
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        read(send(&self.router, request).await).await
    }
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    router.clone().call(request).await.unwrap()
}

/// The status and the JSON of an answer; each is told to be kept by nobody.
pub(crate) async fn read(response: Response<Body>) -> (StatusCode, Value) {
    let status = response.status();
    let headers = response.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert!(!headers.contains_key("access-control-allow-origin"));
    let media = headers["content-type"].to_str().unwrap().to_owned();
    let expected = match status.is_success() {
        true => "application/json",
        false => "application/problem+json",
    };
    assert_eq!(media, expected);
    let bytes = to_bytes(response.into_body(), 64 << 20).await.unwrap();
    let value: Value = serde_json::from_slice(&bytes).unwrap();
    if !status.is_success() {
        assert_eq!(value["status"], status.as_u16());
        assert!(
            value["detail"]
                .as_str()
                .is_some_and(|told| !told.is_empty())
        );
    }
    (status, value)
}

/// Issues a token for 30 days; the token and its row.
pub(crate) async fn issued(
    ground: &Ground,
    whose: &Official,
    scopes: &[Scope],
    place: Option<OrganisationId>,
) -> (String, i64) {
    let (account, scopes, secret) = (whose.account, scopes.to_vec(), Secret::generate());
    let reveal = secret.reveal().to_owned();
    let id = act(ground, move |tx| {
        let asked = Asked {
            label: "Hệ thống dùng chung".to_owned(),
            scopes: scopes.clone(),
            organisation: place,
            days: 30,
        };
        token::issue(tx, &console(), account, &asked, &secret)
    });
    (reveal, id.await.unwrap())
}
