// What parent and decoder child say to each other: fixed little-endian headers, then bytes.

internal import SelvageTypes

/// The parent's words before a picture's bytes.
struct DecodeRequest: Equatable {
    static let size = 56

    var limits: DecodeLimits
    var scale: DecodeScale
    var length: Int

    /// The header's bytes: seven whole numbers.
    var bytes: [UInt8] {
        [
            length, scale.rawValue, limits.pixels, limits.side, limits.memoryInBytes,
            limits.processorSeconds, limits.scans,
        ].flatMap { littleEndian($0) }
    }

    init(limits: DecodeLimits, scale: DecodeScale, length: Int) {
        self.limits = limits
        self.scale = scale
        self.length = length
    }

    /// Reads a header.
    ///
    /// - Returns: nil for one that no parent writes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        let numbers = stride(from: 0, to: Self.size, by: 8).map { number(bytes[$0..<$0 + 8]) }
        guard numbers.dropFirst().allSatisfy({ $0 > 0 }), numbers[0] >= 0,
            let scale = DecodeScale(rawValue: numbers[1])
        else { return nil }
        limits = DecodeLimits(
            pixels: numbers[2], side: numbers[3], memoryInBytes: numbers[4],
            processorSeconds: numbers[5], scans: numbers[6])
        self.scale = scale
        length = numbers[0]
    }
}

/// The child's answer; pixels lie in the shared memory, a sentence follows the header.
struct DecodeAnswer: Equatable {
    static let size = 32
    /// A longer sentence comes from no child of ours.
    static let longestDetail = 400

    /// 0, or one more than the reason's place in `reasons`.
    var outcome: Int
    var width: Int
    var height: Int
    /// Bytes of the sentence that follows.
    var detailLength: Int

    static let reasons: [DecodeError.Reason] = [
        .unknownFormat, .tooLarge, .damaged, .timedOut, .crashed,
    ]

    var bytes: [UInt8] {
        [outcome, width, height, detailLength].flatMap { littleEndian($0) }
    }

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        outcome = 0
        detailLength = 0
    }

    init(_ error: DecodeError) {
        outcome = 1 + (Self.reasons.firstIndex(of: error.reason) ?? Self.reasons.count - 1)
        width = 0
        height = 0
        detailLength = min(error.detail.utf8.count, Self.longestDetail)
    }

    /// Reads a header from a child, which may be under foreign control.
    ///
    /// - Returns: nil when it says what no child of ours says, or more pixels than `capacity` holds.
    init?(_ bytes: [UInt8], capacity: Int) {
        guard bytes.count == Self.size else { return nil }
        let numbers = stride(from: 0, to: Self.size, by: 8).map { number(bytes[$0..<$0 + 8]) }
        (outcome, width, height) = (numbers[0], numbers[1], numbers[2])
        detailLength = numbers[3]
        guard (0...Self.reasons.count).contains(outcome),
            (0...Self.longestDetail).contains(detailLength)
        else { return nil }
        guard outcome == 0 else { return }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, pixels <= capacity / 3 else { return nil }
    }
}

private func littleEndian(_ number: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
}
