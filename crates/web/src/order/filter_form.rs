//! One filter as a form; without script it has a row for each kind of test and of action.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::order::{self, Written, label};
use congvu_message::filter::{Action, FieldName, Keyword, Rule, RuleError, Target, Test, Words};
use congvu_store::{FilterId, MailboxId, Tx, filter, folder, organisation};

use super::arranged;
use crate::mail::{label as shown, open, tree};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

const MB: u64 = 1 << 20;

/// Something to choose among.
struct Offered {
    value: String,
    label: String,
    is_chosen: bool,
}

/// A test that looks for words.
type Kind = fn(Words) -> Test;

/// What stands in the form.
#[derive(Clone, Debug, Default)]
struct Draft {
    name: String,
    all: bool,
    from: String,
    to: String,
    subject: String,
    list: String,
    field: String,
    field_words: String,
    has_files: bool,
    /// In MB.
    larger: String,
    folder: String,
    label: String,
    star: bool,
    read: bool,
    forward: String,
    stop: bool,
    enabled: bool,
}

#[derive(Template)]
#[template(path = "order/filter.html")]
struct FilterPage {
    frame: Frame,
    mailbox: i64,
    /// Its number, or `moi`.
    id: String,
    address: String,
    draft: Draft,
    folders: Vec<Offered>,
    labels: Vec<Offered>,
    fault: Option<String>,
    is_new: bool,
}

impl Draft {
    fn of_fields(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).trim().to_owned();
        Self {
            name: text("ten"),
            all: fields.get("cach") != "mot",
            from: text("tu"),
            to: text("toi"),
            subject: text("chu-de"),
            list: text("danh-sach"),
            field: text("dong"),
            field_words: text("dong-co"),
            has_files: fields.has("tep"),
            larger: text("lon-hon"),
            folder: text("thu-muc"),
            label: text("nhan"),
            star: fields.has("sao"),
            read: fields.has("da-doc"),
            forward: text("chuyen-tiep"),
            stop: fields.has("dung"),
            enabled: fields.has("bat"),
        }
    }

    fn of_rule(name: &str, enabled: bool, rule: &Rule) -> Self {
        let mut draft = Self {
            name: name.to_owned(),
            all: rule.wants_all(),
            enabled,
            ..Self::default()
        };
        for test in rule.tests() {
            match test {
                Test::From(words) => words.as_str().clone_into(&mut draft.from),
                Test::To(words) => words.as_str().clone_into(&mut draft.to),
                Test::Subject(words) => words.as_str().clone_into(&mut draft.subject),
                Test::List(words) => words.as_str().clone_into(&mut draft.list),
                Test::Field(name, words) => {
                    name.as_str().clone_into(&mut draft.field);
                    words.as_str().clone_into(&mut draft.field_words);
                }
                Test::HasFiles => draft.has_files = true,
                Test::Larger(bytes) => draft.larger = (bytes / MB).to_string(),
            }
        }
        for action in rule.actions() {
            match action {
                Action::Move(folder) => draft.folder = folder.to_string(),
                Action::Label(keyword) => keyword.as_str().clone_into(&mut draft.label),
                Action::Star => draft.star = true,
                Action::Read => draft.read = true,
                Action::Forward(to) => to.as_str().clone_into(&mut draft.forward),
                Action::Stop => draft.stop = true,
            }
        }
        draft
    }

    /// The rule, or what is wrong with it.
    fn rule(&self, lang: Lang) -> Result<Rule, String> {
        self.read().map_err(|error| match error {
            RuleError::Words => lang.t("Chữ cần tìm dài quá 200 ký tự."),
            RuleError::FieldName => lang.t("Tên dòng đầu thư chỉ gồm chữ không dấu, số và gạch nối, ví dụ X-Priority; ghi cả chữ cần tìm trong dòng đó."),
            RuleError::Address => lang.t("Địa chỉ chuyển tiếp cần có dạng ten@tenmien."),
            RuleError::Tests => lang.t("Ghi ít nhất một điều kiện; cỡ thư là số MB từ 1 đến 1.000."),
            RuleError::Actions => lang.t("Chọn ít nhất một việc để làm với thư."),
            RuleError::Keyword | RuleError::Twice | RuleError::Damaged => lang.t("Nhãn chỉ gồm chữ không dấu, số, dấu chấm và gạch nối."),
        }.to_owned())
    }

    fn read(&self) -> Result<Rule, RuleError> {
        let mut tests = Vec::new();
        let kinds: [(&String, Kind); 4] = [
            (&self.from, Test::From),
            (&self.to, Test::To),
            (&self.subject, Test::Subject),
            (&self.list, Test::List),
        ];
        for (text, test) in kinds {
            if !text.is_empty() {
                tests.push(test(Words::new(text)?));
            }
        }
        match (self.field.is_empty(), self.field_words.is_empty()) {
            (true, true) => {}
            (false, false) => {
                let name = FieldName::new(&self.field)?;
                tests.push(Test::Field(name, Words::new(&self.field_words)?));
            }
            _ => return Err(RuleError::FieldName),
        }
        if self.has_files {
            tests.push(Test::HasFiles);
        }
        if !self.larger.is_empty() {
            let size = self.larger.parse::<u64>().ok();
            let size = size.filter(|size| (1..=1_000).contains(size));
            tests.push(Test::Larger(size.ok_or(RuleError::Tests)? * MB));
        }
        let mut actions = Vec::new();
        if let Ok(folder) = self.folder.parse() {
            actions.push(Action::Move(folder));
        }
        if !self.label.is_empty() {
            actions.push(Action::Label(Keyword::new(&self.label)?));
        }
        if !self.forward.is_empty() {
            actions.push(Action::Forward(Target::new(&self.forward)?));
        }
        for (wanted, action) in [
            (self.star, Action::Star),
            (self.read, Action::Read),
            (self.stop, Action::Stop),
        ] {
            if wanted {
                actions.push(action);
            }
        }
        Rule::new(tests, self.all, actions)
    }
}

/// What stands around the form.
type Around = (String, Vec<Offered>, Vec<Offered>, String);

fn around(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId, draft: &Draft) -> Result<Around, Oops> {
    let (opened, _) = arranged(tx, user, mailbox)?;
    let folders = folder::list(tx, mailbox)?;
    let folders = folders.iter().filter(|one| one.name != "INBOX");
    let folders = folders
        .map(|one| Offered {
            value: one.id.to_string(),
            label: tree::label(one, user.lang),
            is_chosen: one.id.to_string() == draft.folder,
        })
        .collect();
    let known = label::labels(tx, mailbox)?;
    let mut labels: Vec<Offered> = known
        .iter()
        // One that other programs cannot write is none for a rule.
        .filter(|one| Keyword::new(&one.keyword).is_ok())
        .map(|one| Offered {
            value: one.keyword.clone(),
            label: shown::name(one, user.lang),
            is_chosen: one.keyword.eq_ignore_ascii_case(&draft.label),
        })
        .collect();
    if !draft.label.is_empty() && !labels.iter().any(|one| one.is_chosen) {
        labels.push(Offered {
            value: draft.label.clone(),
            label: draft.label.clone(),
            is_chosen: true,
        });
    }
    let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
    Ok((opened.address, folders, labels, place))
}

fn show(
    user: &User,
    (mailbox, id): (MailboxId, Option<FilterId>),
    draft: Draft,
    (address, folders, labels, place): Around,
    fault: Option<String>,
) -> Response {
    html(&FilterPage {
        frame: Frame::of(user, &place, user.lang.t("Bộ lọc thư")),
        mailbox: mailbox.0,
        id: id.map_or_else(|| "moi".to_owned(), |id| id.to_string()),
        address,
        draft,
        folders,
        labels,
        fault,
        is_new: id.is_none(),
    })
}

fn number(id: &str) -> Result<Option<FilterId>, Oops> {
    if id == "moi" {
        return Ok(None);
    }
    let id = id.parse().map_err(|_| open::gone())?;
    Ok(Some(FilterId(id)))
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path((mailbox, id)): Path<(i64, String)>,
) -> Page {
    let (mailbox, id) = (MailboxId(mailbox), number(&id)?);
    let reader = user.clone();
    let (draft, around) = site
        .store
        .read(move |tx| {
            order::may_arrange(tx, &reader.actor(), mailbox)?;
            let draft = match id {
                Some(id) => {
                    let found = filter::get(tx, mailbox, id)?.ok_or_else(open::gone)?;
                    let rule = Rule::from_bytes(&found.rule).map_err(|_| {
                        Oops::State("Không đọc được bộ lọc này. Hãy xóa rồi lập lại.".to_owned())
                    })?;
                    Draft::of_rule(&found.name, found.enabled, &rule)
                }
                None => Draft {
                    all: true,
                    enabled: true,
                    ..Draft::default()
                },
            };
            let around = around(tx, &reader, mailbox, &draft)?;
            Ok::<_, Oops>((draft, around))
        })
        .await?;
    Ok(show(&user, (mailbox, id), draft, around, None))
}

pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path((mailbox, id)): Path<(i64, String)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let (mailbox, id) = (MailboxId(mailbox), number(&id)?);
    let draft = Draft::of_fields(&fields);
    let law = site.law;
    let put = match draft.rule(user.lang) {
        Ok(rule) => {
            let written = Written {
                name: draft.name.clone(),
                rule,
                enabled: draft.enabled,
            };
            let actor = user.actor();
            let put = site
                .store
                .write(move |tx| order::put_filter(tx, law, &actor, (mailbox, id), &written))
                .await;
            match put {
                Ok(id) => Ok(id),
                Err(congvu_governance::Refused::Store(error)) => return Err(error.into()),
                Err(refused) => Err(refused.to_string()),
            }
        }
        Err(fault) => Err(fault),
    };
    match put {
        Ok(id) if fields.get("viec") == "thu" => {
            let way = format!("/tai-khoan/bo-loc/{mailbox}/{id}/thu-co-san");
            Ok(Redirect::to(&way).into_response())
        }
        Ok(_) => {
            let way = format!("/tai-khoan/bo-loc/{mailbox}?xong=luu");
            Ok(Redirect::to(&way).into_response())
        }
        Err(fault) => {
            let (reader, kept) = (user.clone(), draft.clone());
            let around = site
                .store
                .read(move |tx| around(tx, &reader, mailbox, &kept))
                .await?;
            let mut response = show(&user, (mailbox, id), draft, around, Some(fault));
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}
