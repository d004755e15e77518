// Flowers, fronds and sprigs: the plant motifs of the demo's patterns, one unit in radius.

/// The plant motifs; inks are named by what they colour.
enum FlowerMotifs {
    /// A ring of petals around an eye, with a vein on each petal.
    static func daisy(
        on canvas: inout TileCanvas, at place: Placement, petals: Int, petal: Colour, eye: Colour
    ) {
        let shade = petal.mixed(eye, 0.35)
        for index in 0..<petals {
            let turned = place.inner(Point(0, 0), scale: 1, turns: Double(index) / Double(petals))
            let width = 2.6 / Double(petals)
            canvas.fill(.petal(length: 1, width: width), petal, at: turned)
            canvas.fill(
                .stroke([Point(0, -0.3), Point(0, -0.72)], width: 0.05, end: 0.01), shade,
                at: turned)
        }
        canvas.fill(.disc(Point(0, 0), 0.27), eye, at: place)
        canvas.fill(.disc(Point(-0.05, -0.06), 0.14), eye.mixed(Colour(0xffffff), 0.3), at: place)
    }

    /// A full bloom of overlapping rings of petals, darker towards the heart.
    static func peony(
        on canvas: inout TileCanvas, at place: Placement, outer: Colour, heart: Colour, rings: Int
    ) {
        for ring in 0..<rings {
            let part = Double(ring) / Double(max(1, rings - 1))
            let size = 1 - 0.72 * part
            let count = 9 - ring
            let colour = outer.mixed(heart, part)
            for index in 0..<count {
                let turns = (Double(index) + 0.5 * Double(ring)) / Double(count)
                let turned = place.inner(Point(0, 0), scale: size, turns: turns)
                let petal = Shape.petal(length: 1, width: 0.46, fullness: 0.75)
                canvas.fill(petal, colour.mixed(heart, 0.45), at: turned)
                canvas.fill(
                    petal, colour, at: turned.inner(Point(0, -0.02), scale: 0.92))
            }
        }
        canvas.fill(.disc(Point(0, 0), 0.12), heart, at: place)
    }

    /// A rose seen from above: a disc with a spiral of crescent petals.
    static func rose(
        on canvas: inout TileCanvas, at place: Placement, petal: Colour, shade: Colour
    ) {
        for index in 0..<5 {
            let edge = Point.polar(0.42, Double(index) / 5)
            canvas.fill(.disc(edge, 0.58), petal.mixed(shade, 0.2), at: place)
        }
        canvas.fill(.disc(Point(0, 0), 0.72), petal, at: place)
        for index in 0..<9 {
            let radius = 0.84 - 0.085 * Double(index)
            let start = Double(index) * 0.37
            canvas.fill(
                .stroke(
                    Shape.arc(Point(0, 0), radius, from: start, to: start + 0.34), width: 0.09,
                    end: 0.02),
                shade, at: place)
        }
    }

    /// A tulip on its stem with two leaves; the origin is the middle of the stem.
    static func tulip(
        on canvas: inout TileCanvas, at place: Placement, petal: Colour, shade: Colour, leaf: Colour
    ) {
        let stem = Shape.curve([Point(0, 1), Point(0.14, 0.5), Point(-0.1, 0.1), Point(0, -0.4)])
        canvas.fill(.stroke(stem, width: 0.07), leaf, at: place)
        canvas.fill(
            .leaf(length: 1.05, width: 0.16, bend: 0.3), leaf,
            at: place.inner(Point(0, 1), scale: 1))
        canvas.fill(
            .leaf(length: 0.9, width: 0.15, bend: -0.34), leaf.mixed(Colour(0), 0.18),
            at: place.inner(Point(0, 1), scale: 1))
        let cup = place.inner(Point(0, -0.3), scale: 0.72)
        canvas.fill(
            .petal(length: 1, width: 0.42), shade, at: cup.inner(Point(0, 0), scale: 1, turns: 0.05)
        )
        canvas.fill(
            .petal(length: 1, width: 0.42), shade,
            at: cup.inner(Point(0, 0), scale: 1, turns: -0.05))
        canvas.fill(.petal(length: 0.95, width: 0.4), petal, at: cup)
    }

    /// A fern frond that bends: pairs of leaflets, shorter towards the tip.
    static func frond(
        on canvas: inout TileCanvas, at place: Placement, leaf: Colour, rib: Colour, bend: Double
    ) {
        let spine = Shape.curve(
            [Point(0, 1), Point(0, 0.35), Point(bend * 0.4, -0.4), Point(bend, -1)], steps: 22)
        for index in 2..<21 {
            let part = Double(index) / 22
            let size = 0.5 * (1 - part) + 0.1
            for side in [-1.0, 1.0] {
                let turns = side * (0.17 - 0.07 * part) + bend * part * 0.12
                let leaflet = place.inner(spine[index], scale: size, turns: turns)
                canvas.fill(.leaf(length: 1, width: 0.15, bend: side * 0.08), leaf, at: leaflet)
            }
        }
        canvas.fill(.stroke(spine, width: 0.06, end: 0.015), rib, at: place)
    }

    /// A twig of leaves, with a berry at its tip when a colour for it is given.
    static func sprig(
        on canvas: inout TileCanvas, at place: Placement, leaf: Colour, berry: Colour?,
        leaves: Int = 5
    ) {
        let spine = Shape.curve([Point(0, 1), Point(0.25, 0.4), Point(-0.25, -0.2), Point(0, -0.8)])
        canvas.fill(.stroke(spine, width: 0.07, end: 0.03), leaf, at: place)
        for index in 1...leaves {
            let point = spine[index * 13 / (leaves + 1)]
            let turns = index.isMultiple(of: 2) ? 0.14 : -0.14
            canvas.fill(
                .leaf(length: 0.7, width: 0.2), leaf, at: place.inner(point, scale: 1, turns: turns)
            )
        }
        if let berry {
            canvas.fill(.disc(Point(0, -0.86), 0.17), berry, at: place)
        } else {
            canvas.fill(
                .leaf(length: 0.5, width: 0.16), leaf, at: place.inner(Point(0, -0.75), scale: 1))
        }
    }
}
