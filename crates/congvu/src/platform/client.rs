//! One person, told to the platform by SCIM (RFC 7644): looked for before they are made, so that what was made and not heard of is found
//! again; written over as a whole, under the mark of what the platform had (§3.14).

use congvu_governance::identity::scim;
use congvu_store::identity::Identity;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderValue, IF_MATCH, RETRY_AFTER,
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, Url};
use serde_json::Value;

const MEDIA: &str = "application/scim+json";
/// The largest answer that is read, in octets.
const LARGEST: usize = 1 << 20;
/// What is kept of an answer for people, in characters.
const TOLD: usize = 500;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Answered {
    /// The platform has the person as they are; by what name, under what mark.
    Taken { id: String, tag: Option<String> },
    /// It has not, for now.
    Later {
        why: String,
        /// When it wants to be asked again (ms).
        after: Option<i64>,
        /// What it calls the person, where that was learned, or unlearned.
        remote: Option<(Option<String>, Option<String>)>,
    },
    /// It will not, unless somebody changes something.
    Refused(String),
}

/// Where the platform is.
#[derive(Clone)]
pub(crate) struct Platform {
    client: Client,
    base: Url,
    token: HeaderValue,
}

/// What stands in the way of an answer.
enum Fault {
    Later(String, Option<i64>),
    Refused(String),
}

type Tried<T> = Result<T, Fault>;

impl Platform {
    /// The platform with this address (`https://…/scim/v2`) and token.
    pub(crate) fn new(client: Client, mut base: Url, token: &str) -> Option<Self> {
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        let mut token = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
        token.set_sensitive(true);
        Some(Self {
            client,
            base,
            token,
        })
    }

    /// Tells of a person as they are.
    pub(crate) async fn tell(&self, of: &Identity) -> Answered {
        let known = (of.push.remote_id.clone(), of.push.remote_tag.clone());
        match self.write(of).await {
            Ok((id, tag)) => Answered::Taken { id, tag },
            Err((Fault::Refused(why), _)) => Answered::Refused(why),
            Err((Fault::Later(why, after), remote)) => Answered::Later {
                why,
                after,
                remote: (remote != known).then_some(remote),
            },
        }
    }

    /// Writes a person; what the platform calls them then. Of a failure also what is known of that by now.
    async fn write(
        &self,
        of: &Identity,
    ) -> Result<(String, Option<String>), (Fault, (Option<String>, Option<String>))> {
        let body = scim::pushed(of);
        let mut known = of
            .push
            .remote_id
            .clone()
            .map(|id| (id, of.push.remote_tag.clone()));
        // What it calls them may be over, and its mark old: each is looked up anew once.
        for _ in 0..3 {
            let (id, tag) = match known.take() {
                Some(known) => known,
                None => match self.find(of).await {
                    Ok(Some(found)) => found,
                    Ok(None) => match self.make(&body).await {
                        Ok(Some(made)) => return Ok(made),
                        // Somebody made it meanwhile.
                        Ok(None) => continue,
                        Err(fault) => return Err((fault, (None, None))),
                    },
                    Err(fault) => return Err((fault, (None, None))),
                },
            };
            match self.replace(&id, tag.as_deref(), &body).await {
                Ok(Replaced::Done(tag)) => return Ok((id, tag)),
                Ok(Replaced::Gone) => {}
                Ok(Replaced::Changed) => match self.tag_of(&id).await {
                    Ok(tag) => known = Some((id, tag)),
                    Err(fault) => return Err((fault, (Some(id), None))),
                },
                Err(fault) => return Err((fault, (Some(id), tag))),
            }
        }
        let why = "nền tảng vừa thay đổi người này; thử lại sau".to_owned();
        Err((Fault::Later(why, None), (None, None)))
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        // What the platform calls somebody is one part of a path, whatever it says.
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        self.client
            .request(method, url)
            .header(AUTHORIZATION, self.token.clone())
            .header(ACCEPT, MEDIA)
    }

    /// The person that it knows by our number, or by the account: it may have had that before us (QN.5.1).
    async fn find(&self, of: &Identity) -> Tried<Option<(String, Option<String>)>> {
        let names = [
            ("externalId", of.person.to_string()),
            ("userName", scim::user_name(of)),
        ];
        for (attribute, value) in names {
            let quoted = Value::String(value.clone()).to_string();
            let filter = format!("{attribute} eq {quoted}");
            let mut request = self
                .request(Method::GET, &["Users"])
                .build()
                .map_err(later)?;
            request
                .url_mut()
                .query_pairs_mut()
                .append_pair("filter", &filter);
            let response = self.client.execute(request).await.map_err(later)?;
            let (status, body) = read(response).await?;
            // Some know no externalId.
            if status == StatusCode::BAD_REQUEST && attribute == "externalId" {
                continue;
            }
            if status != StatusCode::OK {
                return Err(fault(status, &body, None));
            }
            let found = scim::member(&body, "Resources").and_then(Value::as_array);
            // A system that passes over a filter must not have its first user written over.
            let same = |user: &&Value| {
                scim::member(user, attribute)
                    .and_then(Value::as_str)
                    .is_some_and(|known| known.eq_ignore_ascii_case(&value))
            };
            let mut found = found.into_iter().flatten().filter(same);
            match (found.next(), found.next()) {
                (None, _) => {}
                (Some(user), None) => {
                    let id = scim::member(user, "id").and_then(Value::as_str);
                    let id = id.filter(|id| !id.is_empty()).ok_or_else(|| {
                        Fault::Refused("nền tảng trả về người dùng không có id".to_owned())
                    })?;
                    return Ok(Some((id.to_owned(), version(user))));
                }
                (Some(_), Some(_)) => {
                    return Err(Fault::Refused(format!(
                        "nền tảng có nhiều người dùng cùng {attribute} {value}"
                    )));
                }
            }
        }
        Ok(None)
    }

    /// Makes a person; nothing where the name was taken meanwhile.
    async fn make(&self, body: &Value) -> Tried<Option<(String, Option<String>)>> {
        let request = self
            .request(Method::POST, &["Users"])
            .header(CONTENT_TYPE, MEDIA)
            .body(body.to_string());
        let response = request.send().await.map_err(later)?;
        let (tag, after) = (etag(&response), retry_after(&response));
        let (status, body) = read(response).await?;
        match status {
            StatusCode::CREATED | StatusCode::OK => {
                let id = scim::member(&body, "id").and_then(Value::as_str);
                match id.filter(|id| !id.is_empty()) {
                    Some(id) => Ok(Some((id.to_owned(), tag.or_else(|| version(&body))))),
                    None => Err(Fault::Refused("nền tảng không cho biết id".to_owned())),
                }
            }
            StatusCode::CONFLICT => match scim::member(&body, "scimType").and_then(Value::as_str) {
                Some("uniqueness") => Ok(None),
                _ => Err(fault(status, &body, after)),
            },
            status => Err(fault(status, &body, after)),
        }
    }

    async fn replace(&self, id: &str, tag: Option<&str>, body: &Value) -> Tried<Replaced> {
        let mut body = body.clone();
        body["id"] = id.into();
        let mut request = self
            .request(Method::PUT, &["Users", id])
            .header(CONTENT_TYPE, MEDIA)
            .body(body.to_string());
        if let Some(tag) = tag.and_then(|tag| HeaderValue::try_from(tag).ok()) {
            request = request.header(IF_MATCH, tag);
        }
        let response = request.send().await.map_err(later)?;
        let (tag, after) = (etag(&response), retry_after(&response));
        let (status, body) = read(response).await?;
        Ok(match status {
            StatusCode::OK => Replaced::Done(tag.or_else(|| version(&body))),
            StatusCode::NO_CONTENT => Replaced::Done(tag),
            StatusCode::NOT_FOUND => Replaced::Gone,
            StatusCode::PRECONDITION_FAILED => Replaced::Changed,
            status => return Err(fault(status, &body, after)),
        })
    }

    async fn tag_of(&self, id: &str) -> Tried<Option<String>> {
        let request = self.request(Method::GET, &["Users", id]);
        let response = request.send().await.map_err(later)?;
        let tag = etag(&response);
        let (status, body) = read(response).await?;
        match status {
            StatusCode::OK => Ok(tag.or_else(|| version(&body))),
            status => Err(fault(status, &body, None)),
        }
    }
}

enum Replaced {
    /// With the mark of what it has now.
    Done(Option<String>),
    /// It knows nobody by that name any more.
    Gone,
    /// Somebody else changed the person there.
    Changed,
}

fn etag(response: &Response) -> Option<String> {
    let tag = response.headers().get(ETAG)?.to_str().ok()?;
    Some(tag.to_owned())
}

fn version(user: &Value) -> Option<String> {
    let meta = scim::member(user, "meta")?;
    let version = scim::member(meta, "version")?.as_str()?;
    Some(version.to_owned())
}

/// In ms; a date is not read, it is another way to say “later”.
fn retry_after(response: &Response) -> Option<i64> {
    let after = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    after.trim().parse::<i64>().ok()?.checked_mul(1000)
}

fn later(error: reqwest::Error) -> Fault {
    // Without the address: the token is no part of it, but what it leads to is nobody's matter.
    Fault::Later(short(&error.without_url().to_string()), None)
}

/// The status and the JSON of an answer, no more than is good for anybody.
async fn read(mut response: Response) -> Tried<(StatusCode, Value)> {
    let status = response.status();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(later)? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(Fault::Refused(
                "câu trả lời của nền tảng quá lớn".to_owned(),
            ));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((status, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// What a status that is no success means.
fn fault(status: StatusCode, body: &Value, after: Option<i64>) -> Fault {
    let detail = scim::member(body, "detail").and_then(Value::as_str);
    let why = short(&format!("{status}: {}", detail.unwrap_or_default()));
    match status {
        // Waiting for people there; too much at once; a token that is about to be renewed.
        StatusCode::ACCEPTED
        | StatusCode::UNAUTHORIZED
        | StatusCode::REQUEST_TIMEOUT
        | StatusCode::TOO_MANY_REQUESTS => Fault::Later(why, after),
        status if status.is_server_error() => Fault::Later(why, after),
        _ => Fault::Refused(why),
    }
}

fn short(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(TOLD).collect()
}
