//! Opening a listening socket.

use socket2::{Domain, Socket, Type};
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// How many connections the kernel may hold ready before [`crate::serve`] takes them.
const BACKLOG: i32 = 1024;

/// Listens on `addr`. `SO_REUSEADDR` is set, so a restart need not wait for old connections; an
/// IPv6 socket takes IPv6 only, so that `0.0.0.0` and `[::]` can be listened on side by side.
///
/// # Errors
/// Those of the system: address in use, not ours, no permission.
pub fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, None)?;
    if addr.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
