// Reports: owed until confirmed or refused, and where each stands.

import Foundation
import SelvageTypes
import Testing

@testable import Persistence

@Suite("A report")
struct ReportTests {
    @Test("Is owed, then delivered or refused, and its standing says so")
    func standing() async throws {
        let folder = NSTemporaryDirectory() + "selvage-reports-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try SelvageStore(folder: folder)
        let now = Instant(seconds: 1_800_000_000)
        let address = try #require(WebAddress("https://shop.example/p/1"))
        let digest = Digest(of: "x")
        let sighting = Sighting(
            match: Match(
                asset: "https://assets.example/a", method: .perceptualHash, symmetry: .asIs,
                distance: 0, falseMatchProbability: 0), page: address, image: address,
            imageDigest: digest, pageDigest: digest, seen: now, form: .imgSrc, facts: [])
        let finding = Finding(
            deployment: Deployment(
                licensor: "l", asset: sighting.match.asset, actor: .nobody, product: nil,
                site: "shop.example", date: now, action: "odrl:display", facts: [],
                sightings: [sighting.id]), verdict: Verdict(.unknown, explanation: "?"),
            sightings: [sighting], plan: "p", snapshot: digest, catalogue: digest, rights: [])
        let messages = ["https://a.example/", "https://b.example/"].map {
            OutboxMessage(
                id: finding.eventID, licensor: "l", receiver: $0, body: "{}", notBefore: now)
        }
        try await store.store(finding, messages: messages, at: now)
        #expect(try await store.reports(ofEvent: finding.eventID).map(\.state) == [.owed, .owed])
        try await store.delivered(messages[0], at: now)
        try await store.refuse(messages[1], at: now, because: "not understood")
        let standings = try await store.reports(ofEvent: finding.eventID)
        #expect(standings.map(\.state) == [.delivered, .refused])
        #expect(standings.map(\.detail) == ["", "not understood"])
        #expect(try await store.reports(ofEvent: "another").isEmpty)
    }

    @Test("The scans of a plan are listed newest first")
    func scans() async throws {
        let folder = NSTemporaryDirectory() + "selvage-scans-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try SelvageStore(folder: folder)
        let now = Instant(seconds: 1_800_000_000)
        let first = try await store.begin(plan: "p", digest: Digest(of: "1"), seeds: [], at: now)
        try await store.finish(first, at: now.advanced(milliseconds: 5))
        _ = try await store.begin(plan: "q", digest: Digest(of: "2"), seeds: [], at: now)
        _ = try await store.begin(plan: "p", digest: Digest(of: "1"), seeds: [], at: now)
        let scans = try await store.scans(ofPlan: "p")
        #expect(scans.map(\.number) == [3, 1])
        #expect(scans.map { $0.ended == nil } == [true, false])
        #expect(try await store.scans(limit: 2).map(\.plan) == ["p", "q"])
    }
}
