// One WARC record as a value: its named fields, its block, and the payload inside the block.

public import SelvageTypes

/// One WARC record.
///
/// - Source: WARC 1.1, ISO 28500:2017, sections 5 and 6.
public struct WARCRecord: Hashable, Sendable {
    /// The record's type: `warcinfo`, `request`, `response`, `metadata`, `resource` and others.
    public let kind: String
    /// The named fields in their order, `WARC-Type` and `Content-Length` included.
    public let fields: [HeaderField]
    /// The content block.
    public let block: [UInt8]

    init(kind: String, fields: [HeaderField], block: [UInt8]) {
        self.kind = kind
        self.fields = fields
        self.block = block
    }

    /// `urn:uuid:…`, without the angle brackets.
    public var id: String {
        (fields.first("WARC-Record-ID") ?? "").filter { $0 != "<" && $0 != ">" }
    }

    /// What the record is about; nil for a `warcinfo`.
    public var address: String? {
        fields.first("WARC-Target-URI").map { $0.filter { $0 != "<" && $0 != ">" } }
    }

    /// When the content was captured or made.
    public var date: Instant? { fields.first("WARC-Date").flatMap(Instant.init(iso8601:)) }

    /// Whether the block is an HTTP message, whose payload is its body.
    public var isHTTP: Bool {
        (fields.first("Content-Type") ?? "").lowercased().hasPrefix("application/http")
    }

    /// The body of an HTTP message, else the whole block.
    public var payload: ArraySlice<UInt8> {
        guard isHTTP else { return block[...] }
        return block[(endOfHead ?? block.endIndex)...]
    }

    /// The head of an HTTP message with its empty line; nil for any other block.
    public var head: ArraySlice<UInt8>? {
        isHTTP ? endOfHead.map { block[..<$0] } : nil
    }

    private var endOfHead: Int? {
        var last4: UInt32 = 0
        for (index, byte) in block.enumerated() {
            last4 = last4 << 8 | UInt32(byte)
            if last4 == 0x0d0a_0d0a { return index + 1 }
        }
        return nil
    }

    /// `response https://shop.example/`: how people are told which record is meant.
    public var label: String {
        address.map { "\(kind) \($0)" } ?? kind
    }
}
