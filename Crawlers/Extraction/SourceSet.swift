// The srcset attribute: its candidates, and the largest of them.

/// A list of image candidates as `srcset` writes it.
///
/// - Source: WHATWG HTML section 4.8.4.3.10, "parse a srcset attribute".
struct SourceSet {
    /// No honest page comes near it.
    static let limit = 500

    /// One address with its size.
    struct Candidate: Equatable {
        var address: String
        /// The width in pixels of `640w`.
        var width: Int?
        /// The density of `2x`.
        var density: Double?
    }

    private(set) var candidates: [Candidate] = []

    /// Parses the attribute's value; candidates with a broken descriptor are left out.
    init(_ text: String) {
        let bytes = Array(text.utf8)
        var place = 0
        while candidates.count < Self.limit {
            while place < bytes.count, bytes[place].isHTMLSpace || bytes[place] == Self.comma {
                place += 1
            }
            guard place < bytes.count else { return }
            let start = place
            while place < bytes.count, !bytes[place].isHTMLSpace { place += 1 }
            var end = place
            while end > start, bytes[end - 1] == Self.comma { end -= 1 }
            let address = String(decoding: bytes[start..<end], as: UTF8.self)
            let hasDescriptors = end == place
            let words = hasDescriptors ? Self.descriptors(bytes, &place) : []
            if let candidate = Self.candidate(address, words) { candidates.append(candidate) }
        }
    }

    /// The candidate with the most pixels: the widest, else the densest; among equals the first.
    var largest: Candidate? {
        var best: Candidate?
        for candidate in candidates {
            guard let leader = best else {
                best = candidate
                continue
            }
            let isWider = (candidate.width ?? 0, candidate.density ?? 1)
            if isWider > (leader.width ?? 0, leader.density ?? 1) { best = candidate }
        }
        return best
    }

    private static let comma = UInt8(ascii: ",")

    /// The words up to a comma outside parentheses.
    private static func descriptors(_ bytes: [UInt8], _ place: inout Int) -> [String] {
        let start = place
        var isInside = false
        while place < bytes.count, isInside || bytes[place] != comma {
            if bytes[place] == UInt8(ascii: "(") { isInside = true }
            if bytes[place] == UInt8(ascii: ")") { isInside = false }
            place += 1
        }
        return bytes[start..<place].split { $0.isHTMLSpace }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static func candidate(_ address: String, _ words: [String]) -> Candidate? {
        var candidate = Candidate(address: address)
        for word in words {
            let number = String(word.dropLast())
            switch word.last {
            case "w":
                guard candidate.width == nil, let width = Int(number), width > 0 else { return nil }
                candidate.width = width
            case "x":
                guard candidate.density == nil, let density = Double(number), density >= 0 else {
                    return nil
                }
                candidate.density = density
            case "h":
                guard Int(number) != nil else { return nil }
            default:
                return nil
            }
        }
        guard candidate.width == nil || candidate.density == nil else { return nil }
        return address.isEmpty ? nil : candidate
    }
}
