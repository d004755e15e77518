// What a try brought, inside the frontier's transaction: captures, bodies, references, recognition.

internal import Foundation
internal import GRDB
internal import SelvageTypes

extension FrontierBatch {
    /// Stores an outcome with everything it led to.
    mutating func store(_ outcome: TargetOutcome) throws {
        guard case .done(let reason) = outcome.ending else {
            if case .again(let moment) = outcome.ending {
                try postpone(outcome, until: moment)
            }
            return
        }
        if outcome.unchanged != nil {
            try carry(outcome)
            for link in outcome.links { try queue(link) }
            return
        }
        var capture: Int64?
        if outcome.keepsCapture, outcome.capture != nil || !outcome.references.isEmpty {
            capture = try keepCapture(outcome)
        }
        let isFirst = try finish(outcome, reason: reason, capture: capture)
        // What only shares a pattern's geometry is for review, and not counted as showing it.
        let shown = outcome.recognition?.matches.contains { $0.grade == .match } == true
        if isFirst, shown { tally.matched(HostKey(origin: outcome.target.address.origin)) }
        if let capture {
            try keepReferences(outcome, of: capture)
            if outcome.recognition?.matches.isEmpty == false {
                try askAgainForProof(ofImage: capture)
            }
        } else if isFirst, let capture = outcome.capture {
            let host = key(of: outcome.target.address, isImage: false).host
            tally.received(host, bytes: capture.bodyInBytes)
        }
        if let address = outcome.capture?.address, address != outcome.target.address {
            try finishRedirect(to: address, outcome, reason: reason)
        }
        for link in outcome.links { try queue(link) }
    }

    /// Keeps what is known of a host.
    func keep(_ host: HostState) throws {
        let key = HostKey(origin: host.origin)
        let terms = host.terms.isEmpty ? nil : try StoredJSON.text(host.terms)
        try statements.keepHost.run {
            $0.add(key.shard)
            $0.add(key.id)
            $0.add(host.origin)
            $0.add(host.nextAllowed.microseconds)
            $0.add(host.delayInMilliseconds)
            $0.add(host.failures)
            $0.add(host.robotsStatus)
            $0.add(host.robotsUntil?.microseconds)
            $0.add(terms)
            $0.add(host.termsUntil?.microseconds)
        }
        if host.areRobotsKept { return }
        if let robots = host.robots {
            try db.cachedStatement(sql: Self.keepRobots)
                .execute(arguments: [key.shard, key.id, Data(robots)])
        } else {
            try db.cachedStatement(sql: "DELETE FROM robots WHERE shard = ? AND host_id = ?")
                .execute(arguments: [key.shard, key.id])
        }
    }

    /// - Returns: The row's id. A page that came without a capture, as a list does, gets a row
    ///   without hops, so that its references have a place.
    private mutating func keepCapture(_ outcome: TargetOutcome) throws -> Int64 {
        let target = outcome.target
        let capture = outcome.capture
        let final = capture?.address ?? target.address
        let matched = outcome.recognition?.matches.count ?? 0
        let keepsBody = outcome.keepsBody && capture != nil
        let digest = (capture?.digest ?? Digest(of: [UInt8]())).data
        let row = try Row.fetchOne(
            statements.keepCapture,
            arguments: [
                scan, AddressKey.id(of: target.address), target.kind == .image,
                AddressKey.id(of: final), final.description,
                StoredJSON.text(hops: capture?.hops ?? []), capture?.began.microseconds ?? 0,
                capture?.ended.microseconds ?? 0, digest, capture?.mediaType,
                capture?.bodyInBytes ?? 0, keepsBody, catalogue, matched,
                outcome.terms.isEmpty ? nil : try StoredJSON.text(outcome.terms),
                ReaderVersion.current,
            ])
        guard let row else { throw StoreError.unreadable("the capture just stored", in: "capture") }
        if try row.value("is_new"), let capture {
            tally.received(HostKey(origin: target.address.origin), bytes: capture.bodyInBytes)
        }
        if keepsBody, let capture {
            try db.cachedStatement(
                sql: "INSERT OR IGNORE INTO body(digest, coding, bytes) VALUES (?, 0, ?)"
            ).execute(arguments: [digest, Data(capture.body)])
        }
        if let recognition = outcome.recognition {
            try Self.keep(recognition, of: digest, catalogue: catalogue, in: db)
        }
        return try row.value("id")
    }

    /// Keeps what an image with some content shows under a catalogue.
    static func keep(
        _ recognition: ImageRecognition, of digest: Data, catalogue: Data, in db: Database
    ) throws {
        let hash = recognition.hash.flatMap { [UInt8](hex: $0.hex) }.map { Data($0) }
        try db.cachedStatement(sql: keepImage).execute(arguments: [
            digest, catalogue, recognition.width, recognition.height, hash, recognition.quality,
            try StoredJSON.text(recognition.matches),
        ])
    }

    private mutating func keepReferences(_ outcome: TargetOutcome, of capture: Int64) throws {
        try db.cachedStatement(sql: "DELETE FROM reference WHERE capture = ?")
            .execute(arguments: [capture])
        for (ordinal, reference) in outcome.references.enumerated() {
            try db.cachedStatement(sql: Self.keepReference).execute(arguments: [
                capture, ordinal, scan, AddressKey.id(of: reference.address),
                reference.address.description, reference.form.rawValue, reference.text,
                try StoredJSON.text(reference.facts),
                reference.sizes.isEmpty ? nil : try StoredJSON.text(reference.sizes),
            ])
            guard outcome.queuesReferences else { continue }
            try queue(
                Target(address: reference.address, kind: .image, depth: outcome.target.depth))
        }
    }

    static let keepHost = """
        INSERT INTO host(shard, host_id, origin, next_at, delay_ms, fails, robots_status,
          robots_until, terms, terms_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(shard, host_id) DO UPDATE SET next_at = excluded.next_at,
          delay_ms = excluded.delay_ms, fails = excluded.fails,
          robots_status = excluded.robots_status, robots_until = excluded.robots_until,
          terms = excluded.terms, terms_until = excluded.terms_until
        """

    private static let keepRobots = """
        INSERT INTO robots(shard, host_id, body) VALUES (?, ?, ?)
        ON CONFLICT(shard, host_id) DO UPDATE SET body = excluded.body
        WHERE body IS NOT excluded.body
        """

    // `stored` counts how often the row was written: 1 is a new row, whose bytes are counted.
    static let keepCapture = """
        INSERT INTO capture(scan, url_id, image, final_id, final, hops, began, ended, digest,
          media_type, length, has_body, catalogue, matched, terms, reader)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(scan, url_id, image) DO UPDATE SET final_id = excluded.final_id,
          final = excluded.final, hops = excluded.hops, began = excluded.began,
          ended = excluded.ended, digest = excluded.digest, media_type = excluded.media_type,
          length = excluded.length, has_body = excluded.has_body,
          catalogue = excluded.catalogue, matched = excluded.matched, terms = excluded.terms,
          reader = excluded.reader, stored = stored + 1
        RETURNING id, stored = 1 AS is_new
        """

    private static let keepReference = """
        INSERT INTO reference(capture, ordinal, scan, image_id, address, form, text, facts, sizes)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static let keepImage = """
        INSERT INTO image(digest, catalogue, width, height, hash, quality, matches)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(digest, catalogue) DO UPDATE SET width = excluded.width,
          height = excluded.height, hash = excluded.hash, quality = excluded.quality,
          matches = excluded.matches
        WHERE matches <> excluded.matches OR hash IS NOT excluded.hash
        """
}
