// Writes WARC 1.1 records, each its own gzip member, so that the same captures give the same bytes.

public import SelvageTypes

/// Writes WARC 1.1 records, one gzip member each.
///
/// Record ids are UUIDv5 of the record's place, kind, address, date and block digest, and dates come
/// from the captures: nothing depends on when or where the file is written.
///
/// - Source: WARC 1.1, ISO 28500:2017; annex D for one gzip member a record.
public struct WARCWriter: Sendable {
    /// The file so far, or what came since the last `take`.
    public private(set) var bytes: [UInt8] = []
    /// Records so far.
    public private(set) var count = 0
    private var information: String?

    /// An empty file.
    public init() {}

    /// The first record: who wrote the file, by which standard.
    public mutating func appendInformation(
        _ lines: [HeaderField], fileName: String, date: Instant
    ) throws(EvidenceError) {
        let text = lines.map { "\($0.name): \(Self.fieldValue($0.value))\r\n" }.joined()
        information = try append(
            kind: "warcinfo", address: nil, date: date, contentType: "application/warc-fields",
            block: Array(text.utf8), further: [HeaderField("WARC-Filename", fileName)])
    }

    /// Appends a record.
    ///
    /// - Returns: Its id, `urn:uuid:…`.
    /// - Throws: `EvidenceError` when the block is larger than a record may be.
    @discardableResult
    public mutating func append(
        kind: String, address: String?, date: Instant, contentType: String, block: [UInt8],
        further: [HeaderField] = []
    ) throws(EvidenceError) -> String {
        let digest = Digest(of: block)
        let uuid = NameBasedID(parts: [
            "warc-record", String(count), kind, address ?? "", date.iso8601, digest.hex,
        ])
        let id = "urn:uuid:\(uuid.text)"
        var fields = [
            HeaderField("WARC-Type", kind), HeaderField("WARC-Record-ID", "<\(id)>"),
            HeaderField("WARC-Date", date.iso8601),
        ]
        if let address { fields.append(HeaderField("WARC-Target-URI", Self.uri(address))) }
        if let information { fields.append(HeaderField("WARC-Warcinfo-ID", "<\(information)>")) }
        fields += further
        fields.append(HeaderField("WARC-Block-Digest", "sha256:\(digest.hex)"))
        fields.append(HeaderField("Content-Type", contentType))
        fields.append(HeaderField("Content-Length", String(block.count)))
        guard let member = Gzip.member(Self.serialised(fields, block)) else {
            throw EvidenceError(
                .tooLarge(limitInBytes: Gzip.limitInBytes),
                "A \(kind) record of \(block.count) bytes is larger than evidence may hold. "
                    + "Lower the plan's limit on bytes a fetch.")
        }
        bytes += member
        count += 1
        return id
    }

    /// Takes out what has been written so far, for a file that is written piece by piece.
    public mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private static func serialised(_ fields: [HeaderField], _ block: [UInt8]) -> [UInt8] {
        var text = "WARC/1.1\r\n"
        for field in fields { text += "\(field.name): \(fieldValue(field.value))\r\n" }
        return Array(text.utf8) + [13, 10] + block + [13, 10, 13, 10]
    }

    /// A field's value on one line: what foreign text could use to begin a new field is replaced.
    private static func fieldValue(_ text: String) -> String {
        String(
            text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) })
    }

    /// An address with nothing outside printable ASCII, as a URI has to be.
    private static func uri(_ text: String) -> String {
        text.utf8.map { byte in
            (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
                ? String(UnicodeScalar(byte)) : "%" + [byte].hex.uppercased()
        }.joined()
    }
}
