// Why a crawl would fetch an address or not, rule by rule.

public import SelvageTypes

/// Why a crawl would fetch an address or not, rule by rule.
public struct AddressExplanation: Hashable, Sendable, Codable {
    /// One rule and what it says to the address.
    public struct Step: Hashable, Sendable, Codable {
        /// What is asked: `scope`, `exclude`, `robots`, `traps`, `pace`, `known`.
        public var question: String
        /// The answer, for people.
        public var answer: String
        /// Whether it alone keeps the address from being fetched.
        public var forbids: Bool

        /// One step.
        public init(_ question: String, _ answer: String, forbids: Bool = false) {
            self.question = question
            self.answer = answer
            self.forbids = forbids
        }
    }

    /// The address as it was asked about.
    public var address: WebAddress
    /// The spelling that is compared and fetched.
    public var canonical: WebAddress
    /// The site whose pace and budget it shares.
    public var site: String
    /// The rules, in the order in which they are asked.
    public var steps: [Step]

    /// Whether nothing that is known keeps it from being fetched.
    public var isFetched: Bool { !steps.contains(where: \.forbids) }

    /// Explains an address under a plan's settings.
    ///
    /// - Parameters:
    ///   - host: What is known of its host; nil when it was never asked.
    ///   - now: The moment at which it would be asked.
    public init(
        _ address: WebAddress, under settings: CrawlSettings, host: HostState?, at now: Instant
    ) {
        self.address = address
        canonical = address.canonical
        site = canonical.site
        steps = []
        steps.append(Self.scope(canonical, settings))
        steps.append(Self.exclusion(canonical, settings))
        steps.append(Self.robots(canonical, settings, host, at: now))
        steps.append(Self.traps(canonical, settings))
        steps.append(Self.pace(settings, host, at: now))
    }

    private static func scope(_ address: WebAddress, _ settings: CrawlSettings) -> Step {
        if settings.seeds.contains(where: { $0.address.canonical == address }) {
            return Step("scope", "It is a seed of the plan.")
        }
        let isHeld = settings.scope.holds(host: address.host)
        return Step(
            "scope",
            isHeld
                ? "\(address.host) belongs to the plan; up to \(settings.depth) links from a seed."
                : "\(address.host) is none of the plan's hosts; as a page it is not fetched, as an image it is.",
            forbids: !isHeld)
    }

    private static func exclusion(_ address: WebAddress, _ settings: CrawlSettings) -> Step {
        guard let prefix = settings.scope.exclusion(of: address) else {
            return Step("exclude", "No excluded path begins its own.")
        }
        return Step(
            "exclude", "The plan leaves out paths that begin with \(prefix).", forbids: true)
    }

    private static func robots(
        _ address: WebAddress, _ settings: CrawlSettings, _ host: HostState?, at now: Instant
    ) -> Step {
        guard settings.robots == .obey else {
            return Step("robots", "The plan ignores robots.txt.")
        }
        guard let host, let until = host.robotsUntil else {
            return Step(
                "robots", "\(address.origin)/robots.txt has not been read; it is asked first.")
        }
        let robots = Robots(
            status: host.robotsStatus, body: host.robots ?? [], for: settings.productToken)
        let age = until > now ? "read" : "read, and to be read again before the next request"
        if robots.isUnavailable {
            return Step(
                "robots",
                "robots.txt could not be read (status \(host.robotsStatus)), so nothing is fetched until it can.",
                forbids: until > now)
        }
        guard let line = robots.decidingLine(for: address.target) else {
            return Step(
                "robots", "robots.txt (\(age), status \(host.robotsStatus)) has no rule for it.")
        }
        return Step(
            "robots", "robots.txt (\(age)), line \(line.line): \(line.rule)",
            forbids: !robots.allows(address))
    }

    private static func traps(_ address: WebAddress, _ settings: CrawlSettings) -> Step {
        if let broken = TrapGuard(settings.traps).broken(by: address) {
            return Step(
                "traps", "It looks like part of an endless space: \(broken).", forbids: true)
        }
        let shape = AddressShape(address)
        let parameters = shape.parameters.isEmpty ? "" : "?\(shape.parameters)"
        let limit = settings.traps.barrenPages
        return Step(
            "traps",
            "It counts among \(shape.path)\(parameters), which is left alone after \(limit) pages without a new image, or \(limit * settings.traps.ownTexts) if each says something of its own."
        )
    }

    private static func pace(_ settings: CrawlSettings, _ host: HostState?, at now: Instant) -> Step
    {
        let delay = max(host?.delayInMilliseconds ?? 0, settings.manners.delayInMilliseconds)
        var answer =
            "One request in \(delay) ms, at most \(settings.manners.connections) at once, for the whole site."
        if let host, host.nextAllowed > now {
            answer += " Not before \(host.nextAllowed.iso8601)."
        }
        if let host, host.failures > 0 { answer += " It failed \(host.failures) times in a row." }
        return Step("pace", answer)
    }
}
