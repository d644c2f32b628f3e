//! Random mailboxes: what SORT, THREAD, ESEARCH, PARTIAL and `$` answer is held against a model that follows the
//! words of the RFCs and knows nothing of how the server does it.

use std::collections::BTreeMap;

use crate::support::{Client, World};

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

/// A message as the model knows it.
#[derive(Debug, Clone)]
struct Message {
    uid: u32,
    id: Option<usize>,
    references: Vec<usize>,
    base: String,
    is_reply: bool,
    /// Minutes: when it was sent, when it came.
    sent: usize,
    came: usize,
    from: &'static str,
    display: &'static str,
    size: usize,
    flagged: bool,
}

const SUBJECTS: [&str; 6] = ["", "alpha", "Alpha", "beta", "gamma delta", "[x]"];
/// The field, its first local part and what people see, folded.
const FROM: [(&str, &str, &str); 4] = [
    ("", "", ""),
    ("an@x.vn", "an", "an@x.vn"),
    ("Zed <an@x.vn>", "an", "zed"),
    ("\"bao\" <BINH@x.vn>", "binh", "bao"),
];

async fn append(client: &mut Client, dice: &mut Dice, uid: u32) -> Message {
    let bare = dice.pick(&SUBJECTS);
    // A blob before text goes, one that is all stays.
    let (before, after, is_reply) = match dice.roll(7) {
        0 => ("Re: ", "", true),
        1 => ("fwd:", "", true),
        2 => ("", " (Fwd)", true),
        3 if !bare.is_empty() && bare != "[x]" => ("[list] ", "", false),
        4 => ("[Fwd: RE: ", "]", true),
        5 if bare != "[x]" && !bare.is_empty() => ("re [2]: [l] ", "  (fwd) ", true),
        _ => ("", "", false),
    };
    let (from, local, display) = FROM[dice.roll(FROM.len())];
    let sent = dice.roll(12);
    let dated = dice.roll(4) > 0;
    let came = dice.roll(12);
    let id = (dice.roll(6) > 0).then(|| dice.roll(14));
    let references: Vec<usize> = match dice.roll(3) {
        0 => Vec::new(),
        _ => (0..=dice.roll(3)).map(|_| dice.roll(18)).collect(),
    };
    let mut text = format!("Subject: {before}{bare}{after}\r\n");
    if !from.is_empty() {
        text.push_str(&format!("From: {from}\r\n"));
    }
    if dated {
        text.push_str(&format!("Date: Sun, 22 Nov 2026 09:{sent:02}:00 +0700\r\n"));
    }
    if let Some(id) = id {
        text.push_str(&format!("Message-ID: <{id}@x.vn>\r\n"));
    }
    let names: Vec<_> = references.iter().map(|id| format!("<{id}@x.vn>")).collect();
    match names.as_slice() {
        [] => {}
        [one] if dice.roll(2) == 0 => text.push_str(&format!("In-Reply-To: {one}\r\n")),
        all => text.push_str(&format!("References: {}\r\n", all.join("\r\n "))),
    }
    text.push_str(&format!("\r\n{}\r\n", "y".repeat(dice.roll(3) * 50)));
    let flagged = dice.roll(2) == 0;
    let flags = if flagged { "(\\Flagged)" } else { "()" };
    let date = format!("\"22-Nov-2026 09:{came:02}:00 +0700\"");
    let done = client
        .append("INBOX", &format!("{flags} {date} "), text.as_bytes())
        .await;
    assert!(done.starts_with("= OK"), "{done}");
    Message {
        uid,
        id,
        references,
        base: bare.to_uppercase(),
        is_reply,
        sent: if dated { sent } else { came },
        came,
        from: local,
        display,
        size: text.len(),
        flagged,
    }
}

/// A node of the model's tree: a message or a dummy.
#[derive(Debug, Clone)]
struct Tree {
    message: Option<Message>,
    children: Vec<Tree>,
}

impl Tree {
    fn first(&self) -> &Message {
        match &self.message {
            Some(message) => message,
            None => self.children[0].first(),
        }
    }

    fn sort(&mut self) {
        self.children.iter_mut().for_each(Tree::sort);
        by_date(&mut self.children);
    }

    fn write(&self, out: &mut String) {
        out.push('(');
        let mut here = self;
        loop {
            if let Some(message) = &here.message {
                out.push_str(&message.uid.to_string());
                if !here.children.is_empty() {
                    out.push(' ');
                }
                if let [only] = here.children.as_slice() {
                    here = only;
                    continue;
                }
            }
            here.children.iter().for_each(|child| child.write(out));
            break;
        }
        out.push(')');
    }
}

fn by_date(trees: &mut [Tree]) {
    trees.sort_by_key(|tree| (tree.first().sent, tree.first().uid));
}

/// RFC 5256 §3, step by step.
fn references(messages: &[Message]) -> String {
    // Identifiers: those in the mailbox, and unique ones above.
    let mut parents: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    let mut owners: BTreeMap<usize, Message> = BTreeMap::new();
    let mut ids = Vec::new();
    for message in messages {
        let id = match message.id {
            Some(id) if !owners.contains_key(&id) => id,
            _ => 1000 + message.uid as usize,
        };
        owners.insert(id, message.clone());
        ids.push(id);
    }
    fn descends(parents: &BTreeMap<usize, Option<usize>>, mut node: usize, of: usize) -> bool {
        loop {
            if node == of {
                return true;
            }
            match parents.get(&node).copied().flatten() {
                Some(parent) => node = parent,
                None => return false,
            }
        }
    }
    for (message, &id) in messages.iter().zip(&ids) {
        parents.entry(id).or_insert(None);
        for pair in message.references.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            parents.entry(a).or_insert(None);
            parents.entry(b).or_insert(None);
            if parents[&b].is_none() && !descends(&parents, a, b) {
                parents.insert(b, Some(a));
            }
        }
        parents.insert(id, None);
        if let Some(&last) = message.references.last() {
            parents.entry(last).or_insert(None);
            if !descends(&parents, last, id) {
                parents.insert(id, Some(last));
            }
        }
    }
    // Step 2.
    fn grow(
        parents: &BTreeMap<usize, Option<usize>>,
        owners: &BTreeMap<usize, Message>,
        id: usize,
    ) -> Tree {
        let below = parents.iter().filter(|(_, parent)| **parent == Some(id));
        Tree {
            message: owners.get(&id).cloned(),
            children: below
                .map(|(&child, _)| grow(parents, owners, child))
                .collect(),
        }
    }
    let tops = parents.iter().filter(|(_, parent)| parent.is_none());
    let roots: Vec<Tree> = tops.map(|(&id, _)| grow(&parents, &owners, id)).collect();
    // Step 3.
    fn prune(tree: Tree) -> Vec<Tree> {
        let children: Vec<Tree> = tree.children.into_iter().flat_map(prune).collect();
        if tree.message.is_none() {
            return children;
        }
        vec![Tree {
            message: tree.message,
            children,
        }]
    }
    let mut roots: Vec<Tree> = roots
        .into_iter()
        .flat_map(|root| {
            let message = root.message.clone();
            let mut children: Vec<Tree> = root.children.into_iter().flat_map(prune).collect();
            if message.is_none() && children.len() < 2 {
                return children.pop();
            }
            Some(Tree { message, children })
        })
        .collect();
    // Step 4.
    for root in &mut roots {
        if root.message.is_none() {
            by_date(&mut root.children);
        }
    }
    by_date(&mut roots);
    // Step 5: the table holds places in the list of roots.
    let mut roots: Vec<Option<Tree>> = roots.into_iter().map(Some).collect();
    let mut table: BTreeMap<String, usize> = BTreeMap::new();
    let reply = |tree: &Tree| {
        tree.message
            .as_ref()
            .is_some_and(|message| message.is_reply)
    };
    for (at, tree) in roots.iter().flatten().enumerate() {
        let subject = tree.first().base.clone();
        if subject.is_empty() {
            continue;
        }
        let known = *table.entry(subject.clone()).or_insert(at);
        let other = roots[known].as_ref().unwrap();
        if other.message.is_some() && (tree.message.is_none() || (reply(other) && !reply(tree))) {
            table.insert(subject, at);
        }
    }
    for at in 0..roots.len() {
        let Some(tree) = roots[at].clone() else {
            continue;
        };
        let subject = tree.first().base.clone();
        let Some(&known) = table.get(&subject).filter(|&&known| known != at) else {
            continue;
        };
        roots[at] = None;
        let mut other = roots[known].take().unwrap();
        if other.message.is_none() {
            match tree.message {
                None => other.children.extend(tree.children),
                Some(_) => other.children.push(tree),
            }
            roots[known] = Some(other);
        } else if reply(&tree) && !reply(&other) {
            other.children.push(tree);
            roots[known] = Some(other);
        } else {
            roots.push(Some(Tree {
                message: None,
                children: vec![tree, other],
            }));
            table.insert(subject, roots.len() - 1);
        }
    }
    // Step 6.
    let mut roots: Vec<Tree> = roots.into_iter().flatten().collect();
    roots.iter_mut().for_each(Tree::sort);
    by_date(&mut roots);
    written(&roots)
}

fn ordered_subject(messages: &[Message]) -> String {
    let mut sorted = messages.to_vec();
    sorted.sort_by_key(|message| (message.base.clone(), message.sent, message.uid));
    let mut roots: Vec<Tree> = Vec::new();
    for message in sorted {
        let tree = Tree {
            message: Some(message),
            children: Vec::new(),
        };
        match roots.last_mut() {
            Some(root) if root.first().base == tree.first().base => root.children.push(tree),
            _ => roots.push(tree),
        }
    }
    by_date(&mut roots);
    written(&roots)
}

fn written(roots: &[Tree]) -> String {
    let mut out = String::from("* THREAD");
    if !roots.is_empty() {
        out.push(' ');
    }
    roots.iter().for_each(|root| root.write(&mut out));
    out
}

fn set(uids: &[u32]) -> String {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for &uid in uids {
        match out.last_mut() {
            Some((_, last)) if *last + 1 == uid => *last = uid,
            _ => out.push((uid, uid)),
        }
    }
    let text = out.iter().map(|(a, b)| {
        if a == b {
            a.to_string()
        } else {
            format!("{a}:{b}")
        }
    });
    text.collect::<Vec<_>>().join(",")
}

/// Random return options: their words, what comes of them for UIDs in an order, and what they save.
fn returns(dice: &mut Dice, uids: &[u32]) -> (String, String, Vec<u32>) {
    let has: Vec<bool> = (0..5).map(|_| dice.roll(2) == 0).collect();
    let (min, max, count, all, partial) = (has[0], has[1], has[2], has[3] && !has[4], has[4]);
    let (mut words, mut told) = (vec!["SAVE".to_owned()], String::new());
    let mut saved = Vec::new();
    if min {
        words.push("MIN".into());
        if let Some(first) = uids.first() {
            told.push_str(&format!(" MIN {first}"));
            saved.push(*first);
        }
    }
    if max {
        words.push("MAX".into());
        if let Some(last) = uids.last() {
            told.push_str(&format!(" MAX {last}"));
            saved.push(*last);
        }
    }
    if all {
        words.push("ALL".into());
        if !uids.is_empty() {
            told.push_str(&format!(" ALL {}", set(uids)));
        }
    }
    if partial {
        let (a, b) = (1 + dice.roll(12), 1 + dice.roll(12));
        let (low, high) = (a.min(b), a.max(b));
        let backwards = dice.roll(2) == 0;
        let range = if backwards {
            format!("-{a}:-{b}")
        } else {
            format!("{a}:{b}")
        };
        words.push(format!("PARTIAL {range}"));
        let inside = |place: usize| (low..=high).contains(&place);
        let places = uids
            .iter()
            .enumerate()
            .filter(|(n, _)| inside(if backwards { uids.len() - n } else { n + 1 }));
        let window: Vec<u32> = places.map(|(_, uid)| *uid).collect();
        let shown = if window.is_empty() {
            "NIL".into()
        } else {
            set(&window)
        };
        told.push_str(&format!(" PARTIAL ({range} {shown})"));
        saved.extend(window);
    }
    if count {
        words.push("COUNT".into());
        told.push_str(&format!(" COUNT {}", uids.len()));
    }
    if all || count || !(min || max || partial) {
        saved = uids.to_vec();
    }
    saved.sort_unstable();
    saved.dedup();
    (words.join(" "), told, saved)
}

async fn one_mailbox(world: &World, seed: u64) {
    eprintln!("seed {seed}");
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut client = world.client().await;
    let mut messages = Vec::new();
    for uid in 1..=(4 + dice.roll(26) as u32) {
        messages.push(append(&mut client, &mut dice, uid).await);
    }
    client.ok("SELECT INBOX").await;
    // Some go, so that numbers and UIDs differ.
    let gone: Vec<u32> = messages
        .iter()
        .map(|message| message.uid)
        .filter(|_| dice.roll(6) == 0)
        .collect();
    if !gone.is_empty() {
        client
            .ok(&format!(
                "UID STORE {} +FLAGS.SILENT (\\Deleted)",
                set(&gone)
            ))
            .await;
        client.ok("EXPUNGE").await;
        messages.retain(|message| !gone.contains(&message.uid));
    }
    let mut saved: Vec<u32> = Vec::new();
    for round in 0..30 {
        let (keys, found): (&str, Vec<Message>) = match dice.roll(4) {
            0 => ("ALL", messages.clone()),
            1 => (
                "FLAGGED",
                messages.iter().filter(|one| one.flagged).cloned().collect(),
            ),
            2 => (
                "NOT $",
                messages
                    .iter()
                    .filter(|one| !saved.contains(&one.uid))
                    .cloned()
                    .collect(),
            ),
            _ => (
                "$",
                messages
                    .iter()
                    .filter(|one| saved.contains(&one.uid))
                    .cloned()
                    .collect(),
            ),
        };
        let told = |lines: Vec<String>| {
            let line = lines.into_iter().next().unwrap_or_default();
            line.split_once(") UID")
                .map_or(String::new(), |(_, rest)| rest.to_owned())
        };
        match dice.roll(4) {
            0 => {
                let lines = client
                    .ok(&format!("UID THREAD REFERENCES UTF-8 {keys}"))
                    .await;
                assert_eq!(lines, [references(&found)], "round {round}: {found:#?}");
                let lines = client
                    .ok(&format!("UID THREAD ORDEREDSUBJECT UTF-8 {keys}"))
                    .await;
                assert_eq!(lines, [ordered_subject(&found)], "round {round}");
            }
            1 => {
                let uids: Vec<u32> = found.iter().map(|message| message.uid).collect();
                let (words, expected, kept) = returns(&mut dice, &uids);
                let lines = client
                    .ok(&format!("UID SEARCH RETURN ({words}) {keys}"))
                    .await;
                assert_eq!(told(lines), expected, "round {round}: {words} {keys}");
                saved = kept;
            }
            _ => {
                let names = [
                    "ARRIVAL",
                    "DATE",
                    "FROM",
                    "SIZE",
                    "SUBJECT",
                    "DISPLAYFROM",
                    "CC",
                ];
                let criteria: Vec<(bool, &str)> = (0..=dice.roll(2))
                    .map(|_| (dice.roll(2) == 0, dice.pick(&names)))
                    .collect();
                let mut sorted = found;
                sorted.sort_by(|a, b| {
                    let mut order = std::cmp::Ordering::Equal;
                    for (reverse, name) in &criteria {
                        let one = match *name {
                            "ARRIVAL" => a.came.cmp(&b.came),
                            "DATE" => a.sent.cmp(&b.sent),
                            "FROM" => a.from.cmp(b.from),
                            "SIZE" => a.size.cmp(&b.size),
                            "SUBJECT" => a.base.cmp(&b.base),
                            "DISPLAYFROM" => a.display.cmp(b.display),
                            _ => std::cmp::Ordering::Equal,
                        };
                        order = order.then(if *reverse { one.reverse() } else { one });
                    }
                    order.then(a.uid.cmp(&b.uid))
                });
                let uids: Vec<u32> = sorted.iter().map(|message| message.uid).collect();
                let words: Vec<String> = criteria
                    .iter()
                    .map(|(reverse, name)| {
                        format!("{}{name}", if *reverse { "REVERSE " } else { "" })
                    })
                    .collect();
                let words = words.join(" ");
                if dice.roll(2) == 0 {
                    let lines = client.ok(&format!("UID SORT ({words}) UTF-8 {keys}")).await;
                    let list: String = uids.iter().map(|uid| format!(" {uid}")).collect();
                    assert_eq!(
                        lines,
                        [format!("* SORT{list}")],
                        "round {round}: {words} {sorted:#?}"
                    );
                } else {
                    let (options, expected, kept) = returns(&mut dice, &uids);
                    let command = format!("UID SORT RETURN ({options}) ({words}) UTF-8 {keys}");
                    let lines = client.ok(&command).await;
                    assert_eq!(told(lines), expected, "round {round}: {command}");
                    saved = kept;
                }
            }
        }
    }
}

#[tokio::test]
async fn random_mailboxes() {
    let seeds = match std::env::var("CONGVU_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
    {
        Some(seed) => seed..seed + 1,
        None => 1..25,
    };
    for seed in seeds {
        one_mailbox(&World::new().await, seed).await;
    }
}

#[tokio::test]
async fn random_mailbox_on_postgres() {
    let Some(world) = World::on_postgres().await else {
        return;
    };
    one_mailbox(&world, 4711).await;
}
