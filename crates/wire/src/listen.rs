//! Opening a listening socket.

use std::io;
use std::net::SocketAddr;
use tokio::net::{TcpListener, TcpSocket};

/// How many connections the kernel may hold ready before [`crate::serve`] takes them.
const BACKLOG: u32 = 1024;

/// Listens on `addr`. `SO_REUSEADDR` is set, so a restart need not wait for old connections.
///
/// # Errors
/// Those of the system: address in use, not ours, no permission.
pub fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = match addr {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    socket.listen(BACKLOG)
}
