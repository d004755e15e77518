// Checks a bundle against the digest that was kept of it, and takes single bodies out of it.

internal import Foundation
public import SelvageTypes

extension EvidenceBundle {
    /// What a bundle holds, when nothing in it was altered.
    public struct Report: Hashable, Sendable, Codable {
        /// SHA-256 of the file.
        public var digest: Digest
        /// The finding that the bundle is the evidence of.
        public var finding: Finding
        /// The records in their order.
        public var records: [Record]

        /// One record of a verified bundle.
        public struct Record: Hashable, Sendable, Codable {
            /// Counts from 1.
            public var number: Int
            /// The record's type, as `response` or `metadata`.
            public var kind: String
            /// What it is about.
            public var address: String?
            /// When it was captured or made.
            public var date: Instant?
            /// SHA-256 of the block.
            public var blockDigest: Digest
            /// SHA-256 of the body of a response.
            public var payloadDigest: Digest?
            /// Bytes of the payload.
            public var payloadInBytes: Int
        }
    }

    /// Checks every record and the file as a whole.
    ///
    /// - Parameter expected: The digest that the finding, its event or the ledger keeps.
    /// - Throws: `EvidenceError` that names the first record that was altered, or says that the file
    ///   is a different one though every record is whole.
    public static func verify(
        _ bytes: [UInt8], expecting expected: Digest
    ) throws(EvidenceError) -> Report {
        var reader = WARCReader(bytes)
        var records: [Report.Record] = []
        var finding: Finding?
        while let record = try reader.next() {
            records.append(try check(record, number: reader.number))
            if record.kind == "metadata" {
                finding = try? JSONDecoder().decode(Finding.self, from: Data(record.block))
            }
        }
        let found = Digest(of: bytes)
        guard found == expected else {
            throw EvidenceError(
                .wholeDiffers(expected: expected, found: found),
                "every record is whole in itself, but this is not the file that was sealed: "
                    + "its digest is \(found), not \(expected)")
        }
        guard let finding else {
            throw EvidenceError(
                .incomplete, "the file holds no finding; it is not an evidence file")
        }
        try checkCompleteness(finding, records)
        return Report(digest: found, finding: finding, records: records)
    }

    private static func check(
        _ record: WARCRecord, number: Int
    ) throws(EvidenceError) -> Report.Record {
        let place = "record \(number) (\(record.label))"
        let block = Digest(of: record.block)
        guard let stated = record.fields.first("WARC-Block-Digest").flatMap(Digest.init(hex:))
        else {
            throw EvidenceError(.digestMissing(record: number), "\(place): it has no block digest")
        }
        var payload: Digest?
        if record.kind == "response" {
            payload = Digest(of: record.payload)
            let statedPayload = record.fields.first("WARC-Payload-Digest")
            guard let statedPayload = statedPayload.flatMap(Digest.init(hex:)) else {
                throw EvidenceError(
                    .digestMissing(record: number), "\(place): it has no payload digest")
            }
            guard statedPayload == payload else {
                throw EvidenceError(
                    .payloadDigestDiffers(record: number), "\(place): payload digest differs")
            }
        }
        guard stated == block else {
            throw EvidenceError(
                .blockDigestDiffers(record: number), "\(place): block digest differs")
        }
        return Report.Record(
            number: number, kind: record.kind, address: record.address, date: record.date,
            blockDigest: block, payloadDigest: payload, payloadInBytes: record.payload.count)
    }

    private static func checkCompleteness(
        _ finding: Finding, _ records: [Report.Record]
    ) throws(EvidenceError) {
        let bodies = Set(records.compactMap(\.payloadDigest))
        for sighting in finding.sightings {
            for (what, address, digest) in [
                ("image", sighting.image, sighting.imageDigest),
                ("page", sighting.page, sighting.pageDigest),
            ] where !bodies.contains(digest) {
                throw EvidenceError(
                    .incomplete,
                    "unaltered, but the \(what) \(address) of sighting \(sighting.id) is not in it")
            }
        }
    }

    /// The body with a given digest, as a sighting names its image.
    ///
    /// - Returns: nil when no response of the bundle has such a body.
    /// - Throws: `EvidenceError` when the file is damaged before the body is found.
    public static func body(
        with digest: Digest, in bytes: [UInt8]
    ) throws(EvidenceError) -> [UInt8]? {
        try body(in: bytes) { Digest(of: $0.payload) == digest }
    }

    /// The body that an address brought; the address is the one that answered with it.
    ///
    /// - Returns: nil when the bundle holds no answer of that address.
    /// - Throws: `EvidenceError` when the file is damaged before the body is found.
    public static func body(
        of address: WebAddress, in bytes: [UInt8]
    ) throws(EvidenceError) -> [UInt8]? {
        try body(in: bytes) { $0.address == address.description }
    }

    private static func body(
        in bytes: [UInt8], where matches: (WARCRecord) -> Bool
    ) throws(EvidenceError) -> [UInt8]? {
        var reader = WARCReader(bytes)
        while let record = try reader.next() {
            if record.kind == "response", matches(record) { return Array(record.payload) }
        }
        return nil
    }
}
