// Redirects, deadlines, turns and header fields: the decisions, without a network.

import SelvageTypes
import Testing

@testable import Fetching

@Suite("Redirects")
struct RedirectionTests {
    private enum Step: Equatable {
        case success(String?)
        case failure(FetchError.Reason)
    }

    private func next(
        _ fields: [String], status: Int = 302, at base: String = "https://shop.example/a/b?c=d"
    ) throws -> Step {
        let text = (["HTTP/1.1 \(status) X"] + fields + ["", ""]).joined(separator: "\r\n")
        let head = try AnswerHead(latin1Bytes(text))
        var redirection = Redirection(limit: 5)
        let address = try #require(WebAddress(base))
        do throws(Fault) {
            return .success(try redirection.next(after: head, at: address)?.description)
        } catch {
            return .failure(error.reason)
        }
    }

    @Test(
        "RFC 3986 5: a Location is resolved against the address that sent us",
        arguments: [
            ("/y", "https://shop.example/y"), ("y", "https://shop.example/a/y"),
            ("../y", "https://shop.example/y"), ("?q=1", "https://shop.example/a/b?q=1"),
            ("//cdn.example/y", "https://cdn.example/y"),
            ("http://other.example:81/y#part", "http://other.example:81/y"),
            ("HTTPS://Shop.Example/Y", "https://shop.example/Y"),
            ("/caf\u{c3}\u{a9}", "https://shop.example/caf%C3%A9"),
            ("/a@b", "https://shop.example/a@b"),
        ])
    func resolved(location: String, expected: String) throws {
        #expect(try next(["Location: \(location)"]) == .success(expected))
    }

    @Test("301, 302, 303, 307 and 308 with a Location are followed, nothing else")
    func statuses() throws {
        for status in 200...599 {
            let isFollowed = [301, 302, 303, 307, 308].contains(status)
            #expect(
                try next(["Location: /y"], status: status)
                    == .success(isFollowed ? "https://shop.example/y" : nil))
        }
        #expect(try next([]) == .success(nil))
    }

    @Test(
        "Other schemes, user names and malformed addresses are not followed",
        arguments: [
            "file:///etc/passwd", "gopher://127.0.0.1:6379/_x", "ftp://10.0.0.5/",
            "data:text/html,x", "javascript:alert(1)", "http://", "http://user@shop.example/",
            "http://a:b@shop.example/", "//shop.example@127.0.0.1/", "/a\u{1}b", "",
            "/" + String(repeating: "a", count: 9000),
        ])
    func refused(location: String) throws {
        #expect(try next(["Location: \(location)"]) == .failure(.badRedirect))
    }

    @Test("Two different Locations are refused, the same one twice is followed")
    func twoLocations() throws {
        #expect(try next(["Location: /y", "Location: /z"]) == .failure(.badRedirect))
        let same = try next(["Location: /y", "Location: /y"])
        #expect(same == .success("https://shop.example/y"))
    }

    @Test("The limit of hops is exact")
    func limit() throws {
        let head = try AnswerHead(latin1Bytes("HTTP/1.1 302 X\r\nLocation: /y\r\n\r\n"))
        var redirection = Redirection(limit: 2)
        let address = try #require(WebAddress("http://shop.example/"))
        _ = try redirection.next(after: head, at: address)
        _ = try redirection.next(after: head, at: address)
        #expect(throws: Fault.self) { try redirection.next(after: head, at: address) }
        var none = Redirection(limit: 0)
        #expect(throws: Fault.self) { try none.next(after: head, at: address) }
    }
}

@Suite("Deadlines")
struct PaceTests {
    private let limits = FetchLimits()  // 30 s, 8 s, 10 s

    private func pace(spent: Int = 0) -> Pace {
        Pace(
            limits: limits,
            leastSpeed: Pace.LeastSpeed(bytesPerSecond: 512, windowInMilliseconds: 10_000),
            spent: spent, at: 1000)
    }

    @Test("A connection that never stands ends after its deadline")
    func connecting() {
        var pace = pace()
        #expect(pace.fault(at: 8999, bytes: 0) == nil)
        #expect(pace.fault(at: 9000, bytes: 0)?.reason == .timedOut(afterMilliseconds: 8000))
    }

    @Test("A server that takes the request and says nothing ends after its deadline")
    func silent() {
        var pace = pace()
        pace.requestSent(at: 2000)
        #expect(pace.fault(at: 11_999, bytes: 0) == nil)
        #expect(pace.fault(at: 12_000, bytes: 0)?.reason == .timedOut(afterMilliseconds: 10_000))
    }

    @Test("A byte a second ends after one window; 512 bytes a second do not")
    func trickle() {
        var slow = pace()
        slow.requestSent(at: 1000)
        slow.answered(at: 1000, bytes: 200)
        #expect(slow.fault(at: 10_999, bytes: 209) == nil)
        #expect(slow.fault(at: 11_000, bytes: 210)?.reason == .timedOut(afterMilliseconds: 10_000))
        var fair = pace()
        fair.requestSent(at: 1000)
        fair.answered(at: 1000, bytes: 200)
        #expect(fair.fault(at: 11_000, bytes: 200 + 5120) == nil)
        #expect(fair.fault(at: 20_999, bytes: 200 + 5120) == nil)
        #expect(fair.fault(at: 21_000, bytes: 200 + 5120) != nil)
    }

    @Test("Bursts do not stretch the total, and earlier hops count")
    func total() {
        var pace = pace(spent: 20_000)
        pace.requestSent(at: 1000)
        pace.answered(at: 1000, bytes: 0)
        #expect(pace.fault(at: 10_999, bytes: 1 << 20) == nil)
        #expect(
            pace.fault(at: 11_000, bytes: 1 << 20)?.reason == .timedOut(afterMilliseconds: 30_000))
    }
}

@Suite("Turns")
struct HostSlotsTests {
    @Test("A host has no more than its connections, all hosts no more than the total")
    func limits() {
        var slots = HostSlots<Int>(perHost: 2, total: 3)
        for id in 0..<5 { slots.enqueue(id, host: "a") }
        slots.enqueue(10, host: "b")
        slots.enqueue(11, host: "b")
        var begun: [Int] = []
        while let id = slots.next() { begun.append(id) }
        #expect(begun.count == 3)
        #expect(begun.count { $0 < 10 } <= 2)
        slots.release(host: "a")
        let after = [slots.next(), slots.next()]
        #expect(after[0] != nil && after[1] == nil)
    }

    @Test("First come, first served at one host; who withdraws is not served")
    func order() {
        var slots = HostSlots<Int>(perHost: 1, total: 9)
        for id in 0..<4 { slots.enqueue(id, host: "a") }
        let answers = [slots.withdraw(2, host: "a"), slots.withdraw(2, host: "a")]
        #expect(answers == [true, false])
        var served: [Int] = []
        while let id = slots.next() {
            served.append(id)
            slots.release(host: "a")
        }
        #expect(served == [0, 1, 3])
    }

    @Test("Hosts at one place share its limit, and those elsewhere go on")
    func places() {
        var slots = HostSlots<Int>(perHost: 2, perPlace: 3, total: 99)
        for id in 0..<12 { slots.enqueue(id, host: "h\(id % 6)", place: "p") }
        slots.enqueue(100, host: "other", place: "q")
        var begun: [Int] = []
        while let id = slots.next() { begun.append(id) }
        #expect(begun.count { $0 < 100 } == 3 && begun.contains(100))
        // Who withdraws while its host is held back leaves no hole in the queue.
        let waiting = Set(0..<12).subtracting(begun)
        for id in waiting.sorted().prefix(4) {
            let isWithdrawn = slots.withdraw(id, host: "h\(id % 6)")
            #expect(isWithdrawn)
        }
        var busy = begun.filter { $0 < 100 }
        var served = busy.count
        while let id = busy.popLast() {
            slots.release(host: "h\(id % 6)")
            while let next = slots.next() {
                busy.append(next)
                served += 1
            }
            #expect(busy.count <= 3)
        }
        #expect(served == 12 - 4)
    }

    @Test(
        "Whatever the order of events, no limit is passed and nobody is forgotten",
        arguments: 1...50)
    func invariant(seed: UInt64) {
        var state = seed
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var slots = HostSlots<Int>(perHost: 2, perPlace: 3, total: 5)
        var hosts: [Int: String] = [:]
        var busy: [Int] = []
        var served: Set<Int> = []
        for id in 0..<200 {
            let number = random(4)
            let host = "h\(number)"
            hosts[id] = host
            slots.enqueue(id, host: host, place: number < 2 ? "p" : nil)
            if random(2) == 0, let next = slots.next() {
                busy.append(next)
                served.insert(next)
            }
            if random(3) == 0, !busy.isEmpty {
                slots.release(host: hosts[busy.remove(at: random(busy.count))] ?? "")
            }
            let perHost = Dictionary(grouping: busy) { hosts[$0] ?? "" }
            #expect(busy.count <= 5 && perHost.values.allSatisfy { $0.count <= 2 })
            #expect((perHost["h0"] ?? []).count + (perHost["h1"] ?? []).count <= 3)
        }
        repeat {
            if !busy.isEmpty { slots.release(host: hosts[busy.removeFirst()] ?? "") }
            while let next = slots.next() {
                busy.append(next)
                served.insert(next)
            }
        } while !busy.isEmpty
        #expect(served.count == 200)
    }
}

@Suite("Header fields of a request")
struct RequestFieldsTests {
    @Test("Credentials stay with the origin they were given for, conditions travel on")
    func credentials() throws {
        let home = try #require(WebAddress("https://shop.example/a"))
        let away = try #require(WebAddress("https://cdn.example/a"))
        let plain = try #require(WebAddress("http://shop.example/a"))
        let headers = [
            HeaderField("Authorization", "Basic eA=="), HeaderField("cookie", "a=b"),
            HeaderField("If-None-Match", "\"x\""),
        ]
        let fields = RequestFields(for: FetchRequest(home, headers: headers))
        #expect(fields.fields(for: home).suffix(3) == headers[...])
        for other in [away, plain] {
            #expect(fields.fields(for: other).map(\.name).suffix(1) == ["If-None-Match"])
            #expect(fields.fields(for: other).first("authorization") == nil)
        }
    }

    @Test("Fields that cannot be sent, or belong to the framing, are left out")
    func sendable() {
        let bad = [
            HeaderField("If-None-Match", "a\r\nX-Evil: 1"), HeaderField("A b", "c"),
            HeaderField("", "c"), HeaderField("X", "\0"), HeaderField("X", "\u{20ac}"),
            HeaderField("Host", "other.example"), HeaderField("Content-Length", "0"),
            HeaderField("transfer-encoding", "chunked"), HeaderField("Expect", "100-continue"),
        ]
        #expect(RequestFields.sendable(bad) == [])
        let good = [HeaderField("If-None-Match", "W/\"\u{e9}\""), HeaderField("X-Y", "")]
        #expect(RequestFields.sendable(good) == good)
    }

    @Test("Latin-1 text and bytes are each other's mirror")
    func latin1() {
        let all = (UInt8.min...UInt8.max).map { $0 }
        #expect(latin1Bytes(latin1Text(all)) == all)
        #expect(latin1Text(Array("plain".utf8)) == "plain")
    }
}
