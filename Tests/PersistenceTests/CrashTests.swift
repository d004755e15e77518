// Killed at any moment, the store has everything it acknowledged, once.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct CrashTests {
    let folder = TemporaryFolder()

    @Test("Killed twenty times at random moments: nothing acknowledged is lost, nothing is twice")
    func killed() async throws {
        let pages = 1500
        var random = SeededRandom(UInt64.random(in: 0...UInt64.max))
        var heard = Heard()
        for kill in 1...20 {
            let probe = try Probe("crawl", folder.path, String(pages))
            // After some acknowledgements and a little more, so anywhere in the next transactions.
            probe.read(into: &heard, lines: Int.random(in: 1...30, using: &random))
            usleep(UInt32.random(in: 0...20_000, using: &random))
            probe.kill()
            probe.read(into: &heard, lines: .max)
            #expect(heard.ended == nil, "too few pages for kill \(kill)")
        }
        let last = try Probe("crawl", folder.path, String(pages))
        last.read(into: &heard, lines: .max)
        #expect(heard.ended == "1")
        #expect(heard.triedAfterDone == [])
        #expect(heard.errors == [])
        try await verify(pages: pages, heard)
    }

    private func verify(pages: Int, _ heard: Heard) async throws {
        let store = try SelvageStore(folder: folder.path)
        #expect(try await store.checkIntegrity() == [])
        #expect(try await store.verifyChain() == nil)
        let scan = try await store.begin(
            plan: "probe", digest: Digest(of: "probe"), seeds: [], at: at(0))
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone == pages && counts.imagesDone == pages)
        #expect(counts.pagesPending == 0 && counts.imagesPending == 0)
        let (done, twice) = try await store.file.read { db in
            (
                Set(try String.fetchAll(db, sql: "SELECT address FROM url WHERE done_scan = 1")),
                try Int.fetchOne(db, sql: "SELECT count(*) FROM url WHERE fetches <> 1")
            )
        }
        #expect(twice == 0)
        #expect(heard.done.allSatisfy { done.contains("https://probe.example\($0)") })
        let findings = try await store.findings(licensor: nil, includingAuthorised: true)
        #expect(heard.findings.isSubset(of: Set(findings.map(\.id))))
        #expect(try await store.outboxCounts().owed == findings.count)
        #expect(try await store.chainHeads().map(\.sequence) == [Int64(findings.count)])
    }

    @Test("A process that is killed leaves no lock behind")
    func lockOfTheDead() throws {
        let probe = try Probe("hold", folder.path)
        var heard = Heard()
        probe.read(into: &heard, lines: 1)
        #expect { _ = try DataFolder(folder.path) } throws: {
            ($0 as? StoreError)?.reason == .locked(pid: probe.pid, purpose: "probe")
        }
        probe.kill()
        _ = try DataFolder(folder.path)
    }

    @Test("A file that cannot grow ends the work with an error and loses nothing stored before")
    func fileLimit() async throws {
        let probe = try Probe("fill", folder.path, String(2 << 20))
        var heard = Heard()
        probe.read(into: &heard, lines: .max)
        #expect(heard.errors.count == 1)
        #expect(!heard.done.isEmpty)
        let store = try SelvageStore(folder: folder.path)
        let scan = try await store.begin(
            plan: "probe", digest: Digest(of: "probe"), seeds: [], at: at(0))
        #expect(scan.resumed)
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone + counts.imagesDone >= heard.done.count)
        #expect(try await store.checkIntegrity() == [])
    }
}

/// What a probe said in all its lives.
private struct Heard {
    var done: Set<String> = []
    var findings: Set<String> = []
    var triedAfterDone: Set<String> = []
    var errors: [String] = []
    var ended: String?

    mutating func hear(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        switch words.first {
        case "try": triedAfterDone.formUnion(done.intersection(words.dropFirst()))
        case "done": done.formUnion(words.dropFirst())
        case "finding": findings.formUnion(words.dropFirst())
        case "end": ended = words.last
        case "error": errors.append(line)
        default: break
        }
    }
}

/// A probe process and what it writes.
private final class Probe {
    private let process = Process()
    private let output = Pipe()
    private var rest: [UInt8] = []

    var pid: Int32 { process.processIdentifier }

    init(_ arguments: String...) throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("StoreProbe")
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = Pipe()
        try process.run()
    }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Reads whole lines, up to a number of them or to the end.
    func read(into heard: inout Heard, lines: Int) {
        var count = 0
        while count < lines {
            if let end = rest.firstIndex(of: 0x0a) {
                heard.hear(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeFirst(end + 1)
                count += 1
                continue
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return }
            rest += more
        }
    }
}
