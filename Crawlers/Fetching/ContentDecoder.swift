// Removes content codings from a body as it arrives, counting every byte that comes out.

internal import SelvageTypes

/// Removes content codings from a body as it arrives.
///
/// libcurl's own decoding is switched off: up to 8.20 it neither bounds what a bomb unpacks to nor
/// notices a gzip stream that ends in the middle.
///
/// - Source: RFC 9110 section 8.4; RFC 1950, RFC 1951, RFC 1952, RFC 7932, RFC 8878.
struct ContentDecoder {
    /// What is offered to servers; anything else that they send is refused.
    static let offered = "gzip, deflate, br, zstd"
    /// The most codings one over the other.
    static let layerLimit = 2

    private let limitInBytes: Int
    private let layers: [any PackedLayer]
    private var takenInBytes = 0
    private var body: [UInt8] = []

    /// A decoder.
    ///
    /// - Parameters:
    ///   - codings: The members of Content-Encoding, lower case, in the order they were applied.
    ///   - limitInBytes: Of the bytes that come in, and that come out of each layer.
    ///   - expecting: Bytes to make room for; a hint.
    /// - Throws: `Fault` with `badEncoding` when a coding is unknown or there are too many.
    init(codings: [String], limitInBytes: Int, expecting: Int = 0) throws(Fault) {
        let applied = codings.filter { $0 != "identity" }
        try Self.check(applied)
        var layers: [any PackedLayer] = []
        for coding in applied.reversed() {
            guard let layer = ContentCoding(coding)?.layer() else {
                throw Fault(.badEncoding, "There is no memory left to unpack the body.")
            }
            layers.append(layer)
        }
        self.layers = layers
        self.limitInBytes = limitInBytes
        body.reserveCapacity(min(expecting, limitInBytes))
    }

    /// Refuses codings that were not offered, or too many of them.
    static func check(_ codings: [String]) throws(Fault) {
        guard codings.count <= layerLimit else {
            throw Fault(.badEncoding, "The body is packed \(codings.count) times over.")
        }
        for coding in codings where ContentCoding(coding) == nil {
            throw Fault(
                .badEncoding,
                "The body is packed with \"\(coding.prefix(40))\", which was not offered.")
        }
    }

    /// Takes bytes as they were sent.
    ///
    /// - Throws: `Fault` with `tooLarge` when the body outgrows the limit (the part up to the limit
    ///   is kept), `badEncoding` when it is damaged.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
        takenInBytes += bytes.count
        try pass(bytes, to: 0)
        // Packing hardly ever makes anything longer: 1/8 more than the limit is never honest.
        guard takenInBytes <= limitInBytes + limitInBytes / 8 + 4096 else {
            throw AnswerReader.tooLarge(limitInBytes)
        }
    }

    /// Takes bytes as they were sent.
    mutating func take(_ bytes: [UInt8]) throws(Fault) {
        try bytes.withUnsafeBufferPointer { (all) throws(Fault) in
            try take(UnsafeRawBufferPointer(all))
        }
    }

    private mutating func pass(
        _ bytes: UnsafeRawBufferPointer, to index: Int
    ) throws(Fault) {
        guard index < layers.count else {
            let room = limitInBytes - body.count
            body.append(contentsOf: bytes.prefix(room))
            if bytes.count > room { throw AnswerReader.tooLarge(limitInBytes) }
            return
        }
        let layer = layers[index]
        try layer.take(bytes, limitInBytes: limitInBytes) { (piece) throws(Fault) in
            try pass(piece, to: index + 1)  // Two layers at most, so this never goes deep.
        }
    }

    /// The body, after all bytes were taken.
    ///
    /// - Throws: `Fault` with `badEncoding` when a layer ended in the middle.
    mutating func finish() throws(Fault) -> [UInt8] {
        // An answer without a body may still name the coding that a body would have had.
        guard takenInBytes == 0 || layers.allSatisfy(\.isComplete) else {
            throw Fault(.badEncoding, "The packed body ends in the middle.")
        }
        return firstPart()
    }

    /// The body up to where it was cut.
    mutating func firstPart() -> [UInt8] {
        defer { body = [] }
        return body
    }
}
