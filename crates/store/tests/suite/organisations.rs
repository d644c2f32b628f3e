//! The tree of organisations, domains, persons.

use congvu_store::organisation::{self, NewOrganisation, NewPerson};
use congvu_store::{OrganisationId, Store, StoreError};

use super::fixture::{DOMAIN, office};
use super::harness::Ground;

both!(
    a_profile_is_inherited_from_the_nearest_above,
    places_are_found,
    domains_are_unique_and_in_order,
);

async fn place(
    store: &Store,
    parent: OrganisationId,
    short_name: &'static str,
    profile: Option<&'static str>,
) -> OrganisationId {
    store
        .write(move |tx| {
            organisation::create(
                tx,
                &NewOrganisation {
                    parent: Some(parent),
                    kind: "department",
                    name: short_name,
                    short_name,
                    profile,
                },
            )
        })
        .await
        .unwrap()
}

/// BS.2: a part of a domain has rules of its own.
async fn a_profile_is_inherited_from_the_nearest_above(ground: &Ground) {
    let top = office(ground).await.organisation;
    let department = place(ground, top, "skhcn", None).await;
    let bound = place(ground, department, "vp", Some("van-phong")).await;
    let below = place(ground, bound, "to1", None).await;
    for (id, profile) in [
        (top, "son-la"),
        (department, "son-la"),
        (bound, "van-phong"),
        (below, "van-phong"),
    ] {
        let found = ground
            .read(move |tx| organisation::profile(tx, id))
            .await
            .unwrap();
        assert_eq!(found.as_deref(), Some(profile));
    }
    let nowhere = ground
        .read(|tx| organisation::profile(tx, OrganisationId(987_654)))
        .await
        .unwrap();
    assert_eq!(nowhere, None);
}

async fn places_are_found(ground: &Ground) {
    let top = office(ground).await.organisation;
    let department = place(ground, top, "skhcn", None).await;
    let (root, found, missing) = ground
        .write(move |tx| {
            organisation::create_person(
                tx,
                &NewPerson {
                    organisation: department,
                    family: "Nguyễn",
                    middle: "Văn",
                    given: "An",
                    title: "Chuyên viên",
                    phone: "",
                    born: None,
                    code: None,
                },
            )?;
            Ok::<_, StoreError>((
                organisation::root(tx)?,
                organisation::by_short_name(tx, "skhcn")?,
                organisation::by_short_name(tx, "khong-co")?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(root.unwrap().id, top);
    let found = found.unwrap();
    assert_eq!((found.id, found.parent), (department, Some(top)));
    assert_eq!(missing, None);

    let error = ground
        .write(|tx| {
            organisation::create(
                tx,
                &NewOrganisation {
                    parent: Some(OrganisationId(987_654)),
                    kind: "commune",
                    name: "?",
                    short_name: "?",
                    profile: None,
                },
            )
        })
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
}

async fn domains_are_unique_and_in_order(ground: &Ground) {
    let first = office(ground).await.domain;
    ground
        .write(|tx| organisation::create_domain(tx, "a.gov.vn"))
        .await
        .unwrap();
    let error = ground
        .write(|tx| organisation::create_domain(tx, DOMAIN))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)), "{error}");
    let (all, found, missing) = ground
        .read(|tx| {
            Ok::<_, StoreError>((
                organisation::domains(tx)?,
                organisation::domain(tx, DOMAIN)?,
                organisation::domain(tx, "b.gov.vn")?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(all, [DOMAIN, "a.gov.vn"]);
    assert_eq!((found, missing), (Some(first), None));
}
