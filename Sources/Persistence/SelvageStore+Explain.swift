// What the store knows of one address and its host, for people who ask why.

internal import Foundation
internal import GRDB
public import SelvageTypes

/// What the store knows of one address in a plan's frontier.
public struct FrontierEntry: Hashable, Sendable, Codable {
    /// What it is taken for.
    public var kind: TargetKind
    /// Links from a seed.
    public var depth: Int
    /// The scan that met it last.
    public var seenInScan: Int64
    /// The scan that was done with it last; 0 for none.
    public var doneInScan: Int64
    /// Status of the last answer; 0 when there was none.
    public var status: Int
    /// Why it was not looked at; nil when it was.
    public var reason: NotChecked?
    /// One sentence for people.
    public var detail: String?
    /// Requests so far.
    public var fetches: Int
    /// When it may be tried again after a failure; nil when it is not waiting.
    public var notBefore: Instant?
    /// Whether it is asked first, and in every scan.
    public var isUrgent: Bool
    /// When it was asked last, and how often it changed; nil when nothing is known of it.
    public var checked: Instant?
    /// Since when changes are counted.
    public var watchedSince: Instant?
    /// Changes since then.
    public var changes: Double

    /// An entry.
    public init(
        kind: TargetKind, depth: Int, seenInScan: Int64, doneInScan: Int64, status: Int,
        reason: NotChecked?, detail: String?, fetches: Int, notBefore: Instant?, isUrgent: Bool,
        checked: Instant?, watchedSince: Instant?, changes: Double
    ) {
        self.kind = kind
        self.depth = depth
        self.seenInScan = seenInScan
        self.doneInScan = doneInScan
        self.status = status
        self.reason = reason
        self.detail = detail
        self.fetches = fetches
        self.notBefore = notBefore
        self.isUrgent = isUrgent
        self.checked = checked
        self.watchedSince = watchedSince
        self.changes = changes
    }
}

extension SelvageStore {
    /// What is known of an address in a plan: as a document, then as an image.
    public func entries(of address: WebAddress, plan: String) async throws -> [FrontierEntry] {
        let host = HostKey(origin: address.origin)
        let id = AddressKey.id(of: address)
        return try await file.read { db in
            try Row.fetchAll(
                db, sql: Self.entryOfAddress, arguments: [host.shard, host.id, plan, id]
            ).map(Self.entry)
        }
    }

    /// What is known of a host; nil when nothing is.
    public func host(_ origin: String) async throws -> HostState? {
        let host = HostKey(origin: origin)
        return try await file.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT h.*, r.body FROM host h
                    LEFT JOIN robots r ON r.shard = h.shard AND r.host_id = h.host_id
                    WHERE h.shard = ? AND h.host_id = ?
                    """, arguments: [host.shard, host.id]
            ).map(Self.hostState)
        }
    }

    private static func entry(_ row: Row) throws -> FrontierEntry {
        guard let kind = TargetKind(rawValue: try row.value("kind")) else {
            throw StoreError.unreadable("a kind of document", in: "url")
        }
        func moment(_ column: String) throws -> Instant? {
            try (row.value(column) as Int64?).flatMap { $0 > 0 ? Instant(microseconds: $0) : nil }
        }
        return try FrontierEntry(
            kind: kind, depth: row.value("depth"), seenInScan: row.value("seen_scan"),
            doneInScan: row.value("done_scan"), status: row.value("status"),
            reason: (row.value("reason") as String?).flatMap(NotChecked.init(rawValue:)),
            detail: row.value("detail"), fetches: row.value("fetches"),
            notBefore: moment("due_at"), isUrgent: (row.value("turn") as Int) == 0,
            checked: moment("checked_at"), watchedSince: moment("watched_since"),
            changes: row.value("changes"))
    }

    private static let entryOfAddress = """
        SELECT * FROM url WHERE shard = ? AND host_id = ?
          AND plan = (SELECT id FROM plan WHERE name = ?) AND url_id = ? ORDER BY image
        """
}
