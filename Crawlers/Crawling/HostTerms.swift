// What a host states about uses of its content as a whole, and what of it concerns one address.

internal import Extraction
internal import SelvageTypes

/// What a host states about uses of its content as a whole.
struct HostTerms: Sendable {
    /// What robots.txt says besides its rules.
    var ofRobots: [UseTerm] = []
    /// What `tdmrep.json` says.
    var ofReservationFile: [HostTerm] = []
    /// When the file has to be read again; nil when it has not been asked.
    var until: Instant?
    var isAsking = false

    /// Whether the file has been read, or is known not to be there.
    func isKnown(at now: Instant) -> Bool {
        until.map { $0 > now } ?? false
    }

    /// What concerns one address of the host: of the file the first rule that matches.
    func terms(for address: WebAddress) -> [UseTerm] {
        guard !ofReservationFile.isEmpty else { return ofRobots }
        let target = EscapedText.normal(address.target.utf8, decodingUnreserved: false)
        var holds: Int?
        var terms = ofRobots
        for stated in ofReservationFile {
            if let holds, stated.rule != holds { break }
            let pattern = stated.pattern.map { Self.rule($0) }
            guard pattern?.matches(target) ?? true else { continue }
            holds = stated.rule
            terms.append(stated.term)
        }
        return terms
    }

    private static func rule(_ pattern: String) -> RobotsRule {
        let path = pattern.hasPrefix("/") || pattern.hasPrefix("*") ? pattern : "/" + pattern
        return RobotsRule(isAllow: true, pattern: Array(path.utf8))
    }
}

extension Crawl {
    /// The request for a host's `tdmrep.json`, when the host is to be asked for it now.
    ///
    /// It is asked once in the life of a robots.txt, before the first page, of hosts that serve
    /// pages, and only where robots.txt lets us.
    func termsErrand(_ origin: String, at now: Instant) -> Errand? {
        guard settings.recordsTerms, let host = hosts[origin], !host.terms.isKnown(at: now),
            host.queue.last?.kind == .page
        else { return nil }
        let until = now.advanced(milliseconds: Robots.lifetimeInMilliseconds)
        guard let address = WebAddress(origin + ReservationFile.path),
            settings.robots == .ignore || host.robots(at: now)?.allows(address) == true
        else {
            hosts[origin]?.terms.until = until
            return nil
        }
        hosts[origin]?.terms.isAsking = true
        var limits = settings.limits
        limits.bodyInBytes = 256 << 10
        limits.totalInMilliseconds = min(limits.totalInMilliseconds, 15_000)
        return Errand(
            origin: origin, place: host.place,
            request: FetchRequest(address, for: .feed, limits: limits), target: nil,
            isForTerms: true)
    }

    /// Takes note of what the file says; one that did not come says nothing.
    func receiveTerms(_ visit: Visit, at now: Instant) {
        let origin = visit.errand.origin
        hosts[origin]?.terms.isAsking = false
        var stated: [HostTerm] = []
        switch visit.result {
        case .success(let capture):
            if (200..<300).contains(capture.status) {
                stated = ReservationFile(capture.body, address: capture.address).terms
            }
        case .failure(let error):
            if error.reason == .cancelled { return }
        }
        hosts[origin]?.terms.ofReservationFile = stated
        hosts[origin]?.terms.until = now.advanced(milliseconds: Robots.lifetimeInMilliseconds)
    }
}
