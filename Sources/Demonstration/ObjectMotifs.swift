// Small things to toss about: boats, cups, lemons, keys, moons, birds, anchors, shells and fish.

/// The small things, one unit in radius.
enum ObjectMotifs {
    static func boat(on canvas: inout TileCanvas, at place: Placement, hull: Colour, sail: Colour) {
        canvas.fill(
            .polygon([Point(-0.9, 0.35), Point(0.9, 0.35), Point(0.55, 0.85), Point(-0.6, 0.85)]),
            hull, at: place)
        canvas.fill(.box(-0.04, -0.95, 0.08, 1.3), hull, at: place)
        canvas.fill(
            .polygon([Point(0.1, -0.9), Point(0.8, 0.22), Point(0.1, 0.22)]), sail, at: place)
        canvas.fill(
            .polygon([Point(-0.1, -0.6), Point(-0.1, 0.22), Point(-0.65, 0.22)]),
            sail.mixed(hull, 0.25), at: place)
    }

    static func cup(on canvas: inout TileCanvas, at place: Placement, china: Colour, band: Colour) {
        canvas.fill(.ring(Point(0.62, 0), 0.34, 0.2), china, at: place)
        let side = Shape.curve([
            Point(0.68, -0.45), Point(0.66, 0.3), Point(0.4, 0.6), Point(0.2, 0.62),
        ])
        canvas.fill(.polygon(side + side.reversed().map { Point(-$0.x, $0.y) }), china, at: place)
        canvas.fill(.ellipse(Point(0, -0.45), 0.68, 0.15), band, at: place)
        canvas.fill(.ellipse(Point(0, 0.72), 0.85, 0.14), china, at: place)
        canvas.fill(.ellipse(Point(0, 0.69), 0.42, 0.06), band, at: place)
        for index in -2...2 {
            canvas.fill(.disc(Point(Double(index) * 0.22, 0.02), 0.08), band, at: place)
        }
        for x in [-0.2, 0.15] {
            let steam = Shape.curve([
                Point(x, -0.65), Point(x + 0.2, -0.78), Point(x - 0.2, -0.9), Point(x, -1.05),
            ])
            canvas.fill(.stroke(steam, width: 0.06, end: 0.02), china, at: place)
        }
    }

    static func lemon(on canvas: inout TileCanvas, at place: Placement, rind: Colour, leaf: Colour)
    {
        canvas.fill(
            .leaf(length: 0.9, width: 0.24, bend: 0.2), leaf,
            at: place.inner(Point(0, -0.6), scale: 1, turns: 0.17))
        canvas.fill(
            .leaf(length: 0.75, width: 0.2, bend: -0.2), leaf.mixed(Colour(0), 0.15),
            at: place.inner(Point(0, -0.6), scale: 1, turns: -0.2))
        let right =
            Shape.curve([Point(0, 0.98), Point(0.2, 0.72), Point(0.85, 0.6), Point(0.6, -0.1)])
            + Shape.curve([Point(0.6, -0.1), Point(0.5, -0.5), Point(0.2, -0.6), Point(0, -0.66)])
        canvas.fill(.polygon(right + right.reversed().map { Point(-$0.x, $0.y) }), rind, at: place)
        let light = rind.mixed(Colour(0xffffff), 0.55)
        canvas.fill(
            .stroke(Shape.arc(Point(0, 0.1), 0.42, from: 0.62, to: 0.88), width: 0.07, end: 0.03),
            light, at: place)
    }

    static func key(on canvas: inout TileCanvas, at place: Placement, metal: Colour) {
        canvas.fill(.ring(Point(0, -0.62), 0.38, 0.2), metal, at: place)
        for turns in [0.0, 0.25, 0.75] {
            canvas.fill(.disc(Point(0, -0.62) + .polar(0.4, turns), 0.12), metal, at: place)
        }
        canvas.fill(.box(-0.07, -0.3, 0.14, 1.3), metal, at: place)
        canvas.fill(.box(0.05, 0.6, 0.32, 0.12), metal, at: place)
        canvas.fill(.box(0.05, 0.82, 0.4, 0.14), metal, at: place)
        canvas.fill(.box(-0.15, -0.2, 0.3, 0.08), metal, at: place)
    }

    static func moon(on canvas: inout TileCanvas, at place: Placement, light: Colour) {
        let outer = Shape.arc(Point(0, 0), 1, from: 0.08, to: 0.92)
        let inner = Shape.arc(Point(0, -0.38), 0.8, from: 0.86, to: 0.14)
        canvas.fill(.polygon(outer + inner), light, at: place)
    }

    static func bird(on canvas: inout TileCanvas, at place: Placement, body: Colour, wing: Colour) {
        let back = Shape.curve([
            Point(-1.05, 0.25), Point(-0.4, 0.1), Point(0.1, -0.65), Point(0.55, -0.55),
        ])
        let breast = Shape.curve([
            Point(0.72, -0.35), Point(0.75, 0.35), Point(0, 0.75), Point(-0.5, 0.35),
        ])
        canvas.fill(.polygon(back + breast), body, at: place)
        canvas.fill(.disc(Point(0.5, -0.4), 0.26), body, at: place)
        canvas.fill(
            .polygon([Point(0.7, -0.5), Point(1.02, -0.36), Point(0.7, -0.28)]), wing, at: place)
        canvas.fill(.disc(Point(0.55, -0.45), 0.06), wing, at: place)
        canvas.fill(
            .leaf(length: 0.95, width: 0.24, bend: 0.1), wing,
            at: place.inner(Point(0.3, 0.02), scale: 1, turns: -0.29))
        canvas.fill(.stroke([Point(0.05, 0.5), Point(0.02, 0.85)], width: 0.05), wing, at: place)
        canvas.fill(.stroke([Point(0.2, 0.48), Point(0.22, 0.84)], width: 0.05), wing, at: place)
    }

    static func anchor(on canvas: inout TileCanvas, at place: Placement, ink: Colour) {
        canvas.fill(.ring(Point(0, -0.8), 0.2, 0.1), ink, at: place)
        canvas.fill(.box(-0.07, -0.64, 0.14, 1.5), ink, at: place)
        canvas.fill(.box(-0.4, -0.5, 0.8, 0.12), ink, at: place)
        canvas.fill(
            .stroke(Shape.arc(Point(0, 0.15), 0.7, from: 0.27, to: 0.73), width: 0.14), ink,
            at: place)
        for side in [-1.0, 1.0] {
            canvas.fill(
                .polygon([
                    Point(side * 0.9, 0.36), Point(side * 0.52, 0.2), Point(side * 0.76, -0.12),
                ]), ink, at: place)
        }
    }

    static func shell(on canvas: inout TileCanvas, at place: Placement, ink: Colour, rib: Colour) {
        let fan = Shape.arc(Point(0, 0), 0.9, from: -0.2, to: 0.2)
        canvas.fill(.polygon([Point(0, 0.75)] + fan), ink, at: place)
        for index in -3...3 {
            let edge = Point.polar(0.9, Double(index) * 0.055)
            canvas.fill(.disc(edge, 0.16), ink, at: place)
            canvas.fill(
                .stroke([Point(0, 0.6), edge * 0.94], width: 0.03, end: 0.06), rib, at: place)
        }
        canvas.fill(.box(-0.22, 0.62, 0.44, 0.22), ink, at: place)
    }

    static func fish(on canvas: inout TileCanvas, at place: Placement, ink: Colour, eye: Colour) {
        let top = Shape.curve([Point(0.95, 0), Point(0.4, -0.6), Point(-0.3, -0.5), Point(-0.6, 0)])
        canvas.fill(.polygon(top + top.reversed().map { Point($0.x, -$0.y) }), ink, at: place)
        canvas.fill(
            .polygon([Point(-0.5, 0), Point(-1, -0.45), Point(-0.85, 0), Point(-1, 0.45)]), ink,
            at: place)
        canvas.fill(.disc(Point(0.55, -0.1), 0.09), eye, at: place)
        canvas.fill(
            .stroke(Shape.arc(Point(0.55, 0), 0.42, from: 0.62, to: 0.88), width: 0.05), eye,
            at: place)
        canvas.fill(
            .stroke(Shape.arc(Point(0.2, 0), 0.42, from: 0.65, to: 0.85), width: 0.05), eye,
            at: place)
    }
}
