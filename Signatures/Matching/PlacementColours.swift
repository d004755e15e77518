// The colours of a found area beside the licensed ones: their relation, and which colourway it is.

internal import Recognition
internal import SelvageTypes

/// The colours of a found area beside the licensed ones.
struct PlacementColours {
    /// How the found colours relate to the licensed ones.
    let relation: Placement.Colours
    /// How surely they are the licensed ones themselves, 0...1.
    let exactness: Double
    private let found: Palette?

    /// Samples taken across and down the found area.
    private static let side = 40

    /// Compares an area of a picture with the licensed colours.
    init(of picture: Picture, at placement: Placement, _ swatch: Picture) {
        var pairs = Pairs()
        pairs.collect(picture, placement, swatch)
        found = Palette(
            samples: pairs.found.map { LabColour(red: $0.x, green: $0.y, blue: $0.z) })
        let relation = ColourRelation.between(licensed: pairs.licensed, found: pairs.found)
        exactness = relation.exactness
        self.relation =
            switch relation.kind {
            case .asLicensed: .asLicensed
            case .recoloured: .recoloured
            case .inverted: .inverted
            case .singleColour: .singleColour
            case .undetermined: .undetermined
            }
    }

    /// The colourway whose palette is nearest, if one is near enough.
    func colourway(among palettes: [String: Palette]) -> String? {
        guard let found else { return nil }
        return palettes.map { (id: $0.key, distance: $0.value.distance(to: found)) }
            .filter { $0.distance <= Palette.sameColourwayDistance }
            .min { ($0.distance, $0.id) < ($1.distance, $1.id) }?.id
    }

    /// Found samples and the licensed ones that belong to them.
    private struct Pairs {
        var licensed: [SIMD3<UInt8>] = []
        var found: [SIMD3<UInt8>] = []

        mutating func collect(_ picture: Picture, _ placement: Placement, _ swatch: Picture) {
            let across = placement.across, down = placement.down, origin = placement.origin
            let area = across.x * down.y - across.y * down.x
            guard abs(area) >= 1, let box = Box(placement.region, in: picture) else { return }
            // A licensed sample is the mean of an area; the found one has to be of the same area.
            let covered = (abs(area) / Double(swatch.width * swatch.height)).squareRoot()
            let reach = min(12, Int((covered - 1) / 2 + 0.5))
            for row in 0..<PlacementColours.side {
                for column in 0..<PlacementColours.side {
                    let x =
                        box.left + (Double(column) + 0.5) / Double(PlacementColours.side)
                        * box.width
                    let y =
                        box.top + (Double(row) + 0.5) / Double(PlacementColours.side) * box.height
                    guard Box.isInside(x, y, placement.region) else { continue }
                    let dx = x - origin.x, dy = y - origin.y
                    let u = (dx * down.y - dy * down.x) / area
                    let v = (dy * across.x - dx * across.y) / area
                    licensed.append(
                        swatch.pixel(
                            Int((u - u.rounded(.down)) * Double(swatch.width)),
                            Int((v - v.rounded(.down)) * Double(swatch.height))))
                    found.append(picture.mean(around: Int(x), Int(y), reach: reach))
                }
            }
        }
    }

    /// The upright rectangle around a region, inside a picture.
    private struct Box {
        let left, top, width, height: Double

        init?(_ region: [Placement.Point], in picture: Picture) {
            guard region.count >= 3 else { return nil }
            left = max(0, region.map(\.x).min() ?? 0)
            top = max(0, region.map(\.y).min() ?? 0)
            width = min(Double(picture.width), region.map(\.x).max() ?? 0) - left
            height = min(Double(picture.height), region.map(\.y).max() ?? 0) - top
            guard width >= 4, height >= 4 else { return nil }
        }

        /// By the crossings of a ray to the right.
        static func isInside(_ x: Double, _ y: Double, _ region: [Placement.Point]) -> Bool {
            var inside = false
            var last = region[region.count - 1]
            for point in region {
                if (point.y > y) != (last.y > y) {
                    let crossing =
                        point.x + (y - point.y) / (last.y - point.y) * (last.x - point.x)
                    if x < crossing { inside.toggle() }
                }
                last = point
            }
            return inside
        }
    }
}

extension Picture {
    /// The mean colour of the pixels up to some columns and rows away.
    func mean(around x: Int, _ y: Int, reach: Int) -> SIMD3<UInt8> {
        guard reach > 0 else { return pixel(x, y) }
        var sum = SIMD3<Int>()
        var count = 0
        for row in max(0, y - reach)...max(0, min(height - 1, y + reach)) {
            for column in max(0, x - reach)...max(0, min(width - 1, x + reach)) {
                let colour = pixel(column, row)
                sum &+= SIMD3(Int(colour.x), Int(colour.y), Int(colour.z))
                count += 1
            }
        }
        return SIMD3((0..<3).map { UInt8((sum[$0] + count / 2) / count) })
    }

    /// The colour of a pixel; places beyond the edge are those of the edge.
    func pixel(_ x: Int, _ y: Int) -> SIMD3<UInt8> {
        let place = (max(0, min(height - 1, y)) * width + max(0, min(width - 1, x))) * 3
        return SIMD3(pixels[place], pixels[place + 1], pixels[place + 2])
    }
}
