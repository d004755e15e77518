// The fetcher against a server on loopback: what is captured, reused, followed, refused.

import SelvageTypes
import Testing

@testable import Fetching

/// A fetcher that may reach this machine.
func localFetcher(_ change: (inout FetchSettings) -> Void = { _ in }) throws -> CurlFetcher {
    let loopback = try #require(NetworkPolicy.Allowance("127.0.0.0/8"))
    var settings = FetchSettings(
        userAgent: "SelvageTests/1 (+https://selvage.example/)",
        policy: NetworkPolicy(allowing: [loopback]))
    change(&settings)
    return try CurlFetcher(settings: settings)
}

/// Fetches from a scripted server.
func fetch(
    _ target: String = "/", headers: [HeaderField] = [],
    settings: (inout FetchSettings) -> Void = { _ in },
    limits: (inout FetchLimits) -> Void = { _ in }, _ script: @escaping ScriptedServer.Script
) async throws -> Result<Capture, FetchError> {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    let fetcher = try localFetcher(settings)
    defer { fetcher.shutDown() }
    var request = FetchRequest(
        try #require(WebAddress(server.address(target))), headers: headers)
    limits(&request.limits)
    do throws(FetchError) {
        return .success(try await fetcher.fetch(request))
    } catch {
        return .failure(error)
    }
}

extension Result where Failure == FetchError {
    /// Why it failed; nil when it did not.
    var reason: FetchError.Reason? {
        guard case .failure(let error) = self else { return nil }
        return error.reason
    }
}

@Suite("Captures")
struct CaptureTests {
    @Test("A capture holds the heads as they were on the wire, the peer and the digest")
    func capture() async throws {
        let server = try ScriptedServer { _ in
            [.text("HTTP/1.1 200 Fine\r\ncontent-TYPE: text/html\r\nContent-Length: 4\r\n\r\nfern")]
        }
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address("/a?b=c")))
        let capture = try await fetcher.fetch(FetchRequest(address, for: .image))
        #expect(capture.body == Array("fern".utf8))
        #expect(capture.digest == Digest(of: "fern"))
        #expect(capture.status == 200 && capture.mediaType == "text/html")
        #expect(capture.began <= capture.ended)
        let hop = try #require(capture.hops.first)
        #expect(
            hop.responseHead
                == "HTTP/1.1 200 Fine\r\ncontent-TYPE: text/html\r\nContent-Length: 4\r\n\r\n")
        #expect(hop.requestHead == server.requests.first?.head)
        #expect(
            hop.requestHead.hasPrefix("GET /a?b=c HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
        #expect(server.requests.first?.field("user-agent") == fetcher.settings.userAgent)
        #expect(server.requests.first?.field("accept")?.hasPrefix("image/png") == true)
        #expect(server.requests.first?.field("accept-encoding") == "gzip, deflate, br, zstd")
        #expect(hop.peer == "127.0.0.1:\(server.port)")
    }

    @Test(
        "RFC 9112 3: the head of a request is kept as it goes over the wire, byte for byte",
        arguments: [
            "/", "/a/../b/./c", "/a%2e/%2E%2E/x", "/?q=a|b^c&d='e'\"f", "/caf\u{e9}?\u{e9}=1",
            "//x//",
            "/a;b=c/[d]{e}~*!$,:@", "?x", "/%00%ff",
        ])
    func requestHead(target: String) async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let headers = [
            HeaderField("If-None-Match", "W/\"\u{e9}\""), HeaderField("X-Empty", ""),
            HeaderField("Cookie", "a=b"), HeaderField("accept", "never/sent"),
        ]
        for (purpose, added) in [
            (FetchRequest.Purpose.page, []), (.feed, headers), (.robots, []), (.page, headers),
            (.image, []), (.page, []),
        ] {
            let address = try #require(WebAddress(server.address(target)))
            let capture = try await fetcher.fetch(
                FetchRequest(address, for: purpose, headers: added))
            #expect(capture.hops[0].requestHead == server.requests.last?.head)
            #expect(server.requests.last?.target == address.target)
            #expect(capture.hops[0].wireProtocol == nil)
        }
        #expect(server.connections == 1)
    }

    @Test("An answer of any status is a capture", arguments: [204, 400, 404, 410, 429, 500, 503])
    func statuses(status: Int) async throws {
        let result = try await fetch { _ in
            [.answer("", status: "\(status) X", fields: ["Retry-After: 7"])]
        }
        #expect(try result.get().status == status)
        #expect(try result.get().headers.first("retry-after") == "7")
    }

    @Test("RFC 9309 2.5: a robots.txt beyond its limit is read up to it, any other body is refused")
    func longRobots() async throws {
        let server = try ScriptedServer { _ in
            [.answer(String(repeating: "Disallow: /a\n", count: 1000))]
        }
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address("/robots.txt")))
        var limits = FetchLimits()
        limits.bodyInBytes = 1000
        let robots = try await fetcher.fetch(FetchRequest(address, for: .robots, limits: limits))
        #expect(robots.body.count == 1000 && robots.status == 200)
        await #expect(throws: FetchError.self) {
            try await fetcher.fetch(FetchRequest(address, for: .page, limits: limits))
        }
    }

    @Test("Bodies come whole: chunked, packed, and until the connection closes")
    func bodies() async throws {
        let chunked = try await fetch { _ in
            [.chunkedHead, .text("3;a=b\r\nfer\r\n1\r\nn\r\n0\r\nX-T: 1\r\n\r\n")]
        }
        #expect(try chunked.get().body == Array("fern".utf8))
        #expect(try chunked.get().headers.first("x-t") == nil)
        let packed = try await fetch { _ in [.answer(fernGzip, fields: ["Content-Encoding: gzip"])]
        }
        #expect(try packed.get().body == fernText)
        let closed = try await fetch { _ in [.text("HTTP/1.0 200 OK\r\n\r\nfern"), .close] }
        #expect(try closed.get().body == Array("fern".utf8))
    }

    @Test("Odd bytes in a head are kept as Latin-1")
    func oddBytes() async throws {
        let result = try await fetch { _ in
            [
                .text("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: \""), .send([0x80, 0xff]),
                .text("\"\r\n\r\n"),
            ]
        }
        #expect(try result.get().headers.first("etag") == "\"\u{80}\u{ff}\"")
    }

    @Test("A condition is sent, and 304 is its answer")
    func conditional() async throws {
        let condition = HeaderField("If-None-Match", "W/\"\u{e9}\"")
        let result = try await fetch(headers: [condition]) { request in
            let isAsked = request.head.contains("If-None-Match: W/\"")
            return [
                .text("HTTP/1.1 \(isAsked ? "304 Not Modified" : "200 OK")\r\nETag: \"x\"\r\n\r\n"),
                .close,
            ]
        }
        #expect(try result.get().status == 304)
        #expect(try result.get().body.isEmpty)
        let unasked = try await fetch { _ in [.text("HTTP/1.1 304 Not Modified\r\n\r\n"), .close] }
        #expect(unasked.reason == .brokenAnswer)
    }
}

@Suite("Connections")
struct ConnectionTests {
    @Test("One connection serves many requests, and no host sees more than two")
    func reuse() async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address()))
        for _ in 0..<20 { _ = try await fetcher.fetch(FetchRequest(address)) }
        #expect(server.connections == 1)
        let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<60 {
                group.addTask { try await fetcher.fetch(FetchRequest(address)).body }
            }
            return try await group.reduce(into: [[UInt8]]()) { $0.append($1) }
        }
        #expect(bodies == [[UInt8]](repeating: Array("fern".utf8), count: 60))
        #expect(server.connections <= 2)
        #expect(server.requests.count == 80)
    }

    @Test("A kept connection that the server closed costs a new one, not the fetch")
    func staleConnection() async throws {
        let server = try ScriptedServer { _ in [.answer("fern"), .close] }
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address()))
        for _ in 0..<10 {
            #expect(
                try await fetcher.fetch(FetchRequest(address)).hops[0].requestHead.hasSuffix(
                    "\r\n\r\n"))
        }
        #expect(server.connections == 10)
    }

    @Test("Cancelling the task ends the fetch, and its place goes to the next")
    func cancellation() async throws {
        let server = try ScriptedServer { $0.target == "/hang" ? [.hang] : [.answer("fern")] }
        defer { server.stop() }
        let fetcher = try localFetcher { $0.connectionsPerHost = 1 }
        defer { fetcher.shutDown() }
        let hanging = try #require(WebAddress(server.address("/hang")))
        let stuck = Task { await fetcher.outcome(hanging) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let queued = Task { await fetcher.outcome(hanging) }
        queued.cancel()
        #expect(await queued.value.reason == .cancelled)
        stuck.cancel()
        #expect(await stuck.value.reason == .cancelled)
        let next = try #require(WebAddress(server.address("/next")))
        #expect(try await fetcher.fetch(FetchRequest(next)).status == 200)
        #expect(server.requests.map(\.target) == ["/hang", "/next"])
    }

    @Test("A fetcher that is shut down fails what it had, and what comes later")
    func shutDown() async throws {
        let server = try ScriptedServer { _ in [.hang] }
        defer { server.stop() }
        let fetcher = try localFetcher()
        let address = try #require(WebAddress(server.address()))
        let pending = (0..<5).map { _ in Task { await fetcher.outcome(address) } }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        fetcher.shutDown()
        for task in pending { #expect(await task.value.reason == .cancelled) }
        #expect(await fetcher.outcome(address).reason == .cancelled)
        fetcher.shutDown()
    }

    @Test("A user agent that no header field can carry is refused at the start")
    func userAgent() {
        for agent in ["", "a\r\nb", "caf\u{e9}\u{20ac}"] {
            #expect(throws: FetcherStartError.self) {
                try CurlFetcher(settings: FetchSettings(userAgent: agent))
            }
        }
    }
}

extension CurlFetcher {
    /// A fetch as a value.
    func outcome(_ address: WebAddress) async -> Result<Capture, FetchError> {
        var request = FetchRequest(address)
        // On a busy machine minutes may pass before the test goes on; time must not decide it.
        request.limits.firstByteInMilliseconds = 900_000
        request.limits.totalInMilliseconds = 900_000
        do throws(FetchError) {
            return .success(try await fetch(request))
        } catch {
            return .failure(error)
        }
    }
}
