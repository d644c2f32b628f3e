//! Labels: made and named on their page, put on mail in lists and messages, found by name, known to filters.

use axum::http::StatusCode;
use congvu_store::keyword::flag;
use congvu_store::{FolderId, StoreError, folder, keyword};
use congvu_testing::Ground;

use crate::ground::World;

const AT: i64 = 1_795_136_400_000;

fn letter(subject: &str) -> String {
    format!("From: a@sonla.gov.vn\nTo: an@sonla.gov.vn\nSubject: {subject}\n\n{subject}\n")
}

impl World {
    /// Makes a label; where the answer leads to, or the page.
    async fn label(&self, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let path = format!("/tai-khoan/nhan/{}", self.mailbox);
        let (status, to, page) = self.post(&path, fields).await;
        (status, if to.is_empty() { page } else { to })
    }

    async fn number(&self, keyword: &'static str) -> String {
        let mailbox = self.mailbox;
        let bit = self
            .store
            .read(move |tx| keyword::find(tx, mailbox, keyword));
        let bit: Result<Option<i64>, StoreError> = bit.await;
        bit.unwrap().expect(keyword).trailing_zeros().to_string()
    }

    async fn page(&self, path: &str) -> String {
        let (status, _, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        page
    }

    async fn act(&self, folder: FolderId, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let path = format!("/thu/{}/{folder}", self.mailbox);
        let (status, to, _) = self.post(&path, fields).await;
        (status, to)
    }

    async fn modseq(&self, id: FolderId) -> i64 {
        let found = self.store.read(move |tx| folder::get(tx, id)).await;
        let found: Result<_, StoreError> = found;
        found.unwrap().unwrap().modseq
    }
}

/// The chips of a page: colour and name.
fn chips(page: &str) -> Vec<(String, String)> {
    let chips = page.split("<span class=\"label\" data-mau=\"").skip(1);
    chips
        .map(|chip| {
            let (colour, rest) = chip.split_once("\">").unwrap();
            (
                colour.to_owned(),
                rest.split('<').next().unwrap().to_owned(),
            )
        })
        .collect()
}

fn in_rows(page: &str) -> Vec<(String, String)> {
    let rows = page.split("class=\"snip\">").skip(1);
    rows.flat_map(|row| chips(row.split("</li>").next().unwrap()))
        .collect()
}

fn pair(colour: &str, name: &str) -> (String, String) {
    (colour.to_owned(), name.to_owned())
}

async fn labels_are_made_put_on_and_taken_off(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let inbox = world.folder("INBOX", None).await;
    for subject in ["Một", "Hai", "Ba"] {
        world.put(inbox, AT, flag::SEEN, &letter(subject)).await;
    }
    let (status, to) = world
        .label(&[("ten", " Cần  xử lý "), ("mau", "do"), ("viec", "luu")])
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.page(&to).await.contains("Đã lưu nhãn."));
    let number = world.number("can-xu-ly").await;
    let list = format!("/thu/{}/{inbox}", world.mailbox);
    // Two of three, as the list does without script.
    let (status, to) = world
        .act(
            inbox,
            &[
                ("u", "1"),
                ("u", "3"),
                ("nhan", &number),
                ("viec", "gan-nhan"),
            ],
        )
        .await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, format!("{list}?xong=sua-nhan"))
    );
    let page = world.page(&list).await;
    assert_eq!(in_rows(&page), vec![pair("do", "Cần xử lý"); 2]);
    // A new name and colour touch no message; it is found by name, folded too, and by its keyword.
    let before = world.modseq(inbox).await;
    world
        .label(&[
            ("nhan", &number),
            ("ten", "Gấp"),
            ("mau", "tim"),
            ("viec", "luu"),
        ])
        .await;
    assert_eq!(world.modseq(inbox).await, before);
    for query in ["nhãn:gap", "label:Gấp", "nhan:can-xu-ly", "nhãn:\"Gấp\""] {
        let mut asked = form_urlencoded::Serializer::new(String::new());
        asked.append_pair("q", query);
        let page = world.page(&format!("/tim?{}", asked.finish())).await;
        assert_eq!(in_rows(&page), vec![pair("tim", "Gấp"); 2], "{query}");
    }
    assert!(page_has_label_in_tree(&world.page(&list).await, "Gấp"));
    // In a message: taken off, and the message stays open.
    let open = format!("{list}/3");
    assert!(world.page(&open).await.contains("class=\"labels-on\""));
    let (_, to) = world
        .act(inbox, &[("u", "3"), ("bo-nhan", &number), ("o-lai", &open)])
        .await;
    assert_eq!(to, format!("{open}?xong=sua-nhan"));
    assert!(!world.page(&open).await.contains("class=\"labels-on\""));
    // Nothing chosen; a bit that is no label.
    let (status, _) = world.act(inbox, &[("u", "3"), ("viec", "gan-nhan")]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    for odd in ["0", "3", "61", "200", "x"] {
        world
            .act(inbox, &[("u", "2"), ("nhan", odd), ("viec", "gan-nhan")])
            .await;
    }
    assert_eq!(in_rows(&world.page(&list).await), [pair("tim", "Gấp")]);
}

fn page_has_label_in_tree(page: &str, name: &str) -> bool {
    let tree = page.split("class=\"tree-labels\"").nth(1);
    let tree = tree.and_then(|tree| tree.split("</details>").next());
    tree.is_some_and(|tree| tree.contains(&format!("</svg>{name}</a>")))
}

async fn names_are_ones_own_and_tell_labels_apart(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let long = "a".repeat(41);
    for bad in ["", "  ", "!!", "có “ngoặc”", "a\u{7}b", &*long] {
        let (status, page) = world.label(&[("ten", bad), ("mau", "do")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert!(page.contains("role=\"alert\""));
    }
    let made = async |name: &str| {
        let (status, _) = world.label(&[("ten", name), ("mau", "lam")]).await;
        status
    };
    assert_eq!(made("Họp").await, StatusCode::SEE_OTHER);
    // Read the same without marks and case: a search could not tell them apart.
    assert_eq!(made("HOP").await, StatusCode::UNPROCESSABLE_ENTITY);
    // Renamed, the keyword stays its own: another label of the old name gets another.
    let first = world.number("hop").await;
    world.label(&[("nhan", &first), ("ten", "Hội nghị")]).await;
    assert_eq!(made("Họp").await, StatusCode::SEE_OTHER);
    assert_ne!(world.number("hop-2").await, first);
    // Thunderbird's five are called what they mean, and can be called otherwise.
    let mailbox = world.mailbox;
    let put = ground.store.write(move |tx| {
        for name in ["$label1", "$Forwarded", "NonJunk"] {
            keyword::ensure(tx, mailbox, name)?;
        }
        Ok::<_, StoreError>(())
    });
    put.await.unwrap();
    let page = world.page(&format!("/tai-khoan/nhan/{mailbox}")).await;
    let shown = page.split("class=\"label-list\"").nth(1).unwrap();
    assert!(shown.contains(">Quan trọng</span>"), "{shown}");
    assert!(!shown.contains("Forwarded") && !shown.contains("NonJunk"));
    assert_eq!(made("Quan trọng").await, StatusCode::SEE_OTHER);
    assert_eq!(
        made("quan trong").await,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it has that name now"
    );
    // Another's labels are another's.
    let other = world.other().await;
    let (status, ..) = other.get(&format!("/tai-khoan/nhan/{mailbox}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let path = format!("/tai-khoan/nhan/{mailbox}");
    let (status, ..) = other.post(&path, &[("ten", "Lạ"), ("mau", "do")]).await;
    assert!(
        !page_has(&world.page(&path).await, "Lạ") && status != StatusCode::SEE_OTHER,
        "{status}"
    );
}

fn page_has(page: &str, name: &str) -> bool {
    chips(page).iter().any(|(_, known)| known == name)
}

async fn filters_know_labels_by_name(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.label(&[("ten", "Cần xử lý"), ("mau", "do")]).await;
    let number = world.number("can-xu-ly").await;
    let filters = format!("/tai-khoan/bo-loc/{}", world.mailbox);
    let form = world.page(&format!("{filters}/moi")).await;
    assert!(form.contains("<option value=\"can-xu-ly\">Cần xử lý</option>"));
    let (status, ..) = world
        .post(
            &format!("{filters}/moi"),
            &[
                ("ten", "Việc"),
                ("cach", "tat-ca"),
                ("chu-de", "việc"),
                ("nhan", "can-xu-ly"),
                ("bat", "1"),
            ],
        )
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(world.page(&filters).await.contains("gắn nhãn “Cần xử lý”"));
    // A label that a filter puts on is not deleted under it.
    let (status, page) = world.label(&[("nhan", &number), ("viec", "xoa")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Bộ lọc “Việc” đang gắn nhãn này."), "{page}");
    let filter = world.page(&filters).await;
    let id = filter.split(&format!("{filters}/")).nth(2).unwrap();
    let id: String = id.chars().take_while(char::is_ascii_digit).collect();
    world
        .post(&format!("{filters}/{id}/viec"), &[("viec", "xoa")])
        .await;
    let (status, _) = world.label(&[("nhan", &number), ("viec", "xoa")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = world
        .page(&format!("/tai-khoan/nhan/{}", world.mailbox))
        .await;
    assert!(!page.contains("can-xu-ly"));
}

congvu_testing::both!(
    labels_are_made_put_on_and_taken_off,
    names_are_ones_own_and_tell_labels_apart,
    filters_know_labels_by_name,
);
