// Writing CBOR in one form only: shortest heads, definite lengths.

extension CBORValue {
    /// The item's bytes: shortest heads, definite lengths, maps in the order of their entries.
    ///
    /// - Source: RFC 8949, 4.1 (preferred serialisation).
    public var encoded: [UInt8] {
        var output: [UInt8] = []
        write(to: &output, sorting: false)
        return output
    }

    /// The item's bytes with the entries of every map in the order of their keys' bytes.
    ///
    /// Equal values give equal bytes, whatever order they were built in.
    ///
    /// - Source: RFC 8949, 4.2.1 (core deterministic encoding).
    public var deterministicallyEncoded: [UInt8] {
        var output: [UInt8] = []
        write(to: &output, sorting: true)
        return output
    }

    private func write(to output: inout [UInt8], sorting: Bool) {
        switch self {
        case .unsigned(let number): Self.head(0, number, to: &output)
        case .negative(let number): Self.head(1, number, to: &output)
        case .bytes(let bytes):
            Self.head(2, UInt64(bytes.count), to: &output)
            output += bytes
        case .text(let text):
            Self.head(3, UInt64(text.utf8.count), to: &output)
            output += text.utf8
        case .array(let elements):
            Self.head(4, UInt64(elements.count), to: &output)
            for element in elements { element.write(to: &output, sorting: sorting) }
        case .map(let entries): Self.write(entries, to: &output, sorting: sorting)
        case .tagged(let tag, let value):
            Self.head(6, tag, to: &output)
            value.write(to: &output, sorting: sorting)
        case .float(let number): Self.write(number, to: &output)
        case .bool(let flag): output.append(flag ? 0xf5 : 0xf4)
        case .null: output.append(0xf6)
        case .undefined: output.append(0xf7)
        case .simple(let number): Self.head(7, UInt64(number), to: &output)
        }
    }

    private static func write(_ entries: [Entry], to output: inout [UInt8], sorting: Bool) {
        head(5, UInt64(entries.count), to: &output)
        var pairs = entries.map { entry in
            var key: [UInt8] = []
            entry.key.write(to: &key, sorting: sorting)
            return (key, entry.value)
        }
        if sorting { pairs.sort { $0.0.lexicographicallyPrecedes($1.0) } }
        for (key, value) in pairs {
            output += key
            value.write(to: &output, sorting: sorting)
        }
    }

    /// The shortest of the three widths that loses nothing; every NaN is the same one.
    private static func write(_ number: Double, to output: inout [UInt8]) {
        if number.isNaN {
            output += [0xf9, 0x7e, 0x00]
        } else if let half = halfBits(number) {
            output += [0xf9, UInt8(half >> 8), UInt8(half & 255)]
        } else if Double(Float(number)) == number {
            output.append(0xfa)
            append(UInt64(Float(number).bitPattern), bytes: 4, to: &output)
        } else {
            output.append(0xfb)
            append(number.bitPattern, bytes: 8, to: &output)
        }
    }

    /// The half-precision bits of a number that has them without loss.
    private static func halfBits(_ number: Double) -> UInt16? {
        let sign: UInt16 = number.sign == .minus ? 0x8000 : 0
        if number == 0 { return sign }
        if number.isInfinite { return sign | 0x7c00 }
        guard number.magnitude <= 65504, number.magnitude >= 0x1p-24 else { return nil }
        if number.magnitude < 0x1p-14 {
            let fraction = number.magnitude * 0x1p24
            return fraction == fraction.rounded() ? sign | UInt16(fraction) : nil
        }
        let fraction = (number.magnitude.significand - 1) * 1024
        guard fraction == fraction.rounded() else { return nil }
        return sign | UInt16(number.exponent + 15) << 10 | UInt16(fraction)
    }

    private static func head(_ kind: UInt8, _ number: UInt64, to output: inout [UInt8]) {
        let type = kind << 5
        switch number {
        case 0...23: output.append(type | UInt8(number))
        case 24...0xff:
            output.append(type | 24)
            append(number, bytes: 1, to: &output)
        case 0x100...0xffff:
            output.append(type | 25)
            append(number, bytes: 2, to: &output)
        case 0x1_0000...0xffff_ffff:
            output.append(type | 26)
            append(number, bytes: 4, to: &output)
        default:
            output.append(type | 27)
            append(number, bytes: 8, to: &output)
        }
    }

    private static func append(_ number: UInt64, bytes: Int, to output: inout [UInt8]) {
        for index in stride(from: bytes - 1, through: 0, by: -1) {
            output.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8)))
        }
    }
}
