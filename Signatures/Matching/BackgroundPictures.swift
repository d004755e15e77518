// Pictures that show no licensed pattern, by number: what an asset's background score is taken on.

public import SelvageTypes

/// A picture of a plain pattern or of a made-up scene, which shows no licensed pattern.
///
/// How strongly an asset "is found" in such pictures is its background: a plain stripe is found in
/// every stripe, and a match with it must be stronger than that. Seven of ten pictures are plain
/// patterns (stripes, dots, checks, bricks, hexagons, simple flowers, knitwear, stone) of any scale,
/// colour and lighting; three of ten are made-up scenes with the statistics of photographs (shapes
/// that hide each other with 1/r³ sizes, 1/f noise, branches, text, pages of such pictures). There
/// is no photograph among them, so they need no licence and no file.
///
/// The same number gives the same bytes on every machine: only integer arithmetic and operations
/// that IEEE 754 fixes are used. Numbers that follow each other show different kinds, so the first
/// N pictures are a fair sample for every N.
///
/// - Source: A. B. Lee, D. Mumford, J. Huang, *Occlusion Models for Natural Images* (2001), for
///   shapes with 1/r³ sizes.
public struct BackgroundPicture: Sendable {
    /// The version of the series and of how it is looked at; another version gives other backgrounds.
    public static let version = "background-3"
    /// How many pictures a calibration should look at: enough for every kind several times.
    public static let recommendedCount = 400
    /// The names of all kinds, plain patterns first.
    public static let kinds = PlainPattern.allCases.map(\.rawValue) + scenes

    /// Its place in the series.
    public let index: Int
    /// What it shows, one of `kinds`.
    public let kind: String

    /// The picture with a number.
    ///
    /// - Precondition: The number is not negative.
    public init(index: Int) {
        precondition(index >= 0, "Background pictures are numbered from 0.")
        self.index = index
        let (tens, ones) = (index / 10, index % 10)
        if ones % 3 == 2 {
            kind = Self.scenes[(tens * 3 + ones / 3) % Self.scenes.count]
        } else {
            // A stride that shares no factor with the count visits every pattern, far ones first.
            let patterns = PlainPattern.allCases
            let count = tens * 7 + ones - (ones + 1) / 3
            kind = patterns[count * 23 % patterns.count].rawValue
        }
    }

    /// A picture of a kind.
    init(index: Int, kind: String) {
        self.index = index
        self.kind = kind
    }

    /// Draws the picture: 480...720 pixels a side.
    ///
    /// - Complexity: O(pixels), about a twenty-fifth of a second in an optimised build.
    public func drawn() -> Picture {
        var dice = dice
        return drawn(
            width: 480 + 8 * dice.below(31), height: 480 + 8 * dice.below(31), &dice)
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

    private static let scenes = BackgroundScene.allCases.map(\.rawValue)
}

extension BackgroundCanvas {
    /// Draws a kind by its name.
    mutating func draw(_ kind: String, _ dice: inout BackgroundDice) {
        if let pattern = PlainPattern(rawValue: kind) {
            cover(with: pattern, cells: 24...300, inks: BackgroundInks(&dice), &dice)
        } else if let scene = BackgroundScene(rawValue: kind) {
            scene.draw(on: &self, &dice)
        }
    }
}
