// Which piece of a ledger lies in which file: tiles of 256 hashes and bundles of 256 entries.

/// One file of a tiled log.
///
/// - Source: C2SP tlog-tiles, "Merkle Tree" and "Log entries".
public struct LedgerTile: Hashable, Sendable {
    /// What the file holds.
    public enum Content: Hashable, Sendable {
        /// Hashes; at level 0 those of leaves, above those of full tiles of the level below.
        case hashes(level: Int)
        /// The entries themselves.
        case entries
    }

    /// The hashes or entries of a full file.
    public static let fullWidth = 256
    static let heightInLevels = 8

    /// What the file holds.
    public let content: Content
    /// Its place among the files of its kind, from 0.
    public let index: UInt64
    /// How many hashes or entries it has, 1 to 256.
    public let width: Int

    /// A file of a log.
    public init(_ content: Content, _ index: UInt64, width: Int = Self.fullWidth) {
        precondition((1...Self.fullWidth).contains(width), "a tile has 1 to 256 hashes")
        if case .hashes(let level) = content {
            precondition((0...63).contains(level), "levels are 0 to 63")
        }
        self.content = content
        self.index = index
        self.width = width
    }

    /// Whether nothing will be added to it.
    public var isFull: Bool { width == Self.fullWidth }

    /// Its name below the log's address or folder: `tile/0/x001/x234/067.p/5`.
    public var path: String {
        let partial = isFull ? "" : ".p/\(width)"
        return "tile/\(folder)/\(Self.elements(of: index))\(partial)"
    }

    /// Reads a name; every file has exactly one.
    ///
    /// - Returns: nil for anything else.
    public init?(path: String) {
        guard path.utf8.count <= 60, path.hasPrefix("tile/") else { return nil }
        var parts = path.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 2, let content = Self.content(parts.removeFirst()) else { return nil }
        var width = Self.fullWidth
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Int(parts.removeLast()), (1..<width).contains(partial) else {
                return nil
            }
            width = partial
            parts.append(parts.removeLast().dropLast(2))
        }
        let digits = parts.enumerated().map { place, part in
            place < parts.count - 1 && part.hasPrefix("x") ? part.dropFirst() : part
        }
        guard let index = UInt64(digits.joined()) else { return nil }
        self.init(content, index, width: width)
        guard self.path == path else { return nil }
    }

    /// The longest content it can have.
    public var limitInBytes: Int {
        content == .entries ? EntryBundle.limitInBytes : Self.fullWidth * 32
    }

    /// The same file when it is full.
    var whenFull: LedgerTile { LedgerTile(content, index) }

    /// The name under which all partial states of the file stand.
    var partialsPath: String { "\(whenFull.path).p" }

    private var folder: String {
        switch content {
        case .hashes(let level): String(level)
        case .entries: "entries"
        }
    }

    private static func content(_ text: Substring) -> Content? {
        if text == "entries" { return .entries }
        guard let level = Int(text), (0...63).contains(level) else { return nil }
        return .hashes(level: level)
    }

    private static func elements(of index: UInt64) -> String {
        var rest = index
        var text = ""
        repeat {
            let digits = String(rest % 1000)
            let padded = String(repeating: "0", count: 3 - digits.count) + digits
            text = text.isEmpty ? padded : "x\(padded)/\(text)"
            rest /= 1000
        } while rest > 0
        return text
    }
}

extension LedgerTile {
    /// How many hashes a level has in a log of some size.
    static func count(atLevel level: Int, in size: UInt64) -> UInt64 {
        level < 8 ? size >> UInt64(level * heightInLevels) : 0
    }

    /// The file of a place in a log of some size; nil when the log does not reach it.
    static func at(_ content: Content, _ index: UInt64, in size: UInt64) -> LedgerTile? {
        let level = if case .hashes(let level) = content { level } else { 0 }
        let count = count(atLevel: level, in: size)
        guard index <= count / UInt64(fullWidth) else { return nil }
        let width = Int(min(count - index * UInt64(fullWidth), UInt64(fullWidth)))
        return width > 0 ? LedgerTile(content, index, width: width) : nil
    }

    /// Whether a log of some size has all of this file.
    public func isCovered(by size: UInt64) -> Bool {
        Self.at(content, index, in: size).map { width <= $0.width } ?? false
    }
}
