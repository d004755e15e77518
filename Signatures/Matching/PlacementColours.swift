// The colours of a found area beside the licensed ones: their relation, and which colourway it is.

internal import Recognition
internal import SelvageTypes

/// The colours of a found area beside the licensed ones.
struct PlacementColours {
    /// How the found colours relate to the licensed ones.
    let relation: Placement.Colours
    /// How surely they are the licensed ones themselves, 0...1.
    let exactness: Double
    /// How clearly each licensed colour became a colour of its own, 0...1; 1 where that is not known.
    let separation: Double
    private let found: Palette?

    /// About how many samples are taken.
    private static let samples = 1_600

    /// Compares what a picture shows at some places with the licensed colours.
    init(of picture: Picture, at patches: [RepeatPatch], _ swatch: Picture) {
        var pairs = Pairs()
        pairs.collect(picture, patches, swatch)
        found = Palette(
            samples: pairs.found.map { LabColour(red: $0.x, green: $0.y, blue: $0.z) })
        let relation = ColourRelation.between(licensed: pairs.licensed, found: pairs.found)
        exactness = relation.exactness
        separation = relation.errors?.separation ?? 1
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

        mutating func collect(_ picture: Picture, _ patches: [RepeatPatch], _ swatch: Picture) {
            let each = PlacementColours.samples / max(1, patches.count)
            let side = max(4, min(12, Int(Double(each).squareRoot())))
            let cell = SIMD2(Float(swatch.width), Float(swatch.height))
            for patch in patches {
                // A licensed sample is the mean of an area; the found one has to be of the same area.
                let area = patch.across.x * patch.down.y - patch.across.y * patch.down.x
                let covered = 1 / max(1e-9, abs(area) * cell.x * cell.y).squareRoot()
                let reach = min(12, Int((covered - 1) / 2 + 0.5))
                for row in 0..<side {
                    for column in 0..<side {
                        let across = ((Float(column) + 0.5) / Float(side) * 2 - 1) * patch.half
                        let down = ((Float(row) + 0.5) / Float(side) * 2 - 1) * patch.half
                        let shown = patch.shown + patch.across * across + patch.down * down
                        let inCell = (shown - shown.rounded(.down)) * cell
                        guard inCell.x.isFinite, inCell.y.isFinite else { continue }
                        licensed.append(swatch.pixel(Int(inCell.x), Int(inCell.y)))
                        found.append(
                            picture.mean(
                                around: Int(patch.place.x + across), Int(patch.place.y + down),
                                reach: reach))
                    }
                }
            }
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
