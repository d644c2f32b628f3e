//! One message of the queue: who waits, how often it was tried, what was answered.

use askama::Template;
use axum::extract::{Path, State};
use congvu_store::QueueId;
use congvu_store::mail_log::{self, Logged};
use congvu_store::queue::{self, LastReply, ListedRecipient};

use super::super::said::{self, Said};
use super::super::trace::coming;
use super::super::whole_system;
use super::{may_act, when};
use crate::console::chart::number;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

/// Lines of its way that are read.
const STEPS: i64 = 2_000;

#[derive(Template)]
#[template(path = "console/watch/queued.html")]
struct QueuedPage {
    frame: Frame,
    shell: Shell,
    id: i64,
    trace: String,
    sender: String,
    client_ip: String,
    size: String,
    since: String,
    until: String,
    is_broadcast: bool,
    recipients: Vec<Recipient>,
    may_act: bool,
}

struct Recipient {
    address: String,
    destination: String,
    state: String,
    attempts: u32,
    /// The last answer in plain words, and as it was.
    answer: Option<(String, String)>,
    /// When the sender was told of the delay.
    told: String,
    steps: Vec<(String, Said)>,
}

pub(super) async fn page(State(site): State<Site>, officer: Officer, Path(id): Path<i64>) -> Page {
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let now = tx.now();
            let (frame, shell) =
                shell::read(tx, &officer, lang.t("Một thư trong hàng đợi"), Here::Queue)?;
            let listed = queue::show(tx, QueueId(id), now)?.ok_or_else(|| {
                Oops::missing("Thư này không còn trong hàng đợi: đã gửi xong, đã trả lại hoặc đã bỏ. Xem ở “Thư đi đâu?”.")
            })?;
            let queued = listed.queued;
            let lines = mail_log::of_trace(tx, &queued.trace, 0, STEPS)?;
            let recipients = listed
                .recipients
                .into_iter()
                .map(|to| recipient(to, &lines, lang))
                .collect();
            Ok::<_, Oops>(QueuedPage {
                frame,
                shell,
                id,
                trace: queued.trace,
                sender: queued.sender,
                client_ip: queued.client_ip,
                size: number(queued.size),
                since: full(queued.created_at, lang),
                until: full(queued.expires_at, lang),
                is_broadcast: queued.priority == queue::BROADCAST,
                recipients,
                may_act: may_act(tx, &officer)?,
            })
        })
        .await?;
    Ok(html(&page))
}

fn recipient(to: ListedRecipient, lines: &[Logged], lang: Lang) -> Recipient {
    let own = lines
        .iter()
        .filter(|line| line.recipient.eq_ignore_ascii_case(&to.address));
    let mut steps: Vec<(String, Said)> = own
        .map(|line| (full(line.at, lang), said::of(line, lang)))
        .collect();
    steps.reverse();
    Recipient {
        state: coming(&to, lang),
        answer: to.last.as_ref().map(|last| answer(last, lang)),
        told: to.told_at.map_or_else(String::new, |at| when(at, lang)),
        address: to.address,
        destination: to.destination,
        attempts: to.attempts,
        steps,
    }
}

/// The last answer: what it means, and its own words with who gave it and when.
fn answer(last: &LastReply, lang: Lang) -> (String, String) {
    let detail = last.status.split_once('.').map_or("", |(_, rest)| rest);
    let plain = match detail {
        "2.2" => lang.t("Hộp thư bên nhận đã đầy."),
        "1.1" | "1.0" => lang.t("Bên nhận nói không có địa chỉ này."),
        "3.4" | "2.3" => lang.t("Bên nhận nói thư quá lớn."),
        detail if detail.starts_with("4.") => lang.t(
            "Chưa nói chuyện được với máy chủ bên nhận: mất kết nối, hoặc không tìm ra máy chủ.",
        ),
        detail if detail.starts_with("7.") => lang
            .t("Bên nhận hoãn theo chính sách của họ; máy chủ lạ thường được nhận ở lần thử sau."),
        detail if detail.starts_with("3.") => {
            lang.t("Máy chủ bên nhận đang quá tải hoặc trục trặc.")
        }
        _ => lang.t("Bên nhận chưa nhận thư."),
    };
    let host = last.host.as_deref().unwrap_or("–");
    let raw = format!(
        "{host}: {} {} {} ({})",
        last.code,
        last.status,
        last.text,
        full(last.at, lang)
    );
    (plain.to_owned(), raw)
}
