// One picture in many sizes, as image servers name them, and which size is fetched.

internal import Foundation
internal import SelvageTypes

/// Which of the sizes of one picture are fetched.
public enum ImageChoice: String, Hashable, Sendable, Codable {
    /// Every address that is named.
    case all
    /// Of addresses that surely name one picture in several sizes the best, once.
    case best
}

/// What an image's address says of its size, and what it has in common with its other sizes.
///
/// Only spellings that image servers are known by count; anything else is a family of its own.
struct ImageFamily: Hashable {
    /// The address without what only states a size; equal for the sizes of one picture.
    ///
    /// Sizes of different proportions may be cut differently, so their keys differ.
    let key: String
    /// The key without proportions: what the picture in its own size has.
    let original: String
    /// Pixels of the longer known side; nil when the address states none.
    let size: Int?

    /// The largest size that shows more of a pattern than a smaller one.
    static let useful = 1600
    /// From this on a stated size is taken before one of unknown size.
    static let enough = 800

    init(_ address: WebAddress) {
        var sides = StatedSides()
        guard Self.maySaySize(address.target) else {
            key = address.description
            original = key
            size = nil
            return
        }
        let segments = address.path.split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        var kept: [String] = []
        for (index, segment) in segments.enumerated() {
            if index == segments.count - 1 {
                kept.append(sides.takeSuffix(of: segment, in: address))
            } else if let rest = sides.takeSegment(segment, after: kept.last) {
                kept.append(rest)
            }
        }
        let parameters = sides.takeParameters(of: address.query)
        original = address.origin + kept.joined(separator: "/") + "?" + parameters
        size = sides.longer
        key = original + "#" + sides.proportions
    }
}

/// The width and height that an address states.
private struct StatedSides {
    var width: Int?
    var height: Int?
    var density = 1.0

    /// The longer side in pixels.
    var longer: Int? {
        let sides = [width, height].compactMap { $0 }
        return sides.max().map { Int(Double($0) * density) }
    }

    /// What tells cuts apart: the proportions when both sides are stated.
    var proportions: String {
        guard let width, let height, height > 0 else { return "" }
        return String(format: "%.1f", 20 * log2(Double(width) / Double(height)).rounded() / 20)
    }

    private static func pixels(_ text: some StringProtocol) -> Int? {
        guard let number = Int(text), (16...10_000).contains(number) else { return nil }
        return number
    }

    /// Query parameters: `w=400&h=300&dpr=2&q=80`; what remains, in order.
    mutating func takeParameters(of query: String?) -> String {
        guard let query else { return "" }
        let parameters = query.split(separator: "&")
        let statesSize = parameters.contains { parameter in
            let (name, value) = Self.pair(parameter)
            return Self.widths.contains(name) && Self.pixels(value) != nil
        }
        guard statesSize else { return query }
        return parameters.filter { parameter in
            let (name, value) = Self.pair(parameter)
            if Self.widths.contains(name), let number = Self.pixels(value) {
                width = number
            } else if Self.heights.contains(name), let number = Self.pixels(value) {
                height = number
            } else if name == "dpr", let number = Double(value), (1...4).contains(number) {
                density = number
            } else {
                return !["q", "quality", "qlt"].contains(name)
            }
            return false
        }.joined(separator: "&")
    }

    private static let widths: Set<String> = ["w", "width", "imwidth", "wid", "sw"]
    private static let heights: Set<String> = ["h", "height", "imheight", "hei", "sh"]

    private static func pair(_ parameter: Substring) -> (name: String, value: String) {
        let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0].lowercased(), parts.count > 1 ? String(parts[1]) : "")
    }

    /// File names: `print_400x.jpg`, `print_400x300@2x.jpg` and `print-300x200.jpg`.
    mutating func takeSuffix(of name: String, in address: WebAddress) -> String {
        // Elsewhere a name like "tablecloth_140x220" may speak of the thing itself.
        let path = address.path
        let isShop =
            path.contains("/cdn/shop/") || path.contains("/s/files/")
            || address.host == "cdn.shopify.com"
        guard isShop || path.contains("/wp-content/uploads/") else { return name }
        let pattern = /^(.+)([_-])(\d*)x(\d*)(?:@([23])x)?(\.[A-Za-z]{3,4})$/
        guard let match = name.wholeMatch(of: pattern), (match.2 == "_") == isShop else {
            return name
        }
        let (wide, high) = (Self.pixels(match.3), Self.pixels(match.4))
        guard wide != nil || high != nil, wide != nil || match.3.isEmpty,
            high != nil || match.4.isEmpty
        else { return name }
        (width, height) = (wide, high)
        if let dense = match.5.flatMap({ Double(String($0)) }) { density = dense }
        return String(match.1 + match.6)
    }

    /// Folders: `/resize/300x200/`, `/fit-in/600x0/`, `/w_400,c_limit/`, `/width=400,quality=80/`.
    ///
    /// - Returns: What remains of the folder; nil when all of it stated a size.
    mutating func takeSegment(_ segment: String, after previous: String?) -> String? {
        if let previous, ["resize", "fit-in", "thumb", "thumbnail"].contains(previous),
            let match = segment.wholeMatch(of: /(\d+)x(\d*)/), let wide = Self.pixels(match.1)
        {
            (width, height) = (wide, Self.pixels(match.2))
            return nil
        }
        guard segment.contains("w_") || segment.contains("width=") else { return segment }
        let parts = segment.split(separator: ",")
        guard let wide = parts.lazy.compactMap({ Self.side($0, ["w_", "width="]) }).first else {
            return segment
        }
        width = wide
        height = parts.lazy.compactMap { Self.side($0, ["h_", "height="]) }.first
        let rest = parts.filter { part in
            Self.side(part, ["w_", "width=", "h_", "height="]) == nil
                && !["q_", "quality=", "f_", "format=", "dpr_"].contains { part.hasPrefix($0) }
        }
        return rest.isEmpty ? nil : rest.joined(separator: ",")
    }

    private static func side(_ part: Substring, _ names: [String]) -> Int? {
        names.lazy.compactMap { name in
            part.hasPrefix(name) ? pixels(part.dropFirst(name.count)) : nil
        }.first
    }
}

extension ImageFamily {
    /// Whether an address may say anything of a size; most do not, and are not looked at further.
    private static func maySaySize(_ target: String) -> Bool {
        target.utf8.contains(UInt8(ascii: "?")) || words.contains { target.contains($0) }
    }

    private static let words = [
        "/cdn/shop/", "/s/files/", "/wp-content/uploads/", "w_", "width=", "/resize/", "/fit-in/",
        "/thumb/", "/thumbnail/",
    ]
}

extension [ImageReference] {
    /// The references with each picture once, in the size that is worth most.
    ///
    /// The other sizes are named beside it, and facts of all are kept.
    func bestOfFamilies() -> [ImageReference] {
        let families = map { ImageFamily($0.address) }
        guard families.contains(where: { $0.size != nil }) else { return self }
        // A picture in its own size stands for all cuts of it.
        let whole = Set(families.filter { $0.size == nil }.map(\.original))
        var members: [String: [Int]] = [:]
        var order: [String] = []
        for (index, family) in families.enumerated() {
            let key = whole.contains(family.original) ? family.original : family.key
            if members[key] == nil { order.append(key) }
            members[key, default: []].append(index)
        }
        return order.compactMap { key in
            guard let indices = members[key], let first = indices.first else { return nil }
            guard indices.count > 1 else { return self[first] }
            let best = Self.best(indices.map { (index: $0, size: families[$0].size) })
            return merged(indices, best)
        }
    }

    private static func best(_ sizes: [(index: Int, size: Int?)]) -> Int {
        func rank(_ size: Int?) -> (Int, Int) {
            guard let size else { return (1, 0) }
            if size > ImageFamily.useful { return (2, -size) }
            return (size >= ImageFamily.enough ? 3 : 0, size)
        }
        let sorted = sizes.sorted { rank($0.size) > rank($1.size) }
        return sorted.first?.index ?? 0
    }

    private func merged(_ indices: [Int], _ best: Int) -> ImageReference {
        var reference = self[best]
        for index in indices where index != best {
            if reference.text.isEmpty { reference.text = self[index].text }
            reference.facts += self[index].facts.filter { !reference.facts.contains($0) }
        }
        reference.sizes = indices.filter { $0 != best }.map { self[$0].address }
        return reference
    }
}
