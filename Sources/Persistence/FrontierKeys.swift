// How hosts and addresses are found in the database: by hashes, with the shard in front.

internal import Foundation
internal import GRDB
internal import SelvageTypes

/// The key of an origin: 64 bits of its SHA-256, and the shard that follows from them.
///
/// Nobody can find an origin that has a given one's key (2^64 tries). Somebody can make two of his
/// own share one (2^32); then these two share a pace and a robots.txt, and nothing else is touched.
struct HostKey: Hashable, Sendable {
    let id: Int64
    var shard: Int64 { Int64(UInt64(bitPattern: id) % 1024) }

    init(origin: String) {
        id = Int64(bitPattern: Digest(of: origin).first)
    }

    init(id: Int64) {
        self.id = id
    }
}

/// The key of an address in a plan's frontier.
struct AddressKey: Hashable, Sendable {
    let host: HostKey
    /// The first 128 bits of the address's SHA-256.
    let bits: SIMD2<UInt64>
    /// An address taken for an image, and the same one taken for a document, are two entries.
    let isImage: Bool

    init(_ address: WebAddress, isImage: Bool) {
        self.init(address, of: HostKey(origin: address.origin), isImage: isImage)
    }

    /// The key of an address whose host's key is known.
    init(_ address: WebAddress, of host: HostKey, isImage: Bool) {
        self.host = host
        bits = Self.bits(of: address)
        self.isImage = isImage
    }

    /// The key that a row has.
    ///
    /// - Throws: `StoreError` with `.damaged` when `id` is none.
    init(host: HostKey, id: Data, isImage: Bool) throws {
        guard id.count == 16 else {
            throw StoreError.unreadable("the key of an address", in: "url")
        }
        self.host = host
        bits = id.withUnsafeBytes { bytes in
            SIMD2(
                UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
        self.isImage = isImage
    }

    /// The bits as the database keeps them.
    var id: Data { Self.data(bits) }

    /// The bytes of `id`, without a copy.
    func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        Swift.withUnsafeBytes(of: (bits[0].bigEndian, bits[1].bigEndian), body)
    }

    /// The first 128 bits of an address's SHA-256, as the database keeps them.
    static func id(of address: WebAddress) -> Data { data(bits(of: address)) }

    private static func bits(of address: WebAddress) -> SIMD2<UInt64> {
        let digest = Digest(of: address.description)
        return SIMD2(digest.first, digest.second)
    }

    private static func data(_ bits: SIMD2<UInt64>) -> Data {
        Swift.withUnsafeBytes(of: (bits[0].bigEndian, bits[1].bigEndian)) { Data($0) }
    }

    /// The columns of the primary key of `url`, in its order.
    func values(plan: Int64) -> [(any DatabaseValueConvertible)?] {
        [host.shard, host.id, plan, id, isImage]
    }
}

extension Digest {
    /// The bytes as the database keeps them.
    var data: Data { Data(bytes) }

    /// The digest that a column holds.
    ///
    /// - Throws: `StoreError` with `.damaged` when the column holds anything else.
    init(column: Data, of table: String) throws {
        guard let digest = Digest(rawBytes: column) else {
            throw StoreError.unreadable("a digest", in: table)
        }
        self = digest
    }
}

extension StoreError {
    /// The error for a column that does not hold what we once wrote into it.
    static func unreadable(_ what: String, in table: String) -> StoreError {
        StoreError(
            .damaged, at: "selvage.sqlite, table \(table)",
            detail: "The database does not hold \(what) where one was stored. Keep a copy of the "
                + "data folder and restore the last backup.")
    }
}

extension WebAddress {
    /// The address that a column holds.
    init(column: String, of table: String) throws {
        guard let address = WebAddress(column) else {
            throw StoreError.unreadable("an address", in: table)
        }
        self = address
    }
}

/// JSON in columns: members sorted, so that the same value always is the same text.
enum StoredJSON {
    static func text(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The same text for hops, of which there is one for each address fetched.
    static func text(hops: [Hop]) -> String {
        var out: [UInt8] = [UInt8(ascii: "[")]
        for hop in hops {
            if out.count > 1 { out.append(UInt8(ascii: ",")) }
            out += #"{"address":"#.utf8
            append(hop.address.description, to: &out)
            out += #","peer":"#.utf8
            append(hop.peer, to: &out)
            out += #","requestHead":"#.utf8
            append(hop.requestHead, to: &out)
            out += #","responseHead":"#.utf8
            append(hop.responseHead, to: &out)
            out += #","status":\#(hop.status)}"#.utf8
        }
        out.append(UInt8(ascii: "]"))
        return String(decoding: out, as: UTF8.self)
    }

    private static func append(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
            case 0x08: out += #"\b"#.utf8
            case 0x09: out += #"\t"#.utf8
            case 0x0A: out += #"\n"#.utf8
            case 0x0C: out += #"\f"#.utf8
            case 0x0D: out += #"\r"#.utf8
            case ..<0x20: out += "\\u00\([byte].hex)".utf8
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    static func value<Value: Decodable>(_ type: Value.Type, from text: String, of table: String)
        throws -> Value
    {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw StoreError.unreadable("readable JSON", in: table)
        }
    }
}
