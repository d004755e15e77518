// What a match promises in JSON and in words: what was stored stays readable, and reads calmly.

import Foundation
import SelvageTypes
import Testing

@Suite("Matches") struct MatchTests {
    private let placed = Match(
        asset: "https://assets.example/fern", component: "https://assets.example/fern#motif",
        grade: .sameGeometry, score: 0.81239, falseMatchProbability: 0.002,
        placement: Placement(
            region: [
                .init(x: 12, y: 40), .init(x: 428.04, y: 40), .init(x: 428, y: 340),
                .init(x: 12, y: 340),
            ], origin: .init(x: 20, y: 50), across: .init(x: 80, y: 1), down: .init(x: -1, y: 80),
            scale: 0.4211111, rotation: -12.54, isMirrored: true, colours: .recoloured))

    @Test("A match stored before there were grades is read as a match by its hash")
    func stored() throws {
        let text = """
            {"asset":"a","distance":14,"falseMatchProbability":1e-9,"method":"perceptual-hash",\
            "symmetry":"turned-90"}
            """
        let match = try JSONDecoder().decode(Match.self, from: Data(text.utf8))
        #expect(match.grade == .match && match.distance == 14 && match.symmetry == .turn90)
        #expect(match.placement == nil && match.score == nil && match.component == nil)
    }

    @Test("What is written is read, and what is not known is left out")
    func roundTrip() throws {
        let text = try JSONValue(encoding: placed)
        #expect(try text.decoded(as: Match.self) == placed)
        #expect(text["distance"] == nil && text["symmetry"] == nil)
        #expect(
            text["grade"] == "same-geometry" && text["score"]?.decimal == Decimal(string: "0.812"))
        #expect(text["placement"]?["colours"] == "recoloured")
        #expect(text["placement"]?["rotation"]?.decimal == Decimal(string: "-12.5"))
    }

    @Test("The words are those of people, for hashes and for features")
    func words() {
        #expect(placed.orientationWords == "turned -12.5°, mirrored, at 0.42 of the licensed size")
        #expect(placed.areaWords == "416 × 300 pixels at 12, 40")
        #expect(placed.coloursWords == "recoloured")
        #expect(placed.closenessWords == "score 0.812 (1 is a match)")
        #expect(placed.grade.words == "same geometry, please review")
        let hash = Match(
            asset: "a", method: .perceptualHash, symmetry: .antiTransposed, distance: 3,
            falseMatchProbability: 1e-12)
        #expect(hash.orientationWords == "anti transposed" && hash.areaWords == nil)
        #expect(hash.closenessWords == "3 of 256 bits" && hash.coloursWords == nil)
    }

    @Test("Numbers that are none do not reach JSON")
    func notFinite() throws {
        let odd = Placement(
            region: [], origin: .init(x: .nan, y: .infinity), across: .init(x: -0.01, y: 0),
            down: .init(x: 0, y: 1), scale: .nan, rotation: .infinity, isMirrored: false,
            colours: .undetermined)
        #expect(odd.origin == .init(x: 0, y: 0) && odd.scale == 0 && odd.rotation == 0)
        #expect(try JSONValue(encoding: odd).canonicalText.contains("\"across\":{\"x\":0,\"y\":0}"))
    }
}
