// What a scan looked at and what it could not, with reasons.

/// Why an address was not checked.
public enum NotChecked: String, Hashable, Sendable, Codable, CodingKeyRepresentable, CaseIterable {
    /// robots.txt disallows it.
    case robots
    /// robots.txt could not be read, so the host is left alone.
    case robotsUnavailable = "robots-unavailable"
    /// The page asks not to be followed or indexed.
    case metaRobots = "meta-robots"
    /// 401 or 403.
    case refused
    /// 429 or 503 until the tries were used up.
    case throttled
    /// The page is a form to log in, or leads to one.
    case login
    /// The page has no text of its own; scripts build it in a browser.
    case scriptOnly = "script-only"
    /// 404 or 410.
    case gone
    /// Another 4xx or 5xx.
    case serverError = "server-error"
    /// No answer, or one that broke off.
    case unreachable
    /// An address that this plan may not reach.
    case forbidden
    /// A limit on size or time ended the fetch.
    case overLimit = "over-limit"
    /// The image could not be decoded.
    case undecodable
    /// A format that is not read.
    case unsupportedFormat = "unsupported-format"
    /// An icon or a tracking pixel, too small to show a pattern.
    case tooSmall = "too-small"
    /// The plan's page, image, byte, time or depth budget was used up.
    case budget
    /// Out of the plan's scope.
    case outOfScope = "out-of-scope"

    /// A phrase for people.
    public var phrase: String {
        switch self {
        case .robots: "disallowed by robots.txt"
        case .robotsUnavailable: "robots.txt could not be read"
        case .metaRobots: "the page asks robots to stay away"
        case .refused: "the server refused access"
        case .throttled: "the server asked to wait too long or too often"
        case .login: "only for visitors who log in"
        case .scriptOnly: "built by scripts in a browser; nothing to read without them"
        case .gone: "no longer there"
        case .serverError: "the server answered with an error"
        case .unreachable: "no complete answer"
        case .forbidden: "an address this plan may not reach"
        case .overLimit: "larger or slower than the limits allow"
        case .undecodable: "the image is damaged"
        case .unsupportedFormat: "an image format that is not read"
        case .tooSmall: "icons, too small to show a pattern"
        case .budget: "the plan's budget was used up"
        case .outOfScope: "outside the plan's scope"
        }
    }
}

/// What a scan did on one site.
public struct SiteCoverage: Hashable, Sendable, Codable {
    /// The site.
    public var site: String
    /// Pages and documents read.
    public var pages: Int
    /// Images looked at.
    public var images: Int
    /// Addresses not checked, by reason.
    public var notChecked: [NotChecked: Int]
    /// Of pages and images, what was asked and is unchanged since an earlier scan.
    public var unchanged = 0
    /// Of pages and images, what was not asked because by its history it is too early for a change.
    public var assumed = 0

    /// What a scan did on one site.
    public init(site: String, pages: Int, images: Int, notChecked: [NotChecked: Int]) {
        self.site = site
        self.pages = pages
        self.images = images
        self.notChecked = notChecked
    }
}
