// The html5lib tokenizer cases: every one must give the tokens that its file expects.

import Foundation
import Testing

@testable import Extraction

/// One case of a `.test` file.
///
/// Lone surrogates are kept as three bytes, as the source has them.
private struct TokenizerCase {
    var description: String
    var source: [UInt8]
    var states: [(String, HTMLTextState)]
    var lastStartTag: String
    var expected: [RecordedToken]

    init?(_ entry: [String: Any]) {
        guard let input = entry["input"] as? String, let output = entry["output"] as? [[Any]]
        else { return nil }
        description = entry["description"] as? String ?? ""
        let isEscaped = entry["doubleEscaped"] as? Bool ?? false
        source = normalised(bytes(input, isEscaped))
        lastStartTag = entry["lastStartTag"] as? String ?? ""
        let names = entry["initialStates"] as? [String] ?? ["Data state"]
        states = names.compactMap { name in Self.stateByName[name].map { (name, $0) } }
        guard states.count == names.count else { return nil }
        expected = []
        for token in output {
            guard let read = Self.token(token, isEscaped) else { return nil }
            if case .text(let more) = read, case .text(let before) = expected.last {
                expected[expected.count - 1] = .text(before + more)
            } else {
                expected.append(read)
            }
        }
    }

    private static let stateByName: [String: HTMLTextState] = [
        "Data state": .data, "RCDATA state": .rcdata, "RAWTEXT state": .rawText,
        "Script data state": .scriptData, "PLAINTEXT state": .plainText,
        "CDATA section state": .cdata,
    ]

    private static func token(_ token: [Any], _ isEscaped: Bool) -> RecordedToken? {
        let text = { (index: Int) -> [UInt8]? in
            index < token.count ? (token[index] as? String).map { bytes($0, isEscaped) } : nil
        }
        let name = String(decoding: text(1) ?? [], as: UTF8.self)
        switch token.first as? String {
        case "StartTag":
            let attributes = token[2] as? [String: String] ?? [:]
            let decoded = attributes.map {
                (
                    String(decoding: bytes($0.key, isEscaped), as: UTF8.self),
                    bytes($0.value, isEscaped)
                )
            }
            return .start(
                name, Dictionary(decoded, uniquingKeysWith: { $1 }), isSelfClosing: token.count > 3)
        case "EndTag": return .end(name)
        case "Character": return .text(text(1) ?? [])
        case "Comment": return .comment(text(1) ?? [])
        case "DOCTYPE":
            return .doctype(
                HTMLDoctype(
                    name: text(1), publicIdentifier: text(2), systemIdentifier: text(3),
                    forcesQuirks: !(token[4] as? Bool ?? true)))
        default: return nil
        }
    }
}

/// UTF-8 of a text, `\uXXXX` in it resolved when the case is escaped twice.
private func bytes(_ text: String, _ isEscaped: Bool) -> [UInt8] {
    guard isEscaped else { return Array(text.utf8) }
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
        if rest.starts(with: Array("\\u".utf8)),
            let value = UInt32(
                String(decoding: rest.dropFirst(2).prefix(4), as: UTF8.self), radix: 16)
        {
            if value & 0xF800 == 0xD800 {
                result += [
                    0xE0 | UInt8(value >> 12), 0x80 | UInt8(value >> 6 & 0x3F),
                    0x80 | UInt8(value & 0x3F),
                ]
            } else {
                result.append(codePoint: value)
            }
            rest = rest.dropFirst(6)
        } else {
            result.append(byte)
            rest = rest.dropFirst()
        }
    }
    return result
}

/// What the decoder does to line ends before the tokenizer sees them.
private func normalised(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
        if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D { continue }
        result.append(byte == 0x0D ? 0x0A : byte)
    }
    return result
}

@Suite("html5lib tokenizer corpus")
struct HTML5LibTests {
    static let folder = "corpora/html5lib-tokenizer"
    static let files = (try? sharedFiles(in: folder, ending: ".test")) ?? []

    @Test(
        "Every html5lib tokenizer case gives the tokens it expects",
        .enabled(if: hasShared, "the shared corpora are not on this machine"), arguments: files)
    func corpus(file: String) throws {
        let data = Data(try sharedFile("\(Self.folder)/\(file)"))
        let root = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        // xmlViolationTests ask for output coerced to the XML infoset, which nothing here makes.
        let entries = root["tests"] as? [[String: Any]] ?? []
        var passed = 0
        for entry in entries {
            let test = try #require(TokenizerCase(entry), "\(file): a case that cannot be read")
            for (name, state) in test.states {
                let found = tokens(test.source, state: state, lastStartTag: test.lastStartTag)
                #expect(found == test.expected, "\(file): \(test.description) [\(name)]")
                if found == test.expected { passed += 1 }
            }
        }
        print("html5lib \(file): \(passed) passed")
    }
}
