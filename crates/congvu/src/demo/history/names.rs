//! What the organisations of the province are called.

use congvu_regulation::Profile;

use crate::demo::province::ORGANISATIONS;

/// An organisation to be.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) short: String,
}

const FIRST: [&str; 20] = [
    "An",
    "Bình",
    "Cao",
    "Đông",
    "Giang",
    "Hòa",
    "Hưng",
    "Lâm",
    "Long",
    "Minh",
    "Nam",
    "Nghĩa",
    "Phú",
    "Quang",
    "Sơn",
    "Tân",
    "Thanh",
    "Thượng",
    "Vĩnh",
    "Yên",
];
const SECOND: [&str; 16] = [
    "Sơn", "Hòa", "Lộc", "Thịnh", "Khê", "Đức", "Phong", "Hải", "Xuân", "Trung", "Lập", "Châu",
    "Tiến", "Thành", "Lĩnh", "Dương",
];
const ATTACHED: [(&str, &str); 10] = [
    ("Chi cục Kiểm lâm", "cckl"),
    ("Chi cục Thủy lợi", "cctl"),
    ("Chi cục Dân số", "ccds"),
    ("Trung tâm Kiểm soát bệnh tật", "ttksbt"),
    ("Trung tâm Khuyến nông", "ttkn"),
    ("Trung tâm Dịch vụ việc làm", "ttdvvl"),
    ("Ban Quản lý dự án", "bqlda"),
    ("Trường Chính trị", "truongct"),
    ("Bệnh viện đa khoa", "bvdk"),
    ("Chi cục Bảo vệ môi trường", "ccbvmt"),
];

/// So many organisations, their addresses with the ending that a profile demands.
pub(super) fn all(profile: &Profile, number: usize) -> Vec<Named> {
    // Addresses of a part of a domain keep its ending (BS.5, HCM.4.1).
    let ending = profile.address_suffix().map_or_else(String::new, |suffix| {
        format!(".{}", suffix.value.trim_start_matches('.'))
    });
    let known = ORGANISATIONS.iter().map(|(kind, short, name)| Named {
        kind,
        name: (*name).to_owned(),
        short: (*short).to_owned(),
    });
    let communes = (0..).map(|n: usize| {
        let (first, second) = (
            FIRST[n % FIRST.len()],
            SECOND[(n / FIRST.len() + n) % SECOND.len()],
        );
        let sort = if n % 4 == 0 { "phường" } else { "xã" };
        (sort, format!("{first} {second}"))
    });
    let attached = (0..).map(|n: usize| {
        let (name, short) = ATTACHED[n % ATTACHED.len()];
        let area = n / ATTACHED.len() + 1;
        (format!("{name} khu vực {area}"), format!("{short}{area}"))
    });
    let made = communes
        .zip(attached)
        .flat_map(|((sort, commune), (name, short))| {
            let letters: String = congvu_message::fold::fold(&commune)
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            [
                Named {
                    kind: "commune",
                    name: format!("Ủy ban nhân dân {sort} {commune}"),
                    short: format!("ubnd{letters}"),
                },
                Named {
                    kind: "attached",
                    name,
                    short,
                },
            ]
        });
    let mut taken = std::collections::HashSet::new();
    known
        .chain(made)
        .filter(|named| taken.insert(named.short.clone()))
        .take(number)
        .map(|named| Named {
            short: format!("{}{ending}", named.short),
            ..named
        })
        .collect()
}
