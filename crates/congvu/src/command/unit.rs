//! `congvu unit`

use anyhow::{Result, anyhow, bail};
use congvu_governance::Law;
use congvu_governance::mailbox::PasswordRule;
use congvu_governance::unit::{self, Checks, HandedOver, NewHandOver, NewKeeper, Terms};
use congvu_message::address::Address;
use congvu_regulation::{Date, Moment};
use congvu_store::address::{Lookup, Target};
use congvu_store::delegation::{self, Delegation, Rights};
use congvu_store::{MailboxId, Store, Tx, address};
use serde_json::json;

use super::unit_messages::{self as messages, Step};
use crate::cli::{Delegate, UnitCommand, UnitRight, WhoKeeps};
use crate::config::Config;
use crate::directory;
use crate::{console, profiles};

pub(super) async fn run(store: &Store, config: &Config, command: UnitCommand) -> Result<()> {
    match command {
        UnitCommand::Delegate(asked) => delegate(store, asked, false).await,
        UnitCommand::Change(asked) => delegate(store, asked, true).await,
        UnitCommand::End { who, document } => end(store, who, document).await,
        UnitCommand::List { mailbox, all, json } => list(store, &mailbox, all, json).await,
        UnitCommand::HandOver {
            mailbox,
            from,
            to,
            document,
            password_stdin,
            json,
        } => {
            let asked = HandOverAsked {
                mailbox: directory::address(&mailbox)?,
                from,
                to: directory::address(&to)?,
                document,
            };
            hand_over(store, config, asked, password_stdin, json).await
        }
        UnitCommand::Waiting { mailbox, json, who } => {
            messages::waiting(store, mailbox, json, &who).await
        }
        UnitCommand::Take(message) => messages::step(store, message, Step::Take).await,
        UnitCommand::Return(message) => messages::step(store, message, Step::Return).await,
        UnitCommand::Assign { message, to } => {
            let to = messages::account(store, &to).await?;
            messages::step(store, message, Step::Assign(to)).await
        }
        UnitCommand::Answer(message) => messages::step(store, message, Step::Answer).await,
        UnitCommand::Done(message) => messages::step(store, message, Step::Done).await,
        UnitCommand::Checks {
            mailbox,
            from,
            to,
            json,
        } => {
            let period = (date(&from)?, date(&to)?);
            checks(store, &mailbox, period, json).await
        }
    }
}

fn date(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow!("“{text}” không phải ngày, ví dụ: 2026-12-31"))
}

/// The mailbox that an address leads to.
fn mailbox(tx: &mut Tx<'_>, who: &Address) -> Result<MailboxId> {
    let (local, domain) = who.lookup_key();
    match address::lookup(tx, &local, &domain)? {
        Lookup::Found(Target::Mailbox(target)) => Ok(target.mailbox),
        _ => bail!("không có hộp thư {who}"),
    }
}

/// The delegation of a mailbox to a person that is in force or still to come.
fn delegation_of(tx: &mut Tx<'_>, unit: &Address, person: &Address) -> Result<Delegation> {
    let mailbox = mailbox(tx, unit)?;
    let account = directory::find(tx, person)?.id;
    let now = tx.now();
    let found = delegation::of_mailbox(tx, mailbox, false)?;
    let mut found = found.into_iter();
    found
        .find(|one| one.account == account && !one.is_over(now))
        .ok_or_else(|| anyhow!("{person} không được giao hộp thư {unit}"))
}

fn rights(asked: &[UnitRight]) -> Rights {
    let right = |one: &UnitRight| match one {
        UnitRight::Read => Rights::READ,
        UnitRight::Organise => Rights::ORGANISE,
        UnitRight::Send => Rights::SEND,
        UnitRight::Manage => Rights::MANAGE,
    };
    asked.iter().map(right).fold(Rights::NONE, Rights::with)
}

fn shown(rights: Rights) -> String {
    let names = [
        (Rights::READ, "đọc"),
        (Rights::ORGANISE, "sắp xếp"),
        (Rights::SEND, "gửi"),
        (Rights::MANAGE, "quản lý"),
    ];
    let names = names.into_iter().filter(|(right, _)| rights.has(*right));
    names.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

async fn delegate(store: &Store, asked: Delegate, change: bool) -> Result<()> {
    let WhoKeeps { mailbox, person } = &asked.who;
    let (unit, who) = (directory::address(mailbox)?, directory::address(person)?);
    let start = |text: &Option<String>| text.as_deref().map(date).transpose();
    let from = start(&asked.from)?;
    // To the end of the day.
    let until = start(&asked.until)?.map(|last| last.plus_days(1));
    let day = start(&asked.document_date)?;
    let (rights, document) = (rights(&asked.rights), asked.document.clone());
    directory::change(store, move |tx| {
        let terms = Terms {
            rights,
            from_at: from.map(|from| from.start().0),
            until_at: until.map(|until| until.start().0),
            document: document.as_deref(),
            document_day: day.map(Date::epoch_day),
        };
        let (actor, law) = (directory::actor(), Law::new(profiles::catalogue()));
        if change {
            let id = delegation_of(tx, &unit, &who)?.id;
            unit::change(tx, law, &actor, id, &terms)?;
        } else {
            let new = NewKeeper {
                mailbox: self::mailbox(tx, &unit)?,
                account: directory::find(tx, &who)?.id,
                terms,
            };
            unit::delegate(tx, law, &actor, &new)?;
        }
        Ok(())
    })
    .await?;
    let what = if change {
        "Đã sửa việc giao"
    } else {
        "Đã giao"
    };
    console::line(&format!(
        "{what} hộp thư {mailbox} cho {person}: {}.",
        shown(rights)
    ));
    Ok(())
}

async fn end(store: &Store, who: WhoKeeps, document: Option<String>) -> Result<()> {
    let (unit, person) = (
        directory::address(&who.mailbox)?,
        directory::address(&who.person)?,
    );
    directory::change(store, move |tx| {
        let id = delegation_of(tx, &unit, &person)?.id;
        Ok(unit::end(tx, &directory::actor(), id, document.as_deref())?)
    })
    .await?;
    console::line(&format!(
        "{} không còn được giao hộp thư {}.",
        who.person, who.mailbox
    ));
    Ok(())
}

async fn list(store: &Store, address: &str, all: bool, as_json: bool) -> Result<()> {
    let unit = directory::address(address)?;
    let (found, now) = directory::change(store, move |tx| {
        let mailbox = mailbox(tx, &unit)?;
        Ok((delegation::of_mailbox(tx, mailbox, all)?, tx.now()))
    })
    .await?;
    let day = |at: i64| Moment(at).date().vietnamese();
    for one in found {
        if as_json {
            let line = json!({
                "id": one.id.0, "person": one.login, "rights": shown(one.rights), "from_at": one.from_at,
                "until_at": one.until_at, "document": one.document, "granted_by": one.granted_by,
                "granted_at": one.granted_at, "live": one.is_live(now), "ended_at": one.ended_at,
                "ended_how": one.ended_how,
            });
            console::line(&line.to_string());
            continue;
        }
        let until = one.until_at.map_or_else(
            || "không thời hạn".to_owned(),
            |until| format!("đến hết {}", day(until - 1)),
        );
        let state = match one.ended_at {
            Some(ended) => format!("  đã kết thúc {}", day(ended)),
            None if one.is_over(now) => "  đã hết hạn".to_owned(),
            None if !one.is_live(now) => "  chưa đến ngày".to_owned(),
            None => String::new(),
        };
        let document = if one.document.is_empty() {
            String::new()
        } else {
            format!("  theo {}", one.document)
        };
        console::line(&format!(
            "{:<40} {:<28} từ {}, {until}{document}{state}",
            one.login,
            shown(one.rights),
            day(one.from_at),
        ));
    }
    Ok(())
}

/// What `hand-over` was asked.
#[derive(Clone)]
struct HandOverAsked {
    mailbox: Address,
    from: String,
    to: Address,
    document: Option<String>,
}

async fn hand_over(
    store: &Store,
    config: &Config,
    asked: HandOverAsked,
    password_stdin: bool,
    as_json: bool,
) -> Result<()> {
    let key = super::audit::key(config)?;
    let unit = asked.mailbox.clone();
    let rule = directory::change(store, move |tx| {
        let mailbox = mailbox(tx, &unit)?;
        let subject = delegation::subject(tx, mailbox)?;
        let own = subject.and_then(|subject| subject.account);
        own.map(|own| PasswordRule::of(tx, profiles::law(), own))
            .transpose()
            .map_err(Into::into)
    })
    .await?;
    let made = rule.map(|rule| directory::password(password_stdin, &rule));
    let (password, phc) = made.transpose()?.unzip();
    let handed = directory::change(store, move |tx| {
        let new = NewHandOver {
            mailbox: mailbox(tx, &asked.mailbox)?,
            from: &asked.from,
            to: directory::find(tx, &asked.to)?.id,
            password: phc.as_deref(),
            document: asked.document.as_deref(),
        };
        let (actor, law) = (directory::actor(), Law::new(profiles::catalogue()));
        Ok(unit::hand_over(tx, law, &actor, &key, &new)?)
    })
    .await?;
    if as_json {
        console::line(&serde_json::to_string(&handed)?);
    } else {
        tell_handed_over(&handed);
    }
    if let Some(password) = password.filter(|_| !password_stdin) {
        console::line(&format!(
            "Mật khẩu dùng một lần (chỉ hiện một lần): {password}"
        ));
    }
    Ok(())
}

fn removed(was: bool) -> &'static str {
    if was { "đã gỡ" } else { "không có" }
}

fn tell_handed_over(handed: &HandedOver) {
    let day = |at: i64| Moment(at).date().vietnamese();
    let keepers = if handed.delegations_ended.is_empty() {
        "không có".to_owned()
    } else {
        handed.delegations_ended.join(", ")
    };
    let last = handed
        .last_sign_in_at
        .map_or_else(|| "chưa lần nào".to_owned(), day);
    for line in [
        format!("Bàn giao hộp thư {} ({})", handed.mailbox, handed.name),
        format!("Ngày: {}", day(handed.at)),
        format!("Người bàn giao: {}", handed.from),
        format!("Người nhận: {}", handed.to),
        format!("Số thư mục: {}", handed.folders),
        format!(
            "Số thư: {}, chưa đọc: {}, dung lượng: {} byte",
            handed.messages, handed.unread, handed.bytes
        ),
        format!("Đăng nhập lần cuối: {last}"),
        format!("Thôi giao: {keepers}"),
        format!(
            "Mật khẩu ứng dụng thu hồi: {}",
            handed.app_passwords_revoked
        ),
        format!(
            "Khóa truy cập gỡ: {}; địa chỉ khôi phục: {}; xác thực hai lớp: {}",
            handed.passkeys_removed,
            removed(handed.recovery_address_removed),
            removed(handed.second_factor_removed)
        ),
        format!(
            "Chuyển thư tự động đã tắt: {}",
            match handed.forwards_ended.as_slice() {
                [] => "không có".to_owned(),
                ended => ended.join(", "),
            }
        ),
        format!("Trả lời khi vắng mặt: {}", removed(handed.absence_ended)),
        format!("Điều khoản: {}", handed.clause),
        format!("Văn bản: {}", handed.document),
    ] {
        // What nobody said has no line.
        if !line.ends_with(": ") {
            console::line(&line);
        }
    }
}

async fn checks(store: &Store, address: &str, period: (Date, Date), as_json: bool) -> Result<()> {
    let unit = directory::address(address)?;
    let report = directory::change(store, move |tx| {
        let mailbox = mailbox(tx, &unit)?;
        let law = Law::new(profiles::catalogue());
        Ok(unit::checks(tx, law, mailbox, period)?)
    })
    .await?;
    if as_json {
        for day in &report.days {
            let windows: Vec<_> = day
                .windows
                .iter()
                .map(|(window, met)| json!({ "window": window, "met": met }))
                .collect();
            let line = json!({
                "mailbox": report.mailbox, "date": day.date.to_string(), "working": day.working, "checks": day.checks,
                "windows": windows, "enough": day.enough, "by": day.by, "clause": report.clause,
            });
            console::line(&line.to_string());
        }
    } else {
        tell_checks(&report);
    }
    Ok(())
}

fn tell_checks(report: &Checks) {
    let clause = report.clause.as_deref().unwrap_or("không quy định");
    let least = report.per_day.map_or_else(
        || "thường xuyên".to_owned(),
        |least| format!("ít nhất {least:02} lần mỗi ngày"),
    );
    console::line(&format!(
        "Kiểm tra hộp thư {}: {least} ({clause})",
        report.mailbox
    ));
    for day in &report.days {
        let missed: Vec<&str> = day
            .windows
            .iter()
            .filter(|(_, met)| !met)
            .map(|(window, _)| window.as_str())
            .collect();
        let verdict = match (day.working, day.enough) {
            (false, _) => "ngày nghỉ".to_owned(),
            (true, true) => "đủ".to_owned(),
            (true, false) if missed.is_empty() => "chưa đủ số lần".to_owned(),
            (true, false) => format!("thiếu: {}", missed.join("; ")),
        };
        console::line(&format!(
            "{}  {:>3} lần  {verdict}",
            day.date.vietnamese(),
            day.checks
        ));
    }
    console::line(&format!(
        "Số ngày làm việc chưa đủ: {}",
        report.missed().count()
    ));
}
