// The frontier keeps its promises: nothing lost, nothing twice, in order, across restarts.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct FrontierTests {
    let folder = TemporaryFolder()
    let shop = "https://shop.example"

    private func begin(_ store: SelvageStore, _ seeds: [Target], at moment: Instant = at(0))
        async throws -> ScanRecord
    {
        try await store.begin(plan: "p", digest: planDigest, seeds: seeds, at: moment)
    }

    private func paths(_ store: SelvageStore, _ scan: ScanRecord, limit: Int = 100) async throws
        -> [String]
    {
        try await store.targets(scan, origin: shop, limit: limit, at: at(10), excluding: [])
            .map(\.address.target)
    }

    @Test("Targets come by depth, then in order of discovery, without those in flight")
    func order() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/"), .page("https://b.example/")])
        let links = try ["/z", "/a", "/m"].map { try Target.page("\(shop)\($0)", depth: 2) }
        let queued = try await store.commit(
            scan,
            outcomes: [
                .page("\(shop)/", links: links + [.page("\(shop)/near", depth: 1)]),
                .page("https://b.example/", links: [.page("https://c.example/", depth: 1)]),
            ], hosts: [])
        #expect(queued == [shop, "https://c.example"])
        #expect(try await paths(store, scan) == ["/near", "/z", "/a", "/m"])
        let rest = try await store.targets(
            scan, origin: shop, limit: 2, at: at(10),
            excluding: [web("\(shop)/near"), web("\(shop)/a")])
        #expect(rest.map(\.address.target) == ["/z", "/m"])
        #expect(
            try await store.allHostsWithWork(scan).map(\.origin) == ["https://c.example", shop])
    }

    @Test("A link found again in a scan is not queued again, and a smaller depth wins")
    func foundAgain() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/")])
        let far = try Target.page("\(shop)/far", depth: 3)
        let other = try Target.page("\(shop)/other", depth: 2)
        _ = try await store.commit(
            scan, outcomes: [.page("\(shop)/", links: [far, other, far])], hosts: [])
        _ = try await store.commit(
            scan,
            outcomes: [
                .page("\(shop)/other", links: [.page("\(shop)/far", depth: 1), .page("\(shop)/")])
            ],
            hosts: [])
        let targets = try await store.targets(
            scan, origin: shop, limit: 9, at: at(10), excluding: [])
        #expect(targets == [try .page("\(shop)/far", depth: 1)])
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone == 2 && counts.pagesPending == 1)
    }

    @Test("A page that names itself as an image stays a page of the frontier")
    func pageAsImage() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/")])
        let itself = try ImageReference.named("\(shop)/next")
        _ = try await store.commit(
            scan,
            outcomes: [
                .page("\(shop)/", images: [itself], links: [.page("\(shop)/next", depth: 1)])
            ],
            hosts: [])
        let kinds = try await store.targets(
            scan, origin: shop, limit: 9, at: at(10), excluding: []
        ).map(\.kind)
        #expect(kinds == [.image, .page])
    }

    @Test("A postponed target comes back at its moment with its tries, and again after a restart")
    func postponed() async throws {
        var scan: ScanRecord
        do {
            let store = try SelvageStore(folder: folder.path)
            scan = try await begin(store, [.page("\(shop)/")])
            let again = TargetOutcome(
                target: try .page("\(shop)/"), ending: .again(notBefore: at(60)), status: 503)
            for _ in 1...2 { _ = try await store.commit(scan, outcomes: [again], hosts: []) }
            #expect(try await paths(store, scan) == [])
        }
        let store = try SelvageStore(folder: folder.path)
        scan = try await begin(store, [])
        #expect(scan.resumed)
        #expect(try await store.nextRetry(scan, origin: shop, after: at(0)) == at(60))
        let due = try await store.targets(scan, origin: shop, limit: 9, at: at(60), excluding: [])
        #expect(due == [try .page("\(shop)/", tries: 1)])
        #expect(try await store.allHostsWithWork(scan).count == 1)
        _ = try await store.commit(scan, outcomes: [.page("\(shop)/")], hosts: [])
        #expect(try await store.nextRetry(scan, origin: shop, after: at(0)) == nil)
    }

    @Test("An older retry that is under way does not hide the next one")
    func laterRetry() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/a"), .page("\(shop)/b")])
        let postponed = try [("a", Int64(60)), ("b", 90)].map { name, seconds in
            TargetOutcome(
                target: try .page("\(shop)/\(name)"), ending: .again(notBefore: at(seconds)),
                status: 503)
        }
        _ = try await store.commit(scan, outcomes: postponed, hosts: [])
        #expect(try await store.nextRetry(scan, origin: shop, after: at(61)) == at(90))
        #expect(try await store.nextRetry(scan, origin: shop, after: at(91)) == nil)
    }

    @Test("An unfinished scan is taken up only with the same digest; else the next one begins")
    func resuming() async throws {
        let store = try SelvageStore(folder: folder.path)
        let first = try await begin(store, [.page("\(shop)/")])
        let same = try await begin(store, [.page("\(shop)/")], at: at(9))
        #expect(same.number == first.number && same.resumed && same.began == first.began)
        let changed = try await store.begin(
            plan: "p", digest: Digest(of: "other"), seeds: [.page("\(shop)/new")], at: at(20))
        #expect(changed.number == first.number + 1 && !changed.resumed)
        #expect(try await paths(store, changed) == ["/new"])
        let late = await reason {
            _ = try await store.commit(first, outcomes: [.page("\(shop)/")], hosts: [])
        }
        #expect(late == .scanClosed)
        try await store.finish(changed, at: at(30))
        let third = try await begin(store, [.page("\(shop)/")], at: at(40))
        #expect(third.number == changed.number + 1 && !third.resumed)
        #expect(try await paths(store, third) == ["/"])
    }

    @Test("A host's gate and robots.txt outlive the scan and the process")
    func hosts() async throws {
        var state = HostState(
            origin: shop, nextAllowed: at(70), delayInMilliseconds: 2500, failures: 2,
            robots: Array("User-agent: *\nDisallow: /private".utf8), robotsStatus: 200,
            robotsUntil: at(90_000))
        do {
            let store = try SelvageStore(folder: folder.path)
            let scan = try await begin(store, [.page("\(shop)/")])
            _ = try await store.commit(scan, outcomes: [], hosts: [state])
            try await store.finish(scan, at: at(5))
        }
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/")])
        #expect(try await store.allHostsWithWork(scan) == [state])
        state.robots = nil
        state.robotsUntil = nil
        _ = try await store.commit(scan, outcomes: [], hosts: [state])
        #expect(try await store.allHostsWithWork(scan) == [state])
    }

    @Test("Where a redirect led is not fetched again, whether it was waiting or not yet known")
    func redirects() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(
            store, [.page("\(shop)/old"), .page("\(shop)/new"), .page("\(shop)/gone")])
        var moved = try TargetOutcome.page("\(shop)/old")
        moved.capture = try .of("\(shop)/new", via: ["\(shop)/old"])
        var away = try TargetOutcome.page("\(shop)/gone")
        away.capture = try .of("https://else.example/", via: ["\(shop)/gone"])
        away.links = [try .page("https://else.example/", depth: 1)]
        #expect(try await store.commit(scan, outcomes: [moved, away], hosts: []) == [])
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone == 2 && counts.pagesPending == 0)
        #expect(try await store.allHostsWithWork(scan) == [])
        let stored = try await store.capture(
            scan, of: web("\(shop)/new"), body: try #require(moved.capture).digest)
        #expect(stored?.hops.count == 2)
    }

    @Test("Coverage says by site what was read, and what was not and why; giving up is counted")
    func coverage() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(
            store, try ["/", "/a", "/b", "/c"].map { try .page("\(shop)\($0)") })
        let refused = TargetOutcome(
            target: try .page("\(shop)/a"), ending: .done(.robots), status: 0, detail: "robots")
        let picture = try ImageReference.named("http://127.0.0.1:8080/i.png")
        _ = try await store.commit(
            scan,
            outcomes: [.page("\(shop)/", images: [picture], body: "12345"), refused, refused],
            hosts: [])
        _ = try await store.commit(
            scan, outcomes: [.image("http://127.0.0.1:8080/i.png", body: "123", shows: ["a"])],
            hosts: [])
        var counts = try await store.counts(scan)
        #expect(counts.bytes == 8 && counts.matches == 1 && counts.imagesDone == 1)
        try await store.giveUp(scan, reason: .budget)
        counts = try await store.counts(scan)
        #expect(counts.pagesPending == 0 && counts.pagesDone == 1)
        #expect(
            try await store.coverage(scan) == [
                SiteCoverage(site: "127.0.0.1:8080", pages: 0, images: 1, notChecked: [:]),
                SiteCoverage(
                    site: "shop.example", pages: 1, images: 0,
                    notChecked: [.robots: 1, .budget: 2]),
            ])
        #expect(try await store.allHostsWithWork(scan) == [])
    }

    @Test("An outcome stored twice counts once")
    func repeated() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store, [.page("\(shop)/")])
        let page = try TargetOutcome.page(
            "\(shop)/", images: [.named("\(shop)/i.png")], links: [.page("\(shop)/a", depth: 1)])
        _ = try await store.commit(scan, outcomes: [page], hosts: [])
        let once = try await store.counts(scan)
        #expect(try await store.commit(scan, outcomes: [page], hosts: []) == [])
        #expect(try await store.counts(scan) == once)
    }

    @Test("The counters say what counting all addresses says, whatever happened", arguments: 1...12)
    func countersHold(seed: UInt64) async throws {
        var random = SeededRandom(seed)
        let store = try SelvageStore(folder: folder.path)
        for round in 1...3 {
            let scan = try await begin(store, [.page("\(shop)/0"), .page("https://b.example/0")])
            for _ in 1...25 { try await randomBatch(store, scan, &random) }
            try await compareCounters(store, scan)
            if round == 2 { try await store.giveUp(scan, reason: .budget) }
            try await compareCounters(store, scan)
            try await store.finish(scan, at: at(Int64(round)))
        }
        #expect(try await store.checkIntegrity() == [])
    }

    private func randomBatch(
        _ store: SelvageStore, _ scan: ScanRecord, _ random: inout SeededRandom
    ) async throws {
        func someAddress(_ random: inout SeededRandom) -> String {
            "https://\(["shop", "b"].randomElement(using: &random) ?? "b").example/"
                + String(Int.random(in: 0..<40, using: &random))
        }
        var outcomes: [TargetOutcome] = []
        for _ in 1...Int.random(in: 1...4, using: &random) {
            let text = someAddress(&random)
            let asked = Int.random(in: 0..<4, using: &random) == 0 ? someAddress(&random) : text
            let images = try (0..<Int.random(in: 0...2, using: &random)).map { _ in
                try ImageReference.named(someAddress(&random))
            }
            let links = try (0..<Int.random(in: 0...3, using: &random)).map { _ in
                try Target.page(someAddress(&random), depth: Int.random(in: 1...4, using: &random))
            }
            var outcome = try TargetOutcome.page(asked, images: images, links: links)
            outcome.capture = try .of(text)
            if Bool.random(using: &random) { outcome.target.kind = .image }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: outcome.ending = .again(notBefore: at(100))
            case 1: outcome.ending = .done(.gone)
            default: break
            }
            outcomes.append(outcome)
        }
        _ = try await store.commit(scan, outcomes: outcomes, hosts: [])
    }

    private func compareCounters(_ store: SelvageStore, _ scan: ScanRecord) async throws {
        let counted = try await store.file.read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT total(image = 0), total(image = 1) FROM url
                    WHERE seen_scan = ? AND done_scan < seen_scan
                    """, arguments: [scan.number]
            ).map { [Int($0[0] as Double), Int($0[1] as Double)] }
        }
        let counts = try await store.counts(scan)
        #expect(counted == [counts.pagesPending, counts.imagesPending])
        var offered = 0
        for host in try await store.allHostsWithWork(scan) {
            offered += try await store.targets(
                scan, origin: host.origin, limit: 1000, at: at(1000), excluding: []
            ).count
        }
        #expect(offered == counts.pagesPending + counts.imagesPending)
    }
}

/// SplitMix64, so that a failing seed can be run again.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
