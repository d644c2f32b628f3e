//! `congvu mailbox`

use anyhow::{Result, anyhow, bail};
use congvu_governance::identity::Platform;
use congvu_governance::life;
use congvu_governance::mailbox::{self, Because, Holder, Issue, Person, Subject};
use congvu_governance::{Actor, Law, Refused, request};
use congvu_message::date;
use congvu_regulation::lifecycle::{Act, Due, State, What};
use congvu_regulation::naming::PersonName;
use congvu_regulation::{ClauseId, Date, LockMode, Moment};
use congvu_store::audit::{self, Chain};
use congvu_store::{MailboxId, Store, Tx, identity, lock, mailbox as store_mailbox};
use serde_json::json;

use crate::acting;
use crate::cli::{MailboxCommand, PersonArgs};
use crate::console;
use crate::directory;
use crate::profiles::law;

const VIETNAM_MINUTES: i16 = 7 * 60;
/// Acts of a mailbox's history that are shown; `congvu audit list --subject` has all.
const ACTS: i64 = 50;

pub(super) async fn run(store: &Store, command: MailboxCommand) -> Result<()> {
    match command {
        MailboxCommand::Issue {
            organisation,
            person,
            without_account,
            local_part,
            former,
            preview,
            document,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let holder = holder(person, without_account)?;
            let asked = move |tx: &mut Tx<'_>| -> Result<Issue> {
                Ok(Issue {
                    organisation: directory::place(tx, Some(&organisation))?.0,
                    holder: holder.clone(),
                    local_part: local_part.clone(),
                    former: former.clone(),
                    quota: None,
                })
            };
            if preview {
                let proposal = directory::change(store, move |tx| {
                    let asked = asked(tx)?;
                    Ok(mailbox::propose(tx, law(), &asked)?)
                })
                .await?;
                console::line(proposal.to_string().trim_end());
                return Ok(());
            }
            let issued = directory::change(store, move |tx| {
                let asked = asked(tx)?;
                Ok(mailbox::issue(
                    tx,
                    law(),
                    &actor,
                    &asked,
                    document.document.as_deref(),
                )?)
            })
            .await?;
            console::line(&format!("Đã cấp hộp thư {}.", issued.address));
            if issued.account.is_some() {
                console::line(&format!(
                    "Giao mật khẩu dùng một lần: congvu mailbox hand-over {}",
                    issued.address
                ));
            }
        }
        MailboxCommand::Show { address, json } => show(store, &address, json).await?,
        MailboxCommand::Lock {
            address,
            violation,
            reason,
            clause,
            document,
            who,
        } => {
            let clause: Option<ClauseId> = clause
                .map(|text| text.parse().map_err(|error| anyhow!("--clause: {error}")))
                .transpose()?;
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                let document = document.document.as_deref();
                let because = match &violation {
                    Some(violation) => Because::Violation {
                        id: violation,
                        found: &reason,
                        document,
                    },
                    None => Because::Asked {
                        reason: &reason,
                        clause: clause.as_ref(),
                        document,
                    },
                };
                mailbox::lock(tx, law, actor, id, because)
            };
            act(store, &address, &who, work).await?;
            console::line(&format!(
                "Đã tạm khóa {address}; các phiên đang mở đã kết thúc, cơ quan được thông báo."
            ));
        }
        MailboxCommand::Violation {
            address,
            violation,
            found,
            who,
        } => {
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::note_violation(tx, law, actor, id, (&violation, &found))
            };
            act(store, &address, &who, work).await?;
            console::line("Đã ghi nhận.");
        }
        MailboxCommand::Receipt { address, on, who } => {
            let at: Moment = on.parse()?;
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::note_receipt(tx, law, actor, id, at)
            };
            act(store, &address, &who, work).await?;
            console::line("Đã ghi nhận ngày cơ quan nhận thông báo.");
        }
        MailboxCommand::Restore {
            address,
            document,
            who,
        } => {
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::restore(tx, law, actor, id, document.document.as_deref())
            };
            act(store, &address, &who, work).await?;
            console::line(&format!("Đã khôi phục {address}."));
        }
        MailboxCommand::RemoveFactor {
            address,
            document,
            who,
        } => {
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::remove_factor(tx, law, actor, id, document.document.as_deref())
            };
            act(store, &address, &who, work).await?;
            console::line(&format!(
                "Đã gỡ xác thực hai lớp của {address}; các phiên đang mở đã kết thúc, người dùng được thông báo."
            ));
        }
        MailboxCommand::Revoke {
            address,
            document,
            confirm,
            who,
        } => {
            if !confirm.trim().eq_ignore_ascii_case(address.trim()) {
                bail!("--confirm không đúng địa chỉ {address}: chưa làm gì");
            }
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::revoke(tx, law, actor, id, None, document.document.as_deref())
            };
            act(store, &address, &who, work).await?;
            console::line(&format!("Đã thu hồi {address}."));
        }
        MailboxCommand::Exempt {
            address,
            reason,
            until,
            document,
            who,
        } => {
            let until: Date = until.parse()?;
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                let document = document.document.as_deref();
                mailbox::exempt(tx, law, actor, id, (&reason, until), document)
            };
            act(store, &address, &who, work).await?;
            console::line("Đã ghi nhận lý do.");
        }
        MailboxCommand::EndExemption { address, who } => {
            act(store, &address, &who, mailbox::end_exemption).await?;
            console::line("Đã kết thúc lý do chưa sử dụng.");
        }
        MailboxCommand::HandOver { address, who } => {
            let (password, phc) = one_time(store, &address).await?;
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                mailbox::hand_over(tx, law, actor, id, &phc)
            };
            act(store, &address, &who, work).await?;
            console::line(&format!("Mật khẩu dùng một lần: {password}"));
        }
        MailboxCommand::ResetPassword {
            address,
            document,
            who,
        } => {
            let (password, phc) = one_time(store, &address).await?;
            let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, id: MailboxId| {
                let document = document.document.as_deref();
                mailbox::reset_password(tx, law, actor, id, &phc, document)
            };
            act(store, &address, &who, work).await?;
            console::line(&format!("Mật khẩu dùng một lần: {password}"));
        }
    }
    Ok(())
}

fn holder(person: PersonArgs, without_account: bool) -> Result<Holder> {
    let Some(name) = &person.person else {
        return Ok(Holder::Unit {
            own_account: !without_account,
        });
    };
    let PersonName {
        family,
        middle,
        given,
    } = PersonName::parse(name)
        .ok_or_else(|| anyhow!("tên của cá nhân cần chia ba phần, ví dụ \"Cầm|Thị|Duyên\""))?;
    Ok(Holder::Person(Person {
        family,
        middle,
        given,
        title: person.title,
        phone: person.phone,
        born: person.born,
        code: person.code,
        platform: (person.account.is_some() || person.new_account || person.mail_only).then_some(
            Platform {
                account: person.account,
                mail_only: person.mail_only,
            },
        ),
    }))
}

/// A one-time password that follows the rule of the mailbox, and its hash.
async fn one_time(store: &Store, address: &str) -> Result<(String, String)> {
    let who = directory::address(address)?;
    let rule = directory::change(store, move |tx| directory::rule_of(tx, &who)).await?;
    directory::password(false, &rule)
}

/// Carries out an act on the mailbox of an address.
async fn act(
    store: &Store,
    address: &str,
    who: &acting::As,
    mut work: impl FnMut(&mut Tx<'_>, Law, &Actor, MailboxId) -> Result<(), Refused> + Send + 'static,
) -> Result<()> {
    let actor = acting::actor(store, who).await?;
    let address = address.to_owned();
    directory::change(store, move |tx| {
        let id = request::find(tx, &address)?;
        Ok(work(tx, law(), &actor, id)?)
    })
    .await
}

async fn show(store: &Store, address: &str, as_json: bool) -> Result<()> {
    let address = address.to_owned();
    let (subject, locks, acts, platform, now) = directory::change(store, move |tx| {
        let id = request::find(tx, &address)?;
        let locks = lock::all(tx, id)?;
        let acts = audit::of_subject(tx, Chain::Acts, &format!("mailbox/{id}"), i64::MAX, ACTS)?;
        let platform = match store_mailbox::person(tx, id)? {
            Some(person) => identity::account_of(tx, person)?,
            None => None,
        };
        Ok((
            Subject::load(tx, law(), id)?,
            locks,
            acts,
            platform,
            tx.now(),
        ))
    })
    .await?;
    let rules = subject.profile.lifecycle();
    let facts = subject.facts();
    let state = state(&rules.state(&facts, Moment(now)));
    let coming = rules.coming(&facts, law().calendar());
    let life = &subject.life;
    if as_json {
        let coming: Vec<_> = coming
            .iter()
            .map(|due| json!({ "at": due.at.to_string(), "what": what(due), "by": due.origin.to_string() }))
            .collect();
        let locks: Vec<_> = locks
            .iter()
            .map(|known| {
                json!({
                    "at": Moment(known.lock.at).to_string(), "clause": known.lock.clause,
                    "reason": known.reason, "ended": known.ended_at.map(|at| Moment(at).to_string()),
                })
            })
            .collect();
        let acts: Vec<_> = acts.iter().map(super::audit::value).collect();
        console::line(
            &json!({
                "address": life.address, "name": life.name, "organisation": subject.organisation.name,
                "profile": subject.profile.id(), "state": state, "locks": locks, "coming": coming,
                "acts": acts, "account": platform.as_ref().map(|(account, usable)| {
                    json!({ "name": account, "mail_only": !usable })
                }),
            })
            .to_string(),
        );
        return Ok(());
    }
    console::line(&format!("{} ({})", life.address, life.name));
    console::line(&format!(
        "{}; {}",
        subject.organisation.name,
        subject.profile.head().cited_as()
    ));
    console::line(&format!("Trạng thái: {state}"));
    if let Some((account, usable)) = platform {
        let mark = match usable {
            true => "",
            false => " (chỉ dùng thư, để đồng bộ; QN.5.2)",
        };
        console::line(&format!("Tài khoản Chính quyền điện tử: {account}{mark}"));
    }
    for known in &locks {
        let ended = known.ended_at.map_or_else(String::new, |at| {
            format!(", hết {} ({})", time(at), known.ended_how)
        });
        console::line(&format!(
            "Khóa {}: {} ({}){ended}",
            time(known.lock.at),
            known.reason,
            known.lock.clause
        ));
    }
    if coming.is_empty() {
        console::line("Không có gì sắp đến hạn.");
    } else {
        console::line("Nếu không có gì thay đổi:");
    }
    for due in coming {
        console::line(&format!(
            "  {}  {} ({})",
            due.at.date(),
            what(&due),
            due.origin
        ));
    }
    if !acts.is_empty() {
        console::line("Những việc đã làm, mới nhất trước:");
    }
    for act in &acts {
        console::line(&format!("  {}", super::audit::text(act)));
    }
    Ok(())
}

fn time(at: i64) -> String {
    date::imap(at.div_euclid(1000), VIETNAM_MINUTES)
}

/// A state, for people.
fn state(state: &State) -> String {
    match state {
        State::Issued => "mới cấp, chưa đăng nhập".to_owned(),
        State::MustChange(_) => "phải đổi mật khẩu".to_owned(),
        State::Active => "đang hoạt động".to_owned(),
        State::PasswordExpired(day) => format!("mật khẩu hết hạn từ {day}"),
        State::SignInDisabled(_) => "tạm ngắt đăng nhập".to_owned(),
        State::Locked {
            mode,
            since,
            clause,
            ..
        } => format!(
            "tạm khóa từ {}{}; {}",
            since.date(),
            clause
                .as_ref()
                .map_or_else(String::new, |clause| format!(" ({clause})")),
            match mode {
                LockMode::Receives => "vẫn nhận thư",
                LockMode::Closed => "không nhận thư",
            }
        ),
        State::Revoked(at) => format!("đã thu hồi ngày {}, còn giữ", at.date()),
        State::Deleted(at) => format!("đã xóa vĩnh viễn ngày {}", at.date()),
    }
}

/// What falls due, for people.
pub(super) fn what(due: &Due) -> String {
    let act = |act: Act| match act {
        Act::Lock => "tạm khóa",
        Act::DisableSignIn => "ngắt đăng nhập",
        Act::Revoke => "thu hồi",
        Act::Delete => "xóa vĩnh viễn",
    };
    match due.what {
        What::Do(done) => act(done).to_owned(),
        What::Propose(proposed) => format!("đến hạn {}, chờ xác nhận", act(proposed)),
        What::Remind { act: of, on } => format!("nhắc: sẽ {} ngày {}", act(of), on.date()),
        What::RemindPassword { on } => format!("nhắc: mật khẩu hết hạn ngày {}", on.date()),
        What::ExpirePassword => "mật khẩu hết hạn".to_owned(),
        What::AskReceipt => "hỏi ngày cơ quan nhận thông báo".to_owned(),
        What::HandleRestore => "bắt đầu xử lý đề nghị khôi phục".to_owned(),
        What::AnswerRestore => "hạn trả lời đề nghị khôi phục".to_owned(),
    }
}

/// Whether people feel it, for the list of a sweep.
pub(super) fn is_felt(due: &Due) -> bool {
    life::is_felt(due)
}
