//! `/tai-khoan/bo-loc`: the filters of a mailbox, in their order.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::order::label::{self, Label};
use congvu_governance::order::{self, Written};
use congvu_message::filter::{Action, Rule, Test};
use congvu_store::folder::{self, Folder};
use congvu_store::{FilterId, MailboxId, Tx, filter, organisation};

use super::{Choice, arranged};
use crate::mail::{bytes, label as shown, open, tree};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// A filter in the list.
struct Shown {
    id: i64,
    name: String,
    /// What it looks at, in words; nothing where it cannot be read.
    when: Vec<String>,
    all: bool,
    then: Vec<String>,
    enabled: bool,
    is_first: bool,
    is_last: bool,
}

#[derive(Template)]
#[template(path = "order/filters.html")]
struct FiltersPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    choices: Vec<Choice>,
    filters: Vec<Shown>,
    done: Option<String>,
}

/// To one's own.
pub(super) async fn own(user: User) -> Page {
    Ok(Redirect::to(&format!("/tai-khoan/bo-loc/{}", user.mailbox)).into_response())
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mailbox = MailboxId(mailbox);
    let reader = user.clone();
    let (opened, choices, filters, place) = site
        .store
        .read(move |tx| {
            let (opened, choices) = arranged(tx, &reader, mailbox)?;
            let words = Words::load(tx, mailbox, reader.lang)?;
            let found = filter::list(tx, mailbox)?;
            let last = found.len().saturating_sub(1);
            let shown = found.iter().enumerate();
            let shown = shown.map(|(at, one)| words.show(one, (at == 0, at == last)));
            let shown: Vec<Shown> = shown.collect();
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            Ok::<_, Oops>((opened, choices, shown, place))
        })
        .await?;
    let done = match query.get("xong") {
        "luu" => Some(user.lang.t("Đã lưu bộ lọc.")),
        "xoa" => Some(user.lang.t("Đã xóa bộ lọc.")),
        "ap-dung" => Some(user.lang.t("Đã sắp xếp thư có sẵn.")),
        _ => None,
    };
    Ok(html(&FiltersPage {
        frame: Frame::of(&user, &place, user.lang.t("Bộ lọc thư")),
        mailbox: mailbox.0,
        address: opened.address,
        choices,
        filters,
        done: done.map(str::to_owned),
    }))
}

/// What filters name, as people call it.
pub(super) struct Words {
    lang: Lang,
    folders: Vec<Folder>,
    labels: Vec<Label>,
}

impl Words {
    pub(super) fn load(tx: &mut Tx<'_>, mailbox: MailboxId, lang: Lang) -> Result<Self, Oops> {
        Ok(Self {
            lang,
            folders: folder::list(tx, mailbox)?,
            labels: label::labels(tx, mailbox)?,
        })
    }

    fn show(&self, filter: &filter::Filter, (is_first, is_last): (bool, bool)) -> Shown {
        let rule = Rule::from_bytes(&filter.rule).ok();
        let tests = rule.as_ref().map_or(&[][..], Rule::tests);
        let actions = rule.as_ref().map_or(&[][..], Rule::actions);
        Shown {
            id: filter.id.0,
            name: filter.name.clone(),
            when: tests.iter().map(|test| self.test(test)).collect(),
            all: rule.as_ref().is_some_and(Rule::wants_all),
            then: actions.iter().map(|action| self.action(action)).collect(),
            enabled: filter.enabled,
            is_first,
            is_last,
        }
    }

    fn test(&self, test: &Test) -> String {
        let lang = self.lang;
        let says = |what: &str, words: &str| format!("{what} “{words}”");
        match test {
            Test::From(words) => says(lang.t("người gửi có"), words.as_str()),
            Test::To(words) => says(lang.t("người nhận có"), words.as_str()),
            Test::Subject(words) => says(lang.t("chủ đề có"), words.as_str()),
            Test::List(words) => says(lang.t("danh sách thư (List-Id) có"), words.as_str()),
            Test::Field(name, words) => {
                let what = format!("{} {}:", lang.t("dòng đầu thư"), name.as_str());
                says(&what, words.as_str())
            }
            Test::HasFiles => lang.t("có tệp kèm").to_owned(),
            Test::Larger(size) => format!("{} {}", lang.t("lớn hơn"), bytes(*size)),
        }
    }

    fn action(&self, action: &Action) -> String {
        let lang = self.lang;
        match action {
            Action::Move(id) => match self.folders.iter().find(|one| one.id.0 == *id) {
                Some(found) => format!("{} {}", lang.t("chuyển vào"), tree::label(found, lang)),
                None => lang
                    .t("chuyển vào một thư mục đã xóa: thư ở lại Hộp thư đến")
                    .to_owned(),
            },
            Action::Label(keyword) => {
                let mut labels = self.labels.iter();
                let known = labels.find(|one| one.keyword.eq_ignore_ascii_case(keyword.as_str()));
                let name = known.map_or_else(
                    || keyword.as_str().to_owned(),
                    |known| shown::name(known, lang),
                );
                format!("{} “{name}”", lang.t("gắn nhãn"))
            }
            Action::Star => lang.t("đánh dấu sao").to_owned(),
            Action::Read => lang.t("đánh dấu đã đọc").to_owned(),
            Action::Forward(to) => format!("{} {}", lang.t("chuyển tiếp một bản tới"), to.as_str()),
            Action::Stop => lang.t("không xét bộ lọc sau").to_owned(),
        }
    }
}

/// On, off, up, down, away.
pub(super) async fn act(
    State(site): State<Site>,
    user: User,
    Path((mailbox, id)): Path<(i64, i64)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let what = fields.get("viec").to_owned();
    let place = (MailboxId(mailbox), FilterId(id));
    let law = site.law;
    let done = site
        .store
        .write(move |tx| {
            let actor = user.actor();
            match what.as_str() {
                "len" | "xuong" => {
                    order::shift_filter(tx, &actor, place, what == "len")?;
                    Ok("")
                }
                "xoa" => {
                    order::remove_filter(tx, &actor, place)?;
                    Ok("?xong=xoa")
                }
                "bat" | "tat" => {
                    order::may_arrange(tx, &actor, place.0)?;
                    let found = filter::get(tx, place.0, place.1)?.ok_or_else(open::gone)?;
                    let rule = Rule::from_bytes(&found.rule).map_err(|_| {
                        Oops::State("Không đọc được bộ lọc này. Hãy xóa rồi lập lại.".to_owned())
                    })?;
                    let written = Written {
                        name: found.name,
                        rule,
                        enabled: what == "bat",
                    };
                    order::put_filter(tx, law, &actor, (place.0, Some(place.1)), &written)?;
                    Ok("?xong=luu")
                }
                _ => Err(Oops::Bad("Không có việc này.".to_owned())),
            }
        })
        .await?;
    Ok(Redirect::to(&format!("/tai-khoan/bo-loc/{mailbox}{done}")).into_response())
}
