// Real marks on real patterns: which pictures are read, what a mark adds, and what is for review.

import Demonstration
import Matching
import SelvageTypes
import Testing
import Watermarking

@testable import Monitoring

@Suite("Watermarks in a scan")
struct FoundMarkTests {
    private static let key = WatermarkKey(
        id: "watermark-1", secret: (0..<32).map { UInt8($0 * 7 % 251) })
    private static let payload = WatermarkPayload(0x0000_0001_c0ff_ee00)
    private static let patterns = DemoWorld().patterns
    private static let moment = Instant(seconds: 1)

    /// The first pattern with its mark.
    private static let marked: Picture? = try? Watermarker(key: key).mark(
        patterns[0].tile(), payload: payload
    ).picture

    /// Two patterns; the mark was issued to one of them.
    private static func catalogue(issuedTo number: Int) throws -> Catalogue {
        let entries = patterns.prefix(2).enumerated().map { place, pattern in
            var asset = pattern.asset
            let nothing = Digest(of: "")
            asset.seal =
                place != number
                ? nil
                : AssetSeal(
                    at: moment, file: nothing, manifest: nothing, manifestLabel: "urn:c2pa:1",
                    mark: .init(payload: payload.description, key: key.id), iscc: nil, licence: nil)
            return Catalogue.Entry(
                asset: asset, signatures: .init(pdq: PDQSignature(of: pattern.tile())))
        }
        return try Catalogue(
            licensor: DemoWorld().licensor, generation: 1, created: moment, entries: entries)
    }

    private static func seen(
        _ picture: Picture, _ policy: Plan.Watermark?, issuedTo number: Int = 0
    ) async throws -> [Match] {
        let catalogue = try catalogue(issuedTo: number)
        let marks = policy.map { MarkReading($0, catalogue, keys: [key]) }
        return try await PictureExamination(catalogue, marks: marks).recognise(
            picture, from: [], digest: Digest(of: "picture"), at: moment
        ).matches
    }

    @Test("The mark of the asset that the picture shows is part of the match, with its proof")
    func confirmed() async throws {
        let picture = try #require(Self.marked)
        let match = try #require(try await Self.seen(picture, .candidates).first)
        #expect(match.asset == Self.patterns[0].id && match.grade == .match)
        let mark = try #require(match.mark)
        #expect(mark.payload == "00000001c0ffee00" && mark.key == "watermark-1")
        #expect(mark.statistic >= mark.threshold && mark.falseHitBound <= 1e-9)
        #expect(match.remarks.first?.hasPrefix("The asset's mark was read") == true)
        let plain = try await Self.seen(picture, nil)
        #expect(plain.map(\.mark) == [nil])
    }

    @Test(
        "A mark on a picture that does not look like its asset is for review, in words that say so")
    func copied() async throws {
        let matches = try await Self.seen(try #require(Self.marked), .candidates, issuedTo: 1)
        #expect(matches.map(\.grade) == [.match, .unconfirmedMark])
        let alone = try #require(matches.last)
        #expect(alone.asset == Self.patterns[1].id && alone.method == .watermark)
        #expect(alone.grade.words.hasPrefix("a mark of ours on a picture that does not look like"))
        #expect(alone.falseMatchProbability == alone.mark?.falseHitBound)
    }

    @Test("A page that shows the asset for certain hides no copied mark from review")
    func listed() throws {
        let web = try #require(WebAddress("https://shop.example/p"))
        let mark = FoundMark(
            key: "watermark-1", payload: "00000001c0ffee00", statistic: 20, threshold: 12,
            falseHitBound: 1e-60, attempts: 256, tileSide: 128, turn: -0.01, isMirrored: false,
            isInverted: false)
        #expect(mark.words.hasSuffix("tiles of 128.0 pixels, turned 0.0°"))
        var led = mark
        led.attempts = 82_700_000_000
        #expect(led.words.contains("in 82700000000 attempts"))
        let shown = Match(
            asset: "fern", method: .perceptualHash, symmetry: .asIs, distance: 2,
            falseMatchProbability: 1e-9)
        let sightings = [shown, Match(asset: "fern", unconfirmed: mark)].map {
            Sighting(
                match: $0, page: web, image: web, imageDigest: Digest(of: $0.method.rawValue),
                pageDigest: Digest(of: "p"), seen: Self.moment, form: .imgSrc, facts: [])
        }
        #expect(ScanReport.review(of: sightings).map(\.match.grade) == [.unconfirmedMark])
    }

    @Test("`all` also finds the mark where no stage proposes anything; `candidates` does not look")
    func all() async throws {
        let marked = try #require(Self.marked)
        // A quarter of the picture: its hash is another one, and this catalogue has no features.
        let crop = Picture(
            width: 256, height: 256,
            pixels: (0..<256).flatMap { y in
                let start = ((y + 128) * marked.width + 128) * 3
                return marked.pixels[start..<start + 256 * 3]
            })
        #expect(try await Self.seen(crop, .candidates).isEmpty)
        #expect(try await Self.seen(crop, .all).map(\.grade) == [.unconfirmedMark])
        #expect(try await Self.seen(Self.patterns[5].tile(side: 256), .all).isEmpty)
    }

    @Test("One in a hundred pictures is read by its content, always the same ones")
    func drawn() {
        let digests = (0..<20_000).map { Digest(of: "picture \($0)") }
        let drawn = digests.count(where: MarkReading.isDrawn)
        #expect((140...260).contains(drawn))
        #expect(digests.filter(MarkReading.isDrawn) == digests.filter(MarkReading.isDrawn))
    }

    @Test("A payload that was issued to no asset of the catalogue adds nothing")
    func unknown() async throws {
        let matches = try await Self.seen(try #require(Self.marked), .all, issuedTo: 9)
        #expect(matches.map(\.grade) == [.match] && matches.first?.mark == nil)
    }

    @Test(
        "A plan says which pictures are read; other words are a mistake",
        arguments: [
            ("none", nil), ("candidates", Plan.Watermark.candidates), ("all", .all),
        ])
    func plan(word: String, policy: Plan.Watermark?) throws {
        let text = """
            plan: p
            catalogue: c
            agreements: a
            seeds: ["https://shop.example/"]
            watermark:
            """
        let reading = try PlanReader.read(text: "\(text) \(word)\n", file: "/p.yaml")
        #expect(reading.plan.watermark == policy && reading.notes.isEmpty)
        #expect(throws: PlanError.self) {
            try PlanReader.read(text: text + " some\n", file: "/p.yaml")
        }
    }
}
