// The leakage test as a user runs it: a trace that is there, one that is not, and mistakes.

import Foundation
import Imaging
import Persistence
import SelvageTypes
import Testing
import Watermarking

@Suite("The leakage command")
struct LeakCommandTests {
    private static let licensor = "https://p.example/s"
    private let folder = Temporary()

    private static let images = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Signatures/Catalogues/demo/images")

    /// Pictures of the demo's catalogue, with the licensor's shared frequencies or without.
    private func pictures(_ name: String, marked: Bool) throws -> String {
        let secret = (0..<32).map { UInt8($0 * 5 % 251) }
        let keys = try KeyFolder(folder.path + "/data/keys", environment: [:])
        if try keys.ring(.watermark, of: Self.licensor) == nil {
            try keys.add(secret, to: .watermark, of: Self.licensor, at: Instant(seconds: 1))
        }
        let marker = LeakageMarker(catalogue: WatermarkKey(id: "watermark-1", secret: secret))
        let place = "\(folder.path)/\(name)"
        try FileManager.default.createDirectory(
            atPath: place, withIntermediateDirectories: true)
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.images.path).sorted()
        for file in files.prefix(6) {
            let content = try Data(contentsOf: Self.images.appending(path: file))
            var picture = try decodePicture(Array(content))
            if marked { picture = marker.mark(picture, asset: file, decibels: 40) }
            try Data(PictureEncoder.png(picture)).write(to: URL(filePath: "\(place)/\(file)"))
        }
        return name
    }

    private func run(_ words: String...) throws -> Command {
        try Command.run(
            ["leak", "test"] + words + ["--licensor", Self.licensor, "--data", "data"],
            in: folder.path)
    }

    @Test("A trace that is there stands out, and status 3 is for those who asked for it")
    func leaked() throws {
        let marked = try pictures("marked", marked: true)
        let told = try run(marked, "--random-keys", "5000", "--json")
        #expect(told.status == 0, "\(told.errors)")
        #expect(told.json?["pictures"] == 6 && told.json?["randomKeys"] == 5000)
        #expect((told.json?["statistic"]?.decimal ?? 0) > 4)
        #expect((told.json?["chance"]?.decimal ?? 1) < 0.001)
        let failed = try run(marked, "--random-keys", "5000", "--fail-below", "0.001")
        #expect(failed.status == 3 && failed.errors.contains("below 0.001"))
    }

    @Test("Pictures without a trace do not, and the answer says what that does not prove")
    func clean() throws {
        let plain = try pictures("plain", marked: false)
        let list =
            try FileManager.default.contentsOfDirectory(atPath: folder.path + "/plain")
            .sorted().map { "plain/\($0)\n" }.joined() + "# a remark\n\nplain/missing.png\n"
        _ = folder.write(list, to: "list.txt")
        let told = try run("list.txt", "--random-keys", "5000", "--fail-below", "0.001")
        #expect(told.status == 0, "\(told.errors)")
        #expect(told.output.contains("6 pictures tested together with watermark-1"))
        #expect(told.output.contains("1 unreadable"))
        #expect(told.output.contains("A large chance proves nothing"))
        let folder = try run(plain, "--random-keys", "5000", "--json")
        let listed = try run("list.txt", "--random-keys", "5000", "--json")
        #expect(folder.json?["chance"] == listed.json?["chance"])
    }

    @Test("A master gets the shared frequencies by one command, and no file is written over")
    func traced() throws {
        let plain = try pictures("plain", marked: false)
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(plain)")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/traced", withIntermediateDirectories: true)
        for file in files {
            let words = [
                "leak", "mark", "plain/\(file)", "--licensor", Self.licensor, "--data", "data",
                "--asset", file, "--decibels", "42", "--out", "traced/\(file)",
            ]
            #expect(try Command.run(words, in: folder.path).status == 0)
            #expect(try Command.run(words, in: folder.path).errors.contains("a file already"))
        }
        let told = try run("traced", "--random-keys", "5000", "--json")
        #expect((told.json?["statistic"]?.decimal ?? 0) > 4, "\(told.output)")
    }

    @Test("A missing key or picture is status 1, an impossible question status 2")
    func mistakes() throws {
        let other = try Command.run("leak", "test", ".", "--licensor", "x", in: folder.path)
        #expect(other.status == 1 && other.errors.contains("no watermark key"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/selvage-data"))
        _ = try pictures("plain", marked: false)
        _ = folder.write("nothing.png\n", to: "list.txt")
        #expect(try run("list.txt").status == 1)
        #expect(try run("nowhere").status == 1)
        #expect(try run("plain", "--key", "watermark-7").errors.contains("known: watermark-1"))
        #expect(try run("plain", "--random-keys", "9").status == 2)
        #expect(try run("plain", "--fail-below", "1e-9").status == 2)
    }
}
