// What a scan's images showed: sightings, the captures behind them, and what was recognised before.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension SelvageStore {
    public func sightings(_ scan: ScanRecord) async throws -> [Sighting] {
        try await file.read { db in
            var found: [String: Sighting] = [:]
            let rows = try Row.fetchCursor(
                db, sql: HotStatement.sightings, arguments: [scan.number])
            while let row = try rows.next() {
                for sighting in try Self.sightings(in: row) {
                    // The same image on the same page in another form, as `img` and JSON-LD:
                    // one sighting that knows what both say.
                    if let known = found[sighting.id]?.facts {
                        let more = sighting.facts.filter { !known.contains($0) }
                        found[sighting.id]?.facts += more
                    } else {
                        found[sighting.id] = sighting
                    }
                }
            }
            return found.values.sorted { $0.id < $1.id }
        }
    }

    public func capture(
        _ scan: ScanRecord, of address: WebAddress, body: Digest
    ) async throws -> StoredCapture? {
        let id = AddressKey.id(of: address)
        return try await file.read { db in
            for sql in [
                HotStatement.captureAsked, HotStatement.captureReached, HotStatement.carriedAsked,
                HotStatement.carriedReached,
            ] {
                if let row = try Row.fetchOne(
                    db, sql: sql, arguments: [scan.number, id, body.data])
                {
                    return try Self.storedCapture(row)
                }
            }
            return nil
        }
    }

    /// What an image with this content showed, under the catalogue that the scan uses.
    ///
    /// - Returns: nil when it has to be matched: it is new, or was matched with another catalogue,
    ///   or `setCatalogue` has not been called for the scan.
    public func knownRecognition(of content: Digest, in scan: ScanRecord) async throws
        -> ImageRecognition?
    {
        try await file.read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT width, height, hash, quality, matches FROM image WHERE digest = ?
                    AND catalogue = (SELECT catalogue FROM scan WHERE number = ?)
                    """, arguments: [content.data, scan.number])
            return try row.map(Self.recognition)
        }
    }

    private static func recognition(_ row: Row) throws -> ImageRecognition {
        let hash = try (row.value("hash") as Data?).flatMap { PerceptualHash(hex: $0.hex) }
        return try ImageRecognition(
            width: row.value("width"), height: row.value("height"), hash: hash,
            quality: row.value("quality"),
            matches: StoredJSON.value([Match].self, from: row.value("matches"), of: "image"))
    }

    private static func sightings(in row: Row) throws -> [Sighting] {
        guard let form = ImageReference.Form(rawValue: try row.value("form")) else {
            throw StoreError.unreadable("a form", in: "reference")
        }
        let facts = try StoredJSON.value([Fact].self, from: row.value("facts"), of: "reference")
        let page = try WebAddress(column: row.value("page"), of: "capture")
        let image = try WebAddress(column: row.value("address"), of: "reference")
        let content = try Digest(column: row.value("digest"), of: "capture")
        let document = try Digest(column: row.value("page_digest"), of: "capture")
        let terms = try ["page_terms", "image_terms"].flatMap { column in
            try (row.value(column) as String?).map {
                try StoredJSON.value([UseTerm].self, from: $0, of: "capture")
            } ?? []
        }
        let sizes = try (row.value("sizes") as String?).map {
            try StoredJSON.value([WebAddress].self, from: $0, of: "reference")
        }
        return try StoredJSON.value([Match].self, from: row.value("matches"), of: "image").map {
            match in
            var sighting = try Sighting(
                match: match, page: page, image: image, imageDigest: content,
                pageDigest: document, seen: Instant(microseconds: row.value("ended")), form: form,
                facts: facts)
            sighting.terms = terms.isEmpty ? nil : terms
            sighting.sizes = sizes
            return sighting
        }
    }

    static func storedCapture(_ row: Row) throws -> StoredCapture {
        let body: Data = try row.value("bytes")
        let digest = try Digest(column: row.value("digest"), of: "capture")
        guard Digest(of: body) == digest else {
            throw StoreError(
                .altered, at: "selvage.sqlite, body \(digest.hex)",
                detail: "A stored body is no longer what was captured. Keep a copy of the data "
                    + "folder and restore the last backup.")
        }
        return try StoredCapture(
            hops: StoredJSON.value([Hop].self, from: row.value("hops"), of: "capture"),
            body: Array(body), began: Instant(microseconds: row.value("began")),
            ended: Instant(microseconds: row.value("ended")), digest: digest)
    }
}
