// What parent and decoder child say to each other: fixed little-endian headers, then bytes.

internal import SelvageTypes

/// The parent's words about a file that lies in the shared memory.
struct DecodeRequest: Equatable {
    static let size = 56

    var limits: DecodeLimits
    /// What the longer side must not fall below; 0 for the full picture.
    var least: Int
    var length: Int
    var processorMilliseconds: Int

    /// The header's bytes: seven whole numbers.
    var bytes: [UInt8] {
        [
            length, least, limits.pixels, limits.side, limits.memoryInBytes,
            processorMilliseconds, limits.scans,
        ].flatMap { littleEndian($0) }
    }

    /// Processor time for a drawing, which is a small program that may never end.
    static let drawingMilliseconds = 900

    init(limits: DecodeLimits, least: Int, length: Int, isDrawing: Bool) {
        self.limits = limits
        self.least = least
        self.length = length
        let most = limits.processorSeconds * 1000
        processorMilliseconds = isDrawing ? min(Self.drawingMilliseconds, most) : most
    }

    /// Reads a header.
    ///
    /// - Returns: nil for one that no parent writes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        let numbers = stride(from: 0, to: Self.size, by: 8).map { number(bytes[$0..<$0 + 8]) }
        guard numbers.dropFirst(2).allSatisfy({ $0 > 0 }), numbers[0] >= 0, numbers[1] >= 0
        else { return nil }
        limits = DecodeLimits(
            pixels: numbers[2], side: numbers[3], memoryInBytes: numbers[4],
            processorSeconds: max(1, numbers[5] / 1000), scans: numbers[6])
        processorMilliseconds = numbers[5]
        least = numbers[1]
        length = numbers[0]
    }
}

/// How the memory that parent and child share is divided: pixels, then the file.
struct SharedRoom: Equatable {
    /// A file that is longer is refused before it reaches a decoder.
    static let longestFile = 256 << 20

    /// Bytes for pixels: an alpha channel may pass through, so four a pixel.
    let forPixels: Int

    var size: Int { forPixels + Self.longestFile }

    init(limits: DecodeLimits) {
        forPixels = limits.pixels * 4
    }

    /// The division of memory that the parent made.
    init?(size: Int) {
        guard size > Self.longestFile else { return nil }
        forPixels = size - Self.longestFile
    }
}

/// What a child says once it is confined, before it is asked anything.
struct DecoderGreeting: Equatable {
    static let size = 8
    private static let mark = 0x53_4c_56_00

    var confinement: DecoderConfinement

    var bytes: [UInt8] {
        littleEndian(
            Self.mark | (confinement.filtersCalls ? 1 : 0) | (confinement.locksFiles ? 2 : 0))
    }

    init(_ confinement: DecoderConfinement) {
        self.confinement = confinement
    }

    /// Reads a greeting.
    ///
    /// - Returns: nil for what no decoder child says first.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        let word = number(bytes[...])
        guard word & ~3 == Self.mark else { return nil }
        confinement = DecoderConfinement(filtersCalls: word & 1 != 0, locksFiles: word & 2 != 0)
    }
}

/// The child's answer; pixels lie in the shared memory, a sentence follows the header.
struct DecodeAnswer: Equatable {
    static let size = 56
    /// A longer sentence comes from no child of ours.
    static let longestDetail = 400

    /// 0, or one more than the reason's place in `reasons`.
    var outcome: Int
    var width = 0
    var height = 0
    /// Of the picture before it was reduced.
    var fullWidth = 0
    var fullHeight = 0
    /// Bytes of the shared memory that may have been written.
    var touched = 0
    /// Bytes of the sentence that follows.
    var detailLength = 0

    static let reasons: [DecodeError.Reason] = [
        .unknownFormat, .tooLarge, .damaged, .timedOut, .crashed,
    ]

    var bytes: [UInt8] {
        [outcome, width, height, fullWidth, fullHeight, touched, detailLength]
            .flatMap { littleEndian($0) }
    }

    init(width: Int, height: Int, fullWidth: Int, fullHeight: Int, touched: Int) {
        self.width = width
        self.height = height
        self.fullWidth = fullWidth
        self.fullHeight = fullHeight
        self.touched = touched
        outcome = 0
    }

    init(_ error: DecodeError, touched: Int) {
        outcome = 1 + (Self.reasons.firstIndex(of: error.reason) ?? Self.reasons.count - 1)
        detailLength = min(error.detail.utf8.count, Self.longestDetail)
        self.touched = touched
    }

    /// Reads a header from a child, which may be under foreign control.
    ///
    /// - Returns: nil when it says what no child of ours says, or more pixels than `capacity` holds.
    init?(_ bytes: [UInt8], capacity: Int) {
        guard bytes.count == Self.size else { return nil }
        let numbers = stride(from: 0, to: Self.size, by: 8).map { number(bytes[$0..<$0 + 8]) }
        (outcome, width, height) = (numbers[0], numbers[1], numbers[2])
        (fullWidth, fullHeight) = (numbers[3], numbers[4])
        (touched, detailLength) = (numbers[5], numbers[6])
        guard (0...Self.reasons.count).contains(outcome), (0...capacity).contains(touched),
            (0...Self.longestDetail).contains(detailLength)
        else { return nil }
        guard outcome == 0 else { return }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow, pixels <= capacity / 3, fullWidth >= width,
            fullHeight >= height, max(fullWidth, fullHeight) <= Int32.max
        else { return nil }
    }
}

private func littleEndian(_ number: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
}
