//! `congvu queue`: what waits for other servers, and what administrators do with it.

use std::process::ExitCode;

use anyhow::{Result, bail};
use congvu_delivery::Delivery;
use congvu_governance::queue::{Meant, Order, order};
use congvu_message::date;
use congvu_store::queue::{
    self, Chosen, Listed, ListedRecipient, Selection, Stretch, drop_chunk, hold_chunk, retry_chunk,
};
use congvu_store::{QueueId, QueueRecipientId, Store, StoreError, StoreResult, Tx, now_ms};
use serde_json::{Value, json};

use crate::cli::{Action, DropAction, QueueCommand, Which};
use crate::config::Config;
use crate::wiring::{self, Governed};
use crate::{console, directory};

/// Recipients an action takes in one transaction.
const CHUNK: i64 = 500;

const RETRY: Verb = Verb {
    command: "retry",
    words: "Thử gửi lại ngay",
    order: Order::Retry,
    confirm: false,
};
const HOLD: Verb = Verb {
    command: "hold",
    words: "Giữ lại",
    order: Order::Hold,
    confirm: false,
};
const DROP: Verb = Verb {
    command: "drop",
    words: "Bỏ khỏi hàng đợi",
    order: Order::Drop { tells: true },
    confirm: true,
};

type Step = fn(&mut Tx<'_>, &Selection, i64, Stretch, i64) -> StoreResult<Chosen>;

/// What is done with a chunk.
enum Doing {
    /// By the store alone.
    Step(Step),
    /// Dropped, and the senders are told.
    DropAndTell(Box<Delivery>),
}

/// What was done.
#[derive(Default)]
struct Done {
    done: u64,
    busy: u64,
    notices: u64,
    after: Option<QueueRecipientId>,
}

impl Doing {
    /// Senders hear of it.
    fn tells(&self) -> bool {
        matches!(self, Self::DropAndTell(_))
    }

    async fn chunk(&self, store: &Store, chosen: &Selection, stretch: Stretch) -> Result<Done> {
        match self {
            Self::Step(step) => {
                let (step, chosen) = (*step, chosen.clone());
                let chunk = store
                    .write_bulk(move |tx| step(tx, &chosen, now_ms(), stretch, CHUNK))
                    .await
                    .map_err(|error: StoreError| error)?;
                Ok(Done {
                    done: chunk.done,
                    busy: chunk.busy,
                    notices: 0,
                    after: chunk.after,
                })
            }
            Self::DropAndTell(delivery) => {
                let chunk = delivery
                    .drop_queued(chosen, now_ms(), stretch, CHUNK)
                    .await?;
                Ok(Done {
                    done: chunk.done,
                    busy: chunk.busy,
                    notices: chunk.notices,
                    after: chunk.after,
                })
            }
        }
    }
}

pub(super) async fn run(store: &Store, config: &Config, command: QueueCommand) -> Result<ExitCode> {
    match command {
        QueueCommand::List {
            which,
            after,
            limit,
            json,
        } => list(store, which, after, limit, json).await?,
        QueueCommand::Show { id, json } => show(store, id, json).await?,
        QueueCommand::Retry(action) => {
            return act(store, action, RETRY, Doing::Step(retry_chunk)).await;
        }
        QueueCommand::Hold(action) => {
            return act(store, action, HOLD, Doing::Step(hold_chunk)).await;
        }
        QueueCommand::Drop(DropAction { action, silent }) => {
            let doing = if silent {
                Doing::Step(drop_chunk)
            } else {
                let governed = Governed::read(store).await?;
                let ours = wiring::delivery(config, &governed);
                let delivery = if config.outbound.enabled {
                    Delivery::with_outbound(store, ours, wiring::outbound(config))
                } else {
                    Delivery::new(store, ours)
                };
                Doing::DropAndTell(Box::new(delivery))
            };
            return act(store, action, DROP, doing).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Which {
    fn selection(self) -> Option<Selection> {
        match (self.destination, self.sender) {
            (Some(name), _) => Some(Selection::Destination(name.to_lowercase())),
            (None, Some(sender)) => Some(Selection::Sender(sender)),
            (None, None) => None,
        }
    }
}

async fn list(store: &Store, which: Which, after: i64, limit: i64, as_json: bool) -> Result<()> {
    let (now, selection) = (now_ms(), which.selection().unwrap_or(Selection::All));
    let stretch = Stretch::ALL.behind(QueueRecipientId(after));
    let page = store
        .read(move |tx| queue::page(tx, &selection, now, stretch, limit))
        .await
        .map_err(|error: StoreError| error)?;
    for listed in &page {
        for recipient in &listed.recipients {
            if as_json {
                console::line(&as_value(listed, recipient).to_string());
            } else {
                console::line(&format!(
                    "{}  thư {}  {}  từ <{}>  đến <{}>  {}{}",
                    recipient.id,
                    listed.queued.id,
                    when(listed.queued.created_at),
                    listed.queued.sender,
                    recipient.address,
                    state(recipient),
                    last(recipient)
                ));
            }
        }
    }
    if !as_json {
        let depth = store
            .read(queue::depth)
            .await
            .map_err(|error: StoreError| error)?;
        console::note(&format!(
            "Cả hàng đợi: {} người nhận đang chờ, {} đang giữ.",
            depth.waiting, depth.held
        ));
    }
    Ok(())
}

async fn show(store: &Store, id: i64, as_json: bool) -> Result<()> {
    let now = now_ms();
    let found = store
        .read(move |tx| queue::show(tx, QueueId(id), now))
        .await
        .map_err(|error: StoreError| error)?;
    let Some(listed) = found else {
        bail!("không có thư số {id} trong hàng đợi; xem congvu queue list");
    };
    let queued = &listed.queued;
    if as_json {
        let recipients: Vec<Value> = listed
            .recipients
            .iter()
            .map(|recipient| as_value(&listed, recipient))
            .collect();
        let all = json!({
            "id": queued.id.0, "trace": queued.trace, "sender": queued.sender,
            "client_ip": queued.client_ip, "size": queued.size, "priority": queued.priority,
            "created_at": queued.created_at, "expires_at": queued.expires_at, "recipients": recipients,
        });
        console::line(&all.to_string());
        return Ok(());
    }
    console::line(&format!(
        "Thư {}  (mã theo dõi {})",
        queued.id, queued.trace
    ));
    console::line(&format!(
        "Từ:         <{}>, máy {}",
        queued.sender, queued.client_ip
    ));
    console::line(&format!(
        "Nhận lúc:   {}; thôi gửi lúc {}",
        when(queued.created_at),
        when(queued.expires_at)
    ));
    let broadcast = if queued.priority == queue::BROADCAST {
        ", thư gửi nhiều người (đi sau thư riêng)"
    } else {
        ""
    };
    console::line(&format!("Dung lượng: {} byte{broadcast}", queued.size));
    for recipient in &listed.recipients {
        console::line(&format!(
            "  <{}> qua {}: {}{}",
            recipient.address,
            recipient.destination,
            state(recipient),
            last(recipient)
        ));
    }
    Ok(())
}

fn when(ms: i64) -> String {
    date::rfc5322(ms.div_euclid(1000), 7 * 60)
}

fn state(recipient: &ListedRecipient) -> String {
    let tried = recipient.attempts;
    if recipient.busy {
        format!("đang gửi (đã thử {tried} lần)")
    } else if recipient.held {
        format!("đang giữ (đã thử {tried} lần)")
    } else if recipient.next_at == 0 {
        format!("thử ngay (đã thử {tried} lần)")
    } else {
        format!("thử lúc {} (đã thử {tried} lần)", when(recipient.next_at))
    }
}

fn last(recipient: &ListedRecipient) -> String {
    recipient.last.as_ref().map_or_else(String::new, |last| {
        format!(
            "; {} trả lời: {} {} {}",
            last.host.as_deref().unwrap_or("hệ thống"),
            last.code,
            last.status,
            last.text
        )
    })
}

fn as_value(listed: &Listed, recipient: &ListedRecipient) -> Value {
    let state = match (recipient.busy, recipient.held) {
        (true, _) => "sending",
        (false, true) => "held",
        (false, false) => "waiting",
    };
    json!({
        "id": recipient.id.0, "message": listed.queued.id.0, "trace": listed.queued.trace,
        "sender": listed.queued.sender, "recipient": recipient.address, "destination": recipient.destination,
        "state": state, "attempts": recipient.attempts, "next_at": recipient.next_at,
        "created_at": listed.queued.created_at, "delay_told_at": recipient.told_at,
        "last": recipient.last.as_ref().map(|last| json!({
            "at": last.at, "code": last.code, "status": last.status, "text": last.text, "host": last.host,
        })),
    })
}

/// A command on what waits.
struct Verb {
    command: &'static str,
    words: &'static str,
    order: Order,
    /// It cannot be taken back.
    confirm: bool,
}

async fn act(store: &Store, action: Action, verb: Verb, doing: Doing) -> Result<ExitCode> {
    let Verb {
        command,
        words,
        order: what_is_done,
        confirm,
    } = verb;
    let selections: Vec<Selection> = if action.all {
        vec![Selection::All]
    } else if let Some(selection) = action.which.selection() {
        vec![selection]
    } else {
        let ids = action.ids.iter();
        ids.map(|id| Selection::Message(QueueId(*id))).collect()
    };
    if selections.is_empty() {
        bail!(
            "cần số của thư, --destination, --sender hoặc --all; xem congvu queue {command} --help"
        );
    }
    let (mut recipients, mut messages) = (0, 0);
    let mut meant = Vec::new();
    for selection in selections {
        let by = selection.clone();
        let counted = store
            .read(move |tx| queue::count(tx, &by))
            .await
            .map_err(|error: StoreError| error)?;
        recipients += counted.recipients;
        messages += counted.messages;
        // What comes while it is carried out was neither counted nor confirmed.
        meant.push((selection, Stretch::up_to(counted.last), counted));
    }
    let what = format!("{recipients} người nhận của {messages} thư");
    if recipients == 0 {
        bail!("không có thư nào như vậy trong hàng đợi");
    }
    match action.confirm {
        Some(count) if count != recipients => {
            bail!("có {what}, không phải {count}; chưa làm gì");
        }
        None if confirm || action.all => {
            console::note(&format!(
                "{words}: {what}. Chưa làm gì; thêm --confirm {recipients} để xác nhận."
            ));
            return Ok(ExitCode::FAILURE);
        }
        _ => {}
    }
    let what_is_done = match what_is_done {
        Order::Drop { .. } => Order::Drop {
            tells: doing.tells(),
        },
        other => other,
    };
    // On record before anything is done.
    let on_record: Vec<Meant> = meant
        .iter()
        .filter(|(_, _, counted)| counted.recipients > 0)
        .map(|(selection, _, counted)| Meant {
            selection: selection.clone(),
            counted: *counted,
        })
        .collect();
    directory::change(store, move |tx| {
        Ok(order(
            tx,
            &directory::actor(),
            what_is_done,
            "",
            &on_record,
        )?)
    })
    .await?;
    let mut all = Done::default();
    for (selection, mut stretch, _) in meant {
        loop {
            let chunk = doing.chunk(store, &selection, stretch).await?;
            all.done += chunk.done;
            all.busy += chunk.busy;
            all.notices += chunk.notices;
            match chunk.after {
                Some(last) => stretch = stretch.behind(last),
                None => break,
            }
        }
    }
    console::line(&format!("{words}: {} người nhận.", all.done));
    if all.notices > 0 {
        console::line(&format!("Đã báo cho người gửi: {} thông báo.", all.notices));
    }
    if all.busy > 0 {
        console::note(&format!(
            "{} người nhận đang được gửi nên để yên.",
            all.busy
        ));
    }
    Ok(ExitCode::SUCCESS)
}
