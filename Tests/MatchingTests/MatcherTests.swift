// What matching promises: copies are found however they lie; other pictures and flat ones never are.

import Foundation
import Imaging
import Matching
import SelvageTypes
import Testing

@Suite("Matcher") struct MatcherTests {
    private let matcher: Matcher
    private let catalogue: Catalogue

    init() throws {
        catalogue = try Catalogue(
            licensor: studio, generation: 1, created: noon,
            entries: (0..<40).map { seed in
                Catalogue.Entry(
                    asset: asset("pattern-\(seed)"),
                    signatures: .init(pdq: PDQSignature(of: pattern(seed))))
            })
        matcher = try Matcher(catalogue)
    }

    @Test(
        "A recompressed, smaller copy is recognised in every symmetry",
        arguments: Match.Symmetry.allCases)
    func copies(symmetry: Match.Symmetry) throws {
        let shown = pattern(7).shown(symmetry)
        let small = shown.resized(width: shown.width * 3 / 5, height: shown.height * 3 / 5)
        let copy = try decodePicture(try PictureEncoder.jpeg(small, quality: 70))
        let recognition = matcher.recognise(copy)
        #expect(recognition.matches.map(\.asset) == [asset("pattern-7").id])
        let match = try #require(recognition.matches.first)
        #expect(match.symmetry == symmetry && match.grade == .match)
        #expect(try #require(match.distance) <= Matcher.furthest)
        #expect(match.falseMatchProbability > 0 && match.falseMatchProbability < 1e-6)
        #expect(recognition.width == copy.width && recognition.hash != nil)
    }

    @Test("Unrelated pictures match nothing")
    func unrelated() {
        for seed in 100..<130 { #expect(matcher.recognise(pattern(seed)).matches.isEmpty) }
    }

    @Test("A flat picture matches nothing, not even a flat asset that is the same")
    func flat() throws {
        let grey = Picture(width: 320, height: 280, red: 120, green: 120, blue: 121)
        let entry = Catalogue.Entry(
            asset: asset("grey"), signatures: .init(pdq: PDQSignature(of: grey)))
        let flat = try catalogue.adding([entry], created: noon)
        let recognition = try Matcher(flat).recognise(grey)
        #expect(recognition.matches.isEmpty && recognition.hash == nil)
        let tiny = Picture(width: 3, height: 3, red: 1, green: 2, blue: 3)
        #expect(matcher.recognise(tiny).matches.isEmpty)
        #expect(matcher.explain(tiny).stages.first?.note?.contains("small") == true)
    }

    @Test("A picture that shows two like assets names both, the nearer first")
    func several() throws {
        var near = pattern(3)
        near = near.overlaid(
            with: pattern(4).cropped(x: 0, y: 0, width: 24, height: 24), x: 0, y: 0)
        let entry = Catalogue.Entry(
            asset: asset("near"), signatures: .init(pdq: PDQSignature(of: near)))
        let both = try Matcher(catalogue.adding([entry], created: noon)).recognise(pattern(3))
        #expect(both.matches.map(\.asset) == [asset("pattern-3").id, asset("near").id])
    }

    @Test("An explanation lists the nearest assets with distances, matching or not")
    func explanation() throws {
        let explanation = matcher.explain(pattern(500), nearest: 10)
        let stage = try #require(explanation.stages.first)
        #expect(stage.candidates.count == 10 && !stage.candidates.contains(where: \.isMatch))
        let distances = stage.candidates.compactMap(\.match.distance)
        #expect(distances.count == 10 && distances == distances.sorted())
        let text = try JSONEncoder().encode(explanation)
        #expect(try JSONDecoder().decode(Explanation.self, from: text) == explanation)
    }

    @Test("What is recognised is read off the stages' words, and as without an explanation")
    func recognisedOnce() throws {
        let copy = pattern(7)
        for thorough in [false, true] {
            let matcher = Matcher(
                stages: [Told("first", 0), Told("second", 1)], thorough: thorough)
            let asked = matcher.findings(on: copy, nearest: 0)
            #expect(asked.count == (thorough ? 2 : 1))
            let explained = matcher.explain(copy)
            #expect(explained.stages.map(\.stage) == ["first", "second"])
            let recognition = matcher.recognition(of: copy, from: explained.stages)
            #expect(recognition == matcher.recognise(copy))
            #expect(recognition.matches.map(\.asset) == (thorough ? ["0", "1"] : ["0"]))
        }
    }

    /// A stage that has always found the same asset.
    private struct Told: RecognitionStage {
        let method = Match.Method.repeatFeatures
        let name: String
        let asset: Int

        init(_ name: String, _ asset: Int) { (self.name, self.asset) = (name, asset) }

        func look(at picture: Picture, nearest: Int) -> StageFindings {
            let match = Match(
                asset: "\(asset)", grade: .match, score: 2, falseMatchProbability: 1e-4,
                placement: nil)
            return StageFindings(
                stage: name, hash: nil, quality: 0,
                candidates: [StageCandidate(match, grade: .match)])
        }
    }

    @Test("An empty catalogue recognises nothing")
    func empty() throws {
        let none = try Catalogue(licensor: studio, generation: 1, created: noon, entries: [])
        #expect(try Matcher(none).recognise(pattern(1)).matches.isEmpty)
        #expect(try Matcher(none).explain(pattern(1)).stages.first?.candidates.isEmpty == true)
    }

    @Test("The bound grows with distance and comparisons and is never above one")
    func bound() {
        let bounds = (0...256).map { FalseMatchBound.probability(distance: $0, comparisons: 8) }
        #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(bounds[0] > 0 && bounds[256] == 1)
        #expect(abs(FalseMatchBound.probability(distance: 0, comparisons: 1) * 0x1p64 - 1) < 1e-9)
    }
}

@Suite("Development patterns") struct DevelopmentPatternTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/patterns").standardizedFileURL
    private static let isThere = FileManager.default.fileExists(atPath: folder.path)

    private func signatures(in name: String) throws -> [(String, PDQSignature)] {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder.appending(path: name), includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { file in
            let picture = try decodePicture([UInt8](try Data(contentsOf: file)))
            return (file.lastPathComponent, PDQSignature(of: picture))
        }
    }

    @Test(
        "No look-alike or photograph matches a licensed pattern, and the bound holds for all pairs",
        .enabled(if: isThere, "needs ../shared/patterns"))
    func bound() throws {
        let assets = try signatures(in: "assets").map(\.1).filter { $0.quality >= 50 }
        let others = try (signatures(in: "siblings") + signatures(in: "photos")).map(\.1)
            .filter { $0.quality >= 50 }
        var counts = [Int](repeating: 0, count: 257)
        for asset in assets {
            for other in others {
                for hash in asset.dihedral { counts[hash.distance(to: other.hash)] += 1 }
            }
        }
        let total = counts.reduce(0, +)
        #expect(counts[0...Matcher.furthest].reduce(0, +) == 0)
        for distance in stride(from: 0, through: 116, by: 4) {
            let share = Double(counts[0...distance].reduce(0, +)) / Double(total)
            #expect(share <= FalseMatchBound.probability(distance: distance, comparisons: 1))
        }
    }
}
