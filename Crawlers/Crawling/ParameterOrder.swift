// One page under several orders of its parameters: the first spelling that was met stands for all.

internal import SelvageTypes

/// Which order of the parameters of an address was met first.
///
/// Facets that a visitor clicks one after the other make one selection in any order; n of them are
/// n! addresses of one page. The memory is of fixed size and forgets.
struct ParameterOrder: Sendable {
    private var slots: [(sorted: UInt64, spelled: UInt64)] = []
    private let count: Int

    init(slots count: Int = 4096) {
        self.count = count
    }

    /// Whether an address is the first spelling of its page, as far as is remembered.
    mutating func isFirst(_ address: WebAddress) -> Bool {
        guard let query = address.query, query.utf8.contains(UInt8(ascii: "&")) else { return true }
        let parameters = query.split(separator: "&").sorted()
        let sorted = Self.word(
            "\(address.origin)\(address.path)?" + parameters.joined(separator: "&"))
        let spelled = Self.word(address.description)
        if slots.isEmpty { slots = Array(repeating: (sorted: 0, spelled: 0), count: count) }
        let slot = Int(sorted % UInt64(count))
        if slots[slot].sorted == sorted { return slots[slot].spelled == spelled }
        slots[slot] = (sorted, spelled)
        return true
    }

    private static func word(_ text: String) -> UInt64 {
        Digest(of: text).first
    }
}

/// Images whose query is noise: every new query brought the same picture again.
///
/// A picture that is named `logo.png?1`, `logo.png?2` … on each page would make every page look as if
/// it showed something new.
struct QueryNoise: Sendable {
    /// Copies of one picture after which its query counts for nothing.
    static let copies = 8
    /// Paths that are remembered; when there are more, all are forgotten.
    static let limit = 1024

    private struct Line {
        let content: Digest
        var copies = 0
        var isVaried = false
    }

    private var lines: [String: Line] = [:]

    /// Takes note of what an address with a query brought.
    mutating func received(_ content: Digest, from address: WebAddress) {
        guard address.query != nil else { return }
        let path = address.origin + address.path
        guard var line = lines[path] else {
            if lines.count >= Self.limit { lines = [:] }
            lines[path] = Line(content: content)
            return
        }
        if line.content == content { line.copies += 1 } else { line.isVaried = true }
        lines[path] = line
    }

    /// What names the picture: the address, or only its path when the query is noise.
    func name(of address: WebAddress) -> String {
        guard address.query != nil else { return address.description }
        let path = address.origin + address.path
        guard let line = lines[path], !line.isVaried, line.copies >= Self.copies else {
            return address.description
        }
        return path
    }
}
