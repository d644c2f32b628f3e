//! What all connections of one role share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use congvu_access::Access;
use congvu_delivery::limits::Meter;
use congvu_delivery::{Delivery, Direction};
use congvu_wire::{Conn, Shutdown};

use crate::session::Session;
use crate::slots::Slots;
use crate::{Role, SmtpConfig};

/// A server for one role. Cheap to clone.
#[derive(Clone)]
pub struct SmtpServer(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: SmtpConfig,
    pub(crate) delivery: Delivery,
    pub(crate) access: Option<Access>,
    /// Messages of one address, [`Role::Mx`].
    pub(crate) by_address: Meter<IpAddr>,
    /// Messages on their way in.
    pub(crate) slots: Arc<Slots>,
}

impl std::fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmtpServer")
            .field("role", &self.0.config.role)
            .finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn direction(&self) -> Direction {
        match self.config.role {
            Role::Mx => Direction::In,
            Role::Submission => Direction::Submit,
        }
    }

    /// Whether limits by address are not for `ip`.
    pub(crate) fn is_exempt(&self, ip: IpAddr) -> bool {
        self.config.exempt.iter().any(|net| net.contains(ip))
    }

    /// Counts what became of a message.
    pub(crate) fn count_message(&self, result: &'static str) {
        let role = self.config.role.name();
        metrics::counter!("congvu_smtp_messages_total", "role" => role, "result" => result)
            .increment(1);
    }
}

impl SmtpServer {
    /// A server that delivers by `delivery`. Without `access` nobody can sign in: right for
    /// [`Role::Mx`], useless for [`Role::Submission`].
    #[must_use]
    pub fn new(config: SmtpConfig, delivery: &Delivery, access: Option<&Access>) -> Self {
        Self(Arc::new(Inner {
            by_address: Meter::new(
                config.messages_per_minute_per_address,
                Duration::from_secs(60),
            ),
            slots: Arc::new(Slots::new(
                config.messages_at_once,
                config.messages_at_once_per_address,
            )),
            delivery: delivery.clone(),
            access: access.cloned(),
            config,
        }))
    }

    /// Serves one connection to its end. At the stop a message on its way in may still arrive;
    /// everything else ends with 421.
    pub async fn handle(&self, conn: Conn, shutdown: Shutdown) {
        Session::new(Arc::clone(&self.0), conn, shutdown)
            .run()
            .await;
    }
}
