//! `/don-thu`: cleaning a mailbox up (HCM.12.7). By age, size and folder it says how much there is; what is meant is listed before
//! anything is done, then carried out in steps, each a form of its own, so that it goes on without script and after whatever happens.

use std::time::{Duration, Instant};

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::order::clean_up::{self, Age, Way};
use congvu_store::entry::{self, Sieve, Sum};
use congvu_store::folder::{self, Folder};
use congvu_store::{FolderId, MailboxId, Store, StoreResult, Tx, organisation};

use super::choice::{self, Chosen, Listed, Within};
use super::{Choice, arranged};
use crate::mail::list::{self, Quota};
use crate::mail::tree::{self, Use};
use crate::mail::{bytes, thousands};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// What counts as large, in MB.
const LARGE: u64 = 5;
/// Messages that go in one transaction: others wait so long.
const CHUNK: u32 = 300;
/// A step ends after so long.
const STEP: Duration = Duration::from_secs(3);
const DAY_MS: u64 = 86_400_000;

/// Some mail that could go.
struct Offer {
    label: String,
    count: String,
    bytes: String,
    /// Where it is looked at; nothing where there is none.
    href: Option<String>,
}

impl Offer {
    fn new(label: String, sum: Sum, href: String) -> Self {
        Self {
            label,
            count: thousands(sum.messages),
            bytes: bytes(sum.bytes),
            href: (sum.messages > 0).then_some(href),
        }
    }
}

/// A folder to choose.
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "order/clean_up.html")]
struct OverviewPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    choices: Vec<Choice>,
    quota: Quota,
    age: Age,
    /// What is old, in all and by folder.
    old: Offer,
    folders: Vec<Offer>,
    others: Vec<Offer>,
    places: Vec<Place>,
    /// What stands in the form for another choice.
    picked: Option<Chosen>,
    done: Option<String>,
}

/// To one's own.
pub(super) async fn own(user: User) -> Page {
    Ok(Redirect::to(&format!("/don-thu/{}", user.mailbox)).into_response())
}

pub(super) fn sums(tx: &mut Tx<'_>, folders: &[&Folder], sieve: &Sieve) -> StoreResult<Vec<Sum>> {
    let each = folders.iter();
    each.map(|folder| entry::sum(tx, folder.id, sieve))
        .collect()
}

pub(super) fn total(sums: &[Sum]) -> Sum {
    sums.iter().fold(Sum::default(), |all, one| Sum {
        messages: all.messages + one.messages,
        bytes: all.bytes + one.bytes,
    })
}

pub(super) fn places(folders: &[Folder], chosen: Within, lang: Lang) -> Vec<Place> {
    let all = folders.iter();
    all.map(|folder| Place {
        id: folder.id.0,
        label: tree::label(folder, lang),
        is_chosen: chosen == Within::One(folder.id),
    })
    .collect()
}

pub(super) async fn overview(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mailbox = MailboxId(mailbox);
    let law = site.law;
    let done = done(&query, &site.store, user.lang);
    let read = site.store.read(move |tx| {
        let lang = user.lang;
        let (opened, choices) = arranged(tx, &user, mailbox)?;
        let age = clean_up::age(tx, law, &user.actor(), mailbox)?;
        let folders = folder::list(tx, mailbox)?;
        let now = tx.now();
        let old = Chosen {
            before: age.before.start().0,
            ..Chosen::all(mailbox, now)
        };
        let large = Chosen {
            megabytes: LARGE,
            ..Chosen::all(mailbox, now)
        };
        let usual: Vec<&Folder> = old.folders(&folders).collect();
        let by_folder = sums(tx, &usual, &old.sieve())?;
        let all_large = total(&sums(tx, &usual, &large.sieve())?);
        let mut named: Vec<(Sum, &Folder)> = by_folder.iter().copied().zip(usual).collect();
        named.retain(|(sum, _)| sum.messages > 0);
        named.sort_by_key(|(sum, _)| std::cmp::Reverse(sum.bytes));
        let mut others = vec![Offer::new(
            format!("{} {LARGE} MB", lang.t("Thư từ")),
            all_large,
            large.href(),
        )];
        for what in [Use::Junk, Use::Trash] {
            for folder in folders.iter().filter(|folder| Use::of(folder) == what) {
                let chosen = Chosen {
                    within: Within::One(folder.id),
                    keep_flagged: false,
                    ..Chosen::all(mailbox, now)
                };
                let sum = Sum {
                    messages: folder.total.into(),
                    bytes: folder.bytes,
                };
                others.push(Offer::new(tree::label(folder, lang), sum, chosen.href()));
            }
        }
        let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
        Ok::<_, Oops>(OverviewPage {
            frame: Frame::of(&user, &place, lang.t("Dọn hộp thư")),
            mailbox: mailbox.0,
            address: opened.address,
            choices,
            quota: list::quota(tx, mailbox)?,
            old: Offer::new(String::new(), total(&by_folder), old.href()),
            folders: named
                .into_iter()
                .map(|(sum, folder)| {
                    let chosen = Chosen {
                        within: Within::One(folder.id),
                        ..old
                    };
                    Offer::new(tree::label(folder, lang), sum, chosen.href())
                })
                .collect(),
            others,
            places: places(&folders, Within::Most, lang),
            picked: None,
            age,
            done,
        })
    });
    Ok(html(&read.await?))
}

/// What was just done.
fn done(query: &Fields, store: &Store, lang: Lang) -> Option<String> {
    let count = thousands(query.get("da").parse().ok()?);
    Some(match query.get("xong") {
        "chuyen" => format!(
            "{} {count} {}",
            lang.t("Đã chuyển"),
            lang.t("thư vào Đã xóa. Xóa hẳn ở đó để có thêm dung lượng.")
        ),
        "xoa" => format!(
            "{} {count} {}. {}",
            lang.t("Đã xóa hẳn"),
            lang.t("thư"),
            undelete(store, lang)
        ),
        _ => return None,
    })
}

/// How long what is deleted can be brought back.
fn undelete(store: &Store, lang: Lang) -> String {
    let days = store.undelete().as_millis() as u64 / DAY_MS;
    if days == 0 {
        return lang.t("Thư đã xóa hẳn không lấy lại được.").to_owned();
    }
    let before = lang.t("Xóa nhầm thì báo đơn vị vận hành trong");
    format!("{before} {days} {}", lang.t("ngày để lấy lại."))
}

#[derive(Template)]
#[template(path = "order/clean_up_look.html")]
struct LookPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    chosen: Chosen,
    /// The choice in words.
    said: Vec<String>,
    count: String,
    bytes: String,
    rows: Vec<Listed>,
    /// The list goes on there.
    further: Option<String>,
    export: String,
    /// It is where thrown away mail lies: there is nothing to move.
    is_trash: bool,
    undelete: String,
    places: Vec<Place>,
    /// What stands in the form for another choice.
    picked: Option<Chosen>,
}

/// `/don-thu/{mailbox}/xem`: what is meant, listed before anything is done.
pub(super) async fn look(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mailbox = MailboxId(mailbox);
    let undelete = undelete(&site.store, user.lang);
    let read = site.store.read(move |tx| {
        let lang = user.lang;
        let (opened, _) = arranged(tx, &user, mailbox)?;
        let chosen = Chosen::parse(&query, mailbox, tx.now());
        let folders = folder::list(tx, mailbox)?;
        let meant: Vec<&Folder> = chosen.folders(&folders).collect();
        let sum = total(&sums(tx, &meant, &chosen.sieve())?);
        let from = choice::cursor(&query);
        let (rows, further) = choice::listed(tx, &user, &meant, &chosen, from)?;
        let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
        Ok::<_, Oops>(LookPage {
            frame: Frame::of(&user, &place, lang.t("Xem thư sẽ dọn")),
            mailbox: mailbox.0,
            address: opened.address,
            said: chosen.said(&folders, lang),
            count: thousands(sum.messages),
            bytes: bytes(sum.bytes),
            rows,
            further: further.map(|at| format!("{}&tu={at}", chosen.href())),
            export: chosen.export(),
            is_trash: meant.iter().all(|folder| Use::of(folder) == Use::Trash),
            undelete,
            places: places(&folders, chosen.within, lang),
            picked: Some(chosen),
            chosen,
        })
    });
    Ok(html(&read.await?))
}

#[derive(Template)]
#[template(path = "order/clean_up_step.html")]
struct StepPage {
    frame: Frame,
    chosen: Chosen,
    way: String,
    cursor: String,
    done: u64,
    all: u64,
    done_text: String,
    all_text: String,
}

/// Carries a step out; where more is left the page says how far it is and goes on.
pub(super) async fn carry_out(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let mailbox = MailboxId(mailbox);
    let lang = user.lang;
    let chosen = Chosen::parse(&fields, mailbox, site.store.now());
    let way = match fields.get("viec") {
        way @ ("chuyen" | "xoa") => way.to_owned(),
        _ => return Err(Oops::Bad("Không có việc này.".to_owned())),
    };
    let removes = way == "xoa";
    let reader = user.clone();
    let prepared = site.store.write(move |tx| {
        arranged(tx, &reader, mailbox)?;
        let folders = folder::list(tx, mailbox)?;
        let meant: Vec<&Folder> = chosen.folders(&folders).collect();
        let left = total(&sums(tx, &meant, &chosen.sieve())?).messages;
        let mut meant: Vec<FolderId> = meant.iter().map(|folder| folder.id).collect();
        meant.sort_unstable();
        let to = if removes {
            Way::Remove
        } else {
            Way::Move(tree::ensure(tx, mailbox, Use::Trash)?)
        };
        Ok::<_, Oops>((meant, left, to))
    });
    let (meant, left, to) = prepared.await?;
    let begun = Instant::now();
    let mut cursor = choice::cursor(&fields);
    let mut now = 0;
    let mut more = false;
    for folder in meant {
        let mut after = match cursor {
            Some(at) if at.folder > folder.0 => continue,
            Some(at) if at.folder == folder.0 => (at.at, i64::from(at.uid)),
            _ => (i64::MIN, 0),
        };
        loop {
            if begun.elapsed() > STEP {
                more = true;
                break;
            }
            let (actor, sieve) = (user.actor(), chosen.sieve());
            let step = site.store.write_bulk(move |tx| {
                clean_up::step(tx, &actor, (mailbox, folder), (&sieve, to), (after, CHUNK))
            });
            let step = step.await?;
            now += step.done;
            let Some(next) = step.next else { break };
            after = next;
            cursor = Some(choice::at(folder, after));
        }
        if more {
            break;
        }
    }
    let number = |name: &str| fields.get(name).parse::<u64>().unwrap_or_default();
    let done = number("da") + now;
    let all = number("tong").max(done + left.saturating_sub(now));
    if !more {
        let href = format!("/don-thu/{mailbox}?xong={way}&da={done}");
        return Ok(Redirect::to(&href).into_response());
    }
    let place = site.place().await?;
    let page = StepPage {
        frame: Frame::of(&user, &place, lang.t("Đang dọn hộp thư")),
        chosen,
        way,
        cursor: cursor.map_or_else(String::new, |at| choice::written(&at)),
        done,
        all,
        done_text: thousands(done),
        all_text: thousands(all),
    };
    Ok::<Response, Oops>(html(&page))
}
