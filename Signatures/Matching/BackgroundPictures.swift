// Pictures that show no licensed pattern, by number: what an asset's background score is taken on.

public import SelvageTypes

/// A picture of a plain pattern or of a made-up scene, which shows no licensed pattern.
///
/// How strongly an asset "is found" in such pictures is its background: a plain stripe is found in
/// every stripe, and a match with it must be stronger than that. Nineteen of twenty pictures are
/// plain patterns (stripes, dots, checks, bricks, hexagons, simple flowers, knitwear, stone) of any
/// scale, colour and lighting, small ones, as there have to be many: each licensed pattern has its
/// few kinds that it resembles. One of twenty is a made-up scene with the statistics of photographs
/// (shapes that hide each other with 1/r³ sizes, 1/f noise, branches, text, pages of such pictures).
/// There is no photograph among them, so they need no licence and no file.
///
/// The same number gives the same bytes on every machine: only integer arithmetic and operations
/// that IEEE 754 fixes are used. Numbers that follow each other show different kinds, so the first
/// N pictures are a fair sample for every N.
///
/// - Source: A. B. Lee, D. Mumford, J. Huang, *Occlusion Models for Natural Images* (2001), for
///   shapes with 1/r³ sizes.
public struct BackgroundPicture: Sendable {
    /// The version of the series and of how it is looked at; another version gives other backgrounds.
    public static let version = "background-5"
    /// How many pictures a calibration should look at: enough for every kind several times.
    public static let recommendedCount = 800
    /// The names of all kinds, plain patterns first.
    public static let kinds = PlainPattern.allCases.map(\.rawValue) + scenes

    /// Its place in the series.
    public let index: Int
    /// What it shows, one of `kinds`.
    public let kind: String
    /// Whether it shows one plain pattern and nothing else, and so the same wherever one looks.
    let isPlain: Bool

    /// The picture with a number.
    ///
    /// - Precondition: The number is not negative.
    public init(index: Int) {
        precondition(index >= 0, "Background pictures are numbered from 0.")
        self.index = index
        let (turn, place) = (index / Self.turn, index % Self.turn)
        isPlain = place < Self.turn - 1
        kind =
            isPlain
            // A stride that shares no factor with the count visits every pattern, far ones first.
            ? Self.plain[(turn * (Self.turn - 1) + place) * 23 % Self.plain.count].rawValue
            : Self.scenes[turn % Self.scenes.count]
    }

    /// A picture of a kind.
    init(index: Int, kind: String) {
        self.index = index
        self.kind = kind
        isPlain = PlainPattern(rawValue: kind) != nil
    }

    /// Draws the picture: scenes have 480...720 pixels a side, plain patterns 240...360.
    ///
    /// - Complexity: O(pixels), for a scene about a twenty-fifth of a second in an optimised build.
    public func drawn() -> Picture {
        var dice = dice
        let (least, step) = isPlain ? (240, 4) : (480, 8)
        return drawn(
            width: least + step * dice.below(31), height: least + step * dice.below(31), &dice)
    }

    /// Draws a picture of another size in the same manner.
    ///
    /// - Precondition: No side is shorter than 40 pixels.
    func drawn(width: Int, height: Int) -> Picture {
        var dice = dice
        return drawn(width: width, height: height, &dice)
    }

    private var dice: BackgroundDice {
        BackgroundDice(seed: UInt64(index) &* 0x9e6c_63d0_876a_9a47 &+ 0x5e1f_a9e1)
    }

    private func drawn(width: Int, height: Int, _ dice: inout BackgroundDice) -> Picture {
        precondition(min(width, height) >= 40, "A background picture has 40 pixels a side.")
        var canvas = BackgroundCanvas(width: width, height: height)
        canvas.draw(kind, &dice)
        canvas.finish(&dice)
        return canvas.picture
    }

    /// After how many pictures a scene comes again.
    private static let turn = 20
    private static let scenes = BackgroundScene.allCases.map(\.rawValue)
    /// Figures in rows twice as often as surfaces, in which hardly any licensed pattern is found.
    private static let plain =
        PlainPattern.allCases + PlainPattern.allCases.filter { !$0.isSurface }
}

extension BackgroundCanvas {
    /// Draws a kind by its name.
    mutating func draw(_ kind: String, _ dice: inout BackgroundDice) {
        if let pattern = PlainPattern(rawValue: kind) {
            cover(with: pattern, cells: 10...100, inks: BackgroundInks(&dice), &dice)
        } else if let scene = BackgroundScene(rawValue: kind) {
            scene.draw(on: &self, &dice)
        }
    }
}
