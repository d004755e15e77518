// Catalogues as a user makes, grows, compares and tries them.

import Foundation
import SelvageTypes
import Testing

@Suite("The catalogue command")
struct CatalogueCommandTests {
    private static let images = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Signatures/Catalogues/demo/images")

    private let folder = Temporary()

    /// The first images of the demo's catalogue under short names.
    private func patterns(_ range: Range<Int>, in name: String) throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.images.path).sorted()
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/\(name)", withIntermediateDirectories: true)
        return try files[range].map { file in
            // An image is kept as NAME-DIGEST.png.
            let short = file.split(separator: "-").dropLast().joined(separator: "-")
            let copy = "\(name)/\(short).png"
            try FileManager.default.copyItem(
                atPath: Self.images.appending(path: file).path, toPath: "\(folder.path)/\(copy)")
            return copy
        }
    }

    @discardableResult
    private func run(_ words: String...) throws -> Command {
        let run = try Command.run(words, in: folder.path)
        #expect(run.status == 0, "\(words): \(run.output) \(run.errors)")
        return run
    }

    private func build() throws -> [String] {
        let files = try patterns(0..<3, in: "first")
        try run(
            "catalogue", "build", "first", "--out", "c", "--licensor", "https://p.example/s",
            "--background", "0")
        return files
    }

    @Test("Built, grown, compared, verified and tried, each with what it did in a line or in JSON")
    func course() throws {
        let first = try build()
        try FileManager.default.copyItem(atPath: folder.path + "/c", toPath: folder.path + "/old")
        let more = try patterns(3..<5, in: "more")
        let grown = try run("catalogue", "add", "c", more[0], more[1], "--background", "0")
        #expect(grown.output.contains("2 added, 5 assets, generation 2"))
        let changes = try run("catalogue", "diff", "old", "c", "--json").json
        #expect(changes?["added"]?.elements.count == 2 && changes?["removed"]?.elements == [])
        #expect(try run("catalogue", "verify", "c").output.contains("good; 5 assets, generation 2"))
        #expect(try run("catalogue", "refresh", "c").output.contains("0 assets refreshed"))
        let stem = URL(fileURLWithPath: first[0]).deletingPathExtension().lastPathComponent
        let truth = """
            {"file": "\(first[0])", "label": "\(stem)", "family": "whole", "kind": "positive"}
            {"file": "\(more[1])", "label": "no-such", "family": "whole", "kind": "positive"}
            """
        _ = folder.write(truth, to: "truth.jsonl")
        let tried = try run(
            "catalogue", "eval", ".", "--catalogue", "c", "--json", "--results", "results.jsonl")
        #expect(tried.json?["rows"]?[0]?["found"] == 1)
        #expect(tried.json?["unknownLabels"]?[0] == "no-such")
        let results = try String(contentsOfFile: folder.path + "/results.jsonl", encoding: .utf8)
        #expect(results.hasPrefix("{\"file\":\"\(first[0])\",\"matches\":[[\"\(stem)\","))
        #expect(
            try run("catalogue", "eval", ".", "--catalogue", "c").output.contains("ALL POSITIVES"))
    }

    @Test("Hash lists go out and come in as a catalogue of whole pictures")
    func lists() throws {
        let files = try build()
        try run("catalogue", "export", "c", "--out", "list.txt")
        try run(
            "catalogue", "import", "list.txt", "--catalogue", "d", "--licensor",
            "https://p.example/s")
        let verified = try run("catalogue", "verify", "d")
        #expect(verified.output.contains("good; 3 assets, generation 1"))
        #expect(verified.errors.contains("3 of 3 assets have no features"))
        #expect(verified.errors.contains("selvage catalogue refresh d"))
        let match = try run("match", files[1], "--catalogue", "d", "--json")
        #expect(match.json?[0]?["recognition"]?["matches"]?[0]?["method"] == "perceptual-hash")
    }

    @Test("An explanation lists each stage with its candidates and time")
    func explained() throws {
        let files = try build()
        let run = try run("match", files[2], "--catalogue", "c", "--explain", "why", "--json")
        let stages = run.json?[0]?["explanation"]?["stages"]?.elements ?? []
        #expect(
            stages.compactMap { $0["stage"]?.string } == ["perceptual-hash", "repeat-features"])
        #expect(stages.allSatisfy { ($0["microseconds"]?.decimal ?? 0) > 0 })
        #expect(stages.last?["steps"]?.elements.isEmpty == false)
        #expect(run.json?[0]?["explanation"]?["iscc"]?.string?.hasPrefix("ISCC:EE") == true)
    }

    @Test("A mistake in the options is one line, status 2; one in a file, status 1")
    func mistakes() throws {
        _ = try build()
        for (words, status) in [
            (["catalogue", "add", "c", "x.png", "--part", "colour:me"], Int32(2)),
            (["catalogue", "import", "truth.jsonl", "--catalogue", "n"], 1),
            (["catalogue", "eval", ".", "--catalogue", "c"], 1),
            (
                [
                    "catalogue", "build", "first", "--out", "x", "--licensor", "l", "--background",
                    "-1",
                ], 2
            ),
            (["catalogue", "diff", "c", "nowhere"], 1),
        ] {
            let run = try Command.run(words, in: folder.path)
            #expect(run.status == status, "\(words): \(run.output) \(run.errors)")
            #expect(run.errors.hasPrefix("selvage: "), "\(run.errors)")
        }
        try run(
            "catalogue", "add", "c", try patterns(4..<5, in: "part")[0], "--background", "0",
            "--part", "motif:https://p.example/a:\(try patterns(6..<7, in: "motif")[0])")
        let shown = try run("asset", "list", "--catalogue", "c", "--json")
        let parts = shown.json?[3]?["components"]
        #expect(parts?[0]?["owner"] == "https://p.example/a")
        #expect(parts?[0]?["image"]?.string?.hasPrefix("images/") == true)
    }
}
