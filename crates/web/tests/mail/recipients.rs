//! Who is meant by what stands in the lines of recipients.

use axum::http::StatusCode;
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{GroupId, organisation};
use congvu_testing::{Ground, both};
use serde_json::{Value, json};

use crate::ground::World;

both!(recipients_are_told_while_somebody_writes);

/// A group of the province, with these in it.
async fn grouped(
    world: &World,
    (local_part, posting): (&'static str, &'static str),
    members: Vec<Member>,
) -> GroupId {
    let made = world.store.write(move |tx| {
        let organisation = organisation::root(tx)?.unwrap().id;
        let domain = organisation::domain(tx, "sonla.gov.vn")?.unwrap();
        let new = NewGroup {
            organisation,
            name: "Tổ công tác",
            posting,
            local_part,
            domain,
        };
        let id = group::create(tx, &new)?;
        for member in &members {
            group::add(tx, id, *member)?;
        }
        Ok(id)
    });
    let made: Result<GroupId, congvu_store::StoreError> = made.await;
    made.unwrap()
}

async fn told(world: &World, fields: &[(&str, &str)]) -> Value {
    let (status, _, text) = world.post("/soan/nguoi-nhan", fields).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

async fn recipients_are_told_while_somebody_writes(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let other = world.other().await;
    let both = vec![
        Member::Mailbox(world.mailbox),
        Member::Mailbox(other.mailbox),
    ];
    let inner = grouped(&world, ("to1", "inside"), both).await;
    grouped(
        &world,
        ("to2", "members"),
        vec![Member::Mailbox(other.mailbox)],
    )
    .await;
    grouped(&world, ("to3", "inside"), vec![Member::Group(inner)]).await;
    let said = [
        ("den", "to1@sonla.gov.vn, \"Hà, Đỗ\" <HA@Ngoai.Example>; an"),
        ("cc", "to2@sonla.gov.vn, khongco@sonla.gov.vn"),
        ("bcc", "an@sonla.gov.vn"),
    ];
    let group = |address: &str, count: u64, opens: bool| json!({ "ten": "Tổ công tác", "dia-chi": address, "so": count, "mo": opens });
    let expected = json!({
        "ngoai": ["HA@Ngoai.Example"], "khong-co": ["khongco@sonla.gov.vn"],
        "nhom": [group("to1@sonla.gov.vn", 2, true), group("to2@sonla.gov.vn", 1, false)],
    });
    assert_eq!(told(&world, &said).await, expected);
    // Who is in a group that members alone write to is told to members.
    let mine = told(&other, &[("den", "to2@sonla.gov.vn")]).await;
    assert_eq!(mine["nhom"][0]["mo"], true);
    let expanded = async |world: &World, of: &str| {
        let path = format!("/soan/nhom?dia-chi={of}%40sonla.gov.vn");
        let (status, _, text) = world.get(&path).await;
        (status, text)
    };
    let (status, text) = expanded(&world, "to1").await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let people: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(people["nguoi"].as_str().unwrap().matches('<').count(), 2);
    // A group within a group stays one.
    let (_, text) = expanded(&world, "to3").await;
    assert!(text.contains("Tổ công tác <to1@sonla.gov.vn>"), "{text}");
    for hidden in ["to2", "an", "khongco"] {
        let (status, _) = expanded(&world, hidden).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(expanded(&other, "to2").await.0, StatusCode::OK);
}
