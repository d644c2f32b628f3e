//! Contacts and lists of them: an account's own, bounded, gone with it.

use congvu_store::contact::{self, Contact};
use congvu_store::{AccountId, StoreError, Tx, ending};

use super::fixture;
use super::harness::Ground;

both!(
    contacts_are_found_in_the_order_of_names,
    lists_hold_ones_own,
    contacts_go_with_the_mailbox,
);

fn new(name: &str, address: &str) -> (Contact, String) {
    let folded = name.to_lowercase();
    let contact = Contact {
        name: name.into(),
        address: address.into(),
        sort: folded.clone(),
        ..Contact::default()
    };
    (contact, format!(" {folded} {address} "))
}

fn put(tx: &mut Tx<'_>, account: AccountId, name: &str, address: &str) -> Result<i64, StoreError> {
    let (contact, folded) = new(name, address);
    contact::put(tx, account, &contact, &folded)
}

async fn contacts_are_found_in_the_order_of_names(ground: &Ground) {
    let office = fixture::office(ground).await;
    let an = fixture::desk(ground, office, "an").await.account;
    let binh = fixture::desk(ground, office, "binh").await.account;
    ground
        .write(move |tx| {
            for (name, address) in [("Cong", "c@x"), ("An Van", "a@x"), ("an ba", "b@x_y%")] {
                put(tx, an, name, address)?;
            }
            let names = |found: Vec<Contact>| -> Vec<String> {
                found.into_iter().map(|one| one.name).collect()
            };
            let first = contact::page(tx, an, ("", 0), 2)?;
            let last = first[1].clone();
            assert_eq!(names(first), ["an ba", "An Van"]);
            let rest = contact::page(tx, an, (&last.sort, last.id), 2)?;
            assert_eq!(names(rest), ["Cong"]);
            let found =
                |tx: &mut Tx<'_>, words: &[&str]| contact::find(tx, an, words, 10).map(names);
            assert_eq!(found(tx, &["an"])?, ["an ba", "An Van"]);
            assert_eq!(found(tx, &["v", "an"])?, ["An Van"]);
            // Signs of patterns are letters.
            assert_eq!(found(tx, &["b@x_y%"])?, ["an ba"]);
            for nothing in ["%", "_", "!", "n"] {
                assert!(found(tx, &[nothing])?.is_empty(), "{nothing}");
            }
            // Another's are another's.
            assert!(contact::page(tx, binh, ("", 0), 9)?.is_empty());
            assert!(contact::get(tx, binh, last.id)?.is_none());
            assert!(!contact::remove(tx, binh, last.id)?);
            let again = put(tx, an, "Khac", "a@x");
            assert!(matches!(again, Err(StoreError::Conflict("address"))));
            let changed = Contact {
                name: "Dung".into(),
                sort: "dung".into(),
                ..last.clone()
            };
            assert_eq!(contact::put(tx, an, &changed, " dung ")?, last.id);
            assert!(contact::put(tx, binh, &changed, " dung ").is_err());
            assert!(contact::remove(tx, an, last.id)?);
            assert_eq!(contact::count(tx, an)?, 2);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

async fn lists_hold_ones_own(ground: &Ground) {
    let office = fixture::office(ground).await;
    let an = fixture::desk(ground, office, "an").await.account;
    let binh = fixture::desk(ground, office, "binh").await.account;
    ground
        .write(move |tx| {
            let one = put(tx, an, "Mot", "1@x")?;
            let two = put(tx, an, "Hai", "2@x")?;
            let other = put(tx, binh, "Khac", "3@x")?;
            let list = contact::put_list(tx, an, None, ("Tổ", "to"))?;
            let same = contact::put_list(tx, an, None, ("TO", "to"));
            assert!(matches!(same, Err(StoreError::Conflict("name"))));
            contact::enlist(tx, an, list, (&[one, two, two, other], true))?;
            contact::enlist(tx, binh, list, (&[other], true))?;
            let listed = contact::listed(tx, an, list)?;
            let names: Vec<&str> = listed.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, ["Hai", "Mot"]);
            assert!(contact::listed(tx, binh, list)?.is_empty());
            assert!(!contact::remove_list(tx, binh, list)?);
            contact::enlist(tx, an, list, (&[two], false))?;
            contact::put_list(tx, an, Some(list), ("Tổ một", "to mot"))?;
            let lists = contact::lists(tx, an)?;
            assert_eq!((lists[0].name.as_str(), lists[0].count), ("Tổ một", 1));
            contact::remove(tx, an, one)?;
            assert_eq!(contact::lists(tx, an)?[0].count, 0);
            let most = contact::MOST_LISTED;
            let mut many = Vec::new();
            for n in 0..=most {
                many.push(put(tx, an, &format!("n{n}"), &format!("n{n}@x"))?);
            }
            contact::enlist(tx, an, list, (&many[1..], true))?;
            let more = contact::enlist(tx, an, list, (&many[..1], true));
            assert!(matches!(more, Err(StoreError::Conflict(_))));
            assert!(contact::remove_list(tx, an, list)?);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

async fn contacts_go_with_the_mailbox(ground: &Ground) {
    let desk = fixture::one_desk(ground).await;
    let account = desk.account;
    ground
        .write(move |tx| {
            let one = put(tx, account, "Mot", "1@x")?;
            let list = contact::put_list(tx, account, None, ("Tổ", "to"))?;
            contact::enlist(tx, account, list, (&[one], true))?;
            ending::destroy(tx, desk.mailbox)
        })
        .await
        .unwrap();
    for table in [
        "SELECT COUNT(*) FROM contact",
        "SELECT COUNT(*) FROM contact_list",
        "SELECT COUNT(*) FROM contact_listed",
    ] {
        assert_eq!(fixture::number(ground, table).await, 0, "{table}");
    }
}
