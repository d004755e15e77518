// The statements that run for every batch of a crawl; a test pins the index that each one uses.

/// The statements that run for every batch of a crawl, or over a whole scan.
enum HotStatement {
    static let hostsWithWork = """
        SELECT \(hostColumns) FROM progress p INDEXED BY progress_open
        CROSS JOIN host h ON h.shard = p.shard AND h.host_id = p.host_id
        LEFT JOIN robots r ON r.shard = h.shard AND r.host_id = h.host_id
        WHERE p.scan = ? AND p.pages_pending + p.images_pending > 0
          AND (p.shard, p.host_id) > (?, ?)
        ORDER BY p.shard, p.host_id LIMIT ?
        """

    static let host = """
        SELECT \(hostColumns) FROM host h
        LEFT JOIN robots r ON r.shard = h.shard AND r.host_id = h.host_id
        WHERE h.shard = ? AND h.host_id = ?
        """

    private static let hostColumns = """
        h.origin, h.next_at, h.delay_ms, h.fails, h.robots_status, h.robots_until, h.terms,
          h.terms_until, r.body
        """

    /// What is known of a target counts only when it was read by the present version and, of an
    /// image, under the scan's catalogue, with its body when it shows an asset.
    static let targets = """
        SELECT u.address, u.kind, u.depth, u.tries, u.turn, u.etag, u.last_modified, u.checked_at,
          u.watched_since, u.changes,
          (SELECT CASE WHEN digests = 0 THEN c.digest WHEN revisits THEN u.content END
            FROM scan WHERE number = ?) AS digest, u.reason FROM url u INDEXED BY url_pending
        LEFT JOIN capture c ON c.id = u.capture AND c.reader = ? AND (u.image = 0
          OR c.catalogue = coalesce((SELECT catalogue FROM scan WHERE number = ?), x'')
            AND (c.matched = 0 OR c.has_body = 1))
        WHERE u.shard = ? AND u.host_id = ? AND u.plan = (SELECT plan FROM scan WHERE number = ?)
          AND u.seen_scan = ? AND u.done_scan < u.seen_scan AND u.due_at <= ?
        ORDER BY u.turn, u.depth, u.rank LIMIT ?
        """

    static let nextRetry = """
        SELECT min(due_at) FROM url INDEXED BY url_postponed
        WHERE shard = ? AND host_id = ? AND plan = (SELECT plan FROM scan WHERE number = ?)
          AND seen_scan = ? AND done_scan < seen_scan AND due_at > ?
          AND due_at > 0
        """

    /// In this order, in one transaction.
    static let giveUp = [
        """
        UPDATE url INDEXED BY url_pending
        SET done_scan = seen_scan, due_at = 0, reason = :reason
        WHERE (shard, host_id) IN (SELECT shard, host_id FROM progress
            WHERE scan = :scan AND pages_pending + images_pending > 0)
          AND plan = (SELECT plan FROM scan WHERE number = :scan)
          AND seen_scan = :scan AND done_scan < seen_scan
        """,
        """
        INSERT INTO not_checked(scan, shard, host_id, reason, addresses)
        SELECT scan, shard, host_id, :reason, pages_pending + images_pending FROM progress
        WHERE scan = :scan AND pages_pending + images_pending > 0
        ON CONFLICT(scan, shard, host_id, reason) DO UPDATE SET
          addresses = addresses + excluded.addresses
        """,
        """
        UPDATE progress SET pages_pending = 0, images_pending = 0
        WHERE scan = :scan AND pages_pending + images_pending > 0
        """,
    ]

    static let counts = """
        SELECT coalesce(sum(pages_done), 0), coalesce(sum(pages_pending), 0),
          coalesce(sum(images_done), 0), coalesce(sum(images_pending), 0),
          coalesce(sum(bytes), 0), coalesce(sum(matches), 0), coalesce(sum(unchanged), 0),
          coalesce(sum(assumed), 0) FROM progress WHERE scan = ?
        """

    static let progress = """
        SELECT h.origin, p.pages_done, p.images_done, p.unchanged, p.assumed FROM progress p
        CROSS JOIN host h ON h.shard = p.shard AND h.host_id = p.host_id WHERE p.scan = ?
        """

    static let notChecked = """
        SELECT h.origin, n.reason, n.addresses FROM not_checked n
        CROSS JOIN host h ON h.shard = n.shard AND h.host_id = n.host_id WHERE n.scan = ?
        """

    /// References to images that matched: to the address fetched, and to where redirects led; what
    /// an earlier scan brought and still holds counts as the scan's own.
    ///
    /// Sorted by content, not by order of arrival, so that a replay gives the same sightings.
    static let sightings: String = {
        let images = [
            "capture c INDEXED BY capture_matched WHERE c.scan = ?1 AND c.matched > 0",
            """
            carried o CROSS JOIN capture c ON c.id = o.capture
            WHERE o.scan = ?1 AND o.image = 1 AND c.matched > 0
            """,
        ]
        let names = [
            "r.image_id = c.url_id", "r.image_id = c.final_id AND c.final_id <> c.url_id",
        ]
        let parts = images.flatMap { image in names.map { name in sightings(of: image, by: name) } }
        return parts.joined(separator: "\nUNION ALL\n")
            + "\nORDER BY page, ordinal, facts, page_digest, ended"
    }()

    private static func sightings(of image: String, by name: String) -> String {
        let parts = image.split(separator: "WHERE ")
        return """
            SELECT c.digest, c.ended AS ended, i.matches, r.address, r.form, r.facts AS facts,
              r.ordinal AS ordinal, p.final AS page, p.digest AS page_digest, r.sizes,
              p.terms AS page_terms, c.terms AS image_terms
            FROM \(parts[0])
            CROSS JOIN image i ON i.digest = c.digest AND i.catalogue = c.catalogue
            CROSS JOIN reference r INDEXED BY reference_image ON \(name)
            CROSS JOIN capture p ON p.id = r.capture
            WHERE \(parts[1]) AND (p.scan = ?1 OR EXISTS (SELECT 1 FROM carried k
              WHERE k.scan = ?1 AND k.url_id = p.url_id AND k.image = p.image AND k.capture = p.id))
            """
    }

    static let captureAsked = """
        SELECT c.hops, b.bytes, c.began, c.ended, c.digest FROM capture c
        CROSS JOIN body b ON b.digest = c.digest
        WHERE c.scan = ? AND c.url_id = ? AND c.digest = ? AND c.has_body = 1
        ORDER BY c.image LIMIT 1
        """

    static let captureReached = """
        SELECT c.hops, b.bytes, c.began, c.ended, c.digest
        FROM capture c INDEXED BY capture_final
        CROSS JOIN body b ON b.digest = c.digest
        WHERE c.scan = ? AND c.final_id = ? AND c.digest = ? AND c.final_id <> c.url_id
          AND c.has_body = 1
        ORDER BY c.ended, c.image LIMIT 1
        """

    static let carriedAsked = """
        SELECT c.hops, b.bytes, c.began, c.ended, c.digest
        FROM carried k CROSS JOIN capture c ON c.id = k.capture
        CROSS JOIN body b ON b.digest = c.digest
        WHERE k.scan = ? AND k.url_id = ? AND c.digest = ? AND c.has_body = 1
        ORDER BY k.image LIMIT 1
        """

    static let carriedReached = """
        SELECT c.hops, b.bytes, c.began, c.ended, c.digest
        FROM capture c INDEXED BY capture_final
        CROSS JOIN carried k ON k.scan = ? AND k.url_id = c.url_id AND k.image = c.image
          AND k.capture = c.id
        CROSS JOIN body b ON b.digest = c.digest
        WHERE c.final_id = ? AND c.digest = ? AND c.final_id <> c.url_id AND c.has_body = 1
        ORDER BY c.ended, c.image LIMIT 1
        """

    /// In this order, in one transaction, each with the scan's number.
    ///
    /// Bodies to go are marked, those that no other capture has are deleted, the marks removed.
    static let dropBodies = [
        """
        UPDATE capture SET has_body = 2
        WHERE has_body = 1 AND scan IN (\(scansUpTo))
          AND NOT EXISTS (SELECT 1 FROM needed_body n WHERE n.digest = capture.digest)
          AND NOT EXISTS (SELECT 1 FROM kept_body n WHERE n.digest = capture.digest)
        """,
        """
        DELETE FROM body WHERE digest IN (
            SELECT digest FROM capture WHERE has_body = 2 AND scan IN (\(scansUpTo)))
          AND NOT EXISTS (
            SELECT 1 FROM capture c WHERE c.digest = body.digest AND c.has_body = 1)
        """,
        """
        UPDATE capture SET has_body = 0 WHERE has_body = 2 AND scan IN (\(scansUpTo))
        """,
    ]

    private static let scansUpTo = """
        SELECT s.number FROM scan s
        WHERE s.plan = (SELECT plan FROM scan WHERE number = ?1) AND s.number <= ?1
        """

    static let dueMessages = """
        SELECT id, licensor, receiver, body, next_try, tries FROM outbox INDEXED BY outbox_due
        WHERE next_try <= ? AND (? IS NULL OR receiver = ?) ORDER BY next_try, sequence LIMIT ?
        """
}
