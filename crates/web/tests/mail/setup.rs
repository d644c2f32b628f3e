//! What mail programs are told when they set themselves up, and the pages of help.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use congvu_testing::Ground;

use crate::ground::World;

congvu_testing::both!(
    qn_8_2_thunderbird_is_told_of_the_servers_of_a_domain_of_ours,
    qn_8_2_outlook_is_told_in_whatever_case_it_asks,
    qn_8_2_a_profile_for_apple_holds_no_password,
    qn_14_3_help_is_read_signed_out_and_cites_the_regulation,
);

async fn qn_8_2_thunderbird_is_told_of_the_servers_of_a_domain_of_ours(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let ways = [
        "/mail/config-v1.1.xml",
        "/.well-known/autoconfig/mail/config-v1.1.xml",
    ];
    for way in ways {
        let ask = async |address: &str| {
            let (status, _, text) = world.get(&format!("{way}?emailaddress={address}")).await;
            (status, text)
        };
        let (status, text) = ask("an@sonla.gov.vn").await;
        assert_eq!(status, StatusCode::OK);
        let ports: Vec<&str> = text
            .split("<port>")
            .skip(1)
            .map(|rest| rest.split_once('<').unwrap().0)
            .collect();
        // RFC 8314 §3: what is enciphered from the start first.
        assert_eq!(ports, ["993", "143", "995", "465"]);
        assert!(text.contains("<domain>sonla.gov.vn</domain>") && text.contains("%EMAILADDRESS%"));
        assert!(!text.contains("OAuth2"), "{text}");
        // Who is not there, and whoever writes the domain otherwise, is told the same.
        assert_eq!(ask("khong-co@SONLA.gov.vn").await, (status, text));
        for wrong in [
            "an@noi-khac.vn",
            "an",
            "",
            "%3Ca%3E@sonla.gov.vn",
            "an@sonla.gov.vn%0aX",
        ] {
            assert_eq!(ask(wrong).await.0, StatusCode::NOT_FOUND, "{wrong}");
        }
    }
    // By the name under which we are asked.
    for (host, status) in [
        ("autoconfig.sonla.gov.vn", StatusCode::OK),
        ("sonla.gov.vn:8443", StatusCode::OK),
        ("autoconfig.noi-khac.vn", StatusCode::NOT_FOUND),
    ] {
        let request = Request::get(ways[0]).header(header::HOST, host);
        let (found, _) = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(found, status, "{host}");
    }
}

fn asks(address: &str, schema: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\">\
         <Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/{schema}</AcceptableResponseSchema>\
         </Request></Autodiscover>"
    )
}

async fn qn_8_2_outlook_is_told_in_whatever_case_it_asks(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let ask = async |path: &str, body: String| {
        let request = Request::post(path).header(header::CONTENT_TYPE, "text/xml");
        world.send(request.body(Body::from(body)).unwrap()).await
    };
    let outlook = "outlook/responseschema/2006a";
    for path in [
        "/autodiscover/autodiscover.xml",
        "/Autodiscover/Autodiscover.xml",
        "/AutoDiscover/AutoDiscover.xml",
    ] {
        let (status, text) = ask(path, asks("An@Sonla.gov.vn", outlook)).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        for part in [
            "responseschema/2006a\"",
            "<Type>IMAP</Type>",
            "<Port>993</Port>",
            "<Type>SMTP</Type>",
            "<Port>465</Port>",
            "<LoginName>An@Sonla.gov.vn</LoginName>",
            "<Encryption>SSL</Encryption>",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("<Port>143</Port>"), "{text}");
        // Nobody learns who has a mailbox.
        let (_, other) = ask(path, asks("khong-co@sonla.gov.vn", outlook)).await;
        assert_eq!(
            other.replace("khong-co@sonla.gov.vn", ""),
            text.replace("An@Sonla.gov.vn", "")
        );
    }
    for (body, code) in [
        (asks("an@noi-khac.vn", outlook), "600"),
        (asks("an@sonla.gov.vn", "mobilesync/responseschema/2006"), "601"),
        ("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><EMailAddress>&b;@sonla.gov.vn</EMailAddress>".to_owned(), "600"),
        (asks("&lt;b&gt;@sonla.gov.vn", outlook), "600"),
        ("\u{0}\u{1}<<<".to_owned(), "600"),
        (String::new(), "600"),
    ] {
        let (status, text) = ask("/Autodiscover/Autodiscover.xml", body).await;
        assert_eq!(status, StatusCode::OK);
        assert!(text.contains(&format!("<ErrorCode>{code}</ErrorCode>")), "{text}");
    }
    let (status, _) = ask("/Autodiscover/Autodiscover.xml", "x".repeat(100_000)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    // What is asked for otherwise is no page.
    assert_eq!(
        world.get("/Autodiscover/Autodiscover.xml").await.0,
        StatusCode::NOT_FOUND
    );
}

async fn qn_8_2_a_profile_for_apple_holds_no_password(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let path = "/tro-giup/cai-dat/iphone/ho-so";
    let (status, _, text) = world.get(path).await;
    assert_eq!(status, StatusCode::OK);
    for part in [
        "<key>EmailAddress</key><string>an@sonla.gov.vn</string>",
        "<key>EmailAccountName</key><string>Lò Thị An</string>",
        "<key>IncomingMailServerPortNumber</key><integer>993</integer>",
        "<key>OutgoingMailServerPortNumber</key><integer>465</integer>",
        "<key>PayloadType</key><string>com.apple.mail.managed</string>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("MailServerPassword") && !text.contains("<key>IncomingPassword</key>"));
    // The same one again takes the place of the one before.
    assert_eq!(world.get(path).await.2, text);
    let other = world.other().await;
    assert_ne!(other.get(path).await.2, text);
    let (status, _) = world
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

async fn qn_14_3_help_is_read_signed_out_and_cites_the_regulation(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let read = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        world.send(request).await
    };
    let (status, index) = read("/tro-giup").await;
    assert_eq!(status, StatusCode::OK);
    let mut pages: Vec<String> = index
        .split("href=\"/tro-giup/")
        .skip(1)
        .map(|rest| format!("/tro-giup/{}", rest.split_once('"').unwrap().0))
        .collect();
    assert_eq!(pages.len(), 11);
    for program in ["outlook", "thunderbird", "iphone", "android"] {
        pages.push(format!("/tro-giup/cai-dat/{program}"));
    }
    for page in &pages {
        let (status, text) = read(page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        assert!(text.len() < 40_000, "{page}: {}", text.len());
        let (status, _, own) = world.get(page).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        if page.contains("cai-dat/") {
            assert!(
                text.contains("ten@sonla.gov.vn") && own.contains("an@sonla.gov.vn"),
                "{page}"
            );
            assert!(
                text.contains("<b>993</b>") && text.contains("<b>465</b>"),
                "{page}"
            );
        }
    }
    // Periods and clauses are those of the place.
    let (_, text) = read("/tro-giup/khoa-va-thoi-han").await;
    for part in ["90 ngày", "SL.8.2.a", "03 ngày làm việc", "SL.8.3"] {
        assert!(text.contains(part), "{part}");
    }
    for nothing in ["/tro-giup/khong-co", "/tro-giup/cai-dat/khong-co"] {
        assert_eq!(read(nothing).await.0, StatusCode::NOT_FOUND);
    }
}
