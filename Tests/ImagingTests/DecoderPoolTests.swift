// What the pool promises: whatever happens to a child costs one picture and nothing else.

import Foundation
import Imaging
import SelvageTypes
import Testing

@Suite("Decoder pool", .enabled(if: Material.hasProbe, "needs the built DecodeWorkerProbe"))
struct DecoderPoolTests {
    private let picture = patchwork(width: 90, height: 70, cell: 7, seed: 8)

    private func pool(workers: Int = 1, limits: DecodeLimits = DecodeLimits()) -> DecoderPool {
        DecoderPool(executable: Material.probe, workers: workers, limits: limits)
    }

    private func reason(_ pool: DecoderPool, _ bytes: [UInt8]) async -> DecodeError.Reason? {
        do throws(DecodeError) {
            _ = try await pool.decode(bytes)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("A hundred pictures over two workers at once come back each to its caller")
    func hundred() async throws {
        let pool = pool(workers: 2)
        let files = try (0..<100).map { seed in
            try PictureEncoder.png(
                patchwork(width: 20 + seed, height: 130 - seed, cell: 6, seed: seed))
        }
        try await withThrowingTaskGroup(of: (Int, Picture).self) { group in
            for (seed, file) in files.enumerated() {
                group.addTask { (seed, try await pool.decode(file)) }
            }
            for try await (seed, picture) in group {
                #expect(
                    picture
                        == patchwork(width: 20 + seed, height: 130 - seed, cell: 6, seed: seed))
            }
        }
        #expect(pool.processes.count == 2)
        pool.shutDown()
    }

    @Test("A child killed with a picture in its hands costs that picture only")
    func killed() async throws {
        let pool = pool()
        let file = try PictureEncoder.png(picture)
        #expect(try await pool.decode(file) == picture)
        let child = try #require(pool.processes.first)
        // Stopped, it cannot answer, so the picture is certainly in its hands when it is killed.
        kill(child, SIGSTOP)
        async let lost = reason(pool, file)
        try await Task.sleep(for: .milliseconds(200))
        kill(child, SIGKILL)
        let why = await lost
        // A slow machine may kill it before the picture is handed over; then nothing is lost.
        #expect(why == .crashed || why == nil)
        #expect(try await pool.decode(file) == picture)
        #expect(pool.processes != [child])
        pool.shutDown()
    }

    @Test("A child that died while it had nothing to do costs no picture")
    func diedIdle() async throws {
        let pool = pool()
        let file = try PictureEncoder.png(picture)
        _ = try await pool.decode(file)
        let child = try #require(pool.processes.first)
        kill(child, SIGKILL)
        while try isRunning(child) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await pool.decode(file) == picture)
        pool.shutDown()
    }

    @Test("A child that does not answer is ended at the deadline and replaced")
    func deadline() async throws {
        let pool = pool(limits: DecodeLimits(deadlineInMilliseconds: 5_000))
        let file = try PictureEncoder.png(picture)
        _ = try await pool.decode(file)
        kill(try #require(pool.processes.first), SIGSTOP)
        #expect(await reason(pool, file) == .timedOut)
        #expect(try await pool.decode(file) == picture)
        pool.shutDown()
    }

    @Test("A picture over the memory limit is refused, and the next one decoded")
    func memory() async throws {
        let limits = DecodeLimits(memoryInBytes: 64 << 20)
        let pool = pool(limits: limits)
        let large = try PictureEncoder.png(
            Picture(width: 6000, height: 5000, red: 1, green: 2, blue: 3))
        #expect(await reason(pool, large) == .tooLarge)
        #expect(try await pool.decode(try PictureEncoder.png(picture)) == picture)
        pool.shutDown()
    }

    @Test("Damage and foreign formats are said as such, by the same child")
    func refusals() async throws {
        let pool = pool()
        #expect(await reason(pool, Array("BM6".utf8)) == .unknownFormat)
        #expect(await reason(pool, Array("GIF89a".utf8)) == .damaged)
        #expect(await reason(pool, []) == .unknownFormat)
        #expect(await reason(pool, try PictureEncoder.png(picture).dropLast(20)) == .damaged)
        #expect(pool.processes.count == 1)
        pool.shutDown()
    }

    @Test("An executable that is not there makes every picture fail with its name")
    func missing() async {
        let pool = DecoderPool(executable: "/nowhere/selvage", workers: 1)
        do throws(DecodeError) {
            _ = try await pool.decode([1])
            Issue.record("A picture came from nowhere.")
        } catch {
            #expect(error.reason == .crashed && error.detail.contains("/nowhere/selvage"))
        }
    }

    @Test("After the shutdown pictures are refused and the children gone")
    func shutDown() async throws {
        let pool = pool()
        _ = try await pool.decode(try PictureEncoder.png(picture))
        pool.shutDown()
        #expect(await reason(pool, try PictureEncoder.png(picture)) == .crashed)
        while !pool.processes.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("A child has four descriptors, hard limits, and nothing of our environment")
    func confined() async throws {
        setenv("SELVAGE_TEST_SECRET", "hidden", 1)
        let pool = pool()
        _ = try await pool.decode(try PictureEncoder.png(picture))
        let child = try #require(pool.processes.first)
        let folder = "/proc/\(child)"
        // Only a privileged parent may look into a child that is not dumpable.
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/fd") {
            #expect(Set(open) == ["0", "1", "2", "3"])
        }
        if let environment = FileManager.default.contents(atPath: "\(folder)/environ") {
            #expect(!String(decoding: environment, as: UTF8.self).contains("hidden"))
        }
        let limits = try String(contentsOfFile: "\(folder)/limits", encoding: .utf8)
        for line in limits.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("Max open files") { #expect(words[3] == "4" && words[4] == "4") }
            if line.hasPrefix("Max file size") { #expect(words[3] == "0") }
            if line.hasPrefix("Max core file size") { #expect(words[4] == "0") }
            if line.hasPrefix("Max data size") { #expect(words[3] == "\(512 << 20)") }
        }
        let status = try String(contentsOfFile: "\(folder)/status", encoding: .utf8)
        #expect(status.contains("NoNewPrivs:\t1"))
        pool.shutDown()
    }

    /// What a confined process is told when it tries, or how it ends: by SIGSYS, which is 31.
    @Test(
        "A confined decoder that reaches for a file is refused, for anything else it is ended",
        .enabled(if: confinement?.filtersCalls == true, "needs a kernel with seccomp filters"),
        arguments: [
            ("file", "refused"), ("new-file", "refused"), ("stat", "refused"),
            ("thread", "refused"), ("code", "refused"), ("descriptors", "refused"),
            ("socket", "ended by 31"), ("local-socket", "ended by 31"),
            ("program", "ended by 31"), ("trace", "ended by 31"),
            ("kill", "ended by 31"),
            ("nothing", "done"),
        ])
    func lockedIn(attempt: String, outcome: String) throws {
        #expect(try Self.outcome(of: attempt) == outcome)
    }

    @Test("The pool says what holds its children in")
    func confinementSaid() async throws {
        let pool = pool()
        #expect(pool.confinement == nil)
        _ = try await pool.decode(try PictureEncoder.png(picture))
        let said = try #require(pool.confinement)
        #expect(said == Self.confinement)
        #expect(said.description.contains("seccomp"))
        if said.filtersCalls {
            let child = try #require(pool.processes.first)
            let status = try String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)
            #expect(status.contains("Seccomp:\t2"))
            #expect(status.contains("CapEff:\t0000000000000000"))
        }
        pool.shutDown()
    }

    private static func outcome(of attempt: String) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: Material.probe)
        process.arguments = ["attempt", attempt]
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        if process.terminationReason == .uncaughtSignal {
            return "ended by \(process.terminationStatus)"
        }
        return String(decoding: output, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What this kernel gives a process that confines itself.
    private static let confinement: DecoderConfinement? = {
        guard Material.hasProbe, let said = try? outcome(of: "walls") else { return nil }
        return DecoderConfinement(
            filtersCalls: said.contains("seccomp"), locksFiles: said.contains("landlock"))
    }()

    @Test(
        "Malformed files of other libraries harm neither child nor parent",
        .enabled(if: Material.hasShared, "needs ../shared/corpora"))
    func malformed() async throws {
        let pool = pool(workers: 2)
        for (name, bytes) in try Material.files(in: "corpora/pillow-malformed") {
            let why = await reason(pool, bytes)
            #expect(why != .crashed && why != .timedOut, "\(name)")
        }
        pool.shutDown()
    }

    private func isRunning(_ process: Int32) throws -> Bool {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return !status.contains("State:\tZ")
    }
}
