// The kinds of plain pattern that background pictures show, and how one of them is painted.

/// A plain pattern: geometry so common that no licensed design may be recognised in it.
enum PlainPattern: String, CaseIterable, Sendable {
    case stripes, pinstripes, variegatedStripes, twill, zigzagLines, waves, chevron, crossHatch
    case dots, halfDropDots, rings, concentricCircles, crosses, stars, squares, diamonds
    case quatrefoils, hearts, flowers, rosettes, leafSprigs, leaves, crescents, stitches
    case checkerboard, gingham, plaid, tartan, windowpane, houndstooth, dogstoothTwill, argyle
    case dotsOverStripes, dotsOverChecks
    case bricks, brickwork, basketWeave, parquet, herringbone, fishScales, hexagons, honeycomb
    case triangles, cubes, octagons, wallTiles, arcTiles, mazeTiles, meander, trellis, ogee, lobes
    case confetti, terrazzo, pebbles, spots, woodGrain, planks, marble, knit, cable, weave, linen
    case plaster

    /// The colour at a place; lengths are counted in cells.
    typealias Paint = @Sendable (_ u: Double, _ v: Double) -> BackgroundInk

    /// What a kind may draw with.
    struct Brush {
        /// Its chance.
        var dice: BackgroundDice
        /// Its colours.
        let inks: BackgroundInks
        /// The side of a pixel in cells.
        let pixel: Double

        /// The ground.
        var ground: BackgroundInk { inks.ground }

        /// One of the figures' colours.
        subscript(index: Int) -> BackgroundInk { inks.figures[index % inks.figures.count] }
    }

    /// Whether its edges are hard, so that it is sampled four times a pixel.
    var isHardEdged: Bool {
        switch self {
        case .houndstooth, .dogstoothTwill, .tartan, .meander, .stitches, .cubes, .triangles: true
        default: false
        }
    }

    /// Whether it is a material more than a drawing.
    var isSurface: Bool {
        switch self {
        case .woodGrain, .planks, .marble, .knit, .cable, .weave, .linen, .plaster: true
        default: false
        }
    }

    /// A painting of this kind, with parameters by chance.
    func paint(_ brush: inout Brush) -> Paint {
        linePaint(&brush) ?? checkPaint(&brush) ?? tilePaint(&brush) ?? surfacePaint(&brush)
            ?? motifPaint(&brush)
    }
}
