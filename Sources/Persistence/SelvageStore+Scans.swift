// The scans that were run, newest first.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension SelvageStore {
    /// The newest scans, ended or not, newest first.
    ///
    /// - Parameter plan: Only of the plan with this name; nil for all plans.
    public func scans(ofPlan plan: String? = nil, limit: Int = 50) async throws -> [ScanRecord] {
        try await file.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT scan.number, plan.name, scan.digest, scan.began, scan.ended
                    FROM scan JOIN plan ON plan.id = scan.plan
                    WHERE ?1 IS NULL OR plan.name = ?1 ORDER BY scan.number DESC LIMIT ?2
                    """, arguments: [plan, limit])
            var scans: [ScanRecord] = []
            while let row = try rows.next() {
                let ended: Int64? = try row.value(4)
                scans.append(
                    ScanRecord(
                        number: try row.value(0), plan: try row.value(1),
                        planDigest: try Digest(column: row.value(2), of: "scan"),
                        began: Instant(microseconds: try row.value(3)),
                        ended: ended.map(Instant.init(microseconds:))))
            }
            return scans
        }
    }
}
