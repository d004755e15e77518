// One mapping of a YAML file: typed reading of its keys, with every mistake kept by line.

internal import Foundation
internal import SelvageTypes
internal import Yams

/// Collects what is wrong while a file is read, so that all of it is shown at once.
final class ProblemList {
    let file: String
    private(set) var problems: [PlanProblem] = []

    init(file: String) {
        self.file = file
    }

    func add(_ message: String, at node: Node?, warning: Bool = false) {
        problems.append(
            PlanProblem(
                file: file, line: node?.mark?.line ?? 0, message: message, isWarning: warning))
    }
}

/// One mapping of a YAML file.
struct YAMLSection {
    private let node: Node
    private let entries: [(key: String, keyNode: Node, value: Node)]
    private let list: ProblemList
    private let name: String

    /// Takes a mapping apart and names keys that are not among the known ones.
    ///
    /// - Returns: nil, with a problem noted, when the node is not a mapping.
    init?(_ node: Node, name: String, keys: [String], list: ProblemList) {
        guard let mapping = node.mapping else {
            list.add(
                "`\(name)` has to be a mapping with the keys \(keys.joined(separator: ", ")).",
                at: node)
            return nil
        }
        self.node = node
        self.list = list
        self.name = name
        entries = mapping.map { ($0.key.string ?? "", $0.key, $0.value) }
        for entry in entries where !keys.contains(entry.key) {
            let near = keys.first { Self.near($0, entry.key) }
            let hint =
                near.map { "did you mean `\($0)`?" } ?? "known: \(keys.joined(separator: ", "))."
            list.add("unknown key `\(entry.key)` in \(name); \(hint)", at: entry.keyNode)
        }
    }

    subscript(key: String) -> Node? {
        entries.first { $0.key == key }?.value
    }

    /// Every key with its value, in the order of the file.
    var all: [(key: String, value: Node)] {
        entries.map { ($0.key, $0.value) }
    }

    func text(_ key: String) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.string, !text.isEmpty else {
            list.add("`\(key)` in \(name) has to be a text.", at: value)
            return nil
        }
        return text
    }

    func required(_ key: String) -> String? {
        if self[key] == nil {
            list.add("`\(key)` is missing in \(name); add it.", at: node)
        }
        return text(key)
    }

    func texts(_ key: String) -> [String] {
        guard let value = self[key] else { return [] }
        guard let sequence = value.sequence else {
            list.add("`\(key)` in \(name) has to be a list, as in [a, b].", at: value)
            return []
        }
        return sequence.compactMap { element in
            if element.string == nil {
                list.add("`\(key)` holds something that is not a text.", at: element)
            }
            return element.string
        }
    }

    func count(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = self[key] else { return nil }
        guard let number = value.int, range.contains(number) else {
            list.add(
                "`\(key)` in \(name) has to be a whole number from \(range.lowerBound) to \(range.upperBound).",
                at: value)
            return nil
        }
        return number
    }

    func milliseconds(_ key: String) -> Int? {
        quantity(
            key,
            units: [
                "ms": 1, "s": 1000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000,
            ],
            example: "1s, 500ms or 2h")
    }

    func bytes(_ key: String) -> Int? {
        quantity(
            key,
            units: [
                "B": 1, "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "KiB": 1024,
                "MiB": 1_048_576, "GiB": 1_073_741_824, "TiB": 1_099_511_627_776,
            ], example: "500MiB or 20GiB")
    }

    private func quantity(_ key: String, units: [String: Double], example: String) -> Int? {
        guard let value = self[key] else { return nil }
        let text = value.string ?? ""
        let digits = text.prefix { $0.isNumber || $0 == "." }
        let unit = text.dropFirst(digits.count).filter { $0 != " " }
        guard let number = Double(digits), let factor = units[unit], number * factor < 1e15 else {
            list.add("`\(key)` in \(name) has to be a quantity such as \(example).", at: value)
            return nil
        }
        return Int(number * factor)
    }

    /// Whether two keys differ by a slip: case, a hyphen, or a letter or two at the end.
    private static func near(_ known: String, _ written: String) -> Bool {
        let left = known.lowercased()
        let right = written.lowercased().filter { $0 != "-" && $0 != "_" }
        guard right.count > 2, abs(left.count - right.count) <= 2 else { return false }
        return left.hasPrefix(right.dropLast()) || right.hasPrefix(left.dropLast())
    }
}
