// One statement of a site about what its content may be used for, as it was made.

/// One statement about what content may be used for, as it was made beside a capture.
///
/// It is recorded, not obeyed: what keeps a crawler away is robots.txt and the robots directives.
///
/// - Source: TDM Reservation Protocol (W3C community group report, 2024), Really Simple Licensing
///   1.0, and the robots directives that crawlers document.
public struct UseTerm: Hashable, Sendable, Codable {
    /// What is stated.
    public enum Name: String, Hashable, Sendable, Codable, CaseIterable {
        /// A robots directive: `noindex`, `nofollow`, `noimageindex`, `noai`, `noimageai`.
        case robots
        /// `1` when text and data mining rights are reserved, `0` when not.
        case reservation = "tdm-reservation"
        /// The address of a policy for text and data mining.
        case policy = "tdm-policy"
        /// The address of a licence, as of RSL or `rel=license`.
        case licence
        /// A line on uses in robots.txt, as `Content-Signal` or `Content-Usage`.
        case signal = "content-signal"
    }

    /// Where it is stated.
    public enum Source: String, Hashable, Sendable, Codable, CaseIterable {
        case field = "header"
        case meta
        case link
        case robotsFile = "robots.txt"
        case reservationFile = "tdmrep.json"
    }

    /// What is stated.
    public var name: Name
    /// The value as written; addresses are absolute.
    public var value: String
    /// Where it is stated.
    public var source: Source
    /// The address of the answer or document that states it.
    public var place: String

    /// One statement.
    public init(_ name: Name, _ value: String, source: Source, place: String) {
        self.name = name
        self.value = value
        self.source = source
        self.place = place
    }
}

/// A statement of a host about all its addresses, or about those that a pattern matches.
public struct HostTerm: Hashable, Sendable, Codable {
    /// A path as robots.txt writes patterns; nil for the whole host.
    public var pattern: String?
    /// Statements of one host whose patterns compete have the same group; the first that matches
    /// holds.
    public var rule: Int?
    /// What is stated.
    public var term: UseTerm

    /// A statement of a host.
    public init(_ term: UseTerm, pattern: String? = nil, rule: Int? = nil) {
        self.term = term
        self.pattern = pattern
        self.rule = rule
    }
}
