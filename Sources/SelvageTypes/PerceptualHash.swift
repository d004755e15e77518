// A 256-bit perceptual fingerprint of one picture, and the distance between two.

/// A 256-bit perceptual fingerprint of one picture.
///
/// Pictures that look alike have hashes that differ in few bits.
///
/// - Source: *The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm* (2019).
public struct PerceptualHash: Hashable, Sendable {
    /// The bits, least significant word first.
    public let words: SIMD4<UInt64>

    /// A hash by its four words, least significant first.
    public init(words: SIMD4<UInt64>) {
        self.words = words
    }

    /// Reads 64 hexadecimal digits, most significant first, as PDQ lists are written.
    ///
    /// - Returns: nil when the text is anything else.
    public init?(hex: String) {
        guard let bytes = [UInt8](hex: hex), bytes.count == 32 else { return nil }
        var words = SIMD4<UInt64>()
        for (index, byte) in bytes.enumerated() {
            words[3 - index / 8] = words[3 - index / 8] << 8 | UInt64(byte)
        }
        self.words = words
    }

    /// 64 lower-case hexadecimal digits, most significant first.
    public var hex: String {
        (0..<4).flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: words[3 - word] >> UInt64(56 - 8 * $0)) }
        }.hex
    }

    /// The number of bits in which two hashes differ.
    ///
    /// - Returns: A Hamming distance in 0...256. Unrelated pictures centre on 128.
    /// - Complexity: O(1), four population counts.
    public func distance(to other: Self) -> Int {
        Int((words ^ other.words).nonzeroBitCount.wrappedSum())
    }
}

extension PerceptualHash: CustomStringConvertible, Codable {
    public var description: String { hex }

    /// Reads the hexadecimal form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = Self(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a 256-bit hash in hexadecimal")
        }
        self = hash
    }

    /// Writes the hexadecimal form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
