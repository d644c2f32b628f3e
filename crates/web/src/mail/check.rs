//! What is looked at before a message goes: whom it goes to, and what the regulation at the sender's place says to it.

use congvu_delivery::{Recipient, RecipientRefusal, Writer, content};
use congvu_governance::mailbox::{Subject, attachment_limit};
use congvu_message::address::Address;
use congvu_regulation::Profile;
use congvu_regulation::content::{Description, Direction, Effect, File, Reach, secrecy};
use congvu_store::organisation;

use super::compose::Sender;
use super::draft::Draft;
use super::open;
use super::send::{Sending, Told, full};
use crate::site::{Lang, Oops};

/// So much of a text is looked through for marks of secrecy.
const LOOKED: usize = 1 << 20;

impl Sending<'_> {
    /// Everybody it goes to; who cannot get it is told, with why.
    pub(super) async fn recipients(
        &self,
        draft: &Draft,
        told: &mut Told,
    ) -> Result<Vec<Recipient>, Oops> {
        let mut recipients: Vec<Recipient> = Vec::new();
        let size = draft.attached();
        for line in [&draft.to, &draft.cc, &draft.bcc] {
            let (people, wrong) = Draft::people(line);
            for person in wrong {
                told.faults.push(format!(
                    "“{person}” {}",
                    self.t("chưa phải địa chỉ thư: cần có dạng ten@tenmien.")
                ));
            }
            for person in people {
                let address = person.addr();
                let Ok(parsed) = Address::parse(&address) else {
                    told.faults.push(format!(
                        "“{address}” {}",
                        self.t("chưa phải địa chỉ thư: cần có dạng ten@tenmien.")
                    ));
                    continue;
                };
                let writer = Writer::Account(self.user.account);
                match self.site.delivery.recipient(&parsed, writer, size).await {
                    Ok(recipient) => {
                        if !recipients.contains(&recipient) {
                            recipients.push(recipient);
                        }
                    }
                    Err(RecipientRefusal::Unavailable) => return Err(Oops::Busy),
                    Err(refusal) => {
                        told.faults
                            .push(format!("{address}: {}", why(refusal, self.user.lang)));
                    }
                }
            }
        }
        if recipients.is_empty() && told.faults.is_empty() {
            told.faults
                .push(self.t("Ghi ít nhất một người nhận.").to_owned());
        }
        if recipients.len() > self.site.config.max_recipients {
            told.faults.push(
                self.t("Quá nhiều người nhận trong một thư; hãy gửi cho nhóm thư.")
                    .to_owned(),
            );
        }
        Ok(recipients)
    }

    /// What the regulation at the sender's place says to it.
    pub(super) async fn look(
        &self,
        draft: &Draft,
        sender: &Sender,
        recipients: &[Recipient],
        told: &mut Told,
    ) -> Result<(), Oops> {
        let (law, mailbox) = (self.site.law, sender.mailbox);
        let size = draft.attached();
        let user = self.user.clone();
        let (kind, limit, profile, domains) = self
            .site
            .store
            .read(move |tx| {
                let subject = Subject::load(tx, law, mailbox)?;
                let limit = attachment_limit(tx, &subject)?;
                let usage = open::usage(tx, user.mailbox)?;
                if usage.used_bytes.saturating_add(size) > usage.quota_bytes {
                    return Err(full(&user));
                }
                let domains = organisation::domains(tx)?;
                Ok::<_, Oops>((subject.kind(), limit, subject.profile, domains))
            })
            .await?;
        let reaches: Vec<Reach> = recipients
            .iter()
            .map(|recipient| {
                content::reach(
                    recipient.address.rsplit('@').next().unwrap_or_default(),
                    &domains,
                )
            })
            .collect();
        let mut message = Description::new(content::direction(&reaches));
        message.mailbox(kind);
        message.limit(limit);
        if !draft.category.is_empty() {
            // HCM.7.1
            let known = &profile.content().categories().value;
            if known.contains(&draft.category) {
                message.category(&draft.category);
            } else {
                told.faults.push(
                    self.t("Loại văn bản này không có trong quy chế của nơi gửi. Chọn lại loại văn bản.")
                        .to_owned(),
                );
            }
        }
        for reach in reaches {
            message.recipient(reach);
        }
        for file in &draft.files {
            message.saw(&secrecy::find(&file.name, secrecy::Place::Name));
            attach(
                &mut message,
                content::describe_whole(&file.name, &file.media, &file.bytes),
            );
        }
        for picture in &draft.pictures {
            let (name, media) = (&picture.name, picture.media);
            attach(
                &mut message,
                content::describe_whole(name, media, &picture.bytes),
            );
        }
        let end = draft.text.floor_char_boundary(LOOKED);
        message.saw(&secrecy::find(&draft.subject, secrecy::Place::Subject));
        message.saw(&secrecy::find(&draft.text[..end], secrecy::Place::Body));
        decide(profile, &message, told);
        Ok(())
    }

    /// What the regulation says to one file, beside `others` bytes that go along already, before its message is sent.
    pub(super) async fn look_at_file(
        &self,
        from: &str,
        (file, within): (File, Vec<File>),
        others: u64,
    ) -> Result<Told, Oops> {
        let (law, mailbox) = (self.site.law, self.sender(from).await?.mailbox);
        let subject = self.site.store.read(move |tx| {
            let subject = Subject::load(tx, law, mailbox)?;
            let limit = attachment_limit(tx, &subject)?;
            Ok::<_, Oops>((subject, limit))
        });
        let (subject, limit) = subject.await?;
        let mut message = Description::new(Direction::Inside);
        message.mailbox(subject.kind());
        message.limit(limit);
        for name in &file.names {
            message.saw(&secrecy::find(name, secrecy::Place::Name));
        }
        attach(&mut message, (file, within));
        if others > 0 {
            // Whatever they are, they were looked at when they came.
            message.attach(File {
                size: others,
                ..File::named("khac.txt")
            });
        }
        let mut told = Told::default();
        decide(subject.profile, &message, &mut told);
        Ok(told)
    }
}

fn attach(message: &mut Description, (file, within): (File, Vec<File>)) {
    let outer = message.attach(file);
    for member in within {
        message.within(outer, member);
    }
}

fn decide(profile: &Profile, message: &Description, told: &mut Told) {
    let verdict = profile.content().decide(message);
    for finding in verdict.findings() {
        match finding.effect {
            Effect::Pass => {}
            Effect::Warn => told.cautions.push(finding.to_string()),
            Effect::Hold | Effect::Refuse => told.faults.push(finding.to_string()),
        }
    }
}

fn why(refusal: RecipientRefusal, lang: Lang) -> &'static str {
    match refusal {
        RecipientRefusal::NotOurs => lang.t("máy chủ này không gửi thư đến tên miền đó."),
        RecipientRefusal::Unknown => lang.t("không có địa chỉ này."),
        RecipientRefusal::Closed => lang.t("hộp thư đang tạm khóa, không nhận thư."),
        RecipientRefusal::OverQuota => lang.t("hộp thư của người nhận đã đầy."),
        RecipientRefusal::NotAllowed => lang.t("bạn không được gửi vào nhóm thư này."),
        RecipientRefusal::Unavailable => lang.t("chưa kiểm tra được, hãy thử lại."),
    }
}
