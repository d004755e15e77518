// The statements that run for every batch of a crawl; a test pins the index that each one uses.

/// The statements that run for every batch of a crawl, or over a whole scan.
enum HotStatement {
    static let hostsWithWork = """
        SELECT h.origin, h.next_at, h.delay_ms, h.fails, h.robots_status, h.robots_until, r.body
        FROM progress p INDEXED BY progress_open
        CROSS JOIN host h ON h.shard = p.shard AND h.host_id = p.host_id
        LEFT JOIN robots r ON r.shard = h.shard AND r.host_id = h.host_id
        WHERE p.scan = ? AND p.pages_pending + p.images_pending > 0 ORDER BY h.origin
        """

    static let targets = """
        SELECT address, kind, depth, tries FROM url INDEXED BY url_pending
        WHERE shard = ? AND host_id = ? AND plan = (SELECT plan FROM scan WHERE number = ?)
          AND seen_scan = ? AND done_scan < seen_scan AND due_at <= ?
        ORDER BY depth, rank LIMIT ?
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
          coalesce(sum(bytes), 0), coalesce(sum(matches), 0) FROM progress WHERE scan = ?
        """

    static let progress = """
        SELECT h.origin, p.pages_done, p.images_done FROM progress p
        CROSS JOIN host h ON h.shard = p.shard AND h.host_id = p.host_id WHERE p.scan = ?
        """

    static let notChecked = """
        SELECT h.origin, n.reason, n.addresses FROM not_checked n
        CROSS JOIN host h ON h.shard = n.shard AND h.host_id = n.host_id WHERE n.scan = ?
        """

    /// References to images that matched: to the address fetched, and to where redirects led.
    ///
    /// Sorted by content, not by order of arrival, so that a replay gives the same sightings.
    static let sightings = """
        SELECT c.digest, c.ended AS ended, i.matches, r.address, r.form, r.facts AS facts,
          r.ordinal AS ordinal, p.final AS page, p.digest AS page_digest
        FROM capture c INDEXED BY capture_matched
        CROSS JOIN image i ON i.digest = c.digest AND i.catalogue = c.catalogue
        CROSS JOIN reference r ON r.scan = c.scan AND r.image_id = c.url_id
        CROSS JOIN capture p ON p.id = r.capture
        WHERE c.scan = ?1 AND c.matched > 0
        UNION ALL
        SELECT c.digest, c.ended AS ended, i.matches, r.address, r.form, r.facts AS facts,
          r.ordinal AS ordinal, p.final AS page, p.digest AS page_digest
        FROM capture c INDEXED BY capture_matched
        CROSS JOIN image i ON i.digest = c.digest AND i.catalogue = c.catalogue
        CROSS JOIN reference r ON r.scan = c.scan AND r.image_id = c.final_id
        CROSS JOIN capture p ON p.id = r.capture
        WHERE c.scan = ?1 AND c.matched > 0 AND c.final_id <> c.url_id
        ORDER BY page, ordinal, facts, page_digest, ended
        """

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

    /// In this order, in one transaction, each with the scan's number.
    ///
    /// Bodies to go are marked, those that no other capture has are deleted, the marks removed.
    static let dropBodies = [
        """
        UPDATE capture SET has_body = 2
        WHERE has_body = 1 AND scan IN (\(scansUpTo))
          AND NOT EXISTS (SELECT 1 FROM needed_body n WHERE n.digest = capture.digest)
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
