// One mapping of a definition's YAML: typed reading of its keys, with every mistake kept by line.

internal import Yams

/// Collects what is wrong while a file is read, so that all of it is shown at once.
final class DefinitionProblems {
    let file: String
    private(set) var lines: [String] = []

    init(file: String) {
        self.file = file
    }

    func add(_ message: String, at node: Node?) {
        lines.append("\(file):\(node?.mark?.line ?? 1): \(message)")
    }
}

/// One mapping of a definition's YAML.
struct DefinitionSection {
    let node: Node
    let name: String
    let problems: DefinitionProblems
    private let entries: [(key: String, value: Node)]

    /// Takes a mapping apart and names keys that are not among the known ones.
    ///
    /// - Returns: nil, with a problem noted, when the node is not a mapping.
    init?(_ node: Node, name: String, keys: [String], _ problems: DefinitionProblems) {
        guard let mapping = node.mapping else {
            problems.add(
                "\(name) has to be a mapping with the keys \(keys.joined(separator: ", ")).",
                at: node)
            return nil
        }
        (self.node, self.name, self.problems) = (node, name, problems)
        entries = mapping.map { ($0.key.string ?? "", $0.value) }
        for (key, value) in mapping where !keys.contains(key.string ?? "") {
            _ = value
            problems.add(
                "unknown key `\(key.string ?? "?")` in \(name); known: "
                    + "\(keys.joined(separator: ", ")).", at: key)
        }
    }

    subscript(key: String) -> Node? { entries.first { $0.key == key }?.value }

    /// Every key with its value, in the order of the file.
    var all: [(key: String, value: Node)] { entries }

    func text(_ key: String) -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.scalar?.string, !text.isEmpty else {
            problems.add("`\(key)` in \(name) has to be a text.", at: value)
            return nil
        }
        return text
    }

    func required(_ key: String) -> String {
        if self[key] == nil { problems.add("`\(key)` is missing in \(name); add it.", at: node) }
        return text(key) ?? ""
    }

    /// A text, or a list of texts.
    func texts(_ key: String) -> [String] {
        guard let value = self[key] else { return [] }
        if let text = value.scalar?.string { return [text] }
        return list(key).compactMap { element in
            if element.scalar == nil {
                problems.add("`\(key)` holds something that is not a text.", at: element)
            }
            return element.scalar?.string
        }
    }

    func list(_ key: String) -> [Node] {
        guard let value = self[key] else { return [] }
        guard let sequence = value.sequence else {
            problems.add("`\(key)` in \(name) has to be a list.", at: value)
            return []
        }
        return Array(sequence)
    }

    /// One of some words.
    func choice<Value>(_ key: String, _ choices: [(String, Value)]) -> Value? {
        guard let word = text(key) else { return nil }
        if let found = choices.first(where: { $0.0 == word }) { return found.1 }
        problems.add(
            "`\(key)` in \(name) has to be one of \(choices.map(\.0).joined(separator: ", ")).",
            at: self[key])
        return nil
    }
}
