//! GETQUOTA and SETQUOTA (RFC 9208 §4.1).

use crate::parse::Cursor;
use crate::parse::cursor::Parsed;

/// GETQUOTA's argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetQuota {
    /// The quota root's name.
    pub root: String,
}

impl GetQuota {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        Ok(Self { root: c.text()? })
    }
}

/// One limit that SETQUOTA names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaLimit {
    /// The resource in capitals, such as `STORAGE`.
    pub resource: String,
    /// How much of it, in the resource's unit.
    pub limit: u64,
}

/// SETQUOTA's arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetQuota {
    /// The quota root's name.
    pub root: String,
    /// The new limits; others are lifted.
    pub limits: Vec<QuotaLimit>,
}

impl SetQuota {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let root = c.text()?;
        c.sp()?;
        let limits = c.list(|c| {
            let resource = c.atom()?.to_ascii_uppercase();
            c.sp()?;
            Ok(QuotaLimit {
                resource,
                limit: c.number64()?,
            })
        })?;
        Ok(Self { root, limits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        assert_eq!(
            read("GETQUOTA \"\""),
            Ok(CommandBody::GetQuota(GetQuota {
                root: String::new()
            }))
        );
        // RFC 9208 §4.1.3
        let limits = vec![QuotaLimit {
            resource: "STORAGE".into(),
            limit: 510,
        }];
        let set = SetQuota {
            root: "!partition/sda4".into(),
            limits,
        };
        assert_eq!(
            read("SETQUOTA \"!partition/sda4\" (storage 510)"),
            Ok(CommandBody::SetQuota(set))
        );
        let set = SetQuota {
            root: String::new(),
            limits: vec![],
        };
        assert_eq!(read("SETQUOTA \"\" ()"), Ok(CommandBody::SetQuota(set)));
        all_bad(&[
            "GETQUOTA",
            "GETQUOTA a b",
            "SETQUOTA a",
            "SETQUOTA a (STORAGE)",
            "SETQUOTA a (STORAGE x)",
            "SETQUOTA a STORAGE 1",
        ]);
    }
}
