// Which harmonics of a tile a key uses, and for what.

/// A harmonic of a tile: cycles across and down; the half with `down > 0`, or `across > 0` at 0.
struct Harmonic: Hashable, Sendable {
    let across: Int
    let down: Int

    /// Cycles in a tile, whatever their direction.
    var cycles: Double { Double(across * across + down * down).squareRoot() }
}

/// What a key puts on the harmonics of a tile: pilots to find the tile by, chips for the payload.
///
/// Each payload harmonic carries two chips, one in its real and one in its imaginary part. Chip `i`
/// repeats coded bit `bits[i]`, its sign turned where the key says so. The decision's bound rests on
/// these signs being secret and independent of the picture.
struct MarkPattern: Sendable {
    let design: MarkDesign
    let pilots: [Harmonic]
    /// The pilots' cycles across and down, for the kernels.
    let pilotsAcross: [Int32]
    let pilotsDown: [Int32]
    /// The phase of each pilot in quarter turns, from an eighth turn on.
    let quarters: [Int]
    let carriers: [Harmonic]
    /// +1 or -1 for each chip: first the real parts of all carriers, then the imaginary parts.
    let signs: [Float]
    /// The coded bit of each chip.
    let bits: [Int]

    /// What a key puts where.
    init(_ key: WatermarkKey, design: MarkDesign = .current) {
        self.design = design
        let all = Self.harmonics(in: design)
        var numbers = key.sequence("pilots", version: design.version)
        let chosen = Self.choose(from: all, design: design, numbers: &numbers)
        pilots = all.indices.filter(chosen.contains).map { all[$0] }
        pilotsAcross = pilots.map { Int32($0.across) }
        pilotsDown = pilots.map { Int32($0.down) }
        quarters = pilots.map { _ in Int(numbers.next(below: 4)) }
        carriers = all.indices.filter { !chosen.contains($0) }.map { all[$0] }
        let chips = 2 * carriers.count
        var dice = key.sequence("chips", version: design.version)
        signs = (0..<chips).map { _ in dice.next(below: 2) == 0 ? 1 : -1 }
        var bits = [Int](repeating: 0, count: chips)
        for (place, chip) in dice.order(of: chips).enumerated() {
            bits[chip] = place % PayloadCode.codedBits
        }
        self.bits = bits
    }

    /// The harmonics of the band, row by row.
    private static func harmonics(in design: MarkDesign) -> [Harmonic] {
        let most = design.mostCycles
        return (0...most).flatMap { down in
            (-most...most).compactMap { across in
                let one = Harmonic(across: across, down: down)
                let half = down > 0 || across > 0
                return half && design.band.contains(one.cycles) ? one : nil
            }
        }
    }

    /// Pilots, drawn so that they are spread evenly over the logarithm of their cycles.
    private static func choose(
        from all: [Harmonic], design: MarkDesign, numbers: inout KeyedSequence
    ) -> Set<Int> {
        var chosen: Set<Int> = []
        let possible = all.indices.filter { design.pilotBand.contains(all[$0].cycles) }
        let rarest = design.pilotBand.lowerBound
        while chosen.count < design.pilots {
            let one = possible[Int(numbers.next(below: UInt32(possible.count)))]
            let chance = rarest / all[one].cycles
            if Double(numbers.next(below: 1 << 20)) < chance * 0x1p20 { chosen.insert(one) }
        }
        return chosen
    }

    /// The chips of a payload.
    func chips(of payload: WatermarkPayload) -> [Float] {
        let coded = PayloadCode.encode(payload)
        return zip(signs, bits).map { $0 * coded[$1] }
    }
}

extension MarkPattern: CustomReflectable {
    /// Shows nothing: what is drawn from a key is enough to forge a mark or to take it out.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
