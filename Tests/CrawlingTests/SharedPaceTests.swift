// Pauses that hosts owe together: one site under many names, many sites behind one address.

import SelvageTypes
import Testing

@testable import Crawling

@Suite struct SharedPaceTests {
    private let start = Instant(microseconds: 1_000_000_000)

    private func after(_ milliseconds: Int64) -> Instant {
        start.advanced(milliseconds: milliseconds)
    }

    @Test("Hosts of one site are asked a pause apart, other sites at once")
    func site() {
        var pace = SharedPace(connections: 2)
        let shop = SharedPace.Place(origin: "https://www.shop.co.uk")
        let media = SharedPace.Place(origin: "http://cdn.shop.co.uk:8080")
        let mill = SharedPace.Place(origin: "https://mill.co.uk")
        pace.started(at: shop, now: start, delayInMilliseconds: 1000)
        #expect(pace.answer(for: "m", at: media, now: after(1)) == .wait(until: after(1000)))
        #expect(pace.answer(for: "x", at: mill, now: after(1)) == .go)
        #expect(pace.answer(for: "m", at: media, now: after(1000)) == .go)
    }

    @Test("A site has no more requests open than one host may, and who waits is woken")
    func open() {
        var pace = SharedPace(connections: 2)
        let place = SharedPace.Place(origin: "https://shop.example")
        pace.started(at: place, now: start, delayInMilliseconds: 0)
        pace.started(at: place, now: start, delayInMilliseconds: 0)
        #expect(pace.answer(for: "https://www.shop.example", at: place, now: start) == .busy)
        #expect(pace.ended(at: place) == ["https://www.shop.example"])
        #expect(pace.answer(for: "https://www.shop.example", at: place, now: start) == .go)
        #expect(pace.ended(at: place).isEmpty)
    }

    @Test("Many sites behind one address share a more generous pace")
    func address() {
        var pace = SharedPace(connections: 2)
        var places = (0..<20).map { SharedPace.Place(origin: "https://shop\($0).example") }
        for index in places.indices { places[index].answered(by: "192.0.2.7:443") }
        var now = start
        for (number, place) in places.prefix(16).enumerated() {
            if number > 0 {
                let wait = SharedPace.Answer.wait(until: now.advanced(milliseconds: 125))
                #expect(pace.answer(for: "s", at: place, now: now) == wait)
                now = now.advanced(milliseconds: 125)
            }
            #expect(pace.answer(for: "s", at: place, now: now) == .go)
            pace.started(at: place, now: now, delayInMilliseconds: 1000)
        }
        #expect(pace.answer(for: "last", at: places[16], now: after(60_000)) == .busy)
        #expect(pace.ended(at: places[0]) == ["last"])
    }

    @Test("Numeric hosts are sites of their own, and this machine is not one address")
    func numeric() {
        var place = SharedPace.Place(origin: "http://127.0.1.3:8080")
        #expect(place.site != SharedPace.Place(origin: "http://127.0.1.3:8081").site)
        place.answered(by: "127.0.1.3:8080")
        #expect(place.address == nil)
        var public6 = SharedPace.Place(origin: "http://[2001:db8::1]:8080")
        #expect(public6.site == "[2001:db8::1]")
        public6.answered(by: "[2001:db8::1]:8080")
        #expect(public6.address == "[2001:db8::1]")
    }

    @Test("A slow host is asked once per answer time, a host under strain half as often")
    func adaptive() {
        var gate = HostGate(HostGate.Manners())
        gate.started(at: start)
        gate.answered(at: after(3000), status: 200, retryAfter: nil, afterMilliseconds: 3000)
        #expect(gate.delayInMilliseconds == 3000)
        for _ in 0..<20 {
            gate.started(at: gate.nextAllowed)
            gate.answered(
                at: gate.nextAllowed, status: 200, retryAfter: nil, afterMilliseconds: 100)
        }
        #expect(gate.delayInMilliseconds == 1000)
        gate.started(at: gate.nextAllowed)
        gate.answered(at: gate.nextAllowed, status: 429, retryAfter: nil)
        #expect(gate.delayInMilliseconds == 2000)
        for _ in 0..<4 {
            gate.started(at: gate.nextAllowed)
            gate.answered(at: gate.nextAllowed, status: 200, retryAfter: nil)
        }
        #expect(gate.delayInMilliseconds == 1000)
    }

    @Test("A plan without a pause is not adapted")
    func withoutPause() {
        var manners = HostGate.Manners()
        manners.delayInMilliseconds = 0
        var gate = HostGate(manners)
        gate.started(at: start)
        gate.answered(at: after(9000), status: 503, retryAfter: nil, afterMilliseconds: 9000)
        #expect(gate.delayInMilliseconds == 0)
    }

    @Test("Waits after failures part hosts by up to a quarter, alike for the same seed")
    func jitter() {
        let waits = (0..<50).map { seed -> Int64 in
            var gate = HostGate(HostGate.Manners(), jitterSeed: UInt64(seed))
            return gate.wait(afterFailure: 4)
        }
        #expect(waits.allSatisfy { (8000..<10_000).contains($0) })
        #expect(Set(waits).count > 40)
        var again = HostGate(HostGate.Manners(), jitterSeed: 7)
        #expect(again.wait(afterFailure: 4) == waits[7])
    }

    @Test("A crawl keeps the pace of a site over all its hosts, and of an address over all sites")
    func crawled() throws {
        let web = SimulatedWeb(Simulation()) { address, _ in
            guard address.path != "/robots.txt" else { return (.page("", status: 404), 5) }
            let hosts = (0..<12).map { "http://h\($0 % 3).s\($0 / 3).example/" }
            return (page(hosts + (0..<3).map { "/\($0)" }), 20)
        }
        let summary = try crawl(web, from: ["http://h0.s0.example/"]) {
            $0.hosts = ["*.example"]
            $0.manners.delayInMilliseconds = 800
        }
        #expect(summary.isComplete)
        #expect(Set(web.log.map(\.address.host)).count == 12)
        for requests in Dictionary(grouping: web.log, by: \.address.site).values {
            let starts = requests.map(\.began).sorted()
            for (first, second) in zip(starts, starts.dropFirst()) {
                #expect(second.milliseconds(since: first) >= 800)
            }
        }
        // The first request of a host is sent before it is known where it is.
        let later = Dictionary(grouping: web.log, by: \.address.origin).values
            .flatMap { $0.map(\.began).sorted().dropFirst() }.sorted()
        for (first, second) in zip(later, later.dropFirst()) {
            #expect(second.milliseconds(since: first) >= 100)
        }
    }
}
