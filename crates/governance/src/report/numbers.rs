//! Numbers of mailboxes, and who counts as what.

use std::collections::HashSet;

use congvu_store::OrganisationId;
use congvu_store::census::Counted;

use super::survey::Survey;
use super::{Sum, Table};

/// It is there at the end of the days.
pub(super) fn stands(counted: &Counted) -> bool {
    counted.revoked_at.is_none() && counted.deleted_at.is_none()
}

/// When somebody last signed in, with a browser or a program.
pub(super) fn signed_in(counted: &Counted) -> Option<i64> {
    let [interactive, app, ..] = counted.last;
    interactive.max(app)
}

/// When it was last used in any way.
pub(super) fn used(counted: &Counted) -> Option<i64> {
    counted.last.into_iter().max().flatten()
}

/// When mail was last read or sent: a sign-in alone is no use.
fn mailed(counted: &Counted) -> Option<i64> {
    let [.., fetched, sent] = counted.last;
    fetched.max(sent)
}

pub(super) fn is_active(counted: &Counted, survey: &Survey) -> bool {
    counted.lock.is_none() && used(counted).is_some_and(|at| at >= survey.span.0)
}

pub(super) fn is_not_signed_in(counted: &Counted, survey: &Survey) -> bool {
    signed_in(counted).is_none_or(|at| at < survey.span.0)
}

pub(super) fn is_not_used(counted: &Counted, survey: &Survey) -> bool {
    mailed(counted).is_none_or(|at| at < survey.span.0)
}

/// Its holder has not replaced the password that was given to them. Mailboxes without one of their own are none of these.
pub(super) fn is_unchanged(counted: &Counted) -> bool {
    counted.account.is_some() && (counted.own_at.is_none() || counted.must_change)
}

/// What is counted: name, label.
const COUNTS: [(&str, &str); 14] = [
    ("mailboxes", "Tổng số hộp thư"),
    ("personal", "Hộp thư cá nhân"),
    ("unit", "Hộp thư cơ quan, đơn vị"),
    ("active", "Đang hoạt động"),
    ("not-signed-in", "Không đăng nhập"),
    ("not-used", "Không sử dụng"),
    ("not-changed", "Chưa đổi thông tin"),
    ("locked", "Đang tạm khóa"),
    ("added", "Cấp mới trong kỳ"),
    ("changed", "Thay đổi trong kỳ"),
    ("revoked", "Thu hồi trong kỳ"),
    ("deleted", "Xóa trong kỳ"),
    ("locks", "Lượt tạm khóa trong kỳ"),
    ("sent", "Thư gửi trong kỳ"),
];

/// The numbers of some places.
pub(super) fn count(survey: &Survey, members: &HashSet<OrganisationId>) -> [i64; 14] {
    let mut n = [0_i64; 14];
    for counted in survey.of(members) {
        n[13] += survey
            .uses
            .get(&counted.mailbox)
            .map_or(0, |used| used.sent);
        if !stands(counted) {
            continue;
        }
        for (at, is_it) in [
            true,
            counted.kind == "personal",
            counted.kind != "personal",
            is_active(counted, survey),
            is_not_signed_in(counted, survey),
            is_not_used(counted, survey),
            is_unchanged(counted),
            counted.lock.is_some(),
        ]
        .into_iter()
        .enumerate()
        {
            n[at] += i64::from(is_it);
        }
    }
    for (happened, _) in survey.happened_at(members) {
        match happened.what {
            "added" => n[8] += 1,
            "name" | "address" | "place" => n[9] += 1,
            "revoked" => n[10] += 1,
            "deleted" => n[11] += 1,
            _ => {}
        }
    }
    let locks = survey.locks_at(members);
    let begun = locks.iter().filter(|lock| lock.at >= survey.span.0);
    n[12] = begun.map(|_| 1).sum();
    n
}

/// The numbers, each with its name.
pub(super) fn sums(numbers: &[i64; 14]) -> Vec<Sum> {
    let named = COUNTS.iter().zip(numbers);
    named
        .map(|((id, label), value)| Sum {
            id: (*id).to_owned(),
            label: (*label).to_owned(),
            value: *value,
        })
        .collect()
}

/// The numbers place by place, those that have a mailbox or had; with what they hold, where it was noted.
pub(super) fn by_place(survey: &Survey, members: &HashSet<OrganisationId>) -> Table {
    let mut columns: Vec<(&str, String)> = vec![("organisation", "Cơ quan, đơn vị".to_owned())];
    columns.extend(COUNTS.iter().map(|(id, label)| (*id, format!("#{label}"))));
    columns.push(("used", "#Dung lượng đã dùng (MB)".to_owned()));
    columns.push(("quota", "#Dung lượng được cấp (MB)".to_owned()));
    let columns: Vec<(&str, &str)> = columns
        .iter()
        .map(|(id, label)| (*id, label.as_str()))
        .collect();
    let mut table = Table::new("by-organisation", "Theo cơ quan, đơn vị", &columns);
    let mut places: Vec<(&str, OrganisationId)> = members
        .iter()
        .map(|place| (survey.name(*place), *place))
        .collect();
    places.sort_unstable();
    for (name, place) in places {
        let alone = HashSet::from([place]);
        let of = survey.of(&alone);
        if of.is_empty() {
            continue;
        }
        let mut row = vec![name.to_owned()];
        row.extend(count(survey, &alone).iter().map(ToString::to_string));
        let held = of
            .iter()
            .filter_map(|counted| survey.storage.get(&counted.mailbox));
        let noted = held.clone().count() > 0;
        let (used, quota) = held.fold((0_u64, 0_u64), |(used, quota), (u, q)| {
            (used + u, quota.saturating_add(*q))
        });
        for bytes in [used, quota] {
            row.push(if noted {
                (bytes / 1_048_576).to_string()
            } else {
                String::new()
            });
        }
        table.rows.push(row);
    }
    table
}
