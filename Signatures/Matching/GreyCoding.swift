// Grey samples without loss in fewer bytes: predicted from their neighbours, differences in Rice code.

/// Grey samples without loss in fewer bytes.
///
/// Each sample is predicted from those to the left and above; where all of them are equal, the
/// number of samples that go on like this is written instead. Differences are written in Rice code
/// whose parameter follows their size, apart for calm and busy neighbourhoods.
///
/// - Source: M. Weinberger, G. Seroussi, G. Sapiro, *The LOCO-I Lossless Image Compression
///   Algorithm* (2000), simplified.
enum GreyCoding {
    /// More zeros than this before a one are followed by the plain byte.
    private static let longestPrefix = 20

    static func packed(_ grey: RepeatSignature.Grey) -> [UInt8] {
        var model = Model(width: grey.width)
        var bits = BitWriter()
        var place = 0
        while place < grey.samples.count {
            let near = model.neighbours(place, grey.samples)
            if near.isFlat {
                let end = min(grey.samples.count, (place / grey.width + 1) * grey.width)
                var run = 0
                while place + run < end, grey.samples[place + run] == near.left { run += 1 }
                bits.writeRun(run)
                place += run
                if place >= end { continue }
            }
            let context = near.context
            let parameter = model.parameter(context)
            let difference = Int(grey.samples[place]) - model.prediction(place, grey.samples)
            let folded = difference >= 0 ? difference * 2 : -difference * 2 - 1
            bits.writeRice(folded, parameter, longestPrefix)
            model.learn(context, folded)
            place += 1
        }
        return bits.finished
    }

    /// - Returns: nil for bytes that are no samples of this size, or go on after them.
    static func unpacked(
        _ bytes: ArraySlice<UInt8>, width: Int, height: Int
    ) -> RepeatSignature.Grey? {
        var model = Model(width: width)
        var bits = BitReader(bytes)
        var samples: [UInt8] = []
        samples.reserveCapacity(width * height)
        while samples.count < width * height {
            let place = samples.count
            let near = model.neighbours(place, samples)
            if near.isFlat {
                let end = (place / width + 1) * width
                guard let run = bits.readRun(), run <= end - place else { return nil }
                samples += Array(repeating: near.left, count: run)
                if samples.count >= end { continue }
            }
            let context = near.context
            guard let folded = bits.readRice(model.parameter(context), longestPrefix) else {
                return nil
            }
            let difference = folded & 1 == 0 ? folded / 2 : -(folded + 1) / 2
            let sample = model.prediction(samples.count, samples) + difference
            guard (0...255).contains(sample) else { return nil }
            model.learn(context, folded)
            samples.append(UInt8(sample))
        }
        guard bits.isAtEnd else { return nil }
        return RepeatSignature.Grey(width: width, height: height, samples: samples)
    }

    /// What is known of a sample before it is read.
    private struct Model {
        let width: Int
        private var sums = [Int](repeating: 16, count: 8)
        private var counts = [Int](repeating: 4, count: 8)

        init(width: Int) { self.width = width }

        struct Neighbours {
            let left: UInt8
            let isFlat: Bool
            let context: Int
        }

        func neighbours(_ place: Int, _ samples: [UInt8]) -> Neighbours {
            guard place >= width, place % width > 0 else {
                return Neighbours(left: 0, isFlat: false, context: 7)
            }
            let left = samples[place - 1], above = samples[place - width]
            let corner = samples[place - width - 1]
            let after = place % width + 1 < width ? samples[place - width + 1] : above
            let spread =
                abs(Int(left) - Int(corner)) + abs(Int(above) - Int(corner))
                + abs(Int(after) - Int(above))
            let context = [0, 3, 8, 20, 50, 110].firstIndex { spread <= $0 } ?? 6
            return Neighbours(left: left, isFlat: spread == 0, context: context)
        }

        func prediction(_ place: Int, _ samples: [UInt8]) -> Int {
            guard place > 0 else { return 128 }
            guard place >= width else { return Int(samples[place - 1]) }
            let above = Int(samples[place - width])
            guard place % width > 0 else { return above }
            let left = Int(samples[place - 1]), corner = Int(samples[place - width - 1])
            if corner >= max(left, above) { return min(left, above) }
            if corner <= min(left, above) { return max(left, above) }
            return left + above - corner
        }

        func parameter(_ context: Int) -> Int {
            var parameter = 0
            while counts[context] << parameter < sums[context], parameter < 7 { parameter += 1 }
            return parameter
        }

        mutating func learn(_ context: Int, _ folded: Int) {
            sums[context] += folded
            counts[context] += 1
            if counts[context] > 64 {
                sums[context] /= 2
                counts[context] /= 2
            }
        }
    }
}

/// Bits written from the most significant one of each byte.
private struct BitWriter {
    private var bytes: [UInt8] = []
    private var free = 0

    mutating func write(_ value: Int, bits: Int) {
        for place in stride(from: bits - 1, through: 0, by: -1) {
            if free == 0 {
                bytes.append(0)
                free = 8
            }
            free -= 1
            bytes[bytes.count - 1] |= UInt8(value >> place & 1) << UInt8(free)
        }
    }

    mutating func writeRice(_ value: Int, _ parameter: Int, _ longest: Int) {
        let prefix = value >> parameter
        if prefix >= longest {
            write(0, bits: longest)
            write(1, bits: 1)
            write(value, bits: 9)
        } else {
            write(1, bits: prefix + 1)
            write(value & (1 << parameter - 1), bits: parameter)
        }
    }

    /// Elias' gamma code of one more.
    mutating func writeRun(_ run: Int) {
        let length = Int.bitWidth - (run + 1).leadingZeroBitCount
        write(0, bits: length - 1)
        write(run + 1, bits: length)
    }

    var finished: [UInt8] { bytes }
}

/// Bits read from the most significant one of each byte.
private struct BitReader {
    private let bytes: ArraySlice<UInt8>
    private var place: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex * 8
    }

    /// Whether only the last byte's filling is left, which is zero.
    var isAtEnd: Bool {
        var rest = self
        guard bytes.endIndex * 8 - place < 8 else { return false }
        while let bit = rest.bit() { if bit != 0 { return false } }
        return true
    }

    private mutating func bit() -> Int? {
        guard place < bytes.endIndex * 8 else { return nil }
        defer { place += 1 }
        return Int(bytes[place / 8] >> UInt8(7 - place % 8) & 1)
    }

    private mutating func read(_ count: Int) -> Int? {
        var value = 0
        for _ in 0..<count {
            guard let bit = bit() else { return nil }
            value = value << 1 | bit
        }
        return value
    }

    /// Zeros before the next one.
    private mutating func zeros(most: Int) -> Int? {
        for count in 0...most {
            guard let bit = bit() else { return nil }
            if bit == 1 { return count }
        }
        return nil
    }

    mutating func readRice(_ parameter: Int, _ longest: Int) -> Int? {
        guard let prefix = zeros(most: longest) else { return nil }
        if prefix == longest { return read(9) }
        return read(parameter).map { prefix << parameter | $0 }
    }

    mutating func readRun() -> Int? {
        guard let length = zeros(most: 32), let rest = read(length) else { return nil }
        return (1 << length | rest) - 1
    }
}
