//! What is known of a mailbox, for the margin.

use congvu_store::activity::Kind;
use congvu_store::{Tx, account, address, app_password, identity, mailbox, person, web_session};

use super::who::Seen;
use crate::site::{Lang, Oops, full};

/// A line of the margin.
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

pub(super) fn read(tx: &mut Tx<'_>, seen: &Seen, lang: Lang) -> Result<Vec<Fact>, Oops> {
    let life = &seen.subject.life;
    let mut facts = Vec::new();
    let mut add = |name: &'static str, value: String| {
        if !value.is_empty() {
            facts.push(Fact { name, value });
        }
    };
    let kind = match life.kind.as_str() {
        "unit" => lang.t("Hộp thư cơ quan"),
        _ => lang.t("Hộp thư cá nhân"),
    };
    add(lang.t("Loại"), kind.to_owned());
    let holder = mailbox::person(tx, life.mailbox)?;
    if let Some(holder) = holder
        && let Some(person) = person::get(tx, holder)?
    {
        add(lang.t("Chức vụ"), person.title);
        if seen.reads || seen.asks {
            add(lang.t("Điện thoại"), person.phone);
        }
    }
    if let Some(holder) = holder
        && let Some((name, usable)) = identity::account_of(tx, holder)?
    {
        let only = lang.t("chỉ dùng thư");
        let value = if usable {
            name
        } else {
            format!("{name} ({only})")
        };
        add(lang.t("Tài khoản Chính quyền điện tử"), value);
    }
    let aliases = address::of_mailbox(tx, life.mailbox)?;
    let aliases = aliases.into_iter().filter(|one| *one != life.address);
    add(lang.t("Bí danh"), aliases.collect::<Vec<_>>().join(", "));
    add(lang.t("Cấp ngày"), full(life.created_at, lang));
    let told = |at: Option<&i64>| match at {
        Some(at) => full(*at, lang),
        None => lang.t("chưa có").to_owned(),
    };
    let web = life.used_at.get(&Kind::Interactive);
    let app = life.used_at.get(&Kind::App);
    add(lang.t("Đăng nhập gần nhất"), told(web.max(app)));
    add(
        lang.t("Gửi thư gần nhất"),
        told(life.used_at.get(&Kind::Sent)),
    );
    let Some(opener) = &life.opener else {
        add(
            lang.t("Mật khẩu"),
            lang.t("không có mật khẩu riêng; mở bằng ủy quyền")
                .to_owned(),
        );
        return Ok(facts);
    };
    let password = match opener.chosen_at {
        Some(at) => format!("{} {}", lang.t("đổi lần cuối"), full(at, lang)),
        None if opener.handed_at.is_some() => {
            lang.t("đã giao mật khẩu một lần, chưa đổi").to_owned()
        }
        None => lang.t("chưa giao").to_owned(),
    };
    add(lang.t("Mật khẩu"), password);
    let factor = account::get(tx, opener.account)?.is_some_and(|account| account.second_factor);
    add(
        lang.t("Xác thực hai lớp"),
        match factor {
            true => lang.t("đang bật").to_owned(),
            false => lang.t("chưa bật").to_owned(),
        },
    );
    let sessions = web_session::of_account(tx, opener.account)?.len();
    add(lang.t("Phiên đang mở"), sessions.to_string());
    let programs = app_password::of_account(tx, opener.account)?.len();
    add(lang.t("Mật khẩu ứng dụng"), programs.to_string());
    let exempt: Vec<String> = life
        .exempt
        .iter()
        .map(|(until, reason)| {
            let until = congvu_regulation::Date::from_epoch_day(*until).vietnamese();
            format!("{reason}, {} {until}", lang.t("đến hết"))
        })
        .collect();
    add(lang.t("Lý do chưa sử dụng"), exempt.join("; "));
    Ok(facts)
}
