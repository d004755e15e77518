// The frontier port: scans begin, give out targets, take outcomes, and end.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension SelvageStore {
    public func begin(plan: String, digest: Digest, revisiting: Revisiting, at now: Instant)
        async throws -> ScanRecord
    {
        try await file.write { db in
            try db.execute(
                sql: "INSERT OR IGNORE INTO plan(name) VALUES (?)", arguments: [plan])
            let open = try Row.fetchAll(db, sql: Self.openScans, arguments: [plan])
            if let last = open.last, try last.value("digest") == digest.data {
                var scan = ScanRecord(
                    number: try last.value("number"), plan: plan, planDigest: digest,
                    began: Instant(microseconds: try last.value("began")), resumed: true)
                scan.revisits = try last.value("revisits")
                scan.isSown = try last.value("sown")
                return scan
            }
            for row in open {
                try Self.end(db, scan: row.value("number"), at: now)
            }
            let revisits = try Self.revisits(plan, digest, revisiting, in: db)
            try db.execute(
                sql: """
                    INSERT INTO scan(plan, digest, began, digests, revisits, sown)
                    SELECT id, ?, ?, ?, ?, 0 FROM plan WHERE name = ?
                    """,
                arguments: [
                    digest.data, now.microseconds, Self.digests(revisiting), revisits, plan,
                ])
            var scan = ScanRecord(
                number: db.lastInsertedRowID, plan: plan, planDigest: digest, began: now)
            scan.revisits = revisits
            if revisits { try FrontierBatch.revisit(db, scan: scan.number) }
            return scan
        }
    }

    public func sow(_ scan: ScanRecord, _ seeds: [Target], isLast: Bool) async throws {
        try await file.write { db in
            var batch = try FrontierBatch(db, scan: scan.number)
            for seed in seeds { try batch.queue(seed) }
            try batch.close()
            guard isLast else { return }
            try db.execute(
                sql: "UPDATE scan SET sown = 1 WHERE number = ?", arguments: [scan.number])
        }
    }

    public func hostsWithWork(_ scan: ScanRecord, after origin: String?, limit: Int) async throws
        -> [HostState]
    {
        // No shard is below 0, so this is before the first.
        let last = origin.map { HostKey(origin: $0) }
        return try await file.read { db in
            try Row.fetchAll(
                db, sql: HotStatement.hostsWithWork,
                arguments: [scan.number, last?.shard ?? -1, last?.id ?? 0, limit]
            ).map(Self.hostState)
        }
    }

    public func hosts(_ origins: [String]) async throws -> [HostState] {
        try await file.readAsWriter { db in
            let statement = try db.cachedStatement(sql: HotStatement.host)
            return try origins.compactMap { origin in
                let key = HostKey(origin: origin)
                return try Row.fetchOne(statement, arguments: [key.shard, key.id])
                    .map(Self.hostState)
            }
        }
    }

    public func targets(
        _ scan: ScanRecord, origin: String, limit: Int, at now: Instant, excluding: Set<WebAddress>
    ) async throws -> [Target] {
        let inFlight = excluding.filter { $0.origin == origin }
        let host = HostKey(origin: origin)
        // On the writer's connection, which has the pages that the last commits changed.
        return try await file.readAsWriter { db in
            var targets: [Target] = []
            try QuickStatement(db, HotStatement.targets).each {
                $0.add(scan.number)
                $0.add(ReaderVersion.current)
                $0.add(scan.number)
                $0.add(host.shard)
                $0.add(host.id)
                $0.add(scan.number)
                $0.add(scan.number)
                $0.add(now.microseconds)
                // An address can be in flight as a page and as an image, hence twice.
                $0.add(limit + 2 * inFlight.count)
            } _: { columns in
                let target = try Self.target(columns)
                if !inFlight.contains(target.address) { targets.append(target) }
                return targets.count < limit
            }
            return targets
        }
    }

    public func nextRetry(_ scan: ScanRecord, origin: String, after now: Instant) async throws
        -> Instant?
    {
        let host = HostKey(origin: origin)
        return try await file.readAsWriter { db in
            try Int64.fetchOne(
                db, sql: HotStatement.nextRetry,
                arguments: [host.shard, host.id, scan.number, scan.number, now.microseconds]
            ).map(Instant.init(microseconds:))
        }
    }

    public func commit(_ scan: ScanRecord, outcomes: [TargetOutcome], hosts: [HostState])
        async throws -> Set<String>
    {
        try await file.write { db in
            var batch = try FrontierBatch(db, scan: scan.number)
            for outcome in outcomes { try batch.store(outcome) }
            for host in hosts { try batch.keep(host) }
            try batch.close()
            return batch.queued
        }
    }

    public func giveUp(_ scan: ScanRecord, reason: NotChecked) async throws {
        try await file.write { db in
            for sql in HotStatement.giveUp {
                try db.execute(
                    sql: sql, arguments: ["scan": scan.number, "reason": reason.rawValue])
            }
        }
    }

    public func finish(_ scan: ScanRecord, at now: Instant) async throws {
        try await file.write { db in try Self.end(db, scan: scan.number, at: now) }
    }

    /// Names the catalogue that this scan's images are matched against from now on.
    ///
    /// What was recognised before keeps what it was recognised with.
    ///
    /// - Parameter catalogue: The digest of the catalogue's `assets.jsonl`, so of its generation.
    public func setCatalogue(_ catalogue: Digest, for scan: ScanRecord) async throws {
        try await file.write { db in
            try db.execute(
                sql: "UPDATE scan SET catalogue = ? WHERE number = ?",
                arguments: [catalogue.data, scan.number])
        }
    }

    /// What a scan's row says of digests that stand for captures: the version of what read them.
    private static func digests(_ revisiting: Revisiting) -> Int {
        if case .digests = revisiting { return ReaderVersion.current }
        return 0
    }

    /// Whether a new scan of a plan is to have what the last one knew.
    ///
    /// Without captures nothing says which page named an address. So what is known counts only when
    /// the very same was asked for: the same seeds, and images or none.
    private static func revisits(
        _ plan: String, _ digest: Digest, _ revisiting: Revisiting, in db: Database
    ) throws -> Bool {
        if revisiting == .nothing || revisiting == .digests(known: false) { return false }
        let last = try Row.fetchOne(
            db,
            sql: """
                SELECT digests, digest FROM scan WHERE plan = (SELECT id FROM plan WHERE name = ?)
                ORDER BY number DESC LIMIT 1
                """, arguments: [plan])
        guard let last, try last.value("digests") == digests(revisiting) else { return false }
        return try revisiting == .captures || last.value("digest") == digest.data
    }

    private static func end(_ db: Database, scan: Int64, at now: Instant) throws {
        try db.execute(
            sql: "UPDATE scan SET ended = ? WHERE number = ? AND ended IS NULL",
            arguments: [now.microseconds, scan])
    }

    static func hostState(_ row: Row) throws -> HostState {
        var state = try HostState(
            origin: row.value("origin"), nextAllowed: Instant(microseconds: row.value("next_at")),
            delayInMilliseconds: row.value("delay_ms"), failures: row.value("fails"),
            robots: (row.value("body") as Data?).map { Array($0) },
            robotsStatus: row.value("robots_status"),
            robotsUntil: (row.value("robots_until") as Int64?).map(Instant.init(microseconds:)))
        if let terms = try row.value("terms") as String? {
            state.terms = try StoredJSON.value([HostTerm].self, from: terms, of: "host")
        }
        state.termsUntil = try (row.value("terms_until") as Int64?)
            .map(Instant.init(microseconds:))
        return state
    }

    /// A row of `HotStatement.targets`.
    private static func target(_ row: QuickStatement.Columns) throws -> Target {
        guard let kind = row.text(1).flatMap(TargetKind.init(rawValue:)) else {
            throw StoreError.unreadable("a kind of document", in: "url")
        }
        return try Target(
            address: WebAddress(column: row.text(0) ?? "", of: "url"), kind: kind,
            depth: Int(row.integer(2)), tries: Int(row.integer(3)), known: known(row))
    }

    private static func known(_ row: QuickStatement.Columns) throws -> KnownContent? {
        guard let content = try row.digest(10, of: "capture") else { return nil }
        let checked = Instant(microseconds: row.integer(7))
        let since = row.integerOrNil(8).map(Instant.init(microseconds:))
        return KnownContent(
            etag: row.text(5), lastModified: row.text(6), content: content,
            history: VisitHistory(
                checked: checked, since: since ?? checked, changes: row.double(9)),
            isUrgent: row.integer(4) == 0, reason: row.text(11).flatMap(NotChecked.init(rawValue:)))
    }

    private static let openScans = """
        SELECT number, digest, began, revisits, sown FROM scan
        WHERE plan = (SELECT id FROM plan WHERE name = ?) AND ended IS NULL ORDER BY number
        """
}
