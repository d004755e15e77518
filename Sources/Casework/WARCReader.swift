// Reads WARC files record by record, within limits, and says exactly which record is damaged.

internal import SelvageTypes

/// Reads the records of a `.warc.gz` file, one gzip member each.
public struct WARCReader: Sendable {
    /// What a file may hold; met limits end the reading with an `EvidenceError`.
    public struct Limits: Hashable, Sendable {
        /// Bytes of one record, unpacked.
        public var recordInBytes = 256 << 20
        /// Bytes of all records together, unpacked.
        public var totalInBytes = 1 << 30
        /// Records in one file.
        public var records = 100_000
        /// Bytes of a record's named fields.
        public var fieldsInBytes = 64 << 10

        /// The default limits.
        public init() {}
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private var offset = 0
    private var unpacked = 0
    /// The number of the record read last; the first is 1.
    public private(set) var number = 0

    /// A reader at the start of a file.
    public init(_ bytes: [UInt8], limits: Limits = .init()) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The next record; nil after the last.
    ///
    /// - Throws: `EvidenceError` that names the record.
    public mutating func next() throws(EvidenceError) -> WARCRecord? {
        guard offset < bytes.count else { return nil }
        number += 1
        guard number <= limits.records else { throw tooLarge(limits.records) }
        let limit = min(limits.recordInBytes, limits.totalInBytes - unpacked)
        let content: [UInt8]
        do throws(Gzip.Failure) {
            let member = try Gzip.unpack(bytes, at: offset, limitInBytes: max(0, limit))
            content = member.content
            offset = member.end
        } catch {
            throw failure(error, limit)
        }
        unpacked += content.count
        return try parse(content)
    }

    private func failure(_ error: Gzip.Failure, _ limit: Int) -> EvidenceError {
        switch error {
        case .damaged:
            EvidenceError(
                .recordDamaged(record: number),
                "record \(number), at byte \(offset): its bytes do not match its own checksum, "
                    + "or something was put there that is no record")
        case .cutShort:
            EvidenceError(
                .recordDamaged(record: number),
                "record \(number), at byte \(offset): the file ends inside the record")
        case .tooLarge: tooLarge(limit)
        }
    }

    private func tooLarge(_ limit: Int) -> EvidenceError {
        EvidenceError(
            .tooLarge(limitInBytes: limit),
            "record \(number), at byte \(offset): larger than the limits of a WARC file allow")
    }

    private func malformed(_ what: String) -> EvidenceError {
        EvidenceError(.recordDamaged(record: number), "record \(number): \(what)")
    }

    private func parse(_ content: [UInt8]) throws(EvidenceError) -> WARCRecord {
        var lines: [String] = []
        var start = 0
        while true {
            guard let end = content[start...].prefix(limits.fieldsInBytes).firstIndex(of: 10),
                end <= limits.fieldsInBytes
            else { throw malformed("its named fields do not end") }
            let line =
                content[start..<end].last == 13 ? content[start..<end - 1] : content[start..<end]
            start = end + 1
            if line.isEmpty { break }
            lines.append(String(decoding: line, as: UTF8.self))
        }
        guard let version = lines.first, version.hasPrefix("WARC/1.") else {
            throw malformed("it does not begin as a WARC record does")
        }
        let fields = Self.fields(lines.dropFirst())
        guard let kind = fields.first("WARC-Type"), let length = fields.first("Content-Length"),
            let count = Int(length), count >= 0, count == content.count - start - 4,
            content.suffix(4) == [13, 10, 13, 10]
        else { throw malformed("its length differs from the length that it states") }
        return WARCRecord(
            kind: kind, fields: fields, block: Array(content[start..<start + count]))
    }

    private static func fields(_ lines: some Sequence<String>) -> [HeaderField] {
        var fields: [HeaderField] = []
        for line in lines {
            if line.hasPrefix(" ") || line.hasPrefix("\t"), let last = fields.indices.last {
                fields[last].value += " " + line.trimmed
                continue
            }
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? String(parts[1]).trimmed : ""
            fields.append(HeaderField(String(parts[0]).trimmed, value))
        }
        return fields
    }
}

extension String {
    /// The text without spaces and tabs at its ends.
    var trimmed: String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(drop(while: blank).reversed().drop(while: blank).reversed())
    }
}
