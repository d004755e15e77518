// What the looks at a picture promise: each finds what those before it cannot see.

import SelvageTypes
import Testing

@testable import Matching
@testable import Recognition

@Suite("Looks at a picture") struct RepeatLookTests {
    /// A drawn repeat in two colours of the same luma.
    private static let tile = RepeatDrawing.tile(3).mapped { red, green, blue in
        red * 299 + green * 587 + blue * 114 < 120_000 ? (240, 160, 185) : (150, 200, 230)
    }

    @Test("Rose on sky blue in front of rubble is found by its colours, not by its luma")
    func colours() throws {
        let recogniser = RepeatRecogniser(
            RepeatIndex(
                ([Self.tile] + (4...6).map { RepeatDrawing.tile($0) }).map {
                    RepeatSignature(of: $0)
                }))
        let part = RepeatDrawing.picture(
            of: Self.tile, width: 280, height: 240, RepeatView2D(scale: 0.7, origin: (24, 60)))
        let rubble = BackgroundPicture(index: 4, kind: "rubble").drawn(width: 600, height: 480)
        let picture = rubble.laid(part, x: 160, y: 120)
        func best(_ look: RepeatLook) -> RepeatMatch? {
            var steps: [RepeatRecogniser.Step] = []
            var glance: RepeatGlance?
            let found = recogniser.matches(in: picture, look: look, after: &glance, steps: &steps)
                .first
            #expect(look == .whole || steps.allSatisfy { $0.name.contains(": ") })
            return found
        }
        func grade(_ match: RepeatMatch?) -> Match.Grade? {
            match.flatMap { RepeatGrading.grade(RepeatGrading.calibrated($0.score, background: 0)) }
        }
        #expect(grade(best(.whole)) == nil)
        let found = try #require(best(.colours))
        #expect(found.entry == 0 && grade(found) == .match)
        #expect(abs(found.placement.scale / 0.7 - 1) < 0.03)
        // The part lies from 160 to 440; the roughest comparison has blocks of 60 pixels.
        #expect(found.placement.region.allSatisfy { $0.x > 100 && $0.x < 500 })
    }

    @Test(
        "What lies away from the middle is looked at closely where it lies",
        arguments: [(0, 0), (2, 0), (0, 2), (2, 2), (1, 1)])
    func places(column: Int, row: Int) throws {
        let tiles = (3...6).map { RepeatDrawing.tile($0) }
        let recogniser = RepeatRecogniser(RepeatIndex(tiles.map { RepeatSignature(of: $0) }))
        // A print that fills an eighth of a room.
        let part = RepeatDrawing.picture(
            of: tiles[0], width: 330, height: 280, RepeatView2D(scale: 0.6, origin: (24, 60)))
        let room = BackgroundPicture(index: 8, kind: "interior").drawn(width: 900, height: 720)
        let picture = room.laid(part, x: 20 + column * 265, y: 20 + row * 200)
        var steps: [RepeatRecogniser.Step] = []
        var glance: RepeatGlance?
        _ = recogniser.matches(in: picture, look: .whole, after: &glance, steps: &steps)
        let place = recogniser.index.likeliestPlace(after: try #require(glance))
        #expect(place == CloserLook.Place(column: column, row: row))
        let found = recogniser.matches(in: picture, look: .part, after: &glance, steps: &steps)
        let best = try #require(found.first)
        #expect(best.entry == 0 && abs(best.placement.scale / 0.6 - 1) < 0.04)
        let middle = best.placement.region.reduce((x: 0.0, y: 0.0)) { ($0.x + $1.x, $0.y + $1.y) }
        let corners = Double(best.placement.region.count)
        #expect(abs(middle.x / corners - Double(185 + column * 265)) < 90)
        #expect(abs(middle.y / corners - Double(160 + row * 200)) < 90)
        #expect(steps.contains { $0.name == "closer: place" })
    }

    @Test("Where nothing promises anything, the middle is looked at")
    func middle() throws {
        let recogniser = RepeatRecogniser(
            RepeatIndex([RepeatSignature(of: RepeatDrawing.tile(4))]))
        let nothing = RepeatGlance(
            features: LocalFeatures(width: 400, height: 300, keypoints: [], descriptors: []),
            ballots: RepeatBallots([], least: RepeatIndex.leastVotes))
        #expect(recogniser.index.likeliestPlace(after: nothing) == .middle)
        let even = BackgroundPicture(index: 4, kind: "rubble").drawn(width: 600, height: 480)
        var steps: [RepeatRecogniser.Step] = []
        var glance: RepeatGlance?
        _ = recogniser.matches(in: even, look: .whole, after: &glance, steps: &steps)
        #expect(recogniser.index.likeliestPlace(after: try #require(glance)) == .middle)
    }

    @Test("A picture that hides no colours is not looked at again for them")
    func notAgain() {
        let recogniser = RepeatRecogniser(
            RepeatIndex([RepeatSignature(of: RepeatDrawing.tile(4))]))
        let picture = RepeatDrawing.tile(5).mapped { red, green, blue in
            let grey = (red + green + blue) / 3
            return (grey, grey, grey)
        }
        for look in [RepeatLook.colours, .coloursOfPart] {
            var steps: [RepeatRecogniser.Step] = []
            var glance: RepeatGlance?
            #expect(
                recogniser.matches(in: picture, look: look, after: &glance, steps: &steps).isEmpty)
            #expect(steps.isEmpty)
        }
    }
}
