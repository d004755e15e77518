// What a scan fetched, address by address, for lists and archives.

internal import Foundation
internal import GRDB
public import SelvageTypes

/// One address that a scan fetched or gave up.
public struct FetchedAddress: Hashable, Sendable, Codable {
    /// The address.
    public var address: WebAddress
    /// What it was taken for.
    public var kind: TargetKind
    /// Status of the answer; 0 when there was none.
    public var status: Int
    /// Why it was not looked at; nil when it was.
    public var problem: NotChecked?
    /// SHA-256 of the body; nil when none came.
    public var digest: Digest?
    /// Bytes of the body; nil when none came, or nothing but its digest was kept.
    public var length: Int?
}

extension SelvageStore {
    /// The newest scan of a plan; nil when it has none.
    public func newestScan(ofPlan plan: String) async throws -> ScanRecord? {
        try await scans(ofPlan: plan, limit: 1).first
    }

    /// Hands over every address that a scan is done with, in the order in which they were found.
    ///
    /// Rows are read one by one, so memory does not grow with the scan.
    ///
    /// - Parameter kinds: Which kinds of documents; every kind when empty.
    public func forEachFetched(
        _ scan: ScanRecord, kinds: Set<TargetKind> = [],
        _ body: @Sendable (FetchedAddress) throws -> Void
    ) async throws {
        try await file.read { db in
            let statement = try QuickStatement(db, Self.fetched)
            try statement.each {
                $0.add(scan.number)
                $0.add(scan.number)
            } _: { columns in
                let fetched = try Self.fetchedAddress(columns)
                if kinds.isEmpty || kinds.contains(fetched.kind) { try body(fetched) }
                return true
            }
        }
    }

    /// Hands over the captures of a scan whose bodies are kept, in the order in which they were
    /// stored.
    ///
    /// - Throws: `StoreError` when a body is no longer what was captured; whatever `body` throws.
    public func forEachKeptCapture(
        _ scan: ScanRecord, _ body: @Sendable (StoredCapture) throws -> Void
    ) async throws {
        try await file.read { db in
            let rows = try Row.fetchCursor(db, sql: Self.kept, arguments: [scan.number])
            while let row = try rows.next() { try body(Self.storedCapture(row)) }
        }
    }

    private static let kept = """
        SELECT c.hops, b.bytes, c.began, c.ended, c.digest FROM capture c
        CROSS JOIN body b ON b.digest = c.digest WHERE c.scan = ? AND c.has_body = 1 ORDER BY c.id
        """

    private static func fetchedAddress(_ row: QuickStatement.Columns) throws -> FetchedAddress {
        guard let kind = row.text(1).flatMap(TargetKind.init(rawValue:)) else {
            throw StoreError.unreadable("a kind of document", in: "url")
        }
        return try FetchedAddress(
            address: WebAddress(column: row.text(0) ?? "", of: "url"), kind: kind,
            status: Int(row.integer(2)), problem: row.text(3).flatMap(NotChecked.init(rawValue:)),
            digest: row.digest(5, of: "capture"), length: row.integerOrNil(4).map { Int($0) })
    }

    private static let fetched = """
        SELECT u.address, u.kind, u.status, u.reason, c.length,
          CASE WHEN u.status BETWEEN 200 AND 299 OR u.status = 304 THEN coalesce(c.digest, u.content) END AS digest
        FROM url u LEFT JOIN capture c ON c.scan = ? AND c.url_id = u.url_id AND c.image = u.image
        WHERE u.done_scan = ? ORDER BY u.rank
        """
}
