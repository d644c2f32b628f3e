//! Entries as vCards (RFC 6350, version 4.0): UTF-8, lines of at most 75 octets, ended by CR LF.

use congvu_message::vcard::{escaped, fold};
use congvu_store::address::Holder;
use congvu_store::directory::Entry;

use super::name;

/// A card for each entry, one behind the other.
#[must_use]
pub fn vcards(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        card(entry, &mut out);
    }
    out
}

fn card(entry: &Entry, out: &mut String) {
    let [family, middle, given] = entry.names.each_ref().map(|part| escaped(part));
    let full = escaped(&name(entry));
    let kind = match entry.kind.as_str() {
        "person" => "individual",
        "unit" => "org",
        _ => "group",
    };
    // An address is never given to anybody else, so it tells an entry from all others; so does its row.
    let uid = match entry.holder {
        Holder::Mailbox(id) => format!("mailbox-{id}"),
        Holder::Group(id) => format!("group-{id}"),
    };
    let domain = entry.address.rsplit('@').next().unwrap_or_default();
    let mut line = |text: String| fold(&text, out);
    line("BEGIN:VCARD".to_owned());
    line("VERSION:4.0".to_owned());
    line(format!("UID;VALUE=text:{uid}@{domain}"));
    line(format!("KIND:{kind}"));
    line(format!("FN:{full}"));
    if entry.kind == "person" && !given.is_empty() {
        // Family, given, additional names (RFC 6350 §6.2.2): đệm is an additional name.
        line(format!("N:{family};{given};{middle};;"));
    }
    if !entry.title.is_empty() {
        line(format!("TITLE:{}", escaped(&entry.title)));
    }
    line(format!("ORG:{}", escaped(&entry.place)));
    line(format!("EMAIL;TYPE=work:{}", escaped(&entry.address)));
    if !entry.phone.is_empty() {
        line(format!(
            "TEL;TYPE=work;VALUE=text:{}",
            escaped(&entry.phone)
        ));
    }
    line("END:VCARD".to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;
    use congvu_store::{MailboxId, OrganisationId};

    fn entry() -> Entry {
        Entry {
            holder: Holder::Mailbox(MailboxId(7)),
            organisation: OrganisationId(1),
            kind: "person".to_owned(),
            names: ["Đỗ", "Thị Thúy", "Hòa"].map(str::to_owned),
            display: "Đỗ Thị Thúy Hòa".to_owned(),
            title: "Trưởng phòng; kiêm nhiệm, tạm quyền".to_owned(),
            place:
                "Phòng Công nghệ thông tin và Chuyển đổi số, Sở Khoa học và Công nghệ tỉnh Sơn Minh"
                    .to_owned(),
            address: "dothithuyhoa@sonminh.gov.vn".to_owned(),
            phone: String::new(),
        }
    }

    #[test]
    fn a_card_is_read_back_as_it_was() {
        let text = vcards(&[entry()]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.starts_with("BEGIN:VCARD\r\nVERSION:4.0\r\n"));
        assert!(unfolded.contains("\r\nN:Đỗ;Hòa;Thị Thúy;;\r\n"));
        assert!(unfolded.contains("\r\nTITLE:Trưởng phòng\\; kiêm nhiệm\\, tạm quyền\r\n"));
        assert!(unfolded.contains("chuyển đổi số") || unfolded.contains("Chuyển đổi số\\, Sở"));
        assert!(!unfolded.contains("TEL"));
        assert!(text.ends_with("END:VCARD\r\n"));
    }

    #[test]
    fn nothing_in_a_value_makes_a_line_of_its_own() {
        let mut hostile = entry();
        hostile.title = "A\r\nTEL:113".to_owned();
        assert_eq!(vcards(&[hostile]).matches("\r\nTEL").count(), 0);
    }
}
