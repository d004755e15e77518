// Images that are not worth their bytes, bodies that nobody keeps.

import SelvageTypes
import Testing

@testable import Fetching

/// A PNG of some size as far as its first chunk, filled up with noise.
private func picture(width: UInt8, height: UInt8, bytes: Int) -> [UInt8] {
    let head: [UInt8] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0,
        0, width, 0, 0, 0, height,
    ]
    return head + (0..<max(0, bytes - head.count)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
}

@Suite("Images left unread")
struct ImageEconomyTests {
    private let server: ScriptedServer
    private let fetcher: CurlFetcher

    init() throws {
        fetcher = try localFetcher()
        server = try ScriptedServer { request in
            switch request.target {
            case "/icon-long":
                [
                    .text("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"),
                    .send(picture(width: 16, height: 200, bytes: 70_000)), .hang,
                ]
            case "/icon": [.answer(picture(width: 16, height: 16, bytes: 900))]
            case "/page":
                [.text("HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; charset=utf-8\r\n\r\n"), .hang]
            case "/known":
                [
                    .text("HTTP/1.1 200 OK\r\nETag: \"a1\"\r\nContent-Length: 9000000\r\n\r\n"),
                    .hang,
                ]
            case "/gone": [.answer("<p>gone", status: "404 Not Found")]
            default:
                [.answer(picture(width: 200, height: 200, bytes: 100_000))]
            }
        }
    }

    private func get(
        _ target: String, keepsBody: Bool = true, _ change: (inout ImageScreen) -> Void = { _ in }
    ) async throws -> Capture {
        var screen = ImageScreen()
        screen.leastSide = 64
        screen.leastBytes = 500
        change(&screen)
        var request = FetchRequest(
            try #require(WebAddress(server.address(target))), for: .image)
        request.screen = screen
        request.keepsBody = keepsBody
        return try await fetcher.fetch(request)
    }

    @Test("A download ends as soon as the first bytes show an icon, and is no failure")
    func icons() async throws {
        for keepsBody in [true, false] {
            let long = try await get("/icon-long", keepsBody: keepsBody)
            #expect(long.ruledOut == .tooSmall(ImageDimensions(width: 16, height: 200)))
            #expect(long.status == 200 && long.body.isEmpty && long.bodyInBytes == 0)
        }
        fetcher.shutDown()
        server.stop()
    }

    @Test("A short body that is unwanted is read to its end, and the connection serves on")
    func connectionLives() async throws {
        for _ in 0..<3 {
            let short = try await get("/icon")
            #expect(short.ruledOut == .tooSmall(ImageDimensions(width: 16, height: 16)))
        }
        let tiny = try await get("/icon") { $0.leastBytes = 1000 }
        #expect(tiny.ruledOut == .tooShort(bytes: 900))
        #expect(server.connections == 1)
        fetcher.shutDown()
        server.stop()
    }

    @Test("A page in place of an image, and an image that is known, are left by their heads")
    func heads() async throws {
        #expect(try await get("/page").ruledOut == .notAnImage(mediaType: "text/html"))
        #expect(try await get("/known") { $0.known = ["\"a1\""] }.ruledOut == .known("\"a1\""))
        let gone = try await get("/gone")
        #expect(gone.ruledOut == nil && gone.status == 404 && gone.body == Array("<p>gone".utf8))
        fetcher.shutDown()
        server.stop()
    }

    @Test("A body that nobody keeps is digested as it comes, to the same digest")
    func digestOnly() async throws {
        let kept = try await get("/fine")
        let passing = try await get("/fine", keepsBody: false)
        #expect(kept.ruledOut == nil && kept.body.count == 100_000)
        #expect(passing.body.isEmpty && passing.bodyInBytes == 100_000)
        #expect(passing.digest == kept.digest && kept.digest == Digest(of: kept.body))
        fetcher.shutDown()
        server.stop()
    }

    @Test("A packed body that nobody keeps has the digest and length of what was in it")
    func packedDigest() async throws {
        let packed = try ScriptedServer { _ in
            [.answer(fernGzip, fields: ["Content-Encoding: gzip"])]
        }
        defer { packed.stop() }
        var request = FetchRequest(try #require(WebAddress(packed.address())))
        request.keepsBody = false
        let capture = try await fetcher.fetch(request)
        #expect(capture.body.isEmpty && capture.bodyInBytes == fernText.count)
        #expect(capture.digest == Digest(of: fernText))
        fetcher.shutDown()
        server.stop()
    }

    @Test("The limit holds for bodies that nobody keeps")
    func limit() async throws {
        var request = FetchRequest(try #require(WebAddress(server.address("/fine"))), for: .image)
        request.keepsBody = false
        request.limits.bodyInBytes = 99_999
        await #expect(throws: FetchError.self) { try await fetcher.fetch(request) }
        request.limits.bodyInBytes = 100_000
        #expect(try await fetcher.fetch(request).bodyInBytes == 100_000)
        fetcher.shutDown()
        server.stop()
    }
}
