// What a camera, a scanner and light add to a background picture: shading, blur, grain.

extension BackgroundCanvas {
    /// Shading, blur and grain by chance; about a third of the pictures stay clean.
    mutating func finish(_ dice: inout BackgroundDice) {
        if dice.happens(0.4) { shade(&dice) }
        if dice.happens(0.5) { blur(radius: dice.between(0.6, 2.6)) }
        if dice.happens(0.3) { tone(&dice) }
        if dice.happens(0.5) { grain(&dice, strength: Float(dice.spread(0.004, 0.05))) }
    }

    /// Light that falls off across the picture, and sometimes soft folds.
    mutating func shade(_ dice: inout BackgroundDice) {
        let slope = SIMD2(dice.between(-0.5, 0.5), dice.between(-0.5, 0.5))
        let folds = dice.happens(0.3) ? dice.between(0.05, 0.35) : 0
        let length = dice.between(90, 300)
        let seed = dice.seed()
        let (wide, high) = (Double(width), Double(height))
        repaint { column, row, before in
            let (x, y) = (Double(column), Double(row))
            var light = 1 + slope.x * (x / wide - 0.5) + slope.y * (y / high - 0.5)
            if folds > 0 {
                light += folds * 2 * (BackgroundNoise.value(x / length, y / length, seed) - 0.5)
            }
            return before * Float(light)
        }
    }

    /// A bell-shaped blur; the radius is where its weights reach 0, less one pixel.
    mutating func blur(radius: Double) {
        let reach = Int(radius.rounded(.up))
        var weights = (-reach...reach).map { offset -> Float in
            let part = Double(offset) / (radius + 1)
            let rest = max(0, 1 - part * part)
            return Float(rest * rest)
        }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        blurLines(weights, reach, count: height, length: width, step: 1, stride: width)
        blurLines(weights, reach, count: width, length: height, step: width, stride: 1)
    }

    private mutating func blurLines(
        _ weights: [Float], _ reach: Int, count: Int, length: Int, step: Int, stride: Int
    ) {
        let taps = weights.count
        withUnsafeTemporaryAllocation(of: BackgroundInk.self, capacity: length + 2 * reach) {
            line in
            line.initialize(repeating: .zero)
            inks.withUnsafeMutableBufferPointer { inks in
                for index in 0..<count {
                    let start = index * stride
                    for place in 0..<length + 2 * reach {
                        line[place] = inks[start + min(length - 1, max(0, place - reach)) * step]
                    }
                    for place in 0..<length {
                        var sum = BackgroundInk.zero
                        for tap in 0..<taps { sum += line[place + tap] * weights[tap] }
                        inks[start + place * step] = sum
                    }
                }
            }
        }
    }

    /// A tone curve and a tint, as by exposure and white balance.
    private mutating func tone(_ dice: inout BackgroundDice) {
        let bend = Float(dice.between(-0.5, 0.5))
        let gain = BackgroundInk(
            Float(dice.between(0.85, 1.1)), Float(dice.between(0.9, 1.05)),
            Float(dice.between(0.8, 1.1)))
        let lift = Float(dice.between(0, 0.12))
        let one = BackgroundInk(repeating: 1)
        repaint { _, _, before in
            let curved = before + before * (one - before) * bend
            return curved * gain * (1 - lift) + lift
        }
    }

    /// Noise about as bell-shaped as a sensor's.
    mutating func grain(_ dice: inout BackgroundDice, strength: Float) {
        let coloured = dice.happens(0.5)
        let seed = dice.seed()
        repaint { column, row, before in
            func grain(_ channel: UInt32) -> Float {
                let salt = seed &+ channel
                let sum =
                    BackgroundNoise.chance(column, row, salt)
                    + BackgroundNoise.chance(row, column, salt &+ 77)
                return Float(sum - 1) * 2.4
            }
            let first = grain(0)
            guard coloured else { return before + first * strength }
            return before + BackgroundInk(first, grain(1), grain(2)) * strength
        }
    }
}
