// Whether an image is worth its bytes, as far as its answer's head and first bytes tell.

/// Whether an image is worth its bytes, told from the head of its answer and its first bytes.
///
/// A decision without a network: the fetcher asks it while a download is under way, anyone else may
/// ask it of what is stored. It never says that something is an image, only that it is not wanted.
public struct ImageScreen: Hashable, Sendable {
    /// Why an image is not worth its bytes.
    public enum Objection: Hashable, Sendable {
        /// The answer says that it is something else; its media type, lower case.
        case notAnImage(mediaType: String)
        /// The answer announces fewer bytes than any picture of use has.
        case tooShort(bytes: Int)
        /// The picture is an icon, a tracking pixel, or a thumbnail.
        case tooSmall(ImageDimensions)
        /// The answer's entity tag or digest is one whose content is known.
        case known(String)
    }

    /// The fewest bytes worth fetching; 0 for any.
    public var leastBytes = 0
    /// The least length of the shorter side, in pixels; 0 for any.
    public var leastSide = 0
    /// Strong entity tags and `sha256:…` digests whose content is known already.
    public var known: Set<String> = []
    /// Whether an answer that declares another type than an image is left.
    public var refusesOtherTypes = true

    /// The most bytes from the start that are looked at for the picture's dimensions.
    public static let peekInBytes = 64 << 10

    /// A screen that lets everything pass that does not declare itself to be something else.
    public init() {}

    /// What speaks against reading the body of an answer with status 200.
    ///
    /// - Parameters:
    ///   - headers: The answer's fields.
    ///   - length: Bytes of the body as announced, if they were and no coding is applied.
    public func objection(headers: [HeaderField], length: Int?) -> Objection? {
        if refusesOtherTypes, let type = Self.declaredOtherType(headers) {
            return .notAnImage(mediaType: type)
        }
        if let length, length < leastBytes { return .tooShort(bytes: length) }
        guard !known.isEmpty else { return nil }
        let tags = headers.all("etag").filter { !$0.hasPrefix("W/") }
        return (tags + Self.digests(headers)).first(where: known.contains).map { .known($0) }
    }

    /// What speaks against reading on, by the first bytes of the body.
    ///
    /// - Returns: nil also while the bytes do not tell yet.
    public func objection(firstBytes bytes: [UInt8]) -> Objection? {
        guard leastSide > 0, let size = ImageDimensions(firstBytes: bytes) else { return nil }
        return min(size.width, size.height) < leastSide ? .tooSmall(size) : nil
    }

    /// A media type that no image has.
    ///
    /// Servers that do not know a file's type say `application/octet-stream` or nothing.
    private static func declaredOtherType(_ headers: [HeaderField]) -> String? {
        guard let value = headers.first("content-type") else { return nil }
        let type = value.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        guard !type.isEmpty, type.contains("/"), !type.hasPrefix("image/") else { return nil }
        let unsure = ["application/octet-stream", "binary/octet-stream", "application/unknown"]
        return unsure.contains(type) ? nil : type
    }

    /// Digests of the whole content that the server vouches for, as `sha256:…`.
    ///
    /// - Source: RFC 9530 sections 2 and 3 (`Repr-Digest`); RFC 3230 (`Digest`).
    private static func digests(_ headers: [HeaderField]) -> [String] {
        let members = (headers.all("repr-digest") + headers.all("digest")).flatMap {
            $0.split(separator: ",")
        }
        return members.compactMap { member in
            let pair = member.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "sha-256",
                let bytes = [UInt8](base64: pair[1].filter { $0 != ":" && $0 != " " }),
                let digest = Digest(rawBytes: bytes)
            else { return nil }
            return "sha256:\(digest.hex)"
        }
    }
}

extension [UInt8] {
    /// The bytes that base64 text stands for.
    ///
    /// - Returns: nil for any character outside the alphabet.
    fileprivate init?(base64 text: some StringProtocol) {
        var bits: UInt32 = 0
        var count = 0
        self = []
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = Self.base64Value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
    }

    private static func base64Value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
