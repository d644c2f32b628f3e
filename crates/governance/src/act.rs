//! An act: who did what to what, why, and what was different before.

use congvu_store::audit::{self, Chain, Record};
use congvu_store::{AccountId, OrganisationId, StoreResult, Tx};
use serde_json::{Value, json};

/// What the names of those begin with who use the command line; no address does.
const CONSOLE: &str = "console:";

/// Who does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// As people know them: an address, `system`, who used the command line.
    pub name: String,
    /// The account they are signed in with.
    pub account: Option<AccountId>,
    /// Where they are; empty on the machine itself.
    pub client_ip: String,
    /// What they do was decided before, by whoever was asked then whether they may: at these places and below.
    mandate: Option<Vec<OrganisationId>>,
    /// They may nothing outside this place and those below, whatever roles they have.
    within: Option<OrganisationId>,
    /// The token that acts in their name, and who issued it, where that was not themselves.
    token: Option<(i64, String)>,
}

impl Actor {
    /// The program by itself: a sweep, a term.
    #[must_use]
    pub fn system() -> Self {
        Self {
            name: "system".to_owned(),
            account: None,
            client_ip: String::new(),
            mandate: None,
            within: None,
            token: None,
        }
    }

    /// Somebody who is signed in.
    #[must_use]
    pub fn signed_in(account: AccountId, login: &str, client_ip: &str) -> Self {
        Self {
            name: login.to_owned(),
            account: Some(account),
            client_ip: client_ip.to_owned(),
            mandate: None,
            within: None,
            token: None,
        }
    }

    /// Who began what goes on by and by, for the record of it: they were asked then whether they may.
    #[must_use]
    pub(crate) fn remembered(name: &str, account: Option<AccountId>, client_ip: &str) -> Self {
        Self {
            name: name.to_owned(),
            account,
            client_ip: client_ip.to_owned(),
            mandate: Some(Vec::new()),
            within: None,
            token: None,
        }
    }

    /// What somebody decided is carried out, by and by.
    #[must_use]
    pub(crate) fn on_decision_of(name: &str, places: &[OrganisationId]) -> Self {
        Self {
            name: name.to_owned(),
            account: None,
            client_ip: String::new(),
            mandate: Some(places.to_vec()),
            within: None,
            token: None,
        }
    }

    /// Somebody who wrote in a unit's name, from its own mailbox: its word is asked for and given by that (HCM.6.1).
    #[must_use]
    pub(crate) fn for_unit(
        account: AccountId,
        login: &str,
        client_ip: &str,
        place: OrganisationId,
    ) -> Self {
        Self {
            mandate: Some(vec![place]),
            ..Self::signed_in(account, login, client_ip)
        }
    }

    /// The same, with nothing to say outside a place and those below it: a token that was issued so.
    #[must_use]
    pub fn only_within(self, place: Option<OrganisationId>) -> Self {
        Self {
            within: place,
            ..self
        }
    }

    /// The same, by a token: what is done with it tells so in the record, and who issued it, where that was not its owner.
    #[must_use]
    pub(crate) fn with_token(self, id: i64, issued_by: &str) -> Self {
        Self {
            token: Some((id, issued_by.to_owned())),
            ..self
        }
    }

    /// Whether a program acts in their name with a token that somebody else issued: no word of their own then.
    #[must_use]
    pub fn is_anothers_token(&self) -> bool {
        self.token
            .as_ref()
            .is_some_and(|(_, issued_by)| !issued_by.is_empty())
    }

    /// The place outside of which they may nothing, if there is one.
    #[must_use]
    pub fn within(&self) -> Option<OrganisationId> {
        self.within
    }

    /// The places for which this was decided before.
    pub(crate) fn mandate(&self) -> Option<&[OrganisationId]> {
        self.mandate.as_deref()
    }

    /// Whether it is who has the machine: no account stands behind the name.
    #[must_use]
    pub fn is_console(&self) -> bool {
        self.account.is_none() && self.mandate.is_none() && self.name.starts_with(CONSOLE)
    }

    /// Whether it is the program by itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        *self == Self::system()
    }

    /// Who uses the command line, by the name the machine knows them by.
    #[must_use]
    pub fn console(user: &str) -> Self {
        Self {
            name: format!("{CONSOLE}{user}"),
            account: None,
            client_ip: String::new(),
            mandate: None,
            within: None,
            token: None,
        }
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $text:literal $label:literal),* $(,)?) => {
        /// What is done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Action { $($(#[$doc])* $name),* }

        impl Action {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As the record has it: never changes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// For people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }
        }
    };
}

actions! {
    /// An account with its mailbox.
    AccountAdd "account.add" "Cấp tài khoản và hộp thư",
    /// A password is set by somebody else than its owner.
    PasswordSet "account.password" "Đặt lại mật khẩu",
    /// Its owner chose another.
    PasswordChange "account.own-password" "Tự đổi mật khẩu",
    /// Its owner takes on what the regulation asks of users.
    RulesAccept "account.rules-accept" "Nhận trách nhiệm sử dụng thư công vụ",
    /// Nobody signs in with it any more.
    AccountDisable "account.disable" "Khóa đăng nhập",
    /// They do again.
    AccountEnable "account.enable" "Mở khóa đăng nhập",
    /// An access token for a program.
    TokenIssue "token.issue" "Cấp mã truy cập",
    /// It is taken back.
    TokenRevoke "token.revoke" "Thu hồi mã truy cập",
    /// A password for one mail program.
    AppPasswordAdd "app-password.add" "Cấp mật khẩu ứng dụng",
    /// It is taken back.
    AppPasswordRevoke "app-password.revoke" "Thu hồi mật khẩu ứng dụng",
    /// A second factor is asked for at sign-in.
    FactorOn "second-factor.on" "Bật xác thực hai lớp",
    /// It is no longer.
    FactorOff "second-factor.off" "Tắt xác thực hai lớp",
    /// Somebody else took away one that was lost.
    FactorRemove "second-factor.remove" "Gỡ xác thực hai lớp bị thất lạc",
    /// Other codes for when the telephone is lost.
    FactorCodes "second-factor.codes" "Lập lại mã dự phòng",
    /// A passkey with which its owner comes in.
    PasskeyAdd "passkey.add" "Thêm khóa truy cập",
    /// One less.
    PasskeyRemove "passkey.remove" "Gỡ khóa truy cập",
    /// Where its owner hears how to choose a new password.
    RecoverySet "account.recovery-address" "Đặt địa chỉ khôi phục",
    /// Nowhere any more.
    RecoveryRemove "account.recovery-remove" "Bỏ địa chỉ khôi phục",
    /// Its owner lost the password and chose another by the system's own means.
    PasswordRecover "account.recover" "Tự khôi phục mật khẩu",
    /// Another address of a mailbox.
    AliasAdd "address.alias" "Thêm địa chỉ phụ",
    /// How large a mailbox may be.
    QuotaSet "mailbox.quota" "Đặt dung lượng hộp thư",
    /// How much its messages may carry.
    AttachmentSet "mailbox.attachment" "Đặt mức tệp đính kèm của hộp thư",
    /// An address that expands to others.
    GroupAdd "group.add" "Lập nhóm thư",
    /// One more in it.
    GroupJoin "group.join" "Thêm thành viên nhóm",
    /// One less.
    GroupLeave "group.leave" "Bớt thành viên nhóm",
    /// Somebody looked at what a mailbox can have back: times and sizes, never what the mail is about.
    MailRemovedLook "mail.removed-look" "Xem danh sách thư đã xóa còn lấy lại được",
    /// Its name, or who may write to it.
    GroupChange "group.change" "Sửa nhóm thư",
    /// It is no more; its address is nobody's again.
    GroupEnd "group.end" "Chấm dứt nhóm thư",
    /// What somebody removed is in their mailbox again.
    MailRestore "mail.restore" "Lấy lại thư đã xóa",
    /// What waits for other servers is tried at once, also what was held.
    QueueRetry "queue.retry" "Cho gửi lại ngay thư trong hàng đợi",
    /// It is not tried until somebody says so.
    QueueHold "queue.hold" "Giữ thư trong hàng đợi",
    /// It is not sent.
    QueueDrop "queue.drop" "Bỏ thư khỏi hàng đợi",
    /// Mail that arrived waits until somebody looks at it.
    MailHold "mail.hold" "Giữ thư đến chờ xem xét",
    /// It is let go to its recipients.
    MailRelease "mail.release" "Cho qua thư đang giữ",
    /// It is sent back, or dropped.
    MailReject "mail.reject" "Trả lại hoặc bỏ thư đang giữ",
    /// Nobody decided in time; it is sent back.
    MailLapse "mail.lapse" "Trả lại thư giữ quá hạn",
    /// The oldest part of a record that is kept for a time only.
    RecordPrune "audit.prune" "Xóa phần nhật ký đã hết thời hạn lưu",
    /// A mailbox is issued.
    MailboxIssue "mailbox.issue" "Cấp hộp thư",
    /// Nobody opens it.
    MailboxLock "mailbox.lock" "Tạm khóa hộp thư",
    /// The agency received the notice of a lock.
    LockReceipt "mailbox.lock-receipt" "Ghi nhận cơ quan đã nhận thông báo tạm khóa",
    /// It is opened again.
    MailboxRestore "mailbox.restore" "Khôi phục hộp thư",
    /// It is taken back.
    MailboxRevoke "mailbox.revoke" "Thu hồi hộp thư",
    /// It is destroyed.
    MailboxDelete "mailbox.delete" "Xóa vĩnh viễn hộp thư",
    /// Nothing of it is left: mail, keys, index.
    MailboxDestroyed "mailbox.destroyed" "Đã hủy xong thư, khóa và chỉ mục của hộp thư",
    /// Somebody did what the text forbids; nothing else follows.
    Violation "mailbox.violation" "Ghi nhận vi phạm",
    /// A reason for not using it is recorded.
    Exempt "mailbox.exempt" "Ghi nhận lý do chưa sử dụng",
    /// It counts no longer.
    ExemptEnd "mailbox.exempt-end" "Hết ghi nhận lý do chưa sử dụng",
    /// A one-time password is handed over.
    PasswordHandOver "account.hand-over" "Giao mật khẩu dùng một lần",
    /// A password is over.
    PasswordExpire "account.expire" "Mật khẩu hết hạn",
    /// The department is asked to confirm what fell due.
    Propose "mailbox.propose" "Đề xuất thu hồi, xóa",
    /// More falls due than a sweep does by itself, and somebody lets it.
    SweepConfirm "sweep.confirm" "Cho rà soát thực hiện nhiều việc hơn mức",
    /// It is not due any more: a request, a reason, use, or the mailbox is gone.
    ProposalLapse "mailbox.propose-lapse" "Đề xuất thu hồi, xóa không còn đến hạn",
    /// It says no, or not yet.
    PutOff "mailbox.put-off" "Chưa thu hồi, xóa",
    /// A request came in.
    RequestOpen "request.open" "Tiếp nhận đề nghị",
    /// It is passed on.
    RequestForward "request.forward" "Chuyển đề nghị",
    /// One of its lines is decided.
    RequestDecide "request.decide" "Quyết định một dòng của đề nghị",
    /// What was granted could not be carried out.
    RequestFail "request.fail" "Chưa thực hiện được một dòng của đề nghị",
    /// It is taken back.
    RequestWithdraw "request.withdraw" "Rút đề nghị",
    /// All of it is done or refused.
    RequestClose "request.close" "Kết thúc đề nghị",
    /// Holder or mailbox changed.
    MailboxChange "mailbox.change" "Thay đổi thông tin hộp thư",
    /// A person whom a new request tells of again.
    PersonChange "person.change" "Thay đổi thông tin cá nhân",
    /// A person gets an account of the e-government platform.
    IdentityOpen "identity.open" "Cấp tài khoản Chính quyền điện tử",
    /// It serves nothing but the synchronisation, or more than that.
    IdentityMark "identity.mark" "Đánh dấu tài khoản Chính quyền điện tử",
    /// What the platform calls a person is noted.
    IdentityLink "identity.link" "Ghi mã người dùng của nền tảng",
    /// A person is told to the platform again.
    IdentityRetry "identity.retry" "Đồng bộ lại tài khoản với nền tảng",
    /// Somebody may do something at a place.
    RoleGrant "role.grant" "Giao vai trò",
    /// No longer.
    RoleEnd "role.end" "Thôi giao vai trò",
    /// A mail domain of the system.
    DomainAdd "domain.add" "Thêm tên miền",
    /// A place in the tree.
    OrganisationAdd "organisation.add" "Thêm cơ quan, đơn vị",
    /// Its name, kind, place in the tree, regulation.
    OrganisationChange "organisation.change" "Sửa cơ quan, đơn vị",
    /// Who speaks for it, and its main mailbox.
    OrganisationSpokesmen "organisation.spokesmen" "Ghi thủ trưởng, đầu mối, hộp thư chính",
    /// How much its mailboxes get.
    OrganisationQuota "organisation.quota" "Đặt dung lượng hộp thư của cơ quan, đơn vị",
    /// How much the messages of its mailboxes may carry.
    OrganisationAttachment "organisation.attachment" "Đặt mức tệp đính kèm của cơ quan, đơn vị",
    /// It ceased to be.
    OrganisationEnd "organisation.end" "Kết thúc cơ quan, đơn vị",
    /// Others take its place.
    OrganisationSucceed "organisation.succeed" "Sáp nhập, chia tách, đổi tên, giải thể",
    /// The tree is brought in line with a list.
    OrganisationImport "organisation.import" "Nhập cây cơ quan, đơn vị từ danh sách",
    /// Addresses of many mailboxes are made anew: the proposal.
    RenamePrepare "rename.prepare" "Lập bảng đổi địa chỉ hàng loạt",
    /// Somebody chose an address of it.
    RenameChoose "rename.choose" "Chọn địa chỉ trong bảng đổi",
    /// It is not carried out.
    RenameDrop "rename.drop" "Bỏ bảng đổi địa chỉ",
    /// A mailbox gets another primary address.
    MailboxRename "mailbox.rename" "Đổi địa chỉ hộp thư",
    /// Somebody keeps a unit mailbox from now on.
    UnitDelegate "unit.delegate" "Giao hộp thư cơ quan",
    /// With other rights, or for another period.
    UnitDelegationChange "unit.change" "Sửa việc giao hộp thư cơ quan",
    /// No longer.
    UnitDelegationEnd "unit.end" "Thôi giao hộp thư cơ quan",
    /// A new head takes it over.
    UnitHandOver "unit.hand-over" "Bàn giao hộp thư cơ quan",
    /// A message of it is in somebody's hands.
    UnitTake "unit.take" "Nhận xử lý thư",
    /// Or was given to them.
    UnitAssign "unit.assign" "Phân công xử lý thư",
    /// Who had it in hand has it no longer.
    UnitReturn "unit.return" "Trả lại thư đã nhận xử lý",
    /// Its keepers say something to one another about it.
    UnitNote "unit.note" "Ghi chú nội bộ về thư",
    /// It was answered.
    UnitAnswer "unit.answer" "Đã trả lời thư",
    /// Nothing is left to do about it.
    UnitDone "unit.done" "Xử lý xong thư",
    /// What stands below all that is written in its name.
    UnitSignature "unit.signature" "Đặt chữ ký của hộp thư cơ quan",
    /// A keeper deleted messages of it for good.
    UnitExpunge "unit.expunge" "Xóa thư của hộp thư cơ quan",
    /// A message that was sent is taken back from who has not read it.
    MailRecall "mail.recall" "Thu hồi thư đã gửi",
    /// A keeper says what is done to its mail by itself: filters, the answer for absence.
    UnitArrange "unit.arrange" "Đặt bộ lọc, trả lời tự động của hộp thư cơ quan",
    /// Somebody took mail out of a mailbox, as a file.
    MailboxExport "mailbox.export" "Lưu thư của hộp thư về máy",
    /// Mail goes on to another address by itself.
    ForwardSet "mailbox.forward" "Đặt chuyển thư tự động",
    /// No longer.
    ForwardEnd "mailbox.forward-end" "Thôi chuyển thư tự động",
    /// One of two persons proposes what only both may order.
    JointPropose "joint.propose" "Đề xuất lệnh hai người",
    /// The other confirms it.
    JointConfirm "joint.confirm" "Xác nhận lệnh hai người",
    /// It is withdrawn.
    JointWithdraw "joint.withdraw" "Rút lệnh hai người",
    /// Messages are looked for.
    TakedownOpen "takedown.open" "Lập hồ sơ gỡ bỏ thư",
    /// Somebody was told where copies lie.
    TakedownPreview "takedown.preview" "Xem trước hồ sơ gỡ bỏ thư",
    /// Every copy is sealed.
    TakedownSeal "takedown.seal" "Niêm phong thư",
    /// They are given back.
    TakedownRelease "takedown.release" "Trả lại thư đã niêm phong",
    /// They are destroyed.
    TakedownPurge "takedown.purge" "Hủy thư đã niêm phong",
    /// All were given back or destroyed.
    TakedownClose "takedown.close" "Kết thúc hồ sơ gỡ bỏ thư",
    /// The evidence was taken out.
    TakedownEvidence "takedown.evidence" "Xuất hồ sơ chứng cứ gỡ bỏ thư",
    /// Somebody may read another's mailbox for a while.
    AccessGive "access.give" "Cho phép truy cập hộp thư",
    /// No longer.
    AccessEnd "access.end" "Chấm dứt truy cập hộp thư",
    /// They did.
    AccessUse "access.use" "Truy cập hộp thư của người khác",
    /// Something went wrong.
    IncidentReport "incident.report" "Báo sự cố",
    /// Something was done about it.
    IncidentStep "incident.step" "Xử lý sự cố",
    /// A stop of the service is announced.
    StopPlan "stop.plan" "Thông báo tạm ngừng dịch vụ",
    /// The service stopped unplanned.
    StopEmergency "stop.emergency" "Ngừng dịch vụ khẩn cấp",
    /// It is back.
    StopDone "stop.done" "Dịch vụ hoạt động trở lại",
    /// The stop is cancelled.
    StopCancel "stop.cancel" "Hủy kế hoạch tạm ngừng dịch vụ",
    /// A report is made, or brought up to date before it is submitted.
    ReportMake "report.make" "Lập báo cáo",
    /// Its agency submits it.
    ReportSubmit "report.submit" "Nộp báo cáo",
    /// Who it goes to accepts it.
    ReportAccept "report.accept" "Tiếp nhận báo cáo",
    /// Or gives it back.
    ReportReturn "report.return" "Trả lại báo cáo",
    /// Somebody looks into a log that tells of others, or takes it along.
    LogRead "log.read" "Xem nhật ký",
}

/// How a try to sign in ended, as the record of sign-ins has it and as people read it.
pub const SIGN_INS: &[(&str, &str)] = &[
    ("sign-in.ok", "Đăng nhập"),
    ("sign-in.wrong", "Sai tên hoặc mật khẩu"),
    ("sign-in.halfway", "Đúng mật khẩu, chờ mã xác thực"),
    ("sign-in.wrong_code", "Sai mã xác thực"),
    (
        "sign-in.own_password",
        "Bị từ chối vì cần mật khẩu ứng dụng",
    ),
    ("sign-in.throttled", "Bị chặn vì sai nhiều lần"),
    ("sign-in.disabled", "Bị từ chối vì tài khoản đang khóa"),
    (
        "sign-in.locked",
        "Bị từ chối vì hộp thư đang khóa hoặc đã thu hồi",
    ),
    (
        "sign-in.must_change",
        "Bị từ chối vì phải đổi mật khẩu trước",
    ),
    ("sign-in.no_mailbox", "Bị từ chối vì không có hộp thư"),
];

/// What is done, by its name in a record, for people; the name itself where it is not known.
#[must_use]
pub fn label(name: &str) -> &str {
    if let Some(action) = Action::ALL.iter().find(|action| action.name() == name) {
        return action.label();
    }
    let found = SIGN_INS.iter().find(|(known, _)| *known == name);
    found.map_or(name, |(_, label)| label)
}

/// One act, for the record.
#[derive(Clone, Debug)]
pub struct Act {
    /// What is done.
    pub action: Action,
    /// To what: `account/12`.
    pub subject: String,
    /// How people call it.
    pub subject_name: String,
    /// Where it belongs.
    pub organisation: Option<OrganisationId>,
    /// The clause it follows.
    pub clause: Option<String>,
    /// Number and date of the document that asked for it.
    pub document: Option<String>,
    /// Before and after; never a secret.
    pub detail: Value,
}

impl Act {
    /// An act on something, without clause, document and detail.
    #[must_use]
    pub fn new(action: Action, subject: String, subject_name: &str) -> Self {
        Self {
            action,
            subject,
            subject_name: subject_name.to_owned(),
            organisation: None,
            clause: None,
            document: None,
            detail: Value::Null,
        }
    }

    /// By a clause.
    #[must_use]
    pub fn by_clause(self, clause: &(impl ToString + ?Sized)) -> Self {
        Self {
            clause: Some(clause.to_string()),
            ..self
        }
    }

    /// Where its subject belongs.
    #[must_use]
    pub fn at(self, organisation: OrganisationId) -> Self {
        Self {
            organisation: Some(organisation),
            ..self
        }
    }

    /// Asked for by a document.
    #[must_use]
    pub fn by_document(self, document: Option<&str>) -> Self {
        Self {
            document: document.map(str::to_owned),
            ..self
        }
    }

    /// What was before, and what is now.
    #[must_use]
    pub fn with(self, detail: Value) -> Self {
        Self { detail, ..self }
    }
}

/// Records an act, in the transaction that carries it out: both are, or neither. Where it tells no clause, it gets the one that acts of
/// its kind stand on ([`crate::cite`]).
///
/// # Errors
/// What the store answers.
pub fn record(tx: &mut Tx<'_>, actor: &Actor, act: &Act) -> StoreResult<()> {
    let detail = match by_token(actor, &act.detail) {
        Value::Null => String::new(),
        detail => detail.to_string(),
    };
    let record = Record {
        at: tx.now(),
        actor: actor.name.clone(),
        actor_id: actor.account,
        client_ip: actor.client_ip.clone(),
        action: act.action.name().to_owned(),
        subject: act.subject.clone(),
        subject_name: act.subject_name.clone(),
        organisation: act.organisation,
        clause: crate::cite::clause(tx, act)?,
        document: act.document.clone().unwrap_or_default(),
        detail,
    };
    audit::add(tx, Chain::Acts, &record)?;
    Ok(())
}

/// What is told of an act, with the token by which it was done.
fn by_token(actor: &Actor, detail: &Value) -> Value {
    let Some((id, issued_by)) = &actor.token else {
        return detail.clone();
    };
    let mut token = json!({ "id": id });
    if !issued_by.is_empty() {
        token["issued_by"] = json!(issued_by);
    }
    match detail {
        Value::Object(fields) => {
            let mut fields = fields.clone();
            fields.insert("by_token".to_owned(), token);
            Value::Object(fields)
        }
        Value::Null => json!({ "by_token": token }),
        other => json!({ "by_token": token, "detail": other }),
    }
}

#[cfg(test)]
mod tests {
    use super::Action;

    #[test]
    fn actions_have_names_of_their_own() {
        for (at, action) in Action::ALL.iter().enumerate() {
            let others = &Action::ALL[at + 1..];
            assert!(others.iter().all(|other| other.name() != action.name()));
            assert!(others.iter().all(|other| other.label() != action.label()));
        }
    }
}
