// What the recogniser says of one repeat, in the terms of a match: the only place that knows both.

internal import SelvageTypes

/// What the recogniser says of one target.
struct RepeatScore: Sendable {
    /// The target's place in the stage.
    var target: Int
    /// How strongly the picture speaks for it, before the target's background.
    var score: Double
    /// What keypoints say alone, which is part of the score.
    var geometry = 0.0
    /// How much of the repeat its size shows, 0...1, which is no part of the score.
    var readability = 1.0
    /// Where the picture shows it, without the colours.
    var placement: Placement?
    /// Where it agrees, and what of the repeat each place shows.
    var patches: [RepeatPatch] = []

    /// Asks the recogniser for one look, and adds its steps with their times.
    static func scores(
        of picture: Picture, by recogniser: RepeatRecogniser, look: RepeatLook,
        after glance: inout RepeatGlance?, steps: inout [StageFindings.Step]
    ) -> [RepeatScore] {
        var taken: [RepeatRecogniser.Step] = []
        let matches = recogniser.matches(in: picture, look: look, after: &glance, steps: &taken)
        steps += taken.map {
            StageFindings.Step(name: $0.name, microseconds: Int($0.time / .microseconds(1)))
        }
        return matches.map {
            RepeatScore(
                target: $0.entry, score: $0.score, geometry: $0.measures.geometry,
                readability: $0.measures.readability, placement: $0.placement,
                patches: $0.patches)
        }
    }

    /// The score with regard to how clearly each licensed colour became a colour of its own: what keypoints say
    /// alone stays, as bad light mixes colours and moves no keypoint.
    func told(separation: Double) -> Double {
        max(RepeatGrading.told(score, separation: separation), geometry)
    }
}
