//! Opening a listening socket.

use socket2::{Domain, SockRef, Socket, TcpKeepalive, Type};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

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

/// Silence after which the kernel asks whether the peer is still there, how often it asks again, and
/// how many questions may stay without an answer: a peer that vanished holds its place for four
/// minutes, not for as long as an idle session may last. Routers forget silent connections too; the
/// questions keep them.
const SILENCE: Duration = Duration::from_secs(120);
const ASK_EVERY: Duration = Duration::from_secs(30);
const QUESTIONS: u32 = 4;

/// Sets an accepted connection up: small answers leave at once, dead peers are noticed.
pub(crate) fn prepare(tcp: &TcpStream) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(SILENCE)
        .with_interval(ASK_EVERY)
        .with_retries(QUESTIONS);
    SockRef::from(tcp).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn dead_peers_are_noticed() {
        let listener = listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let _peer = TcpStream::connect(addr).await.expect("connects");
        let (tcp, _) = listener.accept().await.expect("accepts");
        prepare(&tcp).expect("sets up");
        let socket = SockRef::from(&tcp);
        assert!(socket.keepalive().expect("asks"));
        assert_eq!(socket.tcp_keepalive_time().expect("asks"), SILENCE);
        assert!(tcp.nodelay().expect("asks"));
    }
}
