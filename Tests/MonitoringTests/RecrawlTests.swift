// What a scan leaves for the next: what comes first, what became of findings, what is not decoded again.

import Crawling
import Licensing
import Matching
import Persistence
import SelvageTypes
import Synchronization
import Testing

@testable import Monitoring

@Suite("Scans that follow each other")
struct RecrawlTests {
    private let now = Instant(seconds: 1_800_000_000)

    private func web(_ text: String) throws -> WebAddress {
        try #require(WebAddress("https://shop.example/\(text)"))
    }

    private func use(
        _ page: String, _ kind: Verdict.Kind, under agreement: String? = nil
    ) throws -> Finding {
        let sighting = Sighting(
            match: Match(
                asset: "fern", grade: .match, score: 2, falseMatchProbability: 1e-9,
                placement: nil),
            page: try web(page), image: try web("\(page).png"), imageDigest: Digest(of: page),
            pageDigest: Digest(of: page), seen: now, form: .imgSrc, facts: [])
        var verdict = Verdict(kind, explanation: "")
        verdict.agreement = agreement
        let deployment = Deployment(
            licensor: "l", asset: "fern", actor: .stranger(key: "domain:shop.example", name: ""),
            product: nil, site: "shop.example", date: now, action: "sell", facts: [],
            sightings: [sighting.id])
        return Finding(
            deployment: deployment, verdict: verdict, sightings: [sighting], plan: "p",
            snapshot: Digest(of: "s"), catalogue: Digest(of: "c"), rights: [])
    }

    private func agreement(_ uid: String, from start: String, to end: String) throws -> Agreement {
        func constraint(_ relation: String, _ date: String) -> JSONValue {
            [
                "leftOperand": "dateTime", "operator": .string(relation),
                "rightOperand": ["@value": .string(date), "@type": "xsd:dateTime"],
            ]
        }
        return try Agreement(jsonLD: [
            "@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Agreement",
            "uid": .string(uid),
            "permission": [
                [
                    "target": "fern", "action": "display", "assigner": "l", "assignee": "a",
                    "constraint": [constraint("gteq", start), constraint("lt", end)],
                ]
            ],
        ])
    }

    @Test("Pages with findings come first, then those under young or ending agreements")
    func risk() throws {
        let day: Int64 = 86_400_000
        func date(_ days: Int64) -> String { now.advanced(milliseconds: days * day).iso8601 }
        let risk = RiskOrder(agreements: [
            try agreement("urn:old", from: date(-400), to: date(400)),
            try agreement("urn:young", from: date(-10), to: date(400)),
            try agreement("urn:ending", from: date(-400), to: date(20)),
        ])
        let uses = try [
            use("old", .authorised, under: "urn:old"),
            use("young", .authorised, under: "urn:young"),
            use("ending", .authorised, under: "urn:ending"), use("finding", .unauthorised),
        ]
        let pages = risk.urgent(among: uses, at: now).map(\.path).filter { !$0.hasSuffix("png") }
        #expect(pages == ["/finding", "/young", "/ending"])
    }

    private func entry(_ reason: NotChecked?, done scan: Int64 = 2) -> FrontierEntry {
        FrontierEntry(
            kind: .page, depth: 1, seenInScan: scan, doneInScan: scan, status: 200, reason: reason,
            detail: nil, fetches: 2, notBefore: nil, isUrgent: true, checked: now,
            watchedSince: now, changes: 0)
    }

    @Test("A finding that was not seen again was taken down, or could not be checked")
    func takedowns() throws {
        let finding = try use("a", .unauthorised)
        #expect(TakedownCheck.isUnseen(finding, among: []))
        #expect(!TakedownCheck.isUnseen(finding, among: [finding.sightings[0].id]))
        #expect(!TakedownCheck.isUnseen(try use("a", .authorised), among: []))
        #expect(TakedownCheck.state([entry(nil)], scan: 2) == .pictureRemoved)
        #expect(TakedownCheck.state([entry(.gone)], scan: 2) == .pageGone)
        #expect(TakedownCheck.state([entry(.gone, done: 1)], scan: 2) == .pageGone)
        #expect(TakedownCheck.state([entry(.throttled)], scan: 2) == .notChecked)
        #expect(TakedownCheck.state([entry(nil, done: 1)], scan: 2) == .notChecked)
        #expect(TakedownCheck.state([], scan: 2) == .notChecked)
    }

    /// Counts how often it is asked.
    private final class CountingDecoder: PictureDecoder {
        let asked = Mutex(0)

        func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture {
            asked.withLock { $0 += 1 }
            throw DecodeError(.damaged, "It is only counted.")
        }
    }

    @Test("A picture that was compared with the same catalogue before is not decoded again")
    func known() async throws {
        let decoder = CountingDecoder()
        let known = ImageRecognition(width: 4, height: 4, hash: nil, quality: 9, matches: [])
        let catalogue = try Catalogue(
            licensor: "l", generation: 1, created: now, entries: [])
        let reading = CatalogueReading(
            decoder: decoder, examination: try PictureExamination(catalogue, marks: nil),
            keepsAll: false, known: { $0 == Digest(of: "old") ? known : nil })
        let target = Target(address: try web("i"), kind: .image, depth: 1)
        let old = await reading.read(try capture("old"), of: target)
        #expect(old.recognition == known && old.problem == nil)
        #expect(decoder.asked.withLock { $0 } == 0)
        let new = await reading.read(try capture("new"), of: target)
        #expect(new.problem == .undecodable && decoder.asked.withLock { $0 } == 1)
    }

    private func capture(_ body: String) throws -> Capture {
        let hop = Hop(
            address: try web("i"), status: 200, requestHead: "", responseHead: "", peer: "")
        return Capture(
            hops: [hop], body: Array(body.utf8), began: now, ended: now, headers: [])
    }
}
