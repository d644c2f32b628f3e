//! Who uses the console: somebody with a role somewhere.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use congvu_governance::{Actor, Role, rights};
use congvu_store::{OrganisationId, Tx, role};

use crate::site::{Lang, Oops, Site, User};

/// Somebody who is signed in and has a role.
#[derive(Clone)]
pub(crate) struct Officer {
    pub(crate) user: User,
    /// Their roles, each with the place where it holds and below.
    duties: Vec<(Role, OrganisationId)>,
}

impl Officer {
    /// As records have them.
    pub(crate) fn actor(&self) -> Actor {
        self.user.actor()
    }

    pub(crate) fn lang(&self) -> Lang {
        self.user.lang
    }

    /// Whether they have one of these roles anywhere: what is offered to them. What they do is asked again where it is done.
    pub(crate) fn has(&self, roles: &[Role]) -> bool {
        self.duties.iter().any(|(role, _)| roles.contains(role))
    }

    /// The places at which they have one of these roles, each once.
    pub(crate) fn places(&self, roles: &[Role]) -> Vec<OrganisationId> {
        let mut places: Vec<OrganisationId> = self
            .duties
            .iter()
            .filter(|(role, _)| roles.contains(role))
            .map(|(_, place)| *place)
            .collect();
        places.dedup();
        places
    }

    /// The place that a list is about: the one asked for, where they have one of these roles there or above; else their first.
    ///
    /// # Errors
    /// They have none of these roles there, or nowhere.
    pub(crate) fn scope(
        &self,
        tx: &mut Tx<'_>,
        roles: &[Role],
        asked: Option<OrganisationId>,
    ) -> Result<OrganisationId, Oops> {
        let forbidden = || {
            let who: Vec<&str> = roles.iter().map(|role| role.label()).collect();
            Oops::Forbidden(format!("Trang này chỉ {} được xem.", who.join(" hoặc ")))
        };
        match asked {
            Some(place) => rights::has(tx, &self.actor(), roles, place)?
                .then_some(place)
                .ok_or_else(forbidden),
            None => self.places(roles).first().copied().ok_or_else(forbidden),
        }
    }
}

impl FromRequestParts<Site> for Officer {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Oops> {
        let user = User::from_request_parts(parts, site).await?;
        let account = user.account;
        let found = site
            .store
            .read(move |tx| role::of_account(tx, account))
            .await?;
        let duties: Vec<(Role, OrganisationId)> = found
            .into_iter()
            .filter_map(|(role, place)| Some((Role::parse(&role)?, place)))
            .collect();
        if duties.is_empty() {
            return Err(Oops::Forbidden(
                "Trang quản lý dành cho cơ quan quản lý, đơn vị vận hành, đầu mối và thủ trưởng cơ quan. Tài khoản của bạn không giữ vai trò \
                 nào trong số đó."
                    .to_owned(),
            ));
        }
        Ok(Self { user, duties })
    }
}
