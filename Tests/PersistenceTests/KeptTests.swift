// Kept bodies stay within their bound, the newest ones, and are matched again in one transaction.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct KeptTests {
    let folder = TemporaryFolder()
    let shop = "https://shop.example"

    private func scan(_ store: SelvageStore, at moment: Int64) async throws -> ScanRecord {
        let scan = try await store.begin(
            plan: "p", digest: planDigest, seeds: [.page("\(shop)/p")], at: at(moment))
        try await store.setCatalogue(Digest(of: "generation 1"), for: scan)
        let names = ["a", "b", "c"]
        let page = try TargetOutcome.page(
            "\(shop)/p", images: names.map { try .named("\(shop)/\($0).png") })
        let images = try names.map { name in
            var image = try TargetOutcome.image(
                "\(shop)/\(name).png", body: name + String(repeating: "x", count: 99), shows: [])
            image.keepsBody = true
            return image
        }
        _ = try await store.commit(scan, outcomes: [page], hosts: [])
        _ = try await store.commit(scan, outcomes: images, hosts: [])
        try await store.finish(scan, at: at(moment + 1))
        return scan
    }

    private func content(_ name: String) -> Digest {
        Digest(of: name + String(repeating: "x", count: 99))
    }

    @Test("The newest bodies up to the bound are kept, and the file holds no others")
    func bound() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await scan(store, at: 0)
        try await store.dropBodies(scan, keeping: 250)
        let kept = try await store.keptImages(scan, notMatchedWith: Digest(of: "generation 2"))
        #expect(Set(kept) == [content("b"), content("c")])
        #expect(try await store.keptBody(content("a")) == nil)
        #expect(try await store.keptBody(content("b"))?.count == 100)
        let bytes = try await store.file.read {
            try Int.fetchOne($0, sql: "SELECT sum(length(bytes)) FROM body")
        }
        #expect(bytes == 200)
        try await store.dropBodies(scan, keeping: 0)
        #expect(try await store.keptImages(scan, notMatchedWith: planDigest).isEmpty)
    }

    @Test("A body that a finding needs stays beyond any bound")
    func needed() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await scan(store, at: 0)
        try await store.rematched(
            content("a"), in: scan, with: Digest(of: "generation 2"), .showing(["fern"]))
        let sightings = try await store.sightings(scan)
        #expect(sightings.map(\.match.asset) == ["fern"])
        try await store.store(.about("fern", sightings: sightings), messages: [], at: at(9))
        try await store.dropBodies(scan, keeping: 1)
        #expect(try await store.keptBody(content("a"))?.count == 100)
        #expect(try await store.keptBody(content("b")) == nil)
    }

    @Test("What was matched again is not matched twice, and shows in the scan's sightings")
    func rematched() async throws {
        let store = try SelvageStore(folder: folder.path)
        let scan = try await scan(store, at: 0)
        let next = Digest(of: "generation 2")
        #expect(try await store.sightings(scan).isEmpty)
        #expect(try await store.keptImages(scan, notMatchedWith: next).count == 3)
        try await store.rematched(content("b"), in: scan, with: next, .showing(["moss"]))
        #expect(try await store.sightings(scan).map(\.match.asset) == ["moss"])
        #expect(try await store.keptImages(scan, notMatchedWith: next).count == 2)
        try await store.rematched(content("b"), in: scan, with: next, .showing([]))
        #expect(try await store.sightings(scan).isEmpty)
    }
}
