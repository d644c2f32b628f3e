//! What stands around every page of the console: its head, its search, its menu with what waits.

use congvu_governance::Role;
use congvu_store::{OrganisationId, StoreResult, Tx, incident, organisation, proposal, request};

use super::Officer;
use super::start::START;
use super::watch;
use crate::site::{Frame, Lang, Oops};

/// More than this is not counted.
const COUNTED: i64 = 100;

/// Where in the menu a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Here {
    Home,
    Requests,
    Held,
    Trace,
    Mailboxes,
    Places,
    Groups,
    Roles,
    Queue,
    Logs,
    Audit,
    Reports,
    Incidents,
    Takedown,
    Access,
    Notices,
    Profiles,
    Calendar,
    Settings,
    Start,
}

/// Who reads what is known of all.
const ALL: &[Role] = &Role::ALL;
/// Who runs the system.
const RUN: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];
const EACH: Who = Who::Anywhere(ALL);
const SOME: Who = Who::Anywhere(RUN);
/// Who reads what is the whole system's.
const TOP: Who = Who::AtTop(RUN);
/// Who decides.
const DECIDE: &[Role] = &[Role::Decide, Role::Audit];

/// Who finds a page in their menu.
#[derive(Clone, Copy)]
enum Who {
    /// Who has one of these roles anywhere.
    Anywhere(&'static [Role]),
    /// Who has one at the top: the page is the whole system's.
    AtTop(&'static [Role]),
}

/// A page of the menu.
struct Entry {
    here: Here,
    href: &'static str,
    icon: &'static str,
    who: Who,
}

const fn entry(here: Here, href: &'static str, icon: &'static str, who: Who) -> Entry {
    Entry {
        here,
        href,
        icon,
        who,
    }
}

/// The menu: each part's entries.
const MENU: [&[Entry]; 4] = [
    &[
        entry(Here::Home, "/quan-ly", "home", EACH),
        entry(Here::Requests, "/quan-ly/de-nghi", "list", EACH),
        entry(Here::Held, "/quan-ly/thu-giu", "shield-wait", SOME),
        entry(Here::Trace, "/quan-ly/thu-di-dau", "trace", TOP),
    ],
    &[
        entry(Here::Mailboxes, "/quan-ly/hop-thu", "mailq", EACH),
        entry(Here::Places, "/quan-ly/co-quan", "tree", EACH),
        entry(Here::Groups, "/quan-ly/nhom", "people", EACH),
        entry(Here::Roles, "/quan-ly/vai-tro", "key", SOME),
        entry(Here::Access, "/quan-ly/mo-hop-thu", "eye", EACH),
        entry(Here::Takedown, "/quan-ly/go-bo", "trash", TOP),
    ],
    &[
        entry(Here::Queue, "/quan-ly/hang-doi", "send", TOP),
        entry(Here::Logs, "/quan-ly/nhat-ky", "clock", TOP),
        entry(Here::Audit, "/quan-ly/nhat-ky/quan-tri", "note", SOME),
        entry(Here::Reports, "/quan-ly/bao-cao", "chart", EACH),
        entry(Here::Incidents, "/quan-ly/su-co", "alert", SOME),
        entry(Here::Notices, "/quan-ly/thong-bao", "bell", TOP),
        // Below the top no stop of the service is announced; what was sent is seen.
        entry(Here::Notices, "/quan-ly/thong-bao/da-gui", "bell", SOME),
    ],
    &[
        entry(Here::Profiles, "/quan-ly/quy-dinh", "clause", EACH),
        entry(Here::Calendar, "/quan-ly/lich", "cal", EACH),
        entry(Here::Settings, "/quan-ly/thiet-lap", "gear", TOP),
        entry(Here::Start, START, "put", TOP),
    ],
];

fn part_title(part: usize, lang: Lang) -> &'static str {
    match part {
        0 => lang.t("Hằng ngày"),
        1 => lang.t("Hộp thư"),
        2 => lang.t("Giám sát"),
        _ => lang.t("Quy định"),
    }
}

fn title(here: Here, lang: Lang) -> &'static str {
    match here {
        Here::Home => lang.t("Việc cần làm"),
        Here::Requests => lang.t("Văn bản đề nghị"),
        Here::Held => lang.t("Thư đang giữ"),
        Here::Trace => lang.t("Thư đi đâu?"),
        Here::Mailboxes => lang.t("Danh sách hộp thư"),
        Here::Places => lang.t("Cơ quan, đơn vị"),
        Here::Groups => lang.t("Nhóm thư"),
        Here::Roles => lang.t("Vai trò"),
        Here::Queue => lang.t("Hàng đợi gửi"),
        Here::Logs => lang.t("Nhật ký gửi, đăng nhập"),
        Here::Audit => lang.t("Nhật ký quản trị"),
        Here::Reports => lang.t("Báo cáo"),
        Here::Incidents => lang.t("Vi phạm, sự cố"),
        Here::Takedown => lang.t("Gỡ bỏ thư"),
        Here::Access => lang.t("Lệnh mở hộp thư"),
        Here::Notices => lang.t("Thông báo, bảo trì"),
        Here::Profiles => lang.t("Hồ sơ quy định"),
        Here::Calendar => lang.t("Lịch làm việc"),
        Here::Settings => lang.t("Thiết lập"),
        Here::Start => lang.t("Dựng hệ thống"),
    }
}

/// A part of the menu.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) title: &'static str,
    pub(crate) links: Vec<Link>,
}

/// A page of the menu, as shown.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) title: &'static str,
    pub(crate) href: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) is_here: bool,
    /// How many wait there; empty where none do.
    pub(crate) count: String,
}

/// What stands around a page.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    pub(crate) menu: Vec<Part>,
    /// What is searched for.
    pub(crate) asked: String,
}

/// The frame and the shell of a page called `title`.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    officer: &Officer,
    page_title: &str,
    here: Here,
) -> Result<(Frame, Shell), Oops> {
    let lang = officer.lang();
    let root = organisation::root(tx)?;
    let top = root.as_ref().map(|root| root.id);
    let root = root.map_or_else(String::new, |root| root.name);
    let mut menu = Vec::new();
    for (n, entries) in MENU.iter().enumerate() {
        let mut links: Vec<Link> = Vec::new();
        for entry in *entries {
            let is_theirs = match entry.who {
                Who::Anywhere(roles) => officer.has(roles),
                Who::AtTop(roles) => top.is_some_and(|top| officer.places(roles).contains(&top)),
            };
            let title = title(entry.here, lang);
            if !is_theirs || links.iter().any(|link| link.title == title) {
                continue;
            }
            links.push(Link {
                title,
                href: entry.href,
                icon: entry.icon,
                is_here: entry.here == here,
                count: counted(waiting(tx, officer, entry.here)?),
            });
        }
        if !links.is_empty() {
            menu.push(Part {
                title: part_title(n, lang),
                links,
            });
        }
    }
    let shell = Shell {
        menu,
        asked: String::new(),
    };
    Ok((Frame::of(&officer.user, &root, page_title), shell))
}

/// How many things wait at a page of the menu, up to [`COUNTED`].
fn waiting(tx: &mut Tx<'_>, officer: &Officer, here: Here) -> StoreResult<usize> {
    let tops = |roles: &[Role]| -> Vec<OrganisationId> { officer.places(roles) };
    let mut found = 0;
    match here {
        Here::Requests => {
            for top in tops(ALL) {
                found +=
                    request::below(tx, top, "open", congvu_store::RequestId(0), COUNTED)?.len();
            }
        }
        Here::Mailboxes => {
            for top in tops(DECIDE) {
                found += proposal::open_below(tx, top, 0, COUNTED)?.len();
            }
        }
        Here::Held => found = watch::held_waiting(tx, officer, COUNTED)?,
        Here::Incidents => found = incident::open(tx, COUNTED)?,
        _ => {}
    }
    Ok(found)
}

fn counted(found: usize) -> String {
    match found {
        0 => String::new(),
        found if found >= usize::try_from(COUNTED).unwrap_or(usize::MAX) => format!("{COUNTED}+"),
        found => found.to_string(),
    }
}
