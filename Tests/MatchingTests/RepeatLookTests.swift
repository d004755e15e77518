// What the looks at a picture promise: each finds what those before it cannot see.

import SelvageTypes
import Testing

@testable import Matching

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
            let found = recogniser.matches(in: picture, look: look, steps: &steps).first
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

    @Test("A picture that hides no colours is not looked at again for them")
    func notAgain() {
        let recogniser = RepeatRecogniser(
            RepeatIndex([RepeatSignature(of: RepeatDrawing.tile(4))]))
        let picture = RepeatDrawing.tile(5).mapped { red, green, blue in
            let grey = (red + green + blue) / 3
            return (grey, grey, grey)
        }
        for look in [RepeatLook.colours, .coloursOfMiddle] {
            var steps: [RepeatRecogniser.Step] = []
            #expect(recogniser.matches(in: picture, look: look, steps: &steps).isEmpty)
            #expect(steps.isEmpty)
        }
    }
}
