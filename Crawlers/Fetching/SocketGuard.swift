// Stands at the door of every socket: asks the network policy before one is opened.

internal import CCurl
internal import Glibc
internal import SelvageTypes

/// Asks the network policy about each peer, at the moment of connecting.
///
/// What it is asked about is what is connected to: no name is resolved a second time in between.
final class SocketGuard {
    private let policy: NetworkPolicy
    private let watch: SocketWatch

    /// A guard for all exchanges of one loop.
    init(policy: NetworkPolicy, watch: SocketWatch) {
        self.policy = policy
        self.watch = watch
    }

    /// Opens a socket to a peer, if the exchange may reach it.
    func open(
        _ peer: UnsafeMutablePointer<curl_sockaddr>, for transfer: Transfer
    ) -> curl_socket_t {
        let refused: curl_socket_t = -1  // CURL_SOCKET_BAD
        guard let raw = selvage_peer(peer).map(UnsafeRawPointer.init),
            let host = InternetAddress(raw, count: Int(peer.pointee.addrlen))
        else {
            transfer.objection = "The host's name stands for something that is no IP address."
            return refused
        }
        let port = Int(UInt16(bigEndian: (raw + 2).loadUnaligned(as: UInt16.self)))
        if let objection = objection(to: host, port: port, transfer.exchange) {
            transfer.objection = objection
            return refused
        }
        let kind = peer.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(peer.pointee.family, kind, peer.pointee.protocol)
        if descriptor >= 0 { watch.opened(descriptor) }
        return descriptor
    }

    private func objection(
        to peer: InternetAddress, port: Int, _ exchange: Exchange
    ) -> String? {
        guard port == exchange.address.port else {
            return "The connection would go to another port than the address names."
        }
        guard exchange.peers?.addresses.contains(peer) != false else {
            return "The connection would go to another peer than the host's name stands for."
        }
        return policy.objection(to: peer, port: port, for: exchange.address.origin)
    }

    /// Closes a socket that it opened.
    func close(_ descriptor: curl_socket_t) -> Int32 {
        watch.closed(descriptor)
        return Glibc.close(descriptor)
    }
}
