// The surface a background picture is painted on, and where its pixels lie in a pattern.

internal import SelvageTypes

/// Where a pixel lies in a pattern: turn, scale, slight perspective and waves.
struct BackgroundView: Sendable {
    /// The side of a pattern's cell in pixels.
    let cell: Double
    private let centre: SIMD2<Double>
    private let turn: SIMD2<Double>
    private let tilt: SIMD2<Double>
    private let phase: SIMD2<Double>
    /// Displacements by row and by column, in pixels.
    private var byRow: [Double]
    private var byColumn: [Double]

    /// A view by chance: mostly upright, sometimes turned, tilted or waved.
    init(_ dice: inout BackgroundDice, width: Int, height: Int, cell: Double) {
        self.cell = cell
        centre = SIMD2(Double(width) / 2, Double(height) / 2)
        let angle =
            dice.happens(0.6)
            ? 0 : dice.happens(0.4) ? dice.between(-0.015, 0.015) : dice.between(0, 1)
        turn = SIMD2(BackgroundMath.cosine(angle), BackgroundMath.sine(angle)) / cell
        tilt =
            dice.happens(0.25)
            ? SIMD2(dice.between(-4e-4, 4e-4), dice.between(-4e-4, 4e-4)) : .zero
        phase = SIMD2(dice.between(20, 21), dice.between(20, 21))
        byRow = [Double](repeating: 0, count: height)
        byColumn = [Double](repeating: 0, count: width)
        guard dice.happens(0.25) else { return }
        let (strength, length) = (dice.between(1, 10), dice.between(120, 500))
        let shift = dice.unit()
        for row in 0..<height {
            byRow[row] = strength * BackgroundMath.sine(Double(row) / length + shift)
        }
        for column in 0..<width {
            byColumn[column] = strength * BackgroundMath.sine(Double(column) / length * 1.3 - shift)
        }
    }

    /// The place of a pixel in cells; parts of pixels are for sampling within one.
    @inline(__always)
    func place(column: Int, row: Int, part: SIMD2<Double>) -> SIMD2<Double> {
        var place = SIMD2(Double(column), Double(row)) + part - centre
        place += SIMD2(byRow[row], byColumn[column])
        place /= 1 + (place * tilt).sum()
        return SIMD2(
            place.x * turn.x + place.y * turn.y, place.y * turn.x - place.x * turn.y) + phase
    }
}

/// Colours by row and column.
struct BackgroundCanvas {
    let width: Int
    let height: Int
    /// Row by row from the top.
    var inks: [BackgroundInk]

    init(width: Int, height: Int, ground: BackgroundInk = .zero) {
        self.width = width
        self.height = height
        inks = [BackgroundInk](repeating: ground, count: width * height)
    }

    /// Covers the canvas with a plain pattern.
    ///
    /// - Parameter cells: The range of sides of a cell, in pixels.
    mutating func cover(
        with pattern: PlainPattern, cells: ClosedRange<Double>, inks colours: BackgroundInks,
        _ dice: inout BackgroundDice
    ) {
        let cell = dice.spread(cells.lowerBound, cells.upperBound)
        let view = BackgroundView(&dice, width: width, height: height, cell: cell)
        var brush = PlainPattern.Brush(
            dice: BackgroundDice(seed: dice.next()), inks: colours, pixel: 1 / cell)
        let paint = pattern.paint(&brush)
        let parts: [SIMD2<Double>] =
            pattern.isHardEdged
            ? [SIMD2(0.25, 0.25), SIMD2(0.75, 0.25), SIMD2(0.25, 0.75), SIMD2(0.75, 0.75)]
            : [SIMD2(0.5, 0.5)]
        let share = 1 / Float(parts.count)
        inks.withUnsafeMutableBufferPointer { inks in
            for row in 0..<height {
                for column in 0..<width {
                    var sum = BackgroundInk.zero
                    for part in parts {
                        let place = view.place(column: column, row: row, part: part)
                        sum += paint(place.x, place.y)
                    }
                    inks[row * width + column] = sum * share
                }
            }
        }
    }

    /// Repaints each pixel of a rectangle, cut at the canvas's edges.
    @inline(__always)
    mutating func repaint(
        columns: ClosedRange<Int>, rows: ClosedRange<Int>,
        _ colour: (_ column: Int, _ row: Int, _ before: BackgroundInk) -> BackgroundInk
    ) {
        let (left, right) = (max(0, columns.lowerBound), min(width - 1, columns.upperBound))
        let (top, bottom) = (max(0, rows.lowerBound), min(height - 1, rows.upperBound))
        guard left <= right, top <= bottom else { return }
        inks.withUnsafeMutableBufferPointer { inks in
            for row in top...bottom {
                for column in left...right {
                    let place = row * width + column
                    inks[place] = colour(column, row, inks[place])
                }
            }
        }
    }

    /// Repaints every pixel.
    @inline(__always)
    mutating func repaint(
        _ colour: (_ column: Int, _ row: Int, _ before: BackgroundInk) -> BackgroundInk
    ) {
        repaint(columns: 0...width - 1, rows: 0...height - 1, colour)
    }

    /// Lays another canvas on this one, cut at the edges.
    mutating func lay(_ other: BackgroundCanvas, left: Int, top: Int) {
        repaint(
            columns: left...left + other.width - 1, rows: top...top + other.height - 1
        ) { column, row, _ in other.inks[(row - top) * other.width + column - left] }
    }

    /// The picture, each value rounded to 8 bits.
    var picture: Picture {
        let pixels = [UInt8](unsafeUninitializedCapacity: inks.count * 3) { pixels, count in
            for (index, ink) in inks.enumerated() {
                let scaled = (ink * 255 + 0.5).clamped(
                    lowerBound: .zero, upperBound: BackgroundInk(repeating: 255))
                pixels[index * 3] = UInt8(scaled.x)
                pixels[index * 3 + 1] = UInt8(scaled.y)
                pixels[index * 3 + 2] = UInt8(scaled.z)
            }
            count = inks.count * 3
        }
        return Picture(width: width, height: height, pixels: pixels)
    }
}
