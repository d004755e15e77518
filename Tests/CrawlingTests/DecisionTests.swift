// The structs that decide: gates, waits, scopes, canonical spellings, traps; conversations with the
// moments written out.

import Crawling
import SelvageTypes
import Testing

@Suite struct HostGateTests {
    private let start = Instant(microseconds: 1_000_000_000)

    private func after(_ milliseconds: Int64) -> Instant {
        start.advanced(milliseconds: milliseconds)
    }

    @Test("Starts are a pause apart, and two requests may be open")
    func pause() {
        var gate = HostGate(HostGate.Manners())
        #expect(gate.answer(at: start) == .go)
        gate.started(at: start)
        #expect(gate.answer(at: after(999)) == .wait(until: after(1000)))
        gate.started(at: after(1000))
        #expect(gate.answer(at: after(5000)) == .busy)
        gate.answered(at: after(5000), status: 200, retryAfter: nil)
        #expect(gate.answer(at: after(5000)) == .go)
    }

    @Test("A Crawl-delay is kept with one request at a time, and never above a minute")
    func crawlDelay() {
        var gate = HostGate(HostGate.Manners())
        gate.crawlDelayInMilliseconds = 3000
        gate.started(at: start)
        #expect(gate.answer(at: after(4000)) == .busy)
        gate.answered(at: after(100), status: 200, retryAfter: nil)
        #expect(gate.answer(at: after(2999)) == .wait(until: after(3000)))
        gate.crawlDelayInMilliseconds = 86_400_000
        #expect(gate.delayInMilliseconds == 60_000)
    }

    @Test("Redirects that were followed at once are paid for afterwards")
    func redirects() {
        var gate = HostGate(HostGate.Manners())
        gate.started(at: start)
        gate.answered(at: after(50), status: 200, retryAfter: nil, hops: 4)
        #expect(gate.answer(at: after(3999)) == .wait(until: after(4000)))
    }

    @Test("Retry-After leaves the whole host alone, to the second")
    func retryAfter() {
        var gate = HostGate(HostGate.Manners())
        gate.started(at: start)
        gate.started(at: after(1000))
        gate.answered(at: after(1500), status: 429, retryAfter: "30")
        gate.answered(at: after(1600), status: 200, retryAfter: nil)
        #expect(gate.answer(at: after(31_499)) == .wait(until: after(31_500)))
        #expect(gate.answer(at: after(31_500)) == .go)
    }

    @Test("Without Retry-After the wait doubles; a wait beyond the limit ends the host's part")
    func backOff() {
        var gate = HostGate(HostGate.Manners())
        gate.started(at: start)
        gate.answered(at: after(10), status: 503, retryAfter: nil)
        #expect(gate.answer(at: after(10)) == .wait(until: after(1010)))
        gate.started(at: after(1010))
        gate.answered(at: after(1020), status: 503, retryAfter: nil)
        #expect(gate.answer(at: after(1020)) == .wait(until: after(3020)))
        gate.started(at: after(3020))
        gate.answered(at: after(3030), status: 503, retryAfter: "86400")
        #expect(gate.answer(at: after(3030)) == .givenUp(.throttled))
    }

    @Test("A host that cannot be reached five times in a row is given up")
    func failures() {
        var gate = HostGate(HostGate.Manners())
        var now = start
        for _ in 1...5 {
            if case .wait(let moment) = gate.answer(at: now) { now = moment }
            gate.started(at: now)
            gate.failed(at: now)
        }
        #expect(gate.answer(at: now) == .givenUp(.unreachable))
    }

    @Test(
        "A wait is read in seconds and in all three forms of dates (RFC 9110 section 5.6.7)",
        arguments: [
            ("120", "1994-11-06T08:51:37Z"), (" 0 ", "1994-11-06T08:49:37Z"),
            ("Sun, 06 Nov 1994 09:00:00 GMT", "1994-11-06T09:00:00Z"),
            ("Sunday, 06-Nov-94 09:00:00 GMT", "1994-11-06T09:00:00Z"),
            ("Sun Nov  6 09:00:00 1994", "1994-11-06T09:00:00Z"),
            ("soon", nil), ("-5", nil), ("", nil), ("Sun, 36 Nov 1994 09:00:00 GMT", nil),
        ] as [(String, String?)])
    func waits(value: String, expected: String?) throws {
        let now = try #require(Instant(iso8601: "1994-11-06T08:49:37Z"))
        #expect(RetryAfter.moment(value, now: now)?.iso8601 == expected)
    }
}

@Suite struct AddressRuleTests {
    @Test(
        "What only follows a visitor is dropped from an address",
        arguments: [
            "/a?utm_source=x&b=1&gclid=2": "/a?b=1", "/a?": "/a", "/a?&&b": "/a?b",
            "/%7Ea/%c3%a9%2f": "/~a/%C3%A9%2F", "/a;jsessionid=1F?b": "/a?b",
            "/a?b=2&a=1": "/a?b=2&a=1", "/a?PHPSESSID=1": "/a", "/a?x=%41": "/a?x=A",
            "/a;v=1": "/a;v=1",
        ])
    func canonical(target: String, expected: String) {
        #expect(WebAddress("http://a.example\(target)")?.canonical.target == expected)
    }

    @Test("A scope holds its hosts, those under a star, and no excluded path")
    func scope() throws {
        let scope = Scope(
            hosts: ["*.shop.example", "mill.example"], seedHosts: ["seed.example"],
            excluding: ["/cart"])
        let holds = { (text: String) in WebAddress(text).map(scope.holds) }
        #expect(holds("http://shop.example/") == true)
        #expect(holds("https://a.b.shop.example/") == true)
        #expect(holds("http://notshop.example/") == false)
        #expect(holds("http://mill.example/cart/1") == false)
        #expect(holds("http://seed.example/a") == true)
        #expect(holds("http://a.mill.example/") == false)
    }

    @Test("Addresses of one kind have one shape")
    func shapes() throws {
        let first = try #require(WebAddress("http://a.example/cal/2026/11?view=1&day=2"))
        let second = try #require(WebAddress("http://a.example/cal/1999/1?day=7&view=x&day=1"))
        #expect(AddressShape(first).path == AddressShape(second).path)
        #expect(AddressShape(first).parameters == "day&view")
        #expect(AddressShape(second).parameters == "day&view")
        let code = try #require(WebAddress("http://m12.a.example/about/3fa9c1.html"))
        #expect(AddressShape(code).path == "m#.a.example/about/#.html")
    }

    @Test("Paths that repeat themselves and hosts without number are not followed")
    func refused() throws {
        var guarding = TrapGuard()
        let admits = { (text: String, guarding: inout TrapGuard) in
            WebAddress(text).map { guarding.admits($0) }
        }
        #expect(admits("http://a.example/a/b/a/b/", &guarding) == true)
        #expect(admits("http://a.example/a/b/a/b/a/", &guarding) == false)
        for number in 0..<16 {
            #expect(admits("http://m\(number).a.example/", &guarding) == true)
        }
        #expect(admits("http://m99.a.example/", &guarding) == false)
        #expect(admits("http://m3.a.example/x", &guarding) == true)
        #expect(admits("http://www.a.example/x", &guarding) == true)
    }
}
