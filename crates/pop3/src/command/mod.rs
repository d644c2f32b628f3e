//! The commands, one a file: what each does. How they are written on the wire is in `parse`.

mod auth;
mod capa;
mod dele;
mod list;
mod noop;
mod parse;
mod pass;
mod quit;
mod retr;
mod rset;
mod stat;
mod stls;
mod top;
mod uidl;
mod user;

pub(crate) use parse::{Command, Fault, Secret, initial_response};

use crate::session::{Outcome, Session};

/// Carries out a command if it belongs to the session's state.
pub(crate) async fn execute(session: &mut Session, command: Command) -> Outcome {
    // PASS must follow USER at once (RFC 1939 §7).
    let user = session.user.take();
    match (command, session.open.as_deref_mut()) {
        (Command::Capa, _) => Ok(capa::run(session)),
        (Command::Quit, _) => Ok(quit::run(session).await),

        (Command::User(name), None) => Ok(user::run(session, name)),
        (Command::Pass(password), None) => Box::pin(pass::run(session, user, password)).await,
        (Command::Auth { mechanism, initial }, None) => {
            Box::pin(auth::run(session, &mechanism, initial)).await
        }
        (Command::Stls, None) => stls::run(session).await,
        (_, None) => Ok(session.fault("Sign in first")),

        (Command::Stat, Some(open)) => Ok(stat::run(&mut session.conn, open)),
        (Command::List(number), Some(open)) => {
            list::run(&session.shared, &mut session.conn, open, number).await
        }
        (Command::Uidl(number), Some(open)) => {
            uidl::run(&session.shared, &mut session.conn, open, number).await
        }
        (Command::Retr(number), Some(open)) => {
            let shared = &session.shared;
            Box::pin(retr::run(shared, &mut session.conn, open, number)).await
        }
        (Command::Top { number, lines }, Some(open)) => {
            let shared = &session.shared;
            Box::pin(top::run(shared, &mut session.conn, open, number, lines)).await
        }
        (Command::Dele(number), Some(open)) => Ok(dele::run(&mut session.conn, open, number)),
        (Command::Noop, Some(_)) => Ok(noop::run(&mut session.conn)),
        (Command::Rset, Some(open)) => Ok(rset::run(&mut session.conn, open)),
        (Command::User(_) | Command::Pass(_) | Command::Auth { .. } | Command::Stls, Some(_)) => {
            Ok(session.fault("Already signed in"))
        }
    }
}
