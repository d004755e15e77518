// What earlier scans know of an address: what came last, and how often it changed.

/// How often an address was seen to change.
public struct VisitHistory: Hashable, Sendable {
    /// When it was asked last.
    public var checked: Instant
    /// Since when changes are counted.
    public var since: Instant
    /// Changes since then; a fraction when the count was shortened to a newer time.
    public var changes: Double

    /// A history; the first visit saw no change.
    public init(checked: Instant, since: Instant, changes: Double = 0) {
        self.checked = checked
        self.since = since
        self.changes = changes
    }
}

/// What an earlier scan of the plan brought from an address, and what is still valid of it.
public struct KnownContent: Hashable, Sendable {
    /// The entity tag of the last answer.
    public var etag: String?
    /// The Last-Modified of the last answer.
    public var lastModified: String?
    /// SHA-256 of its body.
    public var content: Digest
    /// How often it changed.
    public var history: VisitHistory
    /// Whether it is asked in every scan, as a page with a finding is.
    public var isUrgent: Bool
    /// Why it was not looked at, although it came; nil when it was.
    public var reason: NotChecked?

    /// What is known of an address.
    public init(
        etag: String? = nil, lastModified: String? = nil, content: Digest, history: VisitHistory,
        isUrgent: Bool = false, reason: NotChecked? = nil
    ) {
        self.etag = etag
        self.lastModified = lastModified
        self.content = content
        self.history = history
        self.isUrgent = isUrgent
        self.reason = reason
    }
}

/// How it was found that an address still has what an earlier scan brought.
public enum Unchanged: String, Hashable, Sendable, Codable {
    /// The server said so (304).
    case confirmed
    /// The same bytes came again.
    case sameContent = "same-content"
    /// It was not asked: by its history it is too early for a change.
    case assumed
}

/// The version of what is read from documents.
///
/// It is raised when other links, images or facts are read from the same bytes; what an older version
/// read is read again.
public enum ReaderVersion {
    /// The version in use.
    public static let current = 1
}
