// How far a scan is, and what it looked at and what not, by site.

internal import GRDB
public import SelvageTypes

extension SelvageStore {
    public func counts(_ scan: ScanRecord) async throws -> ScanCounts {
        try await file.read { db in
            var counts = ScanCounts()
            let row = try Row.fetchOne(db, sql: HotStatement.counts, arguments: [scan.number])
            guard let row else { return counts }
            counts.pagesDone = try row.value(0)
            counts.pagesPending = try row.value(1)
            counts.imagesDone = try row.value(2)
            counts.imagesPending = try row.value(3)
            counts.bytes = try row.value(4)
            counts.matches = try row.value(5)
            counts.unchanged = try row.value(6)
            counts.assumed = try row.value(7)
            return counts
        }
    }

    public func coverage(_ scan: ScanRecord) async throws -> [SiteCoverage] {
        try await file.read { db in
            var sites: [String: SiteCoverage] = [:]
            func add(
                _ origin: String, _ change: (inout SiteCoverage) throws -> Void
            ) rethrows {
                let site = Self.site(ofOrigin: origin)
                let nothing = SiteCoverage(site: site, pages: 0, images: 0, notChecked: [:])
                try change(&sites[site, default: nothing])
            }
            let done = try Row.fetchCursor(
                db, sql: HotStatement.progress, arguments: [scan.number])
            while let row = try done.next() {
                try add(row.value("origin")) {
                    $0.pages += try row.value(1)
                    $0.images += try row.value(2)
                    $0.unchanged += try row.value(3)
                    $0.assumed += try row.value(4)
                }
            }
            let left = try Row.fetchCursor(
                db, sql: HotStatement.notChecked, arguments: [scan.number])
            while let row = try left.next() {
                guard let reason = NotChecked(rawValue: try row.value("reason")) else {
                    throw StoreError.unreadable("a reason", in: "not_checked")
                }
                try add(row.value("origin")) {
                    $0.notChecked[reason, default: 0] += try row.value("addresses")
                }
            }
            return sites.values.filter(\.saysSomething).sorted { $0.site < $1.site }
        }
    }

    /// The host, with its port when that is not the scheme's own.
    static func site(ofOrigin origin: String) -> String {
        origin.split(separator: "/").last.map(String.init) ?? origin
    }
}

extension SiteCoverage {
    fileprivate var saysSomething: Bool { pages > 0 || images > 0 || !notChecked.isEmpty }
}
