// What a running crawl remembers of addresses that it has queued.

import SelvageTypes
import Testing

@testable import Crawling

@Suite("Known targets")
struct KnownTargetsTests {
    private func target(_ number: Int, depth: Int = 3, kind: TargetKind = .page) throws -> Target {
        Target(
            address: try #require(WebAddress("https://shop.example/p/\(number)")), kind: kind,
            depth: depth)
    }

    @Test("An address is queued once, and again only when it is nearer to a seed")
    func nearer() throws {
        var known = KnownTargets(slots: 64, isComplete: true)
        #expect(try known.insert(target(1)) == .new)
        #expect(try known.insert(target(1)) == .known)
        #expect(
            try known.insert(target(1, depth: 4)) == .known && known.contains(target(1, depth: 4)))
        #expect(try !known.contains(target(1, depth: 2)))
        #expect(try known.insert(target(1, depth: 2)) == .nearer)
        #expect(try known.insert(target(1, depth: 3)) == .known)
    }

    @Test("A page taken for an image is another target; no other kind is")
    func kinds() throws {
        var known = KnownTargets(slots: 64, isComplete: true)
        #expect(try known.insert(target(1)) == .new)
        #expect(try known.insert(target(1, kind: .image)) == .new)
        #expect(try known.contains(target(1, kind: .sitemap)))
    }

    @Test("Every address within its means is remembered, and it says when that is no longer so")
    func full() throws {
        var known = KnownTargets(slots: 1 << 12, isComplete: true)
        for number in 0..<800 { #expect(try known.insert(target(number)) == .new) }
        #expect(known.isComplete)
        for number in 0..<800 { #expect(try known.contains(target(number))) }
        for number in 800..<20_000 { _ = try known.insert(target(number)) }
        #expect(!known.isComplete)
        // What it says to know was queued: it never knows an address that was not.
        for number in 20_000..<40_000 { #expect(try !known.contains(target(number))) }
    }
}

extension KnownTargets {
    fileprivate func contains(_ target: Target) -> Bool {
        contains(target.address, isImage: target.kind == .image, depth: target.depth)
    }
}
