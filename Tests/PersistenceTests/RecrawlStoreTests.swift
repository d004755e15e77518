// What a scan knew is there for the next one: validators, references, sightings, and their proof.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct RecrawlStoreTests {
    let folder = TemporaryFolder()
    let shop = "https://shop.example"

    private func begin(_ store: SelvageStore, at moment: Instant = at(0), catalogue: String = "c")
        async throws -> ScanRecord
    {
        let scan = try await store.begin(
            plan: "p", digest: planDigest, seeds: [.page("\(shop)/")], revisiting: .captures,
            at: moment)
        try await store.setCatalogue(Digest(of: catalogue), for: scan)
        return scan
    }

    private func page(_ path: String, images: [String] = [], links: [String] = []) throws
        -> TargetOutcome
    {
        var outcome = try TargetOutcome.page(
            "\(shop)\(path)", images: try images.map { try .named("\(shop)\($0)") },
            links: try links.map { try .page("\(shop)\($0)", depth: 1) }, body: "page \(path)")
        outcome.capture?.headers.append(HeaderField("ETag", "\"\(path)\""))
        outcome.history = VisitHistory(checked: at(5), since: at(1), changes: 2)
        return outcome
    }

    private func unchanged(_ target: Target) -> TargetOutcome {
        var outcome = TargetOutcome(target: target, ending: .done(nil), status: 304)
        outcome.unchanged = .confirmed
        outcome.history = VisitHistory(checked: at(90), since: at(1), changes: 2)
        return outcome
    }

    /// A scan of two pages and two images, one of which shows an asset.
    private func scanned(_ store: SelvageStore) async throws -> ScanRecord {
        let scan = try await begin(store)
        _ = try await store.commit(
            scan,
            outcomes: [
                page("/", links: ["/a", "/gone"]), page("/a", images: ["/i.png", "/j.png"]),
                TargetOutcome(
                    target: try .page("\(shop)/gone", depth: 1), ending: .done(.gone), status: 404),
                .image("\(shop)/i.png", body: "i", shows: ["fern"]),
                .image("\(shop)/j.png", body: "j", shows: []),
            ], hosts: [])
        return scan
    }

    private func end(_ store: SelvageStore, _ scan: ScanRecord, keeping: Bool = true) async throws {
        if keeping { try await store.keepBodies(of: try await store.sightings(scan), in: scan) }
        try await store.finish(scan, at: at(50))
        try await store.dropBodies(scan)
    }

    private func targets(_ store: SelvageStore, _ scan: ScanRecord) async throws -> [Target] {
        try await store.targets(scan, origin: shop, limit: 99, at: at(99), excluding: [])
    }

    @Test("The next scan is given what is known, but for what is gone")
    func known() async throws {
        let store = try SelvageStore(folder: folder.path)
        try await end(store, try await scanned(store))
        let scan = try await begin(store, at: at(60))
        let targets = try await targets(store, scan)
        try #require(targets.map(\.address.target) == ["/", "/a"])
        #expect(targets.map { $0.known?.etag } == ["\"/\"", "\"/a\""])
        #expect(targets[1].known?.content == Digest(of: "page /a"))
        #expect(
            targets[1].known?.history == VisitHistory(checked: at(5), since: at(1), changes: 2))
        #expect(try await store.counts(scan).pagesPending == 2)
    }

    @Test("Unchanged pages and images are sighted as before, with their evidence")
    func carried() async throws {
        let store = try SelvageStore(folder: folder.path)
        let first = try await scanned(store)
        let before = try await store.sightings(first)
        try await end(store, first)
        let scan = try await begin(store, at: at(60))
        _ = try await store.commit(
            scan, outcomes: try await targets(store, scan).map(unchanged), hosts: [])
        let images = try await targets(store, scan)
        #expect(images.map(\.address.target) == ["/i.png", "/j.png"])
        #expect(images.allSatisfy { $0.known != nil })
        _ = try await store.commit(scan, outcomes: images.map(unchanged), hosts: [])
        #expect(try await targets(store, scan).isEmpty)
        #expect(try await store.sightings(scan) == before && before.count == 1)
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone == 2 && counts.imagesDone == 2 && counts.matches == 1)
        #expect(counts.unchanged == 4 && counts.bytes == 0)
        for (address, body) in [("/a", "page /a"), ("/i.png", "i")] {
            let capture = try await store.capture(
                scan, of: web("\(shop)\(address)"), body: Digest(of: body))
            #expect(capture?.body == Array(body.utf8))
        }
        // And once more, from a scan that fetched nothing itself.
        try await end(store, scan)
        let third = try await begin(store, at: at(70))
        _ = try await store.commit(
            third, outcomes: try await targets(store, third).map(unchanged), hosts: [])
        _ = try await store.commit(
            third, outcomes: try await targets(store, third).map(unchanged), hosts: [])
        #expect(try await store.sightings(third) == before)
    }

    @Test(
        "Under another catalogue an image is looked at anew, its page only when it shows something")
    func otherCatalogue() async throws {
        let store = try SelvageStore(folder: folder.path)
        try await end(store, try await scanned(store), keeping: false)
        let scan = try await begin(store, at: at(60), catalogue: "d")
        _ = try await store.commit(
            scan, outcomes: try await targets(store, scan).map(unchanged), hosts: [])
        let images = try await targets(store, scan)
        #expect(images.count == 2 && images.allSatisfy { $0.known == nil })
        let woken = try await store.commit(
            scan, outcomes: [.image("\(shop)/j.png", body: "j", shows: ["moss"])], hosts: [])
        // The page's body is gone, so the page is fetched once more: it is half of the proof.
        #expect(woken == [shop])
        let rest = try await targets(store, scan)
        #expect(Set(rest.map(\.address.target)) == ["/i.png", "/a"])
        let page = try #require(rest.first { $0.kind == .page })
        #expect(page.address.target == "/a" && page.known == nil)
        _ = try await store.commit(
            scan,
            outcomes: [
                self.page("/a", images: ["/i.png", "/j.png"]),
                .image("\(shop)/i.png", body: "i", shows: []),
            ], hosts: [])
        #expect(try await store.sightings(scan).map(\.match.asset) == ["moss"])
        let counts = try await store.counts(scan)
        #expect(counts.pagesDone == 2 && counts.pagesPending == 0 && counts.unchanged == 1)
        let capture = try await store.capture(
            scan, of: web("\(shop)/a"), body: Digest(of: "page /a"))
        #expect(capture != nil)
    }

    @Test("What cannot be proven any more is fetched in full")
    func withoutProof() async throws {
        let store = try SelvageStore(folder: folder.path)
        try await end(store, try await scanned(store), keeping: false)
        let scan = try await begin(store, at: at(60))
        _ = try await store.commit(
            scan, outcomes: try await targets(store, scan).map(unchanged), hosts: [])
        let images = try await targets(store, scan)
        #expect(images.first { $0.address.target == "/i.png" }?.known == nil)
        #expect(images.first { $0.address.target == "/j.png" }?.known != nil)
    }

    @Test("Urgent addresses come first, and only until they are not urgent any more")
    func urgent() async throws {
        let store = try SelvageStore(folder: folder.path)
        let first = try await scanned(store)
        try await store.makeUrgent([try web("\(shop)/a")], in: first)
        try await end(store, first)
        let scan = try await begin(store, at: at(60))
        let targets = try await targets(store, scan)
        #expect(targets.map(\.address.target) == ["/a", "/"])
        #expect(targets.map { $0.known?.isUrgent } == [true, false])
        try await store.makeUrgent([], in: scan)
        #expect(try await self.targets(store, scan).map(\.address.target) == ["/", "/a"])
    }

    @Test("Terms of page and image stand with the sighting, those of a host with the host")
    func terms() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store)
        var page = try page("/", images: ["/i.png"])
        page.terms = [UseTerm(.reservation, "1", source: .meta, place: shop)]
        page.references[0].sizes = [try web("\(shop)/i-small.png")]
        var image = try TargetOutcome.image("\(shop)/i.png", body: "i", shows: ["fern"])
        image.terms = [UseTerm(.robots, "noimageai", source: .field, place: shop)]
        var host = HostState(origin: shop)
        host.terms = [HostTerm(page.terms[0], pattern: "/x*", rule: 0)]
        host.termsUntil = at(600)
        _ = try await store.commit(
            scan, outcomes: [page, image, self.page("/z")], hosts: [host])
        let sighting = try #require(try await store.sightings(scan).first)
        #expect(sighting.terms == page.terms + image.terms)
        #expect(sighting.sizes == page.references[0].sizes)
        _ = try await store.commit(
            scan, outcomes: [self.page("/z", links: ["/y"])], hosts: [])
        let state = try await store.allHostsWithWork(scan).first
        #expect(state?.terms == host.terms && state?.termsUntil == at(600))
    }
}
