//! What a page says of mail that is signed or encrypted: `crates/message/tests/smime`.

use std::path::PathBuf;

use axum::http::StatusCode;
use congvu_testing::Ground;

use crate::ground::World;

/// 09:00 on Friday, 20 November 2026, in Vietnam.
const AT: i64 = 1_795_140_000_000;

fn letter(name: &str) -> String {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../message/tests/smime",
        &format!("{name}.eml"),
    ]
    .iter()
    .collect();
    std::fs::read_to_string(path).unwrap()
}

/// The address of the page of a message that came at that time.
async fn given(world: &World, at: i64, letter: &str) -> String {
    let inbox = world.folder("INBOX", None).await;
    let uid = world.put(inbox, at, 0, letter).await;
    format!("/thu/{}/{inbox}/{uid}", world.mailbox)
}

/// The banner of a message, or nothing.
fn banner(page: &str) -> &str {
    let Some((_, rest)) = page.split_once("<section class=\"banner seal\"") else {
        return "";
    };
    rest.split_once("</section>").unwrap().0
}

async fn bs_8_what_came_out_stands_with_the_message(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let valid = letter("valid");
    for (letter, kind, heading) in [
        (valid.clone(), "ok", "Chữ ký hợp lệ"),
        (letter("ecdsa"), "ok", "Chữ ký hợp lệ"),
        (
            valid.replace("quý IV", "quý III"),
            "bad",
            "Nội dung đã bị thay đổi",
        ),
        (letter("unknown"), "warn", "Không rõ người cấp"),
        (letter("expired"), "warn", "Chứng thư hết hạn"),
        (letter("early"), "warn", "Chứng thư chưa có hiệu lực"),
        (
            valid.replacen("<an@sonla.gov.vn>", "<giam-doc@sonla.gov.vn>", 1),
            "warn",
            "Chứng thư của địa chỉ khác",
        ),
        (letter("nobody"), "warn", "Chứng thư không ghi địa chỉ thư"),
        (
            letter("sha1"),
            "warn",
            "thuật toán cũ, không còn chứng minh được gì (SHA-1)",
        ),
        (letter("weak"), "warn", "Khóa của người ký quá ngắn"),
        (letter("sha512-p256"), "warn", "không biết thuật toán"),
        (letter("no-certificate"), "warn", "không kèm chứng thư"),
        (letter("server"), "warn", "không phải để ký thư"),
        (
            valid.replacen("\n\nMII", "\n\nAAAA", 1),
            "warn",
            "Chữ ký bị hỏng",
        ),
    ] {
        let page = world.get(&given(&world, AT, &letter).await).await.2;
        let banner = banner(&page);
        assert!(banner.contains(heading), "{heading}: {banner}");
        assert!(
            banner.contains(&format!("data-kind=\"{kind}\"")),
            "{heading}: {banner}"
        );
        // The signature is no file to anybody; the report is.
        assert!(!page.contains("smime.p7s"), "{heading}");
        assert!(page.contains("so-lieu.csv"), "{heading}");
    }
}

async fn bs_8_who_signed_when_and_by_whom_certified(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let way = given(&world, AT, &letter("valid")).await;
    let page = world.get(&way).await.2;
    let told = banner(&page);
    for words in [
        "<dt>Người ký</dt><dd>Lò Thị An, Sở Nội vụ tỉnh Sơn La &#60;an@sonla.gov.vn&#62;</dd>",
        "<dt>Nơi cấp</dt><dd>CA thử nghiệm cấp dưới, Tỉnh Sơn La</dd>",
        "<dt>Ký lúc</dt>",
        "thứ Năm 01/01/2026 – ",
        "bị thu hồi",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let paper = world.get(&format!("{way}/in")).await.2;
    assert!(
        paper.contains("<dt>Chữ ký số</dt><dd>Chữ ký hợp lệ</dd>"),
        "{paper}"
    );
    assert!(!paper.contains("smime.p7s"), "{paper}");
    // What nobody vouches for is told as what it says of itself, and of what does not hold nothing is.
    let page = world
        .get(&given(&world, AT, &letter("unknown")).await)
        .await
        .2;
    assert!(banner(&page).contains("<dt>Người ký tự ghi là</dt>"));
    let changed = letter("valid").replace("1,2,3", "1,2,4");
    let page = world.get(&given(&world, AT, &changed).await).await.2;
    assert!(!banner(&page).contains("<dt>"));
    // In English.
    let english = world.with_cookie("ngon-ngu=en");
    let page = english.get(&way).await.2;
    assert!(banner(&page).contains("The signature is valid"), "{page}");
}

/// A certificate that ceased to hold after the message came does not change what was signed.
async fn what_held_when_it_was_signed(ground: &Ground) {
    let world = World::new(&ground.store).await;
    // It holds to 15 November.
    let lapsed = letter("lapsed");
    let before = given(&world, AT - 10 * 86_400_000, &lapsed).await;
    let page = world.get(&before).await.2;
    let told = banner(&page);
    assert!(told.contains("Chữ ký hợp lệ"), "{told}");
    assert!(told.contains("đã hết hạn sau khi ký"), "{told}");
    let after = given(&world, AT, &lapsed).await;
    let page = world.get(&after).await.2;
    assert!(banner(&page).contains("Chứng thư hết hạn"), "{page}");
}

async fn a_part_that_is_signed_is_no_more_than_that(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let valid = letter("valid");
    let (header, signed) = valid.split_once("MIME-Version: 1.0\n").unwrap();
    let mixed = format!(
        "{header}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=ngoai\n\n--ngoai\n{signed}\n--ngoai\n\nGửi tiền ngay.\n--ngoai--\n"
    );
    let page = world.get(&given(&world, AT, &mixed).await).await.2;
    let told = banner(&page);
    assert!(told.contains("data-kind=\"warn\""), "{told}");
    assert!(told.contains("một phần của thư"), "{told}");
    // A message that it passes on has a signature of its own, not of who passes it on.
    let inner = valid.replace("From: ", "X-From: ");
    let passed_on =
        format!("From: ke@xau.example\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n{inner}");
    let page = world.get(&given(&world, AT, &passed_on).await).await.2;
    assert_eq!(banner(&page), "");
    let plain = "From: an@sonla.gov.vn\nSubject: a\n\nchào\n";
    let page = world.get(&given(&world, AT, plain).await).await.2;
    assert_eq!(banner(&page), "");
}

async fn what_is_signed_within_is_read(ground: &Ground) {
    let world = World::new(&ground.store).await;
    for name in ["opaque", "opaque-der"] {
        let way = given(&world, AT, &letter(name)).await;
        let page = world.get(&way).await.2;
        assert!(banner(&page).contains("Chữ ký hợp lệ"), "{page}");
        assert!(!page.contains("smime.p7m"), "{page}");
        assert!(page.contains("so-lieu.csv"), "{page}");
        let (status, _, frame) = world.get(&format!("{way}/noi-dung/1")).await;
        assert_eq!(status, StatusCode::OK);
        assert!(frame.contains("Thư ký <b>bọc</b> bên trong."), "{frame}");
        assert!(!frame.contains("<script"), "{frame}");
        let (status, _, file) = world.get(&format!("{way}/tep/2")).await;
        assert_eq!((status, file.trim()), (StatusCode::OK, "4,5,6"));
        let look = world.get(&format!("{way}/xem/2")).await.2;
        assert!(
            look.contains("<td>5</td>") || look.contains(">5<"),
            "{look}"
        );
        let paper = world.get(&format!("{way}/in")).await.2;
        assert!(
            paper.contains("bọc") && paper.contains("so-lieu.csv"),
            "{paper}"
        );
        // Answering quotes it; the original stays what it is.
        let place = way.trim_start_matches("/thu/");
        let form = world
            .get(&format!("/soan?thu={place}&cach=tra-loi"))
            .await
            .2;
        assert!(form.contains("bọc"), "{form}");
        let raw = world.get(&format!("{way}/goc")).await.2;
        assert!(
            raw.contains("application/") && !raw.contains("bọc"),
            "{raw}"
        );
    }
    // What was changed within is told, and read all the same.
    let opaque = letter("opaque-der");
    let (header, body) = opaque.split_once("\n\n").unwrap();
    let changed = {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let mut octets = STANDARD.decode(body.replace('\n', "")).unwrap();
        let at = octets.windows(5).position(|five| five == b"4,5,6").unwrap();
        octets[at] = b'9';
        format!("{header}\n\n{}\n", STANDARD.encode(octets))
    };
    let way = given(&world, AT, &changed).await;
    let page = world.get(&way).await.2;
    assert!(banner(&page).contains("Nội dung đã bị thay đổi"), "{page}");
    assert_eq!(world.get(&format!("{way}/tep/2")).await.2.trim(), "9,5,6");
}

async fn what_is_encrypted_is_told(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let encrypted = letter("encrypted");
    for letter in [
        encrypted.clone(),
        letter("encrypted-gcm"),
        // Some do not say what it is.
        encrypted.replace("smime-type=enveloped-data; ", ""),
    ] {
        let way = given(&world, AT, &letter).await;
        let page = world.get(&way).await.2;
        let told = banner(&page);
        assert!(told.contains("Thư được mã hóa"), "{page}");
        assert!(told.contains(&format!("href=\"{way}/goc\"")), "{told}");
        assert_eq!(world.get(&format!("{way}/goc")).await.0, StatusCode::OK);
    }
    let broken = encrypted.replace("smime-type=enveloped-data; ", "");
    let broken = broken.replacen("\n\nMI", "\n\nAA", 1);
    let page = world.get(&given(&world, AT, &broken).await).await.2;
    assert!(banner(&page).contains("không đọc được"), "{page}");
}

congvu_testing::driven!(
    super::AT;
    bs_8_what_came_out_stands_with_the_message,
    bs_8_who_signed_when_and_by_whom_certified,
    what_held_when_it_was_signed,
    a_part_that_is_signed_is_no_more_than_that,
    what_is_signed_within_is_read,
    what_is_encrypted_is_told,
);
