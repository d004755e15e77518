// What an earlier scan brought and what still holds, taken over into a scan.

internal import Foundation
internal import GRDB
internal import SelvageTypes

extension FrontierBatch {
    /// The capture that holds what is known of an address.
    private struct Knowledge {
        let capture: Int64
        let reason: NotChecked?
        let hasBody: Bool
        let matched: Int
    }

    /// Takes over what is known of an address, with its references and its recognition.
    ///
    /// What cannot be taken over stays in the frontier and is fetched in full.
    mutating func carry(_ outcome: TargetOutcome) throws {
        if keepsDigests { return try carryDigest(outcome) }
        let key = try keyOfSeen(outcome.target)
        guard try isPending(key) else { return }
        guard let known = try knowledge(of: key), try isProvable(known, isImage: key.isImage) else {
            return try forget(key, outcome.target.address.origin)
        }
        let isAssumed = outcome.unchanged == .assumed
        try db.cachedStatement(sql: Self.stillHolds).execute(arguments: held(key, outcome))
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO carried(scan, url_id, image, capture, shard, host_id, assumed)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            scan, key.id, key.isImage, known.capture, key.host.shard, key.host.id,
            isAssumed,
        ])
        try queueImages(of: known.capture, depth: outcome.target.depth)
        tally.pending(key.host, isImage: key.isImage, by: -1)
        tally.ended(key.host, isImage: key.isImage, reason: known.reason)
        if known.reason == nil { tally.carried(key.host, isAssumed: isAssumed, by: 1) }
        guard key.isImage, known.matched > 0 else { return }
        if try showsAsset(known.capture) { tally.matched(key.host) }
        try askAgainForProof(ofImage: known.capture)
    }

    /// Takes over the digest of an address, and why it was not looked at if it was not.
    private mutating func carryDigest(_ outcome: TargetOutcome) throws {
        let key = key(of: outcome.target.address, isImage: outcome.target.kind == .image)
        if try !markHeld(key, outcome) {
            // One that the frontier did not name is put there first.
            _ = try keyOfSeen(outcome.target)
            guard try markHeld(key, outcome) else { return }
        }
        let reason = outcome.target.known?.reason
        tally.pending(key.host, isImage: key.isImage, by: -1)
        tally.ended(key.host, isImage: key.isImage, reason: reason)
        if reason == nil {
            tally.carried(key.host, isAssumed: outcome.unchanged == .assumed, by: 1)
        }
    }

    /// - Returns: Whether it was still to be done.
    private func markHeld(_ key: AddressKey, _ outcome: TargetOutcome) throws -> Bool {
        try statements.hold.run {
            $0.add(scan)
            $0.add(scan)
            $0.add(outcome.unchanged == .assumed ? 0 : 1)
            $0.add(outcome.status)
            $0.add(outcome.status)
            $0.add(outcome.history?.checked.microseconds)
            $0.add(outcome.history?.since.microseconds)
            $0.add(outcome.history?.changes)
            $0.add(key, plan: plan)
            $0.add(scan)
            $0.add(scan)
        } > 0
    }

    private func held(_ key: AddressKey, _ outcome: TargetOutcome) -> StatementArguments {
        let values: StatementArguments = [
            scan, scan, outcome.unchanged == .assumed ? 0 : 1, outcome.status, outcome.status,
            outcome.history?.checked.microseconds, outcome.history?.since.microseconds,
            outcome.history?.changes,
        ]
        return values + StatementArguments(key.values(plan: plan))
    }

    /// Has pages fetched in full that were taken over without their bodies and name an image that
    /// shows an asset: the page is half of the proof.
    mutating func askAgainForProof(ofImage capture: Int64) throws {
        let pages = try Row.fetchAll(
            db.cachedStatement(sql: Self.pagesWithoutProof), arguments: [capture, scan])
        for page in pages {
            let host = HostKey(id: try page.value("host_id"))
            let key = try AddressKey(host: host, id: page.value("url_id"), isImage: false)
            try db.cachedStatement(
                sql: "DELETE FROM carried WHERE scan = ? AND url_id = ? AND image = 0"
            ).execute(arguments: [scan, key.id])
            tally.pending(host, isImage: false, by: 1)
            tally.reopened(host, wasAssumed: try page.value("assumed"))
            try forget(key, try page.value("origin"))
        }
    }

    /// Leaves an address in the frontier with nothing known of it.
    private mutating func forget(_ key: AddressKey, _ origin: String) throws {
        try db.cachedStatement(
            sql: """
                UPDATE url SET capture = NULL, etag = NULL, last_modified = NULL, due_at = 0,
                  done_scan = min(done_scan, seen_scan - 1) WHERE \(Self.at)
                """
        ).execute(arguments: StatementArguments(key.values(plan: plan)))
        wake(origin)
    }

    private func knowledge(of key: AddressKey) throws -> Knowledge? {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: Self.knowledge),
            arguments: StatementArguments(key.values(plan: plan)))
        guard let row else { return nil }
        return try Knowledge(
            capture: row.value("id"),
            reason: (row.value("reason") as String?).flatMap(NotChecked.init(rawValue:)),
            hasBody: (row.value("has_body") as Int) == 1, matched: row.value("matched"))
    }

    /// Whether what is known could still be shown as evidence, should it be needed.
    private func isProvable(_ known: Knowledge, isImage: Bool) throws -> Bool {
        if known.hasBody { return true }
        if isImage { return known.matched == 0 }
        return try Bool.fetchOne(
            db.cachedStatement(sql: Self.namesMatch), arguments: [known.capture, scan]) != true
    }

    private func showsAsset(_ capture: Int64) throws -> Bool {
        let text = try String.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT i.matches FROM capture c
                    CROSS JOIN image i ON i.digest = c.digest AND i.catalogue = c.catalogue
                    WHERE c.id = ?
                    """), arguments: [capture])
        guard let text else { return false }
        return try StoredJSON.value([Match].self, from: text, of: "image")
            .contains { $0.grade == .match }
    }

    private mutating func queueImages(of capture: Int64, depth: Int) throws {
        let addresses = try String.fetchAll(
            db.cachedStatement(sql: "SELECT DISTINCT address FROM reference WHERE capture = ?"),
            arguments: [capture])
        for address in addresses {
            try queue(
                Target(
                    address: WebAddress(column: address, of: "reference"), kind: .image,
                    depth: depth))
        }
    }

    /// Puts the documents that the plan's last scan knew into a new one, but for those that were gone.
    ///
    /// What a redirect led to has no fetch of its own and comes with the address that leads there.
    static func revisit(_ db: Database, scan: Int64) throws {
        for sql in [renewKnown, countKnown] {
            try db.execute(sql: sql, arguments: ["scan": scan])
        }
    }

    private static let renewKnown = """
        UPDATE url SET seen_scan = :scan, due_at = 0, tries = 0
        WHERE plan = (SELECT plan FROM scan WHERE number = :scan)
          AND (image = 0 OR (SELECT digests FROM scan WHERE number = :scan) > 0)
          AND seen_scan = (SELECT max(number) FROM scan
            WHERE plan = (SELECT plan FROM scan WHERE number = :scan) AND number < :scan)
          AND NOT (done_scan = seen_scan AND (coalesce(reason, '') IN ('gone', 'out-of-scope')
            OR reason IS NULL AND iif((SELECT digests FROM scan WHERE number = :scan) > 0,
              fetches = 0, capture IS NULL)))
        """

    private static let countKnown = """
        INSERT INTO progress(scan, shard, host_id, pages_pending, images_pending)
        SELECT :scan, shard, host_id, sum(image = 0), sum(image) FROM url
        WHERE plan = (SELECT plan FROM scan WHERE number = :scan)
          AND seen_scan = :scan AND done_scan < :scan GROUP BY shard, host_id
        """

    static let hold = "\(stillHolds) AND seen_scan = ? AND done_scan < ?"

    static let stillHolds = """
        UPDATE url SET seen_scan = ?, done_scan = ?, due_at = 0, fetches = fetches + ?,
          status = CASE ? WHEN 0 THEN status ELSE ? END, checked_at = coalesce(?, checked_at),
          watched_since = coalesce(?, watched_since), changes = coalesce(?, changes)
        WHERE \(at)
        """

    static let knowledge = """
        SELECT c.id, u.reason, c.has_body, c.matched FROM url u
        CROSS JOIN capture c ON c.id = u.capture
        WHERE u.shard = ? AND u.host_id = ? AND u.plan = ? AND u.url_id = ? AND u.image = ?
        """

    /// Whether a page names an image that is known in the scan to have a match.
    static let namesMatch = """
        SELECT 1 FROM reference r
        CROSS JOIN capture c INDEXED BY capture_shown ON c.url_id = r.image_id
        WHERE r.capture = ?1 AND c.image = 1 AND c.matched > 0 AND (c.scan = ?2
          OR EXISTS (SELECT 1 FROM carried k WHERE k.scan = ?2 AND k.url_id = c.url_id
            AND k.image = 1 AND k.capture = c.id)) LIMIT 1
        """

    /// Pages taken over into the scan, their bodies gone, that name an image or where it led.
    static let pagesWithoutProof = """
        SELECT DISTINCT k.url_id, k.host_id, h.origin, k.assumed
        FROM capture i
        CROSS JOIN reference r INDEXED BY reference_image
          ON r.image_id IN (i.url_id, i.final_id)
        CROSS JOIN capture p ON p.id = r.capture
        CROSS JOIN carried k ON k.scan = ?2 AND k.url_id = p.url_id AND k.image = 0
          AND k.capture = p.id
        CROSS JOIN host h ON h.shard = k.shard AND h.host_id = k.host_id
        WHERE i.id = ?1 AND p.has_body <> 1
        """
}
