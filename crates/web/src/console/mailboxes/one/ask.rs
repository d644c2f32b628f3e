//! What is asked for before something is done to a mailbox: its fields and its clauses.

use congvu_governance::mailbox::attachment_limit;
use congvu_regulation::requests::RequestKind;
use congvu_regulation::violations::Effect;
use congvu_regulation::{ClauseId, MB, Moment, Profile};
use congvu_store::{Tx, mailbox, person};

use super::deed::Deed;
use super::who::Seen;
use crate::console::cited::Cited;
use crate::console::mailboxes::form::{Field, Kind};
use crate::site::{Fields, Lang, Oops};

/// The fields of a deed, with what was typed or what is set now.
pub(super) fn fields(
    tx: &mut Tx<'_>,
    seen: &Seen,
    (deed, typed): (Deed, &Fields),
    lang: Lang,
) -> Result<Vec<Field>, Oops> {
    let subject = &seen.subject;
    let line = |name, label| Field::new(Kind::Text, name, label, typed.get(name));
    let document = || line("van-ban", lang.t("Số, ngày văn bản làm căn cứ"));
    let approved = lang.t("Cần khi vượt mức tối đa của quy chế.");
    Ok(match deed {
        Deed::Restore => vec![document().hint(lang.t("Văn bản đề nghị khôi phục của cơ quan."))],
        Deed::Reset => vec![document()],
        Deed::Factor => vec![
            document()
                .hint(lang.t("Hoặc để trống khi người đề nghị có mặt và đã đối chiếu giấy tờ.")),
        ],
        Deed::Confirm => vec![document()],
        Deed::PutOff | Deed::Exempt => vec![
            line("ly-do", lang.t("Lý do chưa sử dụng"))
                .must()
                .hint(lang.t("Nghỉ thai sản, đi học, biệt phái…")),
            Field::new(
                Kind::Date,
                "den-ngay",
                lang.t("Có hiệu lực đến hết ngày"),
                typed.get("den-ngay"),
            )
            .must(),
            document(),
        ],
        Deed::Receipt => vec![
            Field::new(
                Kind::Date,
                "ngay",
                lang.t("Ngày cơ quan nhận thông báo"),
                typed
                    .find("ngay")
                    .unwrap_or(&Moment(tx.now()).date().to_string()),
            )
            .must(),
        ],
        Deed::Lock => locking(seen, typed, lang),
        Deed::Violation => {
            let all = subject.profile.violations().iter();
            let all = all.map(|known| (known.id().to_owned(), known.label().to_owned()));
            vec![
                Field::new(Kind::Select, "vi-pham", lang.t("Hành vi vi phạm"), "")
                    .of(all, &[typed.get("vi-pham")]),
                line("ly-do", lang.t("Điều đã phát hiện")).must(),
            ]
        }
        Deed::Quota => {
            let now = (subject.life.quota / MB).to_string();
            let bounds = subject.profile.quota_bounds(subject.kind());
            let hint = format!(
                "{} {} MB",
                lang.t("Mức tối đa của quy chế:"),
                crate::mail::thousands(bounds.maximum.value / MB)
            );
            vec![
                Field::new(
                    Kind::Number,
                    "mb",
                    lang.t("Dung lượng (MB)"),
                    typed.find("mb").unwrap_or(&now),
                )
                .must()
                .hint(hint),
                document().hint(approved),
            ]
        }
        Deed::Attachment => {
            let own = mailbox::attachment(tx, subject.id())?;
            let own = own.map_or_else(String::new, |own| (own / MB).to_string());
            let hint = format!(
                "{} {} MB. {}",
                lang.t("Đang áp dụng:"),
                attachment_limit(tx, subject)? / MB,
                lang.t("Để trống: theo mức của cơ quan, của quy chế.")
            );
            vec![
                Field::new(
                    Kind::Number,
                    "mb",
                    lang.t("Mức riêng của hộp thư này (MB)"),
                    typed.find("mb").unwrap_or(&own),
                )
                .hint(hint),
                document().hint(approved),
            ]
        }
        Deed::Change => changing(tx, seen, typed, lang)?,
        Deed::Revoke => vec![
            line("dia-chi", lang.t("Gõ lại địa chỉ để xác nhận"))
                .must()
                .hint(subject.life.address.clone()),
            document(),
        ],
        Deed::EndExemption | Deed::Enable | Deed::HandOver => Vec::new(),
    })
}

fn locking(seen: &Seen, typed: &Fields, lang: Lang) -> Vec<Field> {
    let profile = seen.subject.profile;
    let may = profile.violations().iter();
    let may = may.filter_map(|known| match known.effect() {
        Effect::MayLock(clause) => Some((
            known.id().to_owned(),
            format!("{} ({clause})", known.label()),
        )),
        Effect::Record => None,
    });
    let asked = lang.t("Không phải vi phạm: theo đề nghị hoặc vì an toàn");
    let violations = std::iter::once((String::new(), asked.to_owned())).chain(may);
    // A violation has its own clause; whoever asks may name one of the text.
    let clauses = profile.lifecycle().sweeps().iter();
    let clauses = clauses.filter_map(|sweep| sweep.origin().clause());
    let mut known: Vec<&ClauseId> = clauses.collect();
    known.sort_unstable_by_key(|clause| clause.as_str());
    known.dedup();
    let none = lang.t("Không ghi điều khoản");
    let clauses = std::iter::once((String::new(), none.to_owned()))
        .chain(known.iter().map(|one| (one.to_string(), one.to_string())));
    vec![
        Field::new(Kind::Select, "vi-pham", lang.t("Hành vi vi phạm"), "")
            .of(violations, &[typed.get("vi-pham")]),
        Field::new(
            Kind::Text,
            "ly-do",
            lang.t("Lý do hoặc điều đã phát hiện"),
            typed.get("ly-do"),
        )
        .must()
        .hint(lang.t("Ghi trong thông báo gửi cơ quan và trong nhật ký.")),
        Field::new(
            Kind::Select,
            "dieu-khoan",
            lang.t("Điều khoản, khi không phải vi phạm"),
            "",
        )
        .of(clauses, &[typed.get("dieu-khoan")]),
        Field::new(
            Kind::Text,
            "van-ban",
            lang.t("Số, ngày văn bản làm căn cứ"),
            typed.get("van-ban"),
        ),
    ]
}

fn changing(tx: &mut Tx<'_>, seen: &Seen, typed: &Fields, lang: Lang) -> Result<Vec<Field>, Oops> {
    let life = &seen.subject.life;
    let field = |name, label, now: &str| {
        Field::new(Kind::Text, name, label, typed.find(name).unwrap_or(now))
    };
    let mut fields = Vec::new();
    let holder = match mailbox::person(tx, life.mailbox)? {
        Some(holder) => person::get(tx, holder)?,
        None => None,
    };
    if let Some(holder) = holder {
        fields.extend([
            field("ho", lang.t("Họ"), &holder.family),
            field("dem", lang.t("Tên đệm"), &holder.middle),
            field("ten", lang.t("Tên"), &holder.given).must(),
            field("chuc-vu", lang.t("Chức vụ"), &holder.title),
            field("dien-thoai", lang.t("Điện thoại"), &holder.phone),
        ]);
    }
    let local = life.address.split('@').next().unwrap_or_default();
    fields.push(
        field("dia-chi", lang.t("Địa chỉ, phần trước @"), local)
            .must()
            .hint(lang.t("Đặt theo quy tắc của quy chế; địa chỉ cũ giữ lại làm bí danh.")),
    );
    fields.push(Field::new(
        Kind::Text,
        "van-ban",
        lang.t("Số, ngày văn bản làm căn cứ"),
        typed.get("van-ban"),
    ));
    Ok(fields)
}

/// What a lock by a person rests on: the clauses that allow it for violations, and what it does.
pub(in crate::console::mailboxes) fn locks(profile: &Profile) -> Vec<Cited> {
    let effects = profile.violations().iter();
    let clauses = effects.filter_map(|known| match known.effect() {
        Effect::MayLock(clause) => Some(clause.as_str()),
        Effect::Record => None,
    });
    let mut clauses: Vec<&str> = clauses.collect();
    clauses.sort_unstable();
    clauses.dedup();
    let mut cited: Vec<Cited> = clauses
        .into_iter()
        .map(|clause| Cited::of(profile, clause))
        .collect();
    cited.push(Cited::by(profile, &profile.lifecycle().lock_mode().origin));
    cited.retain(|one| !one.is_empty());
    cited
}

/// What a deed rests on.
pub(super) fn cited(seen: &Seen, deed: Deed) -> Vec<Cited> {
    let subject = &seen.subject;
    let profile = subject.profile;
    let rules = profile.lifecycle();
    let request = |kind: RequestKind| match profile.request(kind) {
        Some(rule) => Cited::from(profile, &rule.kind().source),
        None => Cited::none(),
    };
    let mut cited = match deed {
        Deed::Restore => vec![
            request(RequestKind::Restore),
            Cited::by(profile, &rules.restore_must_change().origin),
        ],
        Deed::Confirm | Deed::PutOff => seen
            .proposal
            .iter()
            .map(|one| Cited::of(profile, &one.clause))
            .collect(),
        Deed::Lock => locks(profile),
        Deed::Receipt => rules
            .sweeps()
            .iter()
            .filter(|sweep| sweep.ask_receipt().is_some())
            .map(|sweep| Cited::by(profile, sweep.origin()))
            .collect(),
        Deed::Exempt | Deed::EndExemption => rules
            .sweeps()
            .iter()
            .filter(|sweep| !sweep.stopped_by().is_empty())
            .map(|sweep| Cited::by(profile, sweep.origin()))
            .collect(),
        Deed::Reset => vec![request(RequestKind::Password)],
        Deed::Quota => vec![Cited::from(
            profile,
            &profile.quota_bounds(subject.kind()).maximum.source,
        )],
        Deed::Attachment => vec![Cited::from(
            profile,
            &profile.attachment_limit(subject.kind()).source,
        )],
        Deed::Change => vec![request(RequestKind::Change)],
        Deed::Revoke => vec![
            request(RequestKind::Revoke),
            Cited::by(profile, &rules.revoke_destroys().origin),
        ],
        Deed::Enable | Deed::HandOver | Deed::Factor | Deed::Violation => Vec::new(),
    };
    cited.retain(|one| !one.is_empty());
    cited.dedup_by(|one, other| one.id == other.id);
    cited
}
