// Strokes, made-up writing and rounded things, drawn on a canvas.

extension BackgroundCanvas {
    /// A straight stroke with round ends; lengths in pixels.
    mutating func stroke(
        from start: (Double, Double), to end: (Double, Double), half: Double, _ ink: BackgroundInk
    ) {
        let (dx, dy) = (end.0 - start.0, end.1 - start.1)
        let square = max(1e-9, dx * dx + dy * dy)
        let reach = half + 1
        repaint(
            columns: Int(min(start.0, end.0) - reach)...Int(max(start.0, end.0) + reach),
            rows: Int(min(start.1, end.1) - reach)...Int(max(start.1, end.1) + reach)
        ) { column, row, before in
            let (px, py) = (Double(column) - start.0, Double(row) - start.1)
            let along = min(1, max(0, (px * dx + py * dy) / square))
            let distance = BackgroundMath.length(px - along * dx, py - along * dy)
            return before.mixed(ink, BackgroundMath.cover(distance - half, 1))
        }
    }

    /// A line of made-up words, each letter some strokes between six points.
    mutating func write(
        left: Double, top: Double, width: Double, size: Double, _ ink: BackgroundInk,
        _ dice: inout BackgroundDice
    ) {
        let half = max(0.45, size * 0.07)
        var x = left
        while x < left + width - size {
            for _ in 0..<dice.whole(2, 9) where x < left + width - size * 0.5 {
                let wide = size * dice.between(0.35, 0.6)
                let tall = dice.happens(0.3) ? size : size * 0.68
                var last = (
                    x + wide * Double(dice.below(2)), top + size - tall * Double(dice.below(3)) / 2
                )
                for _ in 0..<dice.whole(2, 4) {
                    let next = (
                        x + wide * Double(dice.below(2)),
                        top + size - tall * Double(dice.below(3)) / 2
                    )
                    stroke(from: last, to: next, half: half, ink)
                    last = next
                }
                x += wide + size * 0.18
            }
            x += size * 0.5
        }
    }

    /// Stands a thing with rounded corners on the canvas, with a soft shadow below it.
    ///
    /// - Parameter corner: The corners' radius as a share of the shorter side, 0...0.5.
    mutating func stand(_ thing: BackgroundCanvas, left: Int, top: Int, corner: Double) {
        let (halfWide, halfHigh) = (Double(thing.width) / 2, Double(thing.height) / 2)
        let radius = corner * 2 * min(halfWide, halfHigh)
        let edge = { (column: Int, row: Int) -> Double in
            let x = abs(Double(column - left) - halfWide + 0.5) - halfWide + radius
            let y = abs(Double(row - top) - halfHigh + 0.5) - halfHigh + radius
            return BackgroundMath.length(max(0, x), max(0, y)) + min(0, max(x, y)) - radius
        }
        repaint(
            columns: left - 14...left + thing.width + 14, rows: top - 8...top + thing.height + 20
        ) { column, row, before in
            let (x, y) = (column - left, row - top)
            if x >= 0, y >= 0, x < thing.width, y < thing.height {
                let share = BackgroundMath.cover(edge(column, row), 1)
                return before.mixed(thing.inks[y * thing.width + x], share)
            }
            let shadow = max(0, 1 - max(0, edge(column, row - 6)) / 14)
            return before * Float(1 - 0.4 * shadow * shadow)
        }
    }
}
