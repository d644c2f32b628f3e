//! Row ids as types, so that a folder's id cannot be taken for a mailbox's.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl From<$name> for crate::Value<'_> {
            fn from(id: $name) -> Self {
                crate::Value::Int(id.0)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A place in the tree of organisations.
    OrganisationId,
    /// A person: names, title, phone.
    PersonId,
    /// What signs in.
    AccountId,
    /// A personal or unit mailbox.
    MailboxId,
    /// An address that expands to others.
    GroupId,
    /// A mail domain.
    DomainId,
    /// An address in a domain.
    AddressId,
    /// Somebody's rights in a unit mailbox.
    DelegationId,
    /// A folder of a mailbox.
    FolderId,
    /// An immutable message.
    MessageId,
    /// Stored bytes.
    BlobId,
    /// A durable fan-out job.
    FanoutId,
    /// A message on its way to other servers.
    QueueId,
    /// An official request.
    RequestId,
    /// One recipient of such a message.
    QueueRecipientId,
    /// What is told to people.
    NoticeId,
    /// Addresses made anew for many mailboxes at once.
    RenameId,
    /// A report that was made.
    ReportId,
    /// An entry of the directory.
    EntryId,
    /// A case of messages taken down.
    TakedownId,
    /// What only two persons together may order.
    JointOrderId,
    /// Access to another's mailbox for a while.
    AccessGrantId,
    /// What went wrong.
    IncidentId,
    /// A stop of the service.
    StopId,
    /// Mail that arrived and is held.
    HeldId,
    /// One recipient of it.
    HeldRecipientId,
    /// A filter of a mailbox.
    FilterId,
    /// One act on several mailboxes.
    BulkId,
}
