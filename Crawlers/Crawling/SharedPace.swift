// Pauses that hosts owe together: those of one site, and those behind one network address.

internal import SelvageTypes

/// Pauses that hosts owe together: those of one site, and those behind one network address.
///
/// A host's own gate knows its robots.txt and its Retry-After; this knows that `www.shop.example` and
/// `cdn.shop.example` are one shop, and that a hundred shops may be one machine.
///
/// - Invariant: Two starts at one site are as far apart as the pause in force where the first was
///   made, and no more than `connections` are open at once. Behind one address they are at least an
///   `addressShare`th of that apart, and `addressShare` times as many may be open.
struct SharedPace: Sendable {
    /// Sites that may be asked at one address as if each had its own.
    static let addressShare = 8

    /// Whom a request concerns besides its host.
    struct Place: Hashable, Sendable {
        /// The registrable domain; a number is a site of its own, and on this machine each port.
        let site: String
        /// The peer that answered for the host last; nil before that, and for this machine itself.
        var address: String?

        /// The place of an origin that has not answered yet.
        init(origin: String) {
            guard let address = WebAddress(origin) else {
                site = origin
                return
            }
            site = Self.isLoopback(address.host) ? origin : address.site
        }

        /// Takes note of the peer that answered, `address:port`.
        mutating func answered(by peer: String) {
            guard let end = peer.lastIndex(of: ":"), end > peer.startIndex else { return }
            let host = String(peer[..<end])
            address = Self.isLoopback(host) ? nil : host
        }

        private static func isLoopback(_ host: String) -> Bool {
            host.hasPrefix("127.") || host == "[::1]" || host == "::1" || host == "localhost"
        }
    }

    /// What may be done now.
    enum Answer: Hashable, Sendable {
        case go
        case wait(until: Instant)
        /// Too many are open; `ended` names who waited for that.
        case busy
    }

    private struct Line {
        var nextAllowed = Instant(microseconds: 0)
        var inFlight = 0
        var waiting: [String] = []

        func isOwed(at now: Instant) -> Bool {
            inFlight > 0 || !waiting.isEmpty || nextAllowed > now
        }

        mutating func wait(_ origin: String) {
            if !waiting.contains(origin) { waiting.append(origin) }
        }
    }

    private let connections: Int
    private var sites: [String: Line] = [:]
    private var addresses: [String: Line] = [:]

    init(connections: Int) {
        self.connections = connections
    }

    /// Whether an origin may be asked as far as its neighbours are concerned.
    mutating func answer(for origin: String, at place: Place, now: Instant) -> Answer {
        let site = sites[place.site] ?? Line()
        if site.inFlight >= connections {
            sites[place.site]?.wait(origin)
            return .busy
        }
        let address = place.address.flatMap { addresses[$0] } ?? Line()
        if address.inFlight >= connections * Self.addressShare, let name = place.address {
            addresses[name]?.wait(origin)
            return .busy
        }
        let next = max(site.nextAllowed, address.nextAllowed)
        return next > now ? .wait(until: next) : .go
    }

    /// A request starts at a host whose own pause is given.
    mutating func started(at place: Place, now: Instant, delayInMilliseconds delay: Int) {
        let delay = Int64(delay)
        sites[place.site, default: Line()].inFlight += 1
        rest(place.site, until: now.advanced(milliseconds: delay))
        guard let address = place.address else { return }
        let next = now.advanced(milliseconds: delay / Int64(Self.addressShare))
        var line = addresses[address] ?? Line()
        line.inFlight += 1
        line.nextAllowed = max(line.nextAllowed, next)
        addresses[address] = line
    }

    /// A request ended that was started at a place.
    ///
    /// - Returns: The origins that may be asked now and could not before.
    mutating func ended(at place: Place) -> [String] {
        var woken: [String] = []
        sites[place.site]?.inFlight -= 1
        woken += sites[place.site]?.waiting ?? []
        sites[place.site]?.waiting = []
        if let address = place.address {
            addresses[address]?.inFlight -= 1
            woken += addresses[address]?.waiting ?? []
            addresses[address]?.waiting = []
        }
        return woken
    }

    /// Forgets sites and addresses to which nothing is owed.
    mutating func forgetIdle(at now: Instant) {
        sites = sites.filter { $0.value.isOwed(at: now) }
        addresses = addresses.filter { $0.value.isOwed(at: now) }
    }

    /// Leaves a site alone until a moment.
    mutating func rest(_ site: String, until moment: Instant) {
        let known = sites[site]?.nextAllowed ?? moment
        sites[site, default: Line()].nextAllowed = max(known, moment)
    }
}
