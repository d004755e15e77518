// The ledger over HTTP: what is published is served to anybody, and nothing besides.

import Crypto
import Foundation
import FoundationNetworking
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Persistence
import Provenance
import SelvageTypes
import Testing

@testable import LicensingServer

/// C2SP tlog-tiles, "APIs".
@Suite("The ledger over HTTP")
struct LedgerRoutesTests {
    private let folder = NSTemporaryDirectory() + "selvage-routes-" + UUID().uuidString

    private func serving(
        _ files: (any LedgerFiles)? = nil,
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let service = LicensingService(
            store: try LicensingStore(folder: folder), webhookSecrets: [], readTokens: [:],
            signingKey: Curve25519.Signing.PrivateKey(), clock: SystemTimekeeper(),
            ledger: files ?? LedgerFolder(reading: "\(folder)/ledger"))
        let application = Application(
            router: service.router(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { try await body($0) }
        try FileManager.default.removeItem(atPath: folder)
    }

    private func ledger() throws -> Ledger {
        let key = Curve25519.Signing.PrivateKey()
        return Ledger(
            try LedgerFolder(writing: "\(folder)/ledger"), identity: LedgerIdentity(key),
            origin: "studio.example/ledger")
    }

    @Test("Checkpoint, tiles and entries have the types and the cache times of the specification")
    func served() async throws {
        let ledger = try ledger()
        _ = try await ledger.append(entries: (0..<300).map { [UInt8($0 & 255), UInt8($0 >> 8)] })
        let note = try await ledger.reader().note
        try await serving { client in
            let head = try await client.execute(uri: "/ledger/checkpoint", method: .get)
            #expect(Array(head.body.readableBytesView) == note.bytes)
            #expect(head.headers[.contentType] == "text/plain; charset=utf-8")
            #expect(head.headers[.cacheControl] == "no-cache")
            for (path, length) in [
                ("tile/0/000", 8192), ("tile/0/001.p/44", 1408), ("tile/1/000.p/1", 32),
                ("tile/entries/000", 1024), ("tile/entries/001.p/44", 176),
            ] {
                let tile = try await client.execute(uri: "/ledger/\(path)", method: .get)
                #expect(tile.status == .ok, "\(path)")
                #expect(tile.body.readableBytes == length, "\(path)")
                #expect(tile.headers[.contentType] == "application/octet-stream")
                #expect(tile.headers[.cacheControl]?.contains("immutable") == true)
            }
        }
    }

    @Test("What the checkpoint does not cover, and what is no tile, is not there")
    func refused() async throws {
        let files = try LedgerFolder(writing: "\(folder)/ledger")
        let ledger = Ledger(files, identity: LedgerIdentity(Curve25519.Signing.PrivateKey()))
        _ = try await ledger.append(entries: [[1], [2]])
        // As a stop between the tiles and their checkpoint leaves it.
        try files.write([UInt8](repeating: 0, count: 96), to: "tile/0/000.p/3")
        try await serving { client in
            for path in [
                "tile/0/000.p/3", "tile/0/000", "tile/0/001", "tile/0/000.p/02", "tile/1/000",
                "tile/../checkpoint", "lock", "tile/0/../../lock", "checkpoint.pending", "",
            ] {
                let answer = try await client.execute(uri: "/ledger/\(path)", method: .get)
                #expect(answer.status == .notFound, "\(path)")
            }
            let posted = try await client.execute(uri: "/ledger/checkpoint", method: .post)
            #expect(posted.status == .methodNotAllowed)
        }
    }

    @Test("A disk that does not answer holds up nobody who asks for something else")
    func slowDisk() async throws {
        let disk = StuckDisk()
        try await serving(disk) { client in
            try await withThrowingTaskGroup(of: HTTPResponse.Status.self) { group in
                // More than there are threads to answer with.
                for _ in 0..<(ProcessInfo.processInfo.activeProcessorCount + 8) {
                    group.addTask {
                        try await client.execute(uri: "/ledger/checkpoint", method: .get).status
                    }
                }
                await disk.untilAsked()
                // The client asks one thing after the other on its connection; this is another one.
                let port = try #require(client.port)
                let health = try #require(URL(string: "http://127.0.0.1:\(port)/health"))
                let other = try await URLSession.shared.data(from: health).1
                #expect((other as? HTTPURLResponse)?.statusCode == 200)
                disk.answer()
                for try await status in group { #expect(status == .notFound) }
            }
        }
    }

    @Test("Where no ledger was begun, there is none")
    func none() async throws {
        try await serving { client in
            let answer = try await client.execute(uri: "/ledger/checkpoint", method: .get)
            #expect(answer.status == .notFound)
        }
    }
}

/// A disk that answers only when it is told to.
private final class StuckDisk: LedgerFiles {
    private let gate = DispatchSemaphore(value: 0)
    private let (asked, announce) = AsyncStream.makeStream(of: Void.self)

    func untilAsked() async { for await _ in asked { break } }

    func answer() {
        // One for each call that waits or comes.
        for _ in 0..<1000 { gate.signal() }
    }

    func read(_ name: String, limitInBytes: Int) throws -> [UInt8]? {
        announce.yield()
        gate.wait()
        return nil
    }

    func write(_ bytes: [UInt8], to name: String) throws {}
    func rename(_ name: String, to newName: String) throws {}
    func remove(_ name: String) throws {}
    func isEmpty() throws -> Bool { false }
}
