// The statements of the crawl find their rows by the intended index, however large the frontier is.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct QueryPlanTests {
    let folder = TemporaryFolder()

    /// 200,000 addresses on 200 hosts, half of them done, with and without statistics.
    private func largeStore(analysed: Bool) async throws -> SelvageStore {
        let store = try SelvageStore(folder: folder.path)
        _ = try await store.begin(
            plan: "p", digest: planDigest, seeds: [.page("https://shop.example/")], at: at(0))
        let hosts = (0..<200).map { HostKey(origin: "https://host\($0).example") }
        try await store.file.write { db in
            for (number, host) in hosts.enumerated() {
                try db.execute(
                    sql: "INSERT INTO host(shard, host_id, origin) VALUES (?, ?, ?)",
                    arguments: [host.shard, host.id, "https://host\(number).example"])
                try db.execute(
                    sql: """
                        INSERT INTO url(shard, host_id, plan, url_id, image, address, kind, depth,
                          rank, seen_scan, done_scan, due_at)
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000)
                        SELECT ?1, ?2, 1, randomblob(16), i % 2, 'https://host' || ?3 || '.example/'
                          || i, CASE i % 2 WHEN 1 THEN 'image' ELSE 'page' END, i % 7, i, 1,
                          i % 4 / 2, i % 50 / 49 FROM n
                        """, arguments: [host.shard, host.id, number])
                try db.execute(
                    sql:
                        "INSERT INTO progress(scan, shard, host_id, pages_pending) VALUES (1,?,?,500)",
                    arguments: [host.shard, host.id])
            }
            if analysed { try db.execute(sql: "ANALYZE") }
        }
        return store
    }

    private func plan(_ store: SelvageStore, _ sql: String) async throws -> [String] {
        try await store.file.read { db in
            let values = [(any DatabaseValueConvertible)?](
                repeating: 1, count: sql.contains("?1") ? 1 : sql.count { $0 == "?" })
            let arguments: StatementArguments =
                sql.contains(":scan")
                ? ["scan": 1, "reason": "budget"] : StatementArguments(values)
            return try Row.fetchAll(
                db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments
            ).map { $0["detail"] }
        }
    }

    @Test("No statement of a batch reads a whole table", arguments: [false, true])
    func noScans(analysed: Bool) async throws {
        let store = try await largeStore(analysed: analysed)
        let statements =
            [
                HotStatement.hostsWithWork, HotStatement.targets, HotStatement.nextRetry,
                HotStatement.counts, HotStatement.progress, HotStatement.notChecked,
                HotStatement.sightings, HotStatement.captureAsked, HotStatement.captureReached,
                HotStatement.carriedAsked, HotStatement.carriedReached,
                FrontierBatch.knowledge, FrontierBatch.stillHolds,
                HotStatement.dueMessages, FrontierBatch.find, FrontierBatch.renew,
                FrontierBatch.raise, FrontierBatch.postpone, FrontierBatch.done,
            ] + HotStatement.giveUp + HotStatement.dropBodies
        for sql in statements {
            let lines = try await plan(store, sql)
            let scans = lines.filter { $0.hasPrefix("SCAN") && !$0.contains("CONSTANT ROW") }
            #expect(scans == [], "\(sql)")
            #expect(!lines.contains { $0.contains("AUTOMATIC") }, "\(sql)")
        }
    }

    @Test("Each statement uses the index made for it", arguments: [false, true])
    func indexes(analysed: Bool) async throws {
        let store = try await largeStore(analysed: analysed)
        let expected = [
            (HotStatement.hostsWithWork, "INDEX progress_open"),
            (
                HotStatement.targets,
                "INDEX url_pending (shard=? AND host_id=? AND plan=? AND seen_scan=?)"
            ),
            (
                HotStatement.nextRetry,
                "INDEX url_postponed (shard=? AND host_id=? AND plan=? AND seen_scan=? AND due_at>?)"
            ),
            (HotStatement.sightings, "INDEX capture_matched"),
            (HotStatement.sightings, "INDEX reference_image (image_id=?)"),
            (HotStatement.dueMessages, "INDEX outbox_due"),
            (
                FrontierBatch.find,
                "PRIMARY KEY (shard=? AND host_id=? AND plan=? AND url_id=? AND image=?)"
            ),
            (
                FrontierBatch.done,
                "PRIMARY KEY (shard=? AND host_id=? AND plan=? AND url_id=? AND image=?)"
            ),
            (
                HotStatement.giveUp[0],
                "INDEX url_pending (shard=? AND host_id=? AND plan=? AND seen_scan=?)"
            ),
            (HotStatement.dropBodies[0], "INDEX capture_kept"),
        ]
        for (sql, index) in expected {
            let lines = try await plan(store, sql)
            #expect(lines.contains { $0.contains(index) }, "\(lines)")
        }
    }

    @Test("The next targets come out of the index in order, without sorting")
    func noSorting() async throws {
        let store = try await largeStore(analysed: true)
        let lines = try await plan(store, HotStatement.targets)
        #expect(!lines.contains { $0.contains("TEMP B-TREE") })
        let scan = try await store.begin(plan: "p", digest: planDigest, seeds: [], at: at(0))
        let next = try await store.targets(
            scan, origin: "https://host7.example", limit: 128, at: at(0), excluding: [])
        #expect(next.count == 128 && next.allSatisfy { $0.address.host == "host7.example" })
        #expect(next.map(\.depth) == next.map(\.depth).sorted())
        #expect(try await store.allHostsWithWork(scan).count == 201)
    }
}
