// The payload's code: what is written is read, also through noise.

import SelvageTypes
import Testing

@testable import Watermarking

@Suite("The payload's code")
struct PayloadCodeTests {
    @Test("The checksum is CRC-16/CCITT-FALSE")
    func checksum() {
        // Python: binascii.crc_hqx(b"12345678", 0xFFFF)
        #expect(PayloadCode.checksum(0x3132_3334_3536_3738) == 0xA12B)
    }

    @Test(
        "What is written is read",
        arguments: [0, 1, 0x8000_0000_0000_0000, .max, 0xDEAD_BEEF_0123_4567])
    func roundTrip(word: UInt64) {
        let read = PayloadCode.decode(PayloadCode.encode(WatermarkPayload(word)))
        #expect(read.payload.bits == word)
        #expect(read.checks)
    }

    @Test("One coded bit in eight may be wrong", arguments: 0..<8)
    func wrongBits(first: Int) {
        let payload = WatermarkPayload(0x0123_4567_89AB_CDEF)
        var soft = PayloadCode.encode(payload)
        for place in stride(from: first, to: soft.count, by: 8) { soft[place] = -soft[place] }
        let read = PayloadCode.decode(soft)
        #expect(read.payload == payload)
        #expect(read.checks)
    }

    @Test("Sixteen digits say what a payload is")
    func description() {
        #expect("\(WatermarkPayload(0xAB))" == "00000000000000ab")
    }
}
