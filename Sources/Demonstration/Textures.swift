// The textural family: terrazzo, brushed cloth, contours, pebbles and slanting rain.

/// Painters of textural tiles; `inks[0]` is the ground.
enum Textures {
    /// Angular chips of stone in several sizes.
    static func terrazzo(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        for (index, point) in Layout.scattered(58, with: &random).enumerated() {
            let size = index < 10 ? random.between(0.07, 0.11) : random.between(0.018, 0.05)
            let corners = 5 + random.below(3)
            var chip: [Point] = []
            for corner in 0..<corners {
                chip.append(
                    .polar(
                        random.between(0.6, 1),
                        (Double(corner) + random.between(-0.2, 0.2)) / Double(corners)))
            }
            canvas.fill(
                .polygon(chip), inks[1 + random.below(4)],
                at: Placement(point, scale: size, turns: random.unit()))
        }
    }

    /// Broad dry brush strokes, crossing, thick and thin by chance.
    static func brushedLinen(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        for index in 0..<150 {
            let upright = index.isMultiple(of: 2)
            let start = Point(random.unit(), random.unit())
            let length = random.between(0.15, 0.5)
            let drift = random.between(-0.03, 0.03)
            let along = upright ? Point(drift, length) : Point(length, drift)
            let bow = upright ? Point(drift, 0) : Point(0, drift)
            let path = Shape.curve([
                start, start + along * 0.3 + bow, start + along * 0.7 - bow, start + along,
            ])
            canvas.fill(
                .stroke(
                    path, width: random.between(0.008, 0.045), end: random.between(0.002, 0.02)),
                inks[1 + random.below(4)], opacity: random.between(0.45, 0.95))
        }
    }

    /// Contour lines around hills, as on a map.
    static func contourLines(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let hills = Layout.scattered(6, with: &random)
        for (index, hill) in hills.enumerated() {
            let wobble = (random.unit(), random.unit())
            let reach = random.between(0.17, 0.3)
            for ring in 0..<7 {
                let radius = reach * (1 - Double(ring) / 7.5)
                let outline = (0..<72).map { step in
                    let turns = Double(step) / 72
                    let bend =
                        0.16 * Trigonometry.sine(turns * 2 + wobble.0) + 0.1
                        * Trigonometry.sine(turns * 3 + wobble.1)
                    return hill + .polar(radius * (1 + bend), turns)
                }
                let ink = ring.isMultiple(of: 2) ? inks[1 + index % 3] : inks[0]
                canvas.fill(.polygon(outline), ink)
            }
        }
    }

    /// Rounded pebbles packed close, each with a lighter vein.
    static func pebbleBed(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour]) {
        let points = Layout.scattered(30, with: &random)
        for point in points {
            let ink = inks[1 + random.below(4)]
            let wide = random.between(0.07, 0.11)
            let tall = random.between(0.05, 0.08)
            let place = Placement(point, scale: 1, turns: random.unit())
            canvas.fill(.ellipse(Point(0, 0), wide * 1.08, tall * 1.1), inks[0], at: place)
            canvas.fill(.ellipse(Point(0, 0), wide, tall), ink, at: place)
            let vein = Shape.curve([
                Point(-wide * 0.8, tall * random.between(-0.4, 0.4)),
                Point(-wide * 0.2, tall * 0.5),
                Point(wide * 0.2, -tall * 0.5), Point(wide * 0.8, tall * random.between(-0.4, 0.4)),
            ])
            canvas.fill(.stroke(vein, width: 0.008), ink.mixed(Colour(0xffffff), 0.45), at: place)
        }
    }

    /// Slanting dashes that gather into showers.
    static func rainOnSlate(_ canvas: inout TileCanvas, _ random: inout SplitMix, _ inks: [Colour])
    {
        let clouds = Layout.scattered(4, with: &random)
        let slant = random.between(-0.4, 0.4)
        for index in 0..<230 {
            let cloud = clouds[index % 4]
            let away = Point.polar(random.unit() * 0.28, random.unit())
            let start = index.isMultiple(of: 5) ? Point(random.unit(), random.unit()) : cloud + away
            let length = random.between(0.03, 0.1)
            let end = start + Point(length * slant, length)
            canvas.fill(
                .stroke([start, end], width: random.between(0.008, 0.02), end: 0.004),
                inks[1 + index % 4], opacity: 0.9)
        }
    }
}
