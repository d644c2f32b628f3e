//! What stands in each report.

use std::collections::{BTreeMap, HashSet};

use congvu_regulation::reports::{Period, Report};
use congvu_regulation::{Date, Moment, Profile};
use congvu_store::census::{Asked, Counted};
use congvu_store::{OrganisationId, Tx};

use super::numbers::{self, is_active, is_not_signed_in, is_not_used, is_unchanged, stands};
use super::survey::Survey;
use super::{Content, Made, Scope, Table, duties};
use crate::directory::{CHANGE_COLUMNS, change_rows, changes};
use crate::{Refused, request};

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    pub(super) profile: &'static Profile,
    pub(super) report: &'static Report,
    pub(super) place: OrganisationId,
    /// The first and the last day by the regulation.
    pub(super) period: (Date, Date),
}

impl About {
    fn period(&self) -> String {
        let named = self.report.period_of(self.period.0);
        let named = named.filter(|named| (named.first(), named.last()) == self.period);
        named.as_ref().map_or_else(
            || {
                let (from, until) = self.period;
                format!(
                    "từ ngày {} đến ngày {}",
                    from.vietnamese(),
                    until.vietnamese()
                )
            },
            Period::to_string,
        )
    }
}

/// The name that a place had then; one that was not there yet has the name it has now.
fn name(tx: &mut Tx<'_>, survey: &Survey, place: OrganisationId) -> Result<String, Refused> {
    let then = survey.name(place);
    if !then.is_empty() {
        return Ok(then.to_owned());
    }
    let now = congvu_store::organisation::get(tx, place)?;
    Ok(now.map_or_else(String::new, |place| place.name))
}

/// Makes a report from what is known.
pub(super) fn make(tx: &mut Tx<'_>, survey: &Survey, about: &About) -> Result<Made, Refused> {
    let content = Content::of(about.report.id());
    let scope = content.scope(about.report);
    let members = match content {
        // Asked for by name: all below, under whatever regulation.
        Content::Statistics => survey.members(about.place, Scope::Units),
        _ => survey.members(about.place, scope),
    };
    let n = numbers::count(survey, &members);
    let clause = about.report.every().clause();
    let mut made = Made {
        report: about.report.id().to_owned(),
        title: about.report.title().to_owned(),
        profile: about.profile.id().to_owned(),
        clause: clause.map(ToString::to_string).unwrap_or_default(),
        organisation: name(tx, survey, about.place)?,
        to: about.report.to().to_owned(),
        period: about.period(),
        from: survey.days.0.to_string(),
        until: survey.days.1.to_string(),
        form: about.report.form().map(str::to_owned),
        fields: BTreeMap::new(),
        sums: numbers::sums(&n),
        tables: Vec::new(),
    };
    match content {
        Content::MonthlyList => made.tables = monthly(survey, &members),
        Content::Yearly => {
            let of = standing(survey, &members);
            let silent = of
                .iter()
                .copied()
                .filter(|counted| is_not_signed_in(counted, survey));
            made.tables = vec![
                list(
                    survey,
                    "users",
                    "Cá nhân, đơn vị đang sử dụng hộp thư",
                    of.iter().copied(),
                ),
                list(survey, "not-signed-in", "Hộp thư không đăng nhập", silent),
                happened(survey, &members),
            ];
            let [total, .., added, changed, revoked, deleted, _, _] = n;
            let fields = [
                ("mailboxes", total.to_string()),
                ("not-signed-in", n[4].to_string()),
                (
                    "changes",
                    format!("Thêm: {added}; sửa: {changed}; xóa: {deleted}; thu hồi: {revoked}"),
                ),
            ];
            made.fields = fields.map(|(id, text)| (id.to_owned(), text)).into();
        }
        Content::Office => {
            made.tables = vec![numbers::by_place(survey, &members), locks(survey, &members)];
            made.tables.extend(categories(survey, about, &members));
        }
        Content::Units => {
            let of = standing(survey, &members);
            made.tables = vec![
                list(survey, "mailboxes", "Hộp thư của đơn vị", of.into_iter()),
                happened(survey, &members),
            ];
            made.tables.extend(categories(survey, about, &members));
        }
        Content::Summary => made.tables = requests(survey, &members),
        Content::ChangeList => {
            let table = changed(tx, survey.days, about.place)?;
            made.sums = vec![super::Sum {
                id: "changes".to_owned(),
                label: "Số thay đổi".to_owned(),
                value: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
            }];
            made.tables = vec![table];
        }
        Content::Statistics => {
            made.tables = vec![numbers::by_place(survey, &members), locks(survey, &members)];
            made.tables.extend(requests(survey, &members));
            made.tables.extend(categories(survey, about, &members));
        }
    }
    Ok(made)
}

/// What kinds of documents went by mail, where the regulation names any (HCM.7.1).
fn categories(survey: &Survey, about: &About, members: &HashSet<OrganisationId>) -> Option<Table> {
    let known = &about.profile.content().categories().value;
    (!known.is_empty()).then(|| duties::by_category(survey, members, known))
}

/// What changed in the directory at a place and below it.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    days: (Date, Date),
    place: OrganisationId,
) -> Result<Table, Refused> {
    let columns: Vec<(&str, &str)> = CHANGE_COLUMNS
        .iter()
        .map(|column| (column.id, column.label))
        .collect();
    let mut table = Table::new("changes", "Thay đổi danh bạ", &columns);
    for row in change_rows(&changes(tx, days, Some(place), false)?) {
        let cells = CHANGE_COLUMNS
            .iter()
            .map(|column| row.get(column.id).unwrap_or_default());
        table.rows.push(cells.map(str::to_owned).collect());
    }
    Ok(table)
}

fn day(at: Option<i64>) -> String {
    at.map_or(String::new(), |at| Moment(at).date().vietnamese())
}

fn kind(counted: &Counted) -> &'static str {
    match counted.kind.as_str() {
        "personal" => "Cá nhân",
        _ => "Cơ quan, đơn vị",
    }
}

fn standing<'s>(survey: &'s Survey, members: &HashSet<OrganisationId>) -> Vec<&'s Counted> {
    let mut of = survey.of(members);
    of.retain(|counted| stands(counted));
    of
}

/// A list of mailboxes.
fn list<'s>(
    survey: &Survey,
    id: &str,
    title: &str,
    of: impl Iterator<Item = &'s Counted>,
) -> Table {
    let columns = [
        ("address", "Địa chỉ thư"),
        ("name", "Tên"),
        ("kind", "Loại hộp thư"),
        ("organisation", "Cơ quan, đơn vị"),
        ("issued", "Ngày cấp"),
        ("signed-in", "Đăng nhập gần nhất"),
        ("used", "Sử dụng gần nhất"),
        ("days", "#Số ngày đăng nhập trong kỳ"),
        ("note", "Ghi chú"),
    ];
    let mut table = Table::new(id, title, &columns);
    table.rows = of
        .map(|counted| {
            let note = match &counted.lock {
                Some(lock) => {
                    format!("Tạm khóa từ ngày {} ({})", day(Some(lock.at)), lock.clause)
                }
                None if is_unchanged(counted) => "Chưa đổi mật khẩu được cấp".to_owned(),
                None => String::new(),
            };
            let days = survey
                .uses
                .get(&counted.mailbox)
                .map_or(0, |used| used.days);
            vec![
                counted.address.clone(),
                counted.name.clone(),
                kind(counted).to_owned(),
                survey.name(counted.organisation).to_owned(),
                day(Some(counted.created_at)),
                day(numbers::signed_in(counted)),
                day(numbers::used(counted)),
                days.to_string(),
                note,
            ]
        })
        .collect();
    table
}

/// The five lists of QN.9.1.e.
fn monthly(survey: &Survey, members: &HashSet<OrganisationId>) -> Vec<Table> {
    let of = standing(survey, members);
    let with = |id: &str, title: &str, is_in: &dyn Fn(&Counted) -> bool| {
        list(
            survey,
            id,
            title,
            of.iter().copied().filter(|counted| is_in(counted)),
        )
    };
    vec![
        with("active", "Hộp thư đang hoạt động", &|counted| {
            is_active(counted, survey)
        }),
        with(
            "not-signed-in",
            "Hộp thư không đăng nhập",
            &|counted| is_not_signed_in(counted, survey),
        ),
        with("not-used", "Hộp thư không sử dụng", &|counted| {
            is_not_used(counted, survey)
        }),
        with("not-changed", "Hộp thư chưa đổi thông tin", &is_unchanged),
        with("locked", "Hộp thư đang tạm khóa", &|counted| {
            counted.lock.is_some()
        }),
    ]
}

/// What happened to mailboxes.
fn happened(survey: &Survey, members: &HashSet<OrganisationId>) -> Table {
    let columns = [
        ("day", "Ngày"),
        ("address", "Địa chỉ thư"),
        ("name", "Tên"),
        ("organisation", "Cơ quan, đơn vị"),
        ("what", "Nội dung"),
        ("before", "Trước khi thay đổi"),
    ];
    let mut table = Table::new("changes", "Biến động, thay đổi thông tin", &columns);
    table.rows = survey
        .happened_at(members)
        .map(|(happened, counted)| {
            let what = match happened.what {
                "added" => "Cấp mới",
                "name" => "Sửa tên",
                "address" => "Sửa địa chỉ",
                "place" => "Chuyển đơn vị",
                "revoked" => "Thu hồi",
                "restored" => "Cấp lại",
                _ => "Xóa",
            };
            vec![
                day(Some(happened.at)),
                counted.address.clone(),
                counted.name.clone(),
                survey.name(counted.organisation).to_owned(),
                what.to_owned(),
                happened.before.clone(),
            ]
        })
        .collect();
    table
}

/// Locks that began in the days, by the clause that they follow.
fn locks(survey: &Survey, members: &HashSet<OrganisationId>) -> Table {
    let columns = [
        ("clause", "Căn cứ"),
        ("begun", "#Tạm khóa trong kỳ"),
        ("restored", "#Khôi phục trong kỳ"),
        ("ended", "#Thu hồi, xóa trong kỳ"),
    ];
    let mut table = Table::new("locks", "Tạm khóa theo căn cứ", &columns);
    let within = |at: i64| (survey.span.0..survey.span.1).contains(&at);
    let mut by: BTreeMap<&str, [i64; 3]> = BTreeMap::new();
    for lock in survey.locks_at(members) {
        let n = by.entry(&lock.clause).or_default();
        n[0] += i64::from(within(lock.at));
        if let Some((at, how)) = &lock.ended {
            n[1] += i64::from(within(*at) && how == "restored");
            n[2] += i64::from(within(*at) && how != "restored");
        }
    }
    by.retain(|_, n| n.iter().any(|n| *n > 0));
    let rows = by.into_iter().map(|(clause, n)| {
        std::iter::once(clause.to_owned())
            .chain(n.map(|n| n.to_string()))
            .collect()
    });
    table.rows = rows.collect();
    table
}

/// What became of a line by the end of the days; nothing where it had ended before them.
fn result<'s>(survey: &Survey, asked: &'s Asked) -> Option<&'s str> {
    match &asked.end {
        Some((_, at)) if *at < survey.span.0 => None,
        Some((state, at)) if *at < survey.span.1 => Some(state),
        _ => Some(""),
    }
}

fn is_late(survey: &Survey, asked: &Asked) -> bool {
    let answered = match &asked.end {
        Some((_, at)) if *at < survey.span.1 => Moment(*at).date(),
        _ => survey.days.1,
    };
    asked.due_day.is_some_and(|due| due < answered.epoch_day())
}

/// Requests by kind with their results, and the refusals with their reasons (SL.7.3).
fn requests(survey: &Survey, members: &HashSet<OrganisationId>) -> Vec<Table> {
    let title =
        |kind: &str| request::kind_of(kind).map_or(kind.to_owned(), |kind| kind.title().to_owned());
    let columns = [
        ("kind", "Loại đề nghị"),
        ("received", "#Tiếp nhận trong kỳ"),
        ("done", "#Đã thực hiện"),
        ("refused", "#Từ chối"),
        ("withdrawn", "#Rút"),
        ("waiting", "#Đang giải quyết"),
        ("late", "#Quá hạn"),
    ];
    let mut table = Table::new("requests", "Đề nghị và kết quả giải quyết", &columns);
    let mut by: BTreeMap<&str, [i64; 6]> = BTreeMap::new();
    let columns = [
        ("request", "#Số tiếp nhận"),
        ("organisation", "Cơ quan, đơn vị"),
        ("kind", "Loại đề nghị"),
        ("document", "Văn bản đề nghị"),
        ("day", "Ngày trả lời"),
        ("reason", "Lý do từ chối"),
    ];
    let mut refusals = Table::new("refusals", "Đề nghị bị từ chối và lý do", &columns);
    for asked in survey.requests_at(members) {
        let Some(result) = result(survey, asked) else {
            continue;
        };
        let n = by.entry(&asked.kind).or_default();
        n[0] += i64::from(asked.received_at >= survey.span.0);
        n[match result {
            "done" => 1,
            "refused" => 2,
            "withdrawn" => 3,
            _ => 4,
        }] += 1;
        n[5] += i64::from(is_late(survey, asked));
        if let ("refused", Some((_, at))) = (result, &asked.end) {
            refusals.rows.push(vec![
                asked.request.to_string(),
                survey.name(asked.organisation).to_owned(),
                title(&asked.kind),
                asked.document.clone(),
                day(Some(*at)),
                asked.reason.clone(),
            ]);
        }
    }
    let rows = by.into_iter().map(|(kind, n)| {
        std::iter::once(title(kind))
            .chain(n.map(|n| n.to_string()))
            .collect()
    });
    table.rows = rows.collect();
    vec![table, refusals]
}
