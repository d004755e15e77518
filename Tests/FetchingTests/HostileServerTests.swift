// The fetcher against servers that cheat, stall, flood, and send it where it may not go.

import SelvageTypes
import Testing

@testable import Fetching

@Suite("Hostile servers")
struct HostileServerTests {
    @Test(
        "An answer that breaks off or is no HTTP is no capture",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nfern", "HTTP/1.1 200 OK\r\n", "",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nfern",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfern\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nfern\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nfern\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nfern!",
            "HTTP/1.1 206 Part\r\nContent-Length: 4\r\n\r\nfern",
            "HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nfern",
            "HTTP/1.1 99999 Odd\r\nContent-Length: 4\r\n\r\nfern", "<!doctype html><p>fern",
        ])
    func broken(answer: String) async throws {
        let result = try await fetch { _ in [.text(answer), .close] }
        #expect(result.reason == .brokenAnswer)
    }

    @Test("A packed body that is cut, damaged, or of an unknown form is no capture")
    func packed() async throws {
        for (body, coding) in [
            (Array(fernGzip.dropLast(9)), "gzip"), (fernText, "gzip"), (fernText, "br"),
            (fernGzip, "gzip, gzip, gzip"),
        ] {
            let result = try await fetch { _ in
                [.answer(body, fields: ["Content-Encoding: \(coding)"])]
            }
            #expect(result.reason == .badEncoding)
        }
    }

    @Test("Endless bodies, bombs, hints, fields, trailers and chunk extensions end at a limit")
    func endless() async throws {
        let flood = [UInt8](repeating: 97, count: 1 << 16)
        let limit = 1 << 20
        let tooLarge = FetchError.Reason.tooLarge(limitInBytes: limit)
        let headers = FetchError.Reason.headersTooLarge(limitInBytes: 100_000)
        let line = Array("X: \(String(repeating: "x", count: 1000))\r\n".utf8)
        let cases: [([ScriptedServer.Act], FetchError.Reason)] = [
            ([.text("HTTP/1.1 200 OK\r\n\r\n"), .sendForEver(flood)], tooLarge),
            ([.text("HTTP/1.1 200 OK\r\nContent-Length: 1099511627776\r\n\r\n"), .hang], tooLarge),
            ([.chunkedHead, .text("5;"), .sendForEver(flood)], tooLarge),
            ([.text("HTTP/1.1 200 OK\r\n"), .sendForEver(line)], headers),
            ([.chunkedHead, .text("0\r\n"), .sendForEver(line)], headers),
            ([.sendForEver(Array("HTTP/1.1 103 Hints\r\n\r\n".utf8))], .brokenAnswer),
            (
                [
                    .text("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"),
                    .send(gzipHead + endlessZeros(packedInBytes: 20_000)), .hang,
                ], tooLarge
            ),
        ]
        for (acts, reason) in cases {
            let result = try await fetch(
                limits: {
                    $0.bodyInBytes = limit
                    $0.headersInBytes = 100_000
                }, { _ in acts })
            #expect(result.reason == reason)
        }
    }

    @Test("Silence ends at the first-byte deadline, a drip at the least speed, all at the total")
    func slow() async throws {
        let silent = try await fetch(limits: { $0.firstByteInMilliseconds = 150 }, { _ in [.hang] })
        #expect(silent.reason == .timedOut(afterMilliseconds: 150))
        let head = ScriptedServer.Act.text("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nf")
        let drip = try await fetch(
            settings: { $0.slowWindowInMilliseconds = 160 }, { _ in [head, .hang] })
        #expect(drip.reason == .timedOut(afterMilliseconds: 160))
        let total = try await fetch(
            limits: { $0.totalInMilliseconds = 170 }, { _ in [head, .hang] })
        #expect(total.reason == .timedOut(afterMilliseconds: 170))
    }

    @Test("This machine is not reached unless its range is opened; nothing is even connected")
    func loopbackForbidden() async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        for target in ["127.0.0.1", "localhost"] {
            let address = try #require(WebAddress("http://\(target):\(server.port)/"))
            let policy = NetworkPolicy(seedOrigins: [address.origin])
            let fetcher = try CurlFetcher(
                settings: FetchSettings(userAgent: "SelvageTests/1", policy: policy))
            defer { fetcher.shutDown() }
            #expect(await fetcher.outcome(address).reason == .forbiddenAddress)
        }
        #expect(server.connections == 0)
    }

    @Test("A port that no seed names is refused, also where the address is allowed for another")
    func portForbidden() async throws {
        let server = try ScriptedServer { _ in [.answer("fern")] }
        defer { server.stop() }
        let other = try #require(NetworkPolicy.Allowance("127.0.0.0/8:1"))
        let result = try await fetch(
            "/", settings: { $0.policy = NetworkPolicy(allowing: [other]) }
        ) {
            _ in [.answer("fern")]
        }
        #expect(result.reason == .forbiddenAddress)
    }

    @Test("An open port that nobody listens on is unreachable")
    func nobody() async throws {
        let server = try ScriptedServer { _ in [] }
        let address = try #require(WebAddress(server.address()))
        server.stop()
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        var reason = await fetcher.outcome(address).reason
        // The listener is closed by its own thread, perhaps a moment later.
        while reason == .brokenAnswer { reason = await fetcher.outcome(address).reason }
        #expect(reason == .unreachable)
    }
}

@Suite("Followed redirects")
struct FollowedRedirectTests {
    @Test("Hops are followed and kept, each with its heads")
    func followed() async throws {
        let result = try await fetch("/1") { request in
            switch request.target {
            case "/1": [.redirect("2", status: "301 Moved")]
            case "/2": [.redirect("/3?x=y#z", status: "307 Temporary")]
            default: [.answer("fern")]
            }
        }
        let capture = try result.get()
        #expect(capture.hops.map(\.status) == [301, 307, 200])
        #expect(capture.hops.map(\.address.target) == ["/1", "/2", "/3?x=y"])
        #expect(capture.hops.allSatisfy { $0.requestHead.contains("\r\nHost: 127.0.0.1") })
        #expect(capture.body == Array("fern".utf8))
        #expect(capture.address.target == "/3?x=y")
    }

    @Test("A loop ends at the limit, and the error tells the hops")
    func loop() async throws {
        let result = try await fetch("/", limits: { $0.redirects = 3 }, { _ in [.redirect("/")] })
        #expect(result.reason == .tooManyRedirects(limit: 3))
        guard case .failure(let error) = result else { return }
        #expect(error.hops.count == 4)
    }

    @Test(
        "A redirect to a forbidden peer ends there",
        arguments: [
            "http://127.0.0.2:6379/", "http://10.0.0.5/", "http://169.254.169.254/latest/",
            "http://[::1]/", "http://[::ffff:127.0.0.1]/",
        ])
    func forbidden(location: String) async throws {
        let server = try ScriptedServer { _ in [.redirect(location)] }
        defer { server.stop() }
        let only = try #require(NetworkPolicy.Allowance("127.0.0.1/32"))
        let fetcher = try localFetcher { $0.policy = NetworkPolicy(allowing: [only]) }
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address()))
        guard case .failure(let error) = await fetcher.outcome(address) else {
            Issue.record("The redirect was followed.")
            return
        }
        #expect(error.reason == .forbiddenAddress)
        #expect(error.hops.map(\.status) == [302])
    }

    @Test("Other schemes are not followed; a redirect without Location is a capture")
    func oddRedirects() async throws {
        let file = try await fetch { _ in [.redirect("file:///etc/passwd")] }
        #expect(file.reason == .badRedirect)
        let none = try await fetch { _ in [.answer("where?", status: "302 Found")] }
        #expect(try none.get().body == Array("where?".utf8))
    }

    @Test("Cookies are not kept, credentials do not travel to another origin")
    func cookies() async throws {
        let other = try ScriptedServer { _ in [.answer("fern")] }
        defer { other.stop() }
        let target = other.address("/there")
        let result = try await fetch("/", headers: [HeaderField("Authorization", "Basic eA==")]) {
            request in
            guard request.target == "/" else { return [.redirect(target)] }
            return [.answer("", status: "302 Found", fields: ["Location: /b", "Set-Cookie: a=b"])]
        }
        let capture = try result.get()
        #expect(
            capture.hops.map { $0.requestHead.contains("Authorization: Basic") } == [
                true, true, false,
            ])
        #expect(capture.hops.allSatisfy { !$0.requestHead.lowercased().contains("cookie") })
        #expect(other.requests.first?.field("authorization") == nil)
    }
}

@Suite("Posted messages")
struct PostTests {
    private func post(
        _ body: [UInt8], _ headers: [HeaderField] = [], _ script: @escaping ScriptedServer.Script
    ) async throws -> (Result<Answer, FetchError>, [ScriptedServer.Request]) {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        let fetcher = try localFetcher()
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress(server.address("/events")))
        do throws(FetchError) {
            let answer = try await fetcher.post(body, to: address, headers: headers)
            return (.success(answer), server.requests)
        } catch {
            return (.failure(error), server.requests)
        }
    }

    @Test("A message arrives once with its fields, and the answer comes back")
    func posted() async throws {
        let headers = [
            HeaderField("Content-Type", "application/json"), HeaderField("webhook-id", "e1"),
        ]
        let (result, requests) = try await post(Array("{}".utf8), headers) { _ in
            [.answer("{\"ok\":true}", status: "202 Accepted", fields: ["X-A: b"])]
        }
        let answer = try result.get()
        #expect(answer.status == 202 && answer.headers.first("x-a") == "b")
        #expect(answer.body == Array("{\"ok\":true}".utf8))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.head.hasPrefix("POST /events HTTP/1.1\r\n"))
        #expect(request.field("content-length") == "2")
        #expect(request.field("content-type") == "application/json")
        #expect(request.field("webhook-id") == "e1")
        #expect(request.field("expect") == nil)
    }

    @Test("A large message is sent whole, and an empty one too")
    func sizes() async throws {
        for count in [0, 3_000_000] {
            let (result, requests) = try await post([UInt8](repeating: 65, count: count)) { _ in
                [.answer("")]
            }
            #expect(try result.get().status == 200)
            #expect(requests.first?.field("content-length") == "\(count)")
        }
    }

    @Test("Redirects are answers, not orders")
    func redirect() async throws {
        let (result, requests) = try await post([1]) { _ in
            [.redirect("/elsewhere", status: "307 X")]
        }
        #expect(try result.get().status == 307)
        #expect(requests.count == 1)
    }

    @Test("An endless answer is cut at 64 KiB")
    func endlessAnswer() async throws {
        let (result, _) = try await post([1]) { _ in
            [.text("HTTP/1.1 200 OK\r\n\r\n"), .sendForEver([UInt8](repeating: 65, count: 4096))]
        }
        #expect(try result.get().body.count == 64 << 10)
    }

    @Test("A connection that closes without an answer is an error, and nothing is sent again")
    func noAnswer() async throws {
        let (result, requests) = try await post([1]) { _ in [.close] }
        #expect(result.reason == .brokenAnswer)
        #expect(requests.count == 1)
    }

    @Test("Messages, too, reach only permitted peers")
    func forbidden() async throws {
        let fetcher = try CurlFetcher(settings: FetchSettings(userAgent: "SelvageTests/1"))
        defer { fetcher.shutDown() }
        let address = try #require(WebAddress("http://127.0.0.1/events"))
        await #expect(throws: FetchError.self) {
            try await fetcher.post([1], to: address, headers: [])
        }
    }
}
