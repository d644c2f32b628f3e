//! One letter to everybody, and that it arrives once in each mailbox.

use crate::harness::{DOMAIN, Demo};

/// Groups, nested, and a member named beside the group: each mailbox gets the letter once.
fn to_everybody(demo: &Demo) {
    let everybody = demo.everybody();
    let people: Vec<&str> = everybody
        .iter()
        .copied()
        .filter(|address| address.len() > 20 && *address != format!("quantri@{DOMAIN}"))
        .collect();
    let step = people.len() / 20;
    let checked: Vec<&str> = (0..20).map(|n| people[n * step]).collect();
    let mut arguments = vec![
        "skhcn@sonminh.gov.vn",
        "toantinh@sonminh.gov.vn",
        checked[0],
    ];
    arguments.extend(&checked);
    let script = demo.script("broadcast.py", &arguments).within(120);
    script.run().ok();
    demo.verify();
}

both!(to_everybody);
