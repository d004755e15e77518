// Sites are crawled without a catalogue, from a real server, as a user does it.

import Foundation
import SelvageTypes
import Testing

@Suite("The crawl command")
struct CrawlCommandTests {
    private let folder = Temporary()

    /// A small site on a server of its own, as long as the value lives.
    private final class Site: Sendable {
        let port: Int
        private let process: Process

        init(_ folder: String) throws {
            process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory",
                folder,
            ]
            let said = Pipe()
            process.standardOutput = said
            process.standardError = FileHandle.nullDevice
            try process.run()
            // "Serving HTTP on 127.0.0.1 port 43210 (http://127.0.0.1:43210/) ..."
            let line = String(decoding: said.fileHandleForReading.availableData, as: UTF8.self)
            let word = line.split(separator: " ").drop { $0 != "port" }.dropFirst().first
            port = try #require(word.flatMap { Int($0) })
        }

        deinit {
            // The tests' signal mask is inherited, so that a milder signal might never arrive.
            kill(process.processIdentifier, SIGKILL)
        }
    }

    private func site() throws -> Site {
        let root = "\(folder.path)/site"
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true)
        _ = folder.write(
            "<a href=/a.html>a</a><a href=/secret/b.html>b</a><img src=/one.png>",
            to: "site/index.html")
        _ = folder.write("<img src=one.png><img src=/two.png><a href=gone.html>", to: "site/a.html")
        _ = folder.write("User-agent: *\nDisallow: /secret/\n", to: "site/robots.txt")
        _ = folder.write("one", to: "site/one.png")
        _ = folder.write("two", to: "site/two.png")
        return try Site(root)
    }

    private func run(_ words: [String], status: Int32 = 0) throws -> Command {
        let run = try Command.run(["crawl"] + words, in: folder.path)
        #expect(run.status == status, "\(words): \(run.output) \(run.errors)")
        return run
    }

    @Test("Every page and image is fetched once and listed; what was not fetched has its reason")
    func course() throws {
        let site = try site()
        let address = "http://127.0.0.1:\(site.port)"
        let list = folder.write("# shops\n\(address)/\n\n", to: "seeds.txt")
        let words = [list, "--out", "c", "--images", "--allow", "127.0.0.0/8", "--delay", "0"]
        let said = try run(words).output
        #expect(said.contains("2 pages, 2 images"))
        #expect(said.contains("1 no longer there; 1 disallowed by robots.txt"))
        let sums = try String(contentsOfFile: "\(folder.path)/c/images.sha256", encoding: .utf8)
        #expect(
            Set(sums.split(separator: "\n").map(String.init)) == [
                "\(Digest(of: "one").hex)\t\(address)/one.png",
                "\(Digest(of: "two").hex)\t\(address)/two.png",
            ])
        let rows = try run(["list", "--out", "c"]).output.split(separator: "\n")
        #expect(rows.count == 6 && rows.allSatisfy { $0.split(separator: "\t").count >= 5 })
        #expect(rows.contains { $0.hasPrefix("404\t") && $0.hasSuffix("gone.html\tgone") })
        #expect(
            try run(["list", "--fetched", "--out", "c"]).output.split(separator: "\n").count == 4)
        #expect(try run(["check", "--out", "c"]).output.contains("sound"))
        // The same again is a new crawl of the same folder.
        let again = try run(words + ["--json"]).json
        #expect(again?["number"] == .number(2))
        let missing = again?["coverage"]?[0]?["notChecked"]
        #expect(missing?["robots"] == .number(1))
        let statistics = try run(words + ["--stats", "--full"]).output
        #expect(statistics.contains("  5 in ") && statistics.contains("4 with 200, 1 with 404"))
    }

    @Test("What has not changed since the last crawl is not sent again, and is listed all the same")
    func recrawl() throws {
        let site = try site()
        let address = "http://127.0.0.1:\(site.port)"
        let words = [
            "\(address)/", "--out", "c", "--images", "--allow", "127.0.0.0/8", "--delay", "0",
        ]
        let sums = "\(folder.path)/c/images.sha256"
        let first = try #require(try run(words + ["--json"]).json?["counts"])
        #expect(first["unchanged"] == .number(0) && first["pagesDone"] == .number(2))
        let listed = try String(contentsOfFile: sums, encoding: .utf8)
        let second = try #require(try run(words + ["--json"]).json?["counts"])
        // Both pages and both images; the page that is gone is asked for anew.
        #expect(second["unchanged"] == .number(4) && second["bytes"] == .number(0))
        #expect(try String(contentsOfFile: sums, encoding: .utf8) == listed)
        #expect(
            try run(["list", "--fetched", "--out", "c"]).output.split(separator: "\n").allSatisfy {
                $0.hasPrefix("304\t")
            })
        _ = folder.write("one anew", to: "site/one.png")
        _ = folder.write("<img src=/two.png><img src=/three.png>", to: "site/a.html")
        _ = folder.write("three", to: "site/three.png")
        for file in ["one.png", "a.html"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: 60)],
                ofItemAtPath: "\(folder.path)/site/\(file)")
        }
        let third = try #require(try run(words + ["--json"]).json?["counts"])
        #expect(third["unchanged"] == .number(2) && third["imagesDone"] == .number(3))
        let now = try String(contentsOfFile: sums, encoding: .utf8)
        #expect(
            Set(now.split(separator: "\n").map { String($0.prefix(64)) })
                == Set(["one anew", "two", "three"].map { Digest(of: $0).hex }))
        let full = try #require(try run(words + ["--full", "--json"]).json?["counts"])
        #expect(full["unchanged"] == .number(0) && full["imagesDone"] == .number(3))
        let after = try #require(try run(words + ["--json"]).json?["counts"])
        #expect(after["unchanged"] == .number(5))
    }

    @Test("Another crawl into the same folder is another: nothing of the last one is asked for")
    func otherCrawl() throws {
        let (site, other) = (try site(), try site())
        func crawl(_ port: Int, _ words: String...) throws -> JSONValue? {
            let run = try run(
                ["http://127.0.0.1:\(port)/", "--out", "c", "--allow", "127.0.0.0/8"] + words
                    + ["--delay", "0", "--json"])
            return run.json?["counts"]
        }
        #expect(try crawl(site.port, "--images")?["imagesDone"] == .number(2))
        // Without images: none is fetched, and pages that are read anew lead to all others.
        let pages = try #require(try crawl(site.port))
        #expect(pages["imagesDone"] == .number(0) && pages["pagesDone"] == .number(2))
        #expect(pages["unchanged"] == .number(0))
        // Another site: the first is not asked again.
        #expect(try crawl(other.port, "--images")?["imagesDone"] == .number(2))
        let rows = try run(["list", "--out", "c"]).output.split(separator: "\n")
        #expect(!rows.isEmpty && rows.allSatisfy { $0.contains("127.0.0.1:\(other.port)/") })
    }

    @Test("Mistakes are told with their place, and nothing is begun")
    func mistakes() throws {
        let list = folder.write("https://shop.example/\nftp://shop.example/\n", to: "bad.txt")
        let line = try run([list, "--out", "x"], status: 2).errors
        #expect(line.contains("bad.txt, line 2: `ftp://shop.example/`"))
        #expect(try run(["nowhere.txt", "--out", "x"], status: 2).errors.contains("nowhere.txt"))
        #expect(
            try run(["http://a.example/", "--out", "x", "--connections", "0"], status: 2)
                .errors.contains("--connections"))
        #expect(try run(["list", "--out", "x"], status: 1).errors.contains("no crawl was begun"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/x"))
    }
}
