// From 64 bits to the coded bits that the chips repeat, and back from soft values.

internal import CSpectra

/// CRC-16 and a convolutional code of constraint length 9 and rate 1/3.
///
/// - Source: the generators 557, 663, 711 (octal) are those of 3GPP TS 25.212 §4.2.3.1; the CRC is
///   CRC-16/CCITT-FALSE.
enum PayloadCode {
    /// Payload, checksum and eight zeros that end the trellis.
    static let steps = 64 + 16 + 8
    /// How many coded bits there are.
    static let codedBits = 3 * steps

    private static let generators: (UInt32, UInt32, UInt32) = (0o557, 0o663, 0o711)

    /// The coded bits of a payload as +1 for 0 and -1 for 1.
    static func encode(_ payload: WatermarkPayload) -> [Float] {
        var register: UInt32 = 0
        let word = payload.bits
        let check = checksum(word)
        var coded: [Float] = []
        coded.reserveCapacity(codedBits)
        for step in 0..<steps {
            let bit: UInt32 =
                step < 64
                ? UInt32(word >> (63 - step) & 1) : step < 80 ? UInt32(check >> (79 - step) & 1) : 0
            let all = bit << 8 | register
            for generator in [generators.0, generators.1, generators.2] {
                coded.append((all & generator).nonzeroBitCount % 2 == 0 ? 1 : -1)
            }
            register = all >> 1
        }
        return coded
    }

    /// The likeliest payload for soft values of the coded bits, positive for 0.
    static func decode(_ soft: [Float]) -> (payload: WatermarkPayload, checks: Bool) {
        var bits = [UInt8](repeating: 0, count: steps)
        withUnsafeBytes(of: generators) { bytes in
            let done = selvage_viterbi(
                soft, Int32(steps), bytes.assumingMemoryBound(to: UInt32.self).baseAddress, &bits)
            precondition(done != 0, "A payload is decoded in 25 kilobytes.")
        }
        let word = bits[..<64].reduce(UInt64(0)) { $0 << 1 | UInt64($1) }
        let check = bits[64..<80].reduce(UInt32(0)) { $0 << 1 | UInt32($1) }
        return (WatermarkPayload(word), check == checksum(word))
    }

    /// CRC-16/CCITT-FALSE of the eight bytes, the highest first.
    static func checksum(_ word: UInt64) -> UInt32 {
        (0..<64).reduce(UInt32(0xFFFF)) { register, place in
            let bit = UInt32(word >> (63 - place) & 1)
            let shifted = register << 1 & 0xFFFF
            return (register >> 15 ^ bit) == 0 ? shifted : shifted ^ 0x1021
        }
    }
}
