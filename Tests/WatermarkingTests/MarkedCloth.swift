// One marked picture that several tests read from.

import SelvageTypes

@testable import Watermarking

/// A drawn cloth, marked once for all tests.
enum MarkedCloth {
    static let key = WatermarkKey(id: "tests", secret: (0..<32).map { UInt8($0) })
    static let stranger = WatermarkKey(id: "stranger", secret: (0..<32).map { UInt8(255 - $0) })
    static let payload = WatermarkPayload(0x0123_4567_89AB_CDEF)
    static let plain = DrawnPattern.cloth(width: 512, height: 480)
    static let detector = WatermarkDetector(keys: [key])

    /// The cloth with its mark; nil where marking failed, which a test of its own says.
    static let marked = try? Watermarker(key: key).mark(plain, payload: payload)
}
