// One transaction on a scan's frontier: addresses are queued, tried, and done.

internal import Foundation
internal import GRDB
internal import SelvageTypes

/// One transaction on a scan's frontier.
///
/// An address is pending when the scan has seen it and not done it: `seen_scan` is the scan's
/// number and `done_scan` is smaller. So a new scan takes nothing away and resets nothing.
struct FrontierBatch {
    let db: Database
    let scan: Int64
    let catalogue: Data
    /// Whether digests stand for captures.
    let keepsDigests: Bool
    var tally = ScanTally()
    /// Origins that got something to fetch.
    private(set) var queued: Set<String> = []
    let plan: Int64
    private var rank: Int64
    private var knownHosts: Set<HostKey> = []
    private var hostKeys: [String: HostKey] = [:]
    let statements: FrontierStatements

    /// Begins the batch inside a write transaction.
    ///
    /// - Throws: `StoreError` with `.scanClosed` when the scan has ended.
    init(_ db: Database, scan number: Int64) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT plan, catalogue, ended, next_rank, digests FROM scan WHERE number = ?"),
            arguments: [number])
        guard let row, try row.value("ended") as Int64? == nil else {
            throw StoreError(
                .scanClosed, at: "scan \(number)",
                detail: "This scan has ended or a newer one of its plan took its place; nothing "
                    + "was stored. Start the plan again.")
        }
        self.db = db
        statements = try FrontierStatements(db)
        scan = number
        plan = try row.value("plan")
        catalogue = try row.value("catalogue") as Data? ?? Data()
        rank = try row.value("next_rank")
        keepsDigests = try (row.value("digests") as Int) > 0
    }

    /// Puts an address in the frontier, unless this scan has it already.
    mutating func queue(_ target: Target) throws {
        let key = key(of: target.address, isImage: target.kind == .image)
        if try insert(target, key) { return pending(target, key) }
        guard let known = try find(key) else { return }
        if known.seen < scan {
            try db.cachedStatement(sql: Self.renew).execute(
                arguments: [scan, target.kind.rawValue, target.depth, nextRank()]
                    + StatementArguments(key.values(plan: plan)))
            pending(target, key)
        } else if known.done < scan, target.depth < known.depth {
            try db.cachedStatement(sql: Self.raise).execute(
                arguments: [target.depth] + StatementArguments(key.values(plan: plan)))
        }
    }

    /// Keeps an address for a later try.
    ///
    /// A repeated call has no second effect.
    mutating func postpone(_ outcome: TargetOutcome, until moment: Instant) throws {
        let key = try keyOfSeen(outcome.target)
        try db.cachedStatement(sql: Self.postpone).execute(
            arguments: [
                max(1, moment.microseconds), outcome.target.tries + 1, outcome.status,
                outcome.detail,
            ] + StatementArguments(key.values(plan: plan)) + [outcome.target.tries])
    }

    /// Marks an address as done.
    ///
    /// A repeated call counts once.
    ///
    /// - Returns: Whether the address was still to fetch.
    ///
    /// - Parameter capture: The row that holds what is known of it from now on; nil for nothing.
    mutating func finish(_ outcome: TargetOutcome, reason: NotChecked?, capture: Int64? = nil)
        throws -> Bool
    {
        let key = key(of: outcome.target.address, isImage: outcome.target.kind == .image)
        var wasPending = try markDone(
            key, outcome, reason: reason, fetches: 1, capture: capture, ifPending: true)
        if !wasPending, try (find(key)?.seen ?? 0) < scan {
            // One that the frontier did not name is put there first.
            try queue(outcome.target)
            wasPending = try markDone(
                key, outcome, reason: reason, fetches: 1, capture: capture, ifPending: true)
        } else if !wasPending {
            try markDone(key, outcome, reason: reason, fetches: 1, capture: capture)
        }
        if wasPending {
            tally.pending(key.host, isImage: key.isImage, by: -1)
            tally.ended(key.host, isImage: key.isImage, reason: reason)
        }
        return wasPending
    }

    /// Marks the address that a redirect led to as done, so that it is not fetched again.
    ///
    /// The fetch was counted at the address that was asked.
    mutating func finishRedirect(
        to address: WebAddress, _ outcome: TargetOutcome, reason: NotChecked?
    ) throws {
        var target = outcome.target
        target.address = address
        let key = key(of: address, isImage: target.kind == .image)
        if try !insert(target, key), let known = try find(key), known.seen == scan,
            known.done < scan
        {
            tally.pending(key.host, isImage: key.isImage, by: -1)
        }
        try markDone(key, outcome, reason: reason, fetches: 0)
    }

    /// Writes what the batch gathered; the last step of the transaction.
    func close() throws {
        try tally.write(db, scan: scan)
        try db.cachedStatement(sql: "UPDATE scan SET next_rank = ? WHERE number = ?")
            .execute(arguments: [rank, scan])
    }

    /// The key of an address; a host's is computed once a batch.
    mutating func key(of address: WebAddress, isImage: Bool) -> AddressKey {
        let origin = address.origin
        let host: HostKey
        if let known = hostKeys[origin] {
            host = known
        } else {
            host = HostKey(origin: origin)
            hostKeys[origin] = host
        }
        return AddressKey(address, of: host, isImage: isImage)
    }

    /// Notes that a host has something to fetch again.
    mutating func wake(_ origin: String) {
        queued.insert(origin)
    }

    private mutating func pending(_ target: Target, _ key: AddressKey) {
        tally.pending(key.host, isImage: key.isImage, by: 1)
        queued.insert(target.address.origin)
    }

    mutating func nextRank() -> Int64 {
        rank += 1
        return rank - 1
    }

    /// The key of a target that was tried; one that the frontier did not name is put there first.
    mutating func keyOfSeen(_ target: Target) throws -> AddressKey {
        let key = key(of: target.address, isImage: target.kind == .image)
        if try (find(key)?.seen ?? 0) < scan { try queue(target) }
        return key
    }
}

extension FrontierBatch {
    /// Whether an address is still to be done in this scan.
    func isPending(_ key: AddressKey) throws -> Bool {
        try find(key).map { $0.done < scan } ?? false
    }

    private struct Known {
        let seen: Int64
        let done: Int64
        let depth: Int
    }

    private func find(_ key: AddressKey) throws -> Known? {
        try statements.find.first {
            $0.add(key, plan: plan)
        } _: {
            Known(seen: $0.integer(0), done: $0.integer(1), depth: Int($0.integer(2)))
        }
    }

    /// Puts an address in the frontier if no scan of the plan has had it.
    ///
    /// - Returns: Whether it was put there.
    private mutating func insert(_ target: Target, _ key: AddressKey) throws -> Bool {
        if knownHosts.insert(key.host).inserted {
            try statements.insertHost.run {
                $0.add(key.host.shard)
                $0.add(key.host.id)
                $0.add(target.address.origin)
            }
        }
        let rank = nextRank()
        return try statements.insert.run {
            $0.add(key, plan: plan)
            $0.add(target.address.description)
            $0.add(target.kind.rawValue)
            $0.add(target.depth)
            $0.add(rank)
            $0.add(scan)
        } > 0
    }

    /// - Parameter ifPending: Whether an address that is done already is left as it is.
    /// - Returns: Whether something was marked.
    @discardableResult
    private func markDone(
        _ key: AddressKey, _ outcome: TargetOutcome, reason: NotChecked?, fetches: Int,
        capture: Int64? = nil, ifPending: Bool = false
    ) throws -> Bool {
        let headers = outcome.capture?.headers ?? []
        // Of what was left at its first bytes the content is not known.
        let content = outcome.capture.flatMap { $0.ruledOut == nil ? $0.digest : nil }
        let history = outcome.history
        return try (ifPending ? statements.donePending : statements.done).run {
            $0.add(scan)
            $0.add(scan)
            $0.add(fetches)
            $0.add(outcome.status)
            $0.add(reason?.rawValue)
            $0.add(outcome.detail.isEmpty ? nil : outcome.detail)
            $0.add(content)
            $0.add(headers.first("etag"))
            $0.add(headers.first("last-modified"))
            $0.add(capture)
            $0.add(history?.checked.microseconds)
            $0.add(history?.since.microseconds)
            $0.add(history?.changes)
            $0.add(key, plan: plan)
            guard ifPending else { return }
            $0.add(scan)
            $0.add(scan)
        } > 0
    }

    static let at = "shard = ? AND host_id = ? AND plan = ? AND url_id = ? AND image = ?"

    static let find = "SELECT seen_scan, done_scan, depth FROM url WHERE \(at)"

    static let insert = """
        INSERT INTO url(shard, host_id, plan, url_id, image, address, kind, depth, rank, seen_scan)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """

    static let renew = """
        UPDATE url SET seen_scan = ?, kind = ?, depth = ?, rank = ?, due_at = 0, tries = 0
        WHERE \(at)
        """

    static let raise = "UPDATE url SET depth = ? WHERE \(at)"

    static let postpone = """
        UPDATE url SET due_at = ?, tries = ?, fetches = fetches + 1, status = ?, detail = ?
        WHERE \(at) AND done_scan < seen_scan AND tries <= ?
        """

    static let done = """
        UPDATE url SET seen_scan = ?, done_scan = ?, due_at = 0, fetches = fetches + ?, status = ?,
          reason = ?, detail = ?, content = coalesce(?, content), etag = ?, last_modified = ?,
          capture = ?, checked_at = coalesce(?, checked_at),
          watched_since = coalesce(?, watched_since), changes = coalesce(?, changes)
        WHERE \(at)
        """

    static let donePending = "\(done) AND seen_scan = ? AND done_scan < ?"
}

/// The statements that run for every address of a batch, looked up once.
struct FrontierStatements {
    let find, insert, insertHost, done, donePending, hold, keepHost: QuickStatement
    let keepCapture: Statement

    init(_ db: Database) throws {
        find = try QuickStatement(db, FrontierBatch.find)
        insert = try QuickStatement(db, FrontierBatch.insert)
        insertHost = try QuickStatement(
            db, "INSERT OR IGNORE INTO host(shard, host_id, origin) VALUES (?, ?, ?)")
        done = try QuickStatement(db, FrontierBatch.done)
        donePending = try QuickStatement(db, FrontierBatch.donePending)
        hold = try QuickStatement(db, FrontierBatch.hold)
        keepHost = try QuickStatement(db, FrontierBatch.keepHost)
        keepCapture = try db.cachedStatement(sql: FrontierBatch.keepCapture)
    }
}
