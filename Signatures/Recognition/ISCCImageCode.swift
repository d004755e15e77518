// The ISCC Image-Code: an open, standardised perceptual code of a whole picture.

public import SelvageTypes

/// The Image-Code of the International Standard Content Code, for exchange with other registries.
///
/// Two codes are alike when few of their bits differ. The standard fixes the code of 32 x 32 grey
/// samples, bit for bit; how a picture becomes those samples it describes in words only and leaves
/// the tool open. This one follows the words (`ISCCSamples`) with Pillow's arithmetic, which is
/// what the reference software uses.
///
/// - Source: ISO 24138:2024, Image-Code, version 0; its text as IEP-0004, its reference
///   implementation `iscc-core`.
public struct ISCCImageCode: Hashable, Sendable {
    /// The name of the algorithm in C2PA's list of soft bindings.
    public static let algorithm = "io.iscc.v0"
    /// The lengths that a code may have, in bits; soft bindings take the longest.
    public static let lengths = Array(stride(from: 64, through: 256, by: 32))

    /// The similarity-preserving bits, eight a byte, most significant first.
    public let body: [UInt8]

    /// How many bits there are: 64...256, a multiple of 32.
    public var bits: Int { body.count * 8 }

    /// The code of a picture.
    ///
    /// - Parameters:
    ///   - bits: One of `lengths`.
    ///   - border: What is cut from the sides first.
    /// - Precondition: The picture has pixels.
    public init(of picture: Picture, bits: Int = 256, border: ISCCSamples.Border = .uniform) {
        self.init(of: ISCCSamples(of: picture, border: border), bits: bits)
    }

    /// The code of normalised samples; equal to `gen_image_code_v0` of `iscc-core`.
    ///
    /// - Parameter bits: One of `lengths`.
    public init(of samples: ISCCSamples, bits: Int = 256) {
        precondition(Self.lengths.contains(bits), "An Image-Code has 64, 96 ... 256 bits.")
        body = Array(imageBits(of: samples.values)[..<(bits / 8)])
    }

    /// Header and body: what a C2PA soft binding holds, as a sequence of one unit (IEP-0020).
    public var bytes: [UInt8] { Self.header(bits: bits) + body }

    /// In how many bits the shorter code differs from the beginning of the longer one.
    ///
    /// - Returns: The number of differing bits, and of how many bits.
    public func distance(to other: Self) -> (differing: Int, of: Int) {
        let pairs = zip(body, other.body)
        return (
            differing: pairs.reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount },
            of: min(bits, other.bits)
        )
    }

    /// Main type 2 (content), subtype 1 (image), version 0, length in 32 bits less one: a nibble
    /// each.
    ///
    /// - Source: ISO 24138:2024, header; IEP-0001.
    private static func header(bits: Int) -> [UInt8] { [0x21, UInt8(bits / 32 - 1)] }
}

extension ISCCImageCode: LosslessStringConvertible, Codable {
    /// The canonical text: `ISCC:` and the bytes in base 32.
    public var description: String { "ISCC:" + base32(bytes) }

    /// Reads the canonical text; the scheme, the case of letters and hyphens do not matter.
    ///
    /// - Returns: nil when the text is anything but one Image-Code of 64...256 bits.
    public init?(_ text: String) {
        guard text.utf8.count <= 128 else { return nil }
        var code = text.uppercased()
        if code.hasPrefix("ISCC:") { code.removeFirst(5) }
        code.removeAll { $0 == "-" }
        guard let bytes = decoded(base32: code),
            let bits = Self.lengths.first(where: { bytes.count == 2 + $0 / 8 }),
            Array(bytes.prefix(2)) == Self.header(bits: bits)
        else { return nil }
        body = Array(bytes.dropFirst(2))
    }

    /// Reads the canonical text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let code = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not an ISCC Image-Code")
        }
        self = code
    }

    /// Writes the canonical text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

/// Base 32 without padding (RFC 4648, section 6).
private func base32(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var held = 0
    var count = 0
    for byte in bytes {
        held = held << 8 | Int(byte)
        count += 8
        while count >= 5 {
            count -= 5
            text.append(alphabet[held >> count & 31])
        }
        held &= 1 << count - 1
    }
    if count > 0 { text.append(alphabet[held << (5 - count) & 31]) }
    return String(decoding: text, as: UTF8.self)
}

/// The bytes of a base 32 text without padding; nil when it is none, or when bits are left over.
private func decoded(base32 text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var held = 0
    var count = 0
    for letter in text.utf8 {
        guard let value = alphabet.firstIndex(of: letter) else { return nil }
        held = held << 5 | value
        count += 5
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: held >> count))
            held &= 1 << count - 1
        }
    }
    return held == 0 && count < 5 ? bytes : nil
}
