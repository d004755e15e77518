// The measured errors of each relation between licensed and found colours.

/// Fits the relations to groups of colours, each robustly, and measures what is left.
struct ColourRelationErrors {
    private let groups: [ColourRelationGroup]
    private let weights: [Float]

    init(licensed: [SIMD3<UInt8>], found: [SIMD3<UInt8>]) {
        groups = ColourRelationGroups(licensed: licensed, found: found).groups
        // What scatters is less sure; large areas do not outvote all others.
        let raw = groups.map { $0.share.squareRoot() / (1 + $0.spread * $0.spread / 200) }
        let total = max(1e-6, raw.reduce(0, +))
        weights = raw.map { $0 / total }
    }

    /// All errors.
    var errors: ColourRelation.Errors {
        let colours = groups.map(\.licensed)
        let negative = colours.map { 1 - $0 }
        let turned = colours.map { $0 + (1 - 2 * Self.luma($0)) }
        let foundLab = groups.map { LabColour(srgb: $0.found).vector }
        let licensedLab = colours.map { LabColour(srgb: $0).vector }
        let contrast = self.contrast(foundLab)
        let within = zip(groups, weights).reduce(Float(0)) { $0 + $1.0.spread * $1.1 }
        return ColourRelation.Errors(
            asLicensed: Double(lightError(colours)),
            inverted: Double(min(lightError(negative), lightError(turned))),
            singleColour: Double(ColourRelationLine(foundLab, weights).error),
            licensedSingleColour: Double(ColourRelationLine(licensedLab, weights).error),
            contrast: Double(contrast), licensedContrast: Double(self.contrast(licensedLab)),
            inconsistency: Double(within / max(0.1, within + contrast)),
            separation: Double(separation(licensedLab, foundLab)),
            unlit: Double(unlit(colours)), tellingColours: licensedLab.count { Self.isTelling($0) })
    }

    static func luma(_ colour: SIMD3<Float>) -> Float {
        (colour * SIMD3(0.299, 0.587, 0.114)).sum()
    }

    /// The mean distance of the groups' colours from their mean.
    private func contrast(_ colours: [SIMD3<Float>]) -> Float {
        let mean = zip(colours, weights).reduce(SIMD3<Float>.zero) { $0 + $1.0 * $1.1 }
        return zip(colours, weights).reduce(0) {
            $0 + ColourRelationGroups.distance($1.0, mean) * $1.1
        }
    }

    /// How clearly each licensed colour became a colour of its own.
    ///
    /// Each of the clearly different licensed colours counts by the one that it is hardest told from:
    /// two are half told apart when they became as different as they scatter, and that is enough.
    private func separation(_ licensed: [SIMD3<Float>], _ found: [SIMD3<Float>]) -> Float {
        var own: [Int] = []
        let largest = groups.indices.filter { groups[$0].share >= 0.03 }.sorted {
            groups[$0].share > groups[$1].share
        }
        for index in largest
        where own.allSatisfy({ ColourRelationGroups.distance(licensed[$0], licensed[index]) > 15 })
        { own.append(index) }
        guard own.count > 1 else { return 1 }
        var (sum, total) = (Float(0), Float(0))
        for index in own {
            var least: Float = 1
            for other in own where other != index {
                let apart = ColourRelationGroups.distance(found[index], found[other])
                let scatter = groups[index].spread + groups[other].spread + 4
                least = min(least, 2 * apart / (apart + scatter))
            }
            sum += least * groups[index].share.squareRoot()
            total += groups[index].share.squareRoot()
        }
        return sum / total
    }

    /// Whether a colour is seldom met by chance: black, white and the greys are in every other print.
    private static func isTelling(_ lab: SIMD3<Float>) -> Bool {
        lab.y * lab.y + lab.z * lab.z >= 8 * 8
    }

    /// What is left of the licensed colours as they are.
    private func unlit(_ licensed: [SIMD3<Float>]) -> Float {
        guard !groups.isEmpty else { return 100 }
        return zip(left(licensed, groups.map(\.found)), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// What is left when the expected colours are seen under the light that fits best.
    private func lightError(_ expected: [SIMD3<Float>]) -> Float {
        guard !groups.isEmpty else { return 100 }
        let found = groups.map(\.found)
        // Begun without any light, so that one wrong group cannot bend the first fit.
        var light = Light()
        var least = Float.infinity
        for _ in 0..<8 {
            let left = left(expected.map { light.seen($0) }, found)
            least = min(least, zip(left, weights).reduce(0) { $0 + $1.0 * $1.1 })
            // Huber's weights: beyond 5 a colour counts by its distance, not by its square.
            let trust = zip(weights, left).map { $0 * min(1, 5 / max(0.1, $1)) }
            light = Light(expected, found, trust)
        }
        return least
    }

    /// How far each found colour lies from the expected one.
    private func left(_ expected: [SIMD3<Float>], _ found: [SIMD3<Float>]) -> [Float] {
        let scale = ColourRelationGroups.scale
        let mean = zip(expected, groups).reduce(SIMD3<Float>.zero) {
            $0 + LabColour(srgb: $1.0).vector * scale * $1.1.share
        }
        return zip(expected, found).map { colour, found in
            let target = LabColour(srgb: found).vector * scale
            // A figure that lies in the shadow or in the light, at a small price.
            return [Float(0.8), 0.9, 1, 1.1, 1.2].map { shade in
                let seen = LabColour(srgb: colour * shade).vector * scale
                return Self.distance(of: target, from: seen, towards: mean) + 8 * abs(shade - 1)
            }.min() ?? 0
        }
    }

    /// The distance from a colour or from what blur makes of it.
    ///
    /// Blur and pairs that are not quite aligned mix a colour with those around it, small figures
    /// most: up to half of the way to the mean of all colours is forgiven.
    private static func distance(
        of found: SIMD3<Float>, from seen: SIMD3<Float>, towards mean: SIMD3<Float>
    ) -> Float {
        let (step, way) = (found - seen, mean - seen)
        let part = ((step * way).sum() / max(1, (way * way).sum())).clamped(0, 0.5)
        let rest = step - way * part
        return (rest * rest).sum().squareRoot()
    }

    /// Exposure, contrast and white balance: what the mean colour becomes, and how far colours
    /// spread about it, channel by channel, within the limits of cameras and printers.
    private struct Light {
        private var gain = SIMD3<Float>(repeating: 1)
        private var offset = SIMD3<Float>.zero

        init() {}

        init(_ expected: [SIMD3<Float>], _ found: [SIMD3<Float>], _ weights: [Float]) {
            let total = max(1e-6, weights.reduce(0, +))
            let near = zip(expected, weights).reduce(SIMD3<Float>.zero) { $0 + $1.0 * $1.1 } / total
            var far = zip(found, weights).reduce(SIMD3<Float>.zero) { $0 + $1.0 * $1.1 } / total
            var squares = SIMD3<Float>.zero
            var products = SIMD3<Float>.zero
            for (index, weight) in weights.enumerated() {
                let step = expected[index] - near
                squares += step * step * weight
                products += step * (found[index] - far) * weight
            }
            let exposure = ((far.sum() + 0.1) / (near.sum() + 0.1)).clamped(0.6, 1.35)
            let reach = near * (exposure * 0.1) + 0.02
            far.clamp(lowerBound: near * exposure - reach, upperBound: near * exposure + reach)
            // Where colours hardly differ, the gain stays near the exposure.
            gain = (products / total + 0.004 * exposure) / (squares / total + 0.004)
            let mean = (gain.sum() / 3).clamped(0.35, 1.5)
            gain.clamp(
                lowerBound: SIMD3(repeating: mean * 0.85), upperBound: SIMD3(repeating: mean * 1.15)
            )
            offset = far - near * gain
        }

        func seen(_ colour: SIMD3<Float>) -> SIMD3<Float> { colour * gain + offset }
    }
}

extension Float {
    fileprivate func clamped(_ low: Float, _ high: Float) -> Float {
        Swift.min(high, Swift.max(low, self))
    }
}
