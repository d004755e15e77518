// Which peers an address may be asked at: its host's addresses, those that the policy permits.

internal import SelvageTypes
internal import Synchronization

/// The peers that an address may be asked at.
struct PeerList: Hashable, Sendable {
    /// Their addresses, best first; never empty.
    let addresses: [InternetAddress]
    /// What all hosts found at the same address share.
    let place: String
    /// `host:port:address,…`, by which libcurl is told; nil when the host is an address itself.
    let pin: String?

    /// Peers of an address.
    init(_ addresses: [InternetAddress], of address: WebAddress, isLiteral: Bool) {
        precondition(!addresses.isEmpty, "A list of peers names one at least.")
        self.addresses = addresses
        place = addresses[0].description
        let texts = addresses.map { $0.isLong ? "[\($0)]" : "\($0)" }
        pin = isLiteral ? nil : "\(address.host):\(address.port):\(texts.joined(separator: ","))"
    }
}

/// Which peers an address may be asked at.
///
/// A name is resolved once, its answers are checked once, and only what passed is connected to:
/// libcurl is given the addresses and asks no name server. Of mixed answers the permitted remain.
/// `SocketGuard` checks again what is connected to.
final class PeerDirectory: Sendable {
    private struct Entry {
        let peers: PeerList
        let until: Int
    }

    private static let originsKept = 4096

    private let policy: NetworkPolicy
    private let resolver: NameResolver
    private let known = Mutex([String: Entry]())

    /// A directory of what a policy permits.
    init(_ policy: NetworkPolicy, resolver: NameResolver = NameResolver()) {
        self.policy = policy
        self.resolver = resolver
    }

    /// The peers of an address.
    ///
    /// - Throws: `Fault` with `forbiddenAddress` when none may be reached, or as the resolver does.
    func peers(of address: WebAddress, within milliseconds: Int) async throws(Fault) -> PeerList {
        let origin = address.origin
        let now = resolver.present()
        let entry = known.withLock { $0[origin] }
        if let entry, entry.until > now { return entry.peers }
        if let objection = policy.objection(to: address) {
            throw Fault(.forbiddenAddress, objection)
        }
        let literal = InternetAddress(ofHost: address.host)
        var found: [InternetAddress] = literal.map { [$0] } ?? []
        if literal == nil {
            found = try await resolver.addresses(of: address.host, within: milliseconds)
        }
        let peers = PeerList(
            try permitted(found, address, origin), of: address, isLiteral: literal != nil)
        let kept = Entry(peers: peers, until: now + NameBook<Void>.keptInMilliseconds)
        known.withLock { known in
            if known.count >= Self.originsKept { known = [:] }
            known[origin] = kept
        }
        return peers
    }

    private func permitted(
        _ found: [InternetAddress], _ address: WebAddress, _ origin: String
    ) throws(Fault) -> [InternetAddress] {
        var objection: String?
        let permitted = found.filter { peer in
            let against = policy.objection(to: peer, port: address.port, for: origin)
            objection = objection ?? against
            return against == nil
        }
        guard !permitted.isEmpty else {
            throw Fault(.forbiddenAddress, objection ?? "The host's name stands for no address.")
        }
        return permitted
    }
}
