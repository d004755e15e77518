// Sightings are what references, captures and recognition say together, and bodies go when unneeded.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct SightingTests {
    let folder = TemporaryFolder()
    let shop = "https://shop.example"

    private func begin(_ store: SelvageStore) async throws -> ScanRecord {
        try await store.begin(
            plan: "p", digest: planDigest, seeds: [.page("\(shop)/p")], at: at(0))
    }

    @Test("A sighting per page, image, asset and event, with the facts of all its forms, by id")
    func joined() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store)
        let page = try TargetOutcome.page(
            "\(shop)/p",
            images: [
                .named("\(shop)/a.png", .imgSrc),
                .named("\(shop)/a.png", .jsonLD, [.price: "12.50"]),
                .named("\(shop)/b.png", .event, [.eventIdentifier: "e1"]),
                .named("\(shop)/b.png", .event, [.eventIdentifier: "e2"]),
                .named("\(shop)/plain.png"),
            ])
        let images = try [
            TargetOutcome.image("\(shop)/a.png", body: "a", shows: ["fern", "moss"]),
            .image("\(shop)/b.png", body: "b", shows: ["fern"]),
            .image("\(shop)/plain.png", body: "c", shows: []),
        ]
        _ = try await store.commit(scan, outcomes: [page], hosts: [])
        _ = try await store.commit(scan, outcomes: images, hosts: [])
        let sightings = try await store.sightings(scan)
        #expect(sightings.count == 4)
        #expect(sightings.map(\.id) == sightings.map(\.id).sorted())
        let fern = try #require(
            sightings.first { $0.match.asset == "fern" && $0.image.target == "/a.png" })
        #expect(fern.form == .imgSrc && fern.facts.best(.price) == "12.50")
        #expect(fern.imageDigest == Digest(of: "a") && fern.pageDigest == Digest(of: "page"))
        #expect(fern.seen == at(5) && fern.match.falseMatchProbability == 1.25e-170)
        #expect(Set(sightings.compactMap { $0.facts.best(.eventIdentifier) }) == ["e1", "e2"])
        #expect(try await store.counts(scan).matches == 2)
    }

    @Test("An image reached by a redirect is sighted under both its names")
    func redirectedImage() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store)
        let page = try TargetOutcome.page(
            "\(shop)/p", images: [.named("\(shop)/a"), .named("https://cdn.example/a.png")])
        var image = try TargetOutcome.image("\(shop)/a", body: "a", shows: ["fern"])
        image.capture = try .of("https://cdn.example/a.png", body: "a", via: ["\(shop)/a"])
        _ = try await store.commit(scan, outcomes: [page, image], hosts: [])
        #expect(try await store.counts(scan).imagesPending == 0)
        let names = try await store.sightings(scan).map(\.image.description)
        #expect(names.sorted() == ["https://cdn.example/a.png", "\(shop)/a"])
        for name in names {
            let body = try await store.capture(
                scan, of: web(name), body: Digest(of: "a"))?.body
            #expect(body == Array("a".utf8))
        }
    }

    @Test("Sightings do not depend on the order in which things arrived")
    func orderFree() async throws {
        let page = try TargetOutcome.page(
            "\(shop)/p", images: [.named("\(shop)/a.png"), .named("\(shop)/b.png")])
        let images = try ["a", "b"].map {
            try TargetOutcome.image("\(shop)/\($0).png", body: $0, shows: ["fern"])
        }
        var results: [[Sighting]] = []
        for outcomes in [[page] + images, images.reversed() + [page]] {
            let own = TemporaryFolder()
            let store = try SelvageStore(folder: own.path)
            let scan = try await begin(store)
            _ = try await store.commit(scan, outcomes: outcomes, hosts: [])
            results.append(try await store.sightings(scan))
        }
        #expect(results[0] == results[1] && results[0].count == 2)
    }

    @Test("What an image showed is known again under the same catalogue only, in a later scan too")
    func knownRecognition() async throws {
        let store = try SelvageStore(folder: folder.path)
        let first = try await begin(store)
        let content = Digest(of: "a")
        try await store.setCatalogue(Digest(of: "generation 1"), for: first)
        _ = try await store.commit(
            first, outcomes: [.image("\(shop)/a.png", body: "a", shows: ["fern"])], hosts: [])
        try await store.finish(first, at: at(9))
        let next = try await begin(store)
        #expect(try await store.knownRecognition(of: content, in: next) == nil)
        try await store.setCatalogue(Digest(of: "generation 1"), for: next)
        #expect(try await store.knownRecognition(of: content, in: next) == .showing(["fern"]))
        try await store.setCatalogue(Digest(of: "generation 2"), for: next)
        #expect(try await store.knownRecognition(of: content, in: next) == nil)
    }

    @Test("Bodies that no finding shows are dropped; those of a finding stay until it is settled")
    func bodies() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store)
        let page = try TargetOutcome.page(
            "\(shop)/p", images: [.named("\(shop)/a.png"), .named("\(shop)/b.png")])
        _ = try await store.commit(
            scan,
            outcomes: [
                page, .image("\(shop)/a.png", body: "a", shows: ["fern"]),
                .image("\(shop)/b.png", body: "b", shows: ["moss"]),
            ], hosts: [])
        let fern = try await store.sightings(scan).filter { $0.match.asset == "fern" }
        try await store.store(.about("fern", sightings: fern), messages: [], at: at(10))
        try await store.dropBodies(scan)
        #expect(
            try await store.capture(scan, of: web("\(shop)/a.png"), body: Digest(of: "a")) != nil)
        #expect(
            try await store.capture(scan, of: web("\(shop)/a.png"), body: Digest(of: "x")) == nil)
        #expect(
            try await store.capture(scan, of: web("\(shop)/p"), body: Digest(of: "page")) != nil)
        #expect(
            try await store.capture(scan, of: web("\(shop)/b.png"), body: Digest(of: "b")) == nil)
        let settled = Finding.about("fern", revision: 2, verdict: .authorised, sightings: fern)
        try await store.store(settled, messages: [], at: at(11))
        try await store.dropBodies(scan)
        let left = try await store.file.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM body")
        }
        #expect(left == 0)
        #expect(try await store.sightings(scan).count == 2)
    }

    @Test("A stored body that was changed is not handed out as evidence")
    func alteredBody() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await begin(store)
        _ = try await store.commit(scan, outcomes: [.page("\(shop)/p")], hosts: [])
        try await store.file.write { try $0.execute(sql: "UPDATE body SET bytes = x'00'") }
        let found = await reason {
            _ = try await store.capture(scan, of: web("\(shop)/p"), body: Digest(of: "page"))
        }
        #expect(found == .altered)
    }
}
