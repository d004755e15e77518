// What parent and decoder child say to each other: fixed little-endian headers, then bytes.

internal import SelvageTypes

/// The parent's words about a file that lies in the shared memory.
struct DecodeRequest: Equatable {
    static let size = 72

    var limits: DecodeLimits
    /// What is asked of the file.
    var wanted: DecodeWish
    /// Where the file lies in the shared memory; what is before is room for pixels.
    var start: Int
    var length: Int
    var processorMilliseconds: Int

    /// The header's bytes: nine whole numbers.
    var bytes: [UInt8] {
        [
            length, wanted.least, wanted == .master ? 1 : 0, start, limits.pixels, limits.side,
            limits.memoryInBytes, processorMilliseconds, limits.scans,
        ].flatMap { littleEndian($0) }
    }

    /// Processor time for a drawing, which is a small program that may never end.
    static let drawingMilliseconds = 900

    init(
        limits: DecodeLimits, wanted: DecodeWish, start: Int, length: Int, isDrawing: Bool
    ) {
        self.limits = limits
        self.wanted = wanted
        self.start = start
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
        guard numbers.dropFirst(3).allSatisfy({ $0 > 0 }), numbers.allSatisfy({ $0 >= 0 })
        else { return nil }
        limits = DecodeLimits(
            pixels: numbers[4], side: numbers[5], memoryInBytes: numbers[6],
            processorSeconds: max(1, numbers[7] / 1000), scans: numbers[8])
        processorMilliseconds = numbers[7]
        start = numbers[3]
        wanted = numbers[2] == 1 ? .master : .picture(least: numbers[1])
        length = numbers[0]
    }
}

/// What is asked of a file.
enum DecodeWish: Hashable {
    /// An upright picture in sRGB, whose longer side must not fall below `least`; 0 for all of it.
    case picture(least: Int)
    /// The samples as they are stored.
    case master

    var least: Int {
        switch self {
        case .picture(let least): least
        case .master: 0
        }
    }
}

/// How the memory that parent and child share is divided: pixels, then the file.
///
/// Memory that nobody writes to costs nothing, so there is room for what few pictures need.
struct SharedRoom: Equatable {
    /// A picture's file that is longer is refused before it reaches a decoder.
    private static let longestPicture = 256 << 20
    /// A file has tables and metadata beside its samples.
    private static let besideSamples = 64 << 20

    /// Bytes for pixels: a master's colours and alpha, two bytes a sample.
    let forPixels: Int
    /// A master's file may hold its samples as they are.
    private let longestMaster: Int

    var size: Int { forPixels + max(longestMaster, Self.longestPicture) }

    init(limits: DecodeLimits) {
        forPixels = limits.pixels * 8
        longestMaster = forPixels + Self.besideSamples
    }

    func longestFile(for wish: DecodeWish) -> Int {
        wish == .master ? longestMaster : Self.longestPicture
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
    static let size = 64
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
    /// What a master's samples are.
    var layers = MasterLayers()

    static let reasons: [DecodeError.Reason] = [
        .unknownFormat, .tooLarge, .damaged, .timedOut, .crashed,
    ]

    var bytes: [UInt8] {
        [outcome, width, height, fullWidth, fullHeight, touched, detailLength, layers.rawValue]
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

    init(_ layers: MasterLayers, width: Int, height: Int) {
        self.init(
            width: width, height: height, fullWidth: width, fullHeight: height,
            touched: width * height * 8)
        self.layers = layers
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
        layers = MasterLayers(rawValue: numbers[7])
        guard (0...Self.reasons.count).contains(outcome), (0...capacity).contains(touched),
            (0...Self.longestDetail).contains(detailLength)
        else { return nil }
        guard outcome == 0 else { return }
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width > 0, height > 0, !overflow,
            pixels <= capacity / (layers.isEmpty ? 3 : 8), fullWidth >= width,
            fullHeight >= height, max(fullWidth, fullHeight) <= Int32.max
        else { return nil }
    }
}

/// What the samples of a master are.
struct MasterLayers: OptionSet, Hashable, Sendable {
    let rawValue: Int

    static let alpha = Self(rawValue: 1)
    /// Sixteen bits a sample.
    static let deep = Self(rawValue: 2)
    /// One channel, which is three times in the picture.
    static let grey = Self(rawValue: 4)
}

private func littleEndian(_ number: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
}

private func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
}
