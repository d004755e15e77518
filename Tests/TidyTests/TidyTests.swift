// Keeps what no compiler keeps: opening sentences, one importer for each C library, small files.

import Foundation
import Testing

@Suite("The house is tidy")
struct TidyTests {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources: [(path: String, text: String)] = {
        ["Crawlers", "Signatures", "Sources", "Tests"].flatMap { wing in
            let folder = root.appending(path: wing)
            let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
            return names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
                .compactMap { name in
                    let file = folder.appending(path: name)
                    return (try? String(contentsOf: file, encoding: .utf8))
                        .map { ("\(wing)/\(name)", $0) }
                }
        }.sorted { $0.0 < $1.0 }
    }()

    @Test("The sources are found at all")
    func found() {
        #expect(Self.sources.count > 100)
    }

    @Test("Each file opens with a sentence that says what it is")
    func openingSentence() {
        for (path, text) in Self.sources {
            let first = text.prefix { $0 != "\n" }
            #expect(first.hasPrefix("// ") && first.count > 20, "\(path)")
        }
    }

    @Test("Each C library has exactly one Swift importer")
    func oneImporter() throws {
        var importers: [Substring: Set<Substring>] = [:]
        for (path, text) in Self.sources where !path.hasPrefix("Tests/") {
            let module = path.split(separator: "/")[1]
            for match in text.matches(of: /(?m)^(?:\w+ )?import (C[A-Z]\w*)$/)
            where FileManager.default.fileExists(
                atPath: Self.root.appending(path: Self.folder(of: match.1, beside: path)).path)
            {
                importers[match.1, default: []].insert(module)
            }
        }
        #expect(importers.count >= 5, "\(importers)")
        for (library, modules) in importers {
            #expect(modules.count == 1, "\(library) is imported by \(modules.sorted())")
        }
    }

    private static func folder(of library: Substring, beside path: String) -> String {
        "\(path.split(separator: "/")[0])/\(library)"
    }

    @Test("No file has outgrown its idea")
    func smallFiles() {
        for (path, text) in Self.sources {
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
            // Tables of data are long and still one idea.
            let limit = path.contains("Table") ? 3000 : 500
            #expect(lines <= limit, "\(path) has \(lines) lines")
        }
    }

    @Test("No escape hatch without a reason beside it")
    func escapes() {
        for (path, text) in Self.sources where !path.hasPrefix("Tests/") {
            #expect(!text.contains("try" + "!"), "\(path)")
            #expect(!text.contains("fatal" + "Error("), "\(path)")
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            for (index, line) in lines.enumerated()
            where line.contains("@unchecked " + "Sendable")
                || line.contains("nonisolated" + "(unsafe)")
            {
                let around = lines[max(0, index - 4)...min(lines.count - 1, index + 1)]
                #expect(around.contains { $0.contains("//") }, "\(path):\(index + 1)")
            }
        }
    }

    @Test("Every script is executable")
    func scripts() throws {
        for name in ["Scripts/setup", "Scripts/demo", "Scripts/test", ".ci/run"] {
            let path = Self.root.appending(path: name).path
            #expect(FileManager.default.isExecutableFile(atPath: path), "\(name)")
        }
    }
}
