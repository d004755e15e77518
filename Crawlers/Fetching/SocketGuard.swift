// Stands at the door of every socket: asks the network policy before one is opened.

internal import CCurl
internal import Glibc
internal import SelvageTypes

/// Asks the network policy about each peer of one exchange, at the moment of connecting.
final class SocketGuard {
    private let policy: NetworkPolicy
    private let address: WebAddress
    private let transfer: Transfer
    let watch: SocketWatch

    /// A guard for one exchange.
    init(policy: NetworkPolicy, address: WebAddress, transfer: Transfer, watch: SocketWatch) {
        self.policy = policy
        self.address = address
        self.transfer = transfer
        self.watch = watch
    }

    /// Opens a socket to a peer, if it may be reached.
    fileprivate func open(_ peer: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        let refused: curl_socket_t = -1  // CURL_SOCKET_BAD
        guard let raw = selvage_peer(peer).map(UnsafeRawPointer.init),
            let host = InternetAddress(raw, count: Int(peer.pointee.addrlen))
        else {
            transfer.objection = "The host's name stands for something that is no IP address."
            return refused
        }
        let port = Int(UInt16(bigEndian: (raw + 2).loadUnaligned(as: UInt16.self)))
        guard port == address.port else {
            transfer.objection = "The connection would go to another port than the address names."
            return refused
        }
        if let objection = policy.objection(to: host, port: port, for: address.origin) {
            transfer.objection = objection
            return refused
        }
        let kind = peer.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(peer.pointee.family, kind, peer.pointee.protocol)
        if descriptor >= 0 { watch.opened(descriptor) }
        return descriptor
    }
}

/// libcurl is about to connect.
let socketWanted: selvage_open_call = { context, purpose, peer in
    guard let context, let peer, purpose == CURLSOCKTYPE_IPCXN else { return -1 }
    return Unmanaged<SocketGuard>.fromOpaque(context).takeUnretainedValue().open(peer)
}

/// libcurl is done with a socket that we opened.
let socketDone: selvage_close_call = { context, descriptor in
    if let context {
        Unmanaged<SocketWatch>.fromOpaque(context).takeUnretainedValue().closed(descriptor)
    }
    return Glibc.close(descriptor)
}
