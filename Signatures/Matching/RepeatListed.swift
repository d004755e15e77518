// What a list of an index knows of each descriptor, in blocks of sixteen.

internal import Glibc
internal import Recognition

/// What a list of an index knows of a descriptor: what its vote is made of.
///
/// Sizes and rotations only choose bins, which are nearly five steps wide in size and twenty-eight in
/// rotation.
struct RepeatListed: Hashable, Sendable {
    /// The number of its repeat; the keypoint's flips are the two highest bits.
    private(set) var owner: UInt32
    /// The keypoint's scale, in twelfths of octaves from an eighth on.
    private(set) var size: UInt8
    /// The keypoint's angle, in parts of 256 of half a turn.
    private(set) var turn: UInt8

    private static let stepsInOctave: Float = 12
    private static let leastOctave: Float = -3
    private static let turns: Float = 256

    init(entry: Int, point: LocalFeatures.Keypoint) {
        owner = UInt32(entry) | UInt32(point.flips & 3) << 30
        let steps = (log2f(point.scale) - Self.leastOctave) * Self.stepsInOctave
        size = steps > 0 ? UInt8(min(255, steps.rounded())) : 0
        turn = UInt8(max(0, min(255, point.angle / .pi * Self.turns)))
    }

    fileprivate init(owner: UInt32, size: UInt8, turn: UInt8) {
        (self.owner, self.size, self.turn) = (owner, size, turn)
    }

    var entry: Int { Int(owner & (1 << 30 - 1)) }
    var flips: UInt8 { UInt8(owner >> 30) }
    /// The binary logarithm of the keypoint's scale, within a twenty-fourth.
    var octave: Float { Float(size) / Self.stepsInOctave + Self.leastOctave }
    /// The keypoint's angle, within four tenths of a degree.
    var angle: Float { (Float(turn) + 0.5) / Self.turns * .pi }

    /// The same of another repeat.
    func owned(by entry: Int) -> Self {
        Self(owner: owner & 3 << 30 | UInt32(entry), size: size, turn: turn)
    }
}

/// A block of a list: the codes of sixteen descriptors, their owners, their sizes and turns.
enum RepeatListBlock {
    static let bytes = CodeBlocks.bytes + DescriptorBlocks.size * 6
    private static let owners = CodeBlocks.bytes
    private static let sizes = owners + DescriptorBlocks.size * 4
    private static let turns = sizes + DescriptorBlocks.size

    /// The bytes of so many places, which are whole blocks.
    static func bytes(of places: Int) -> Int { places / DescriptorBlocks.size * bytes }

    /// Where the block of a place begins, from the start of its section.
    static func start(of place: Int) -> Int { bytes(of: place) }

    /// What is known of the descriptor at a place of a section.
    static func listed(_ place: Int, _ section: UnsafeRawPointer) -> RepeatListed {
        let (block, lane) = (section + start(of: place), place % DescriptorBlocks.size)
        return RepeatListed(
            owner: block.loadUnaligned(fromByteOffset: owners + 4 * lane, as: UInt32.self),
            size: block.load(fromByteOffset: sizes + lane, as: UInt8.self),
            turn: block.load(fromByteOffset: turns + lane, as: UInt8.self))
    }

    /// Writes a descriptor's code and what is known of it to a place of a section.
    static func store(
        _ listed: RepeatListed, code: UnsafePointer<UInt8>, at place: Int,
        of section: UnsafeMutableRawPointer
    ) {
        let (block, lane) = (section + start(of: place), place % DescriptorBlocks.size)
        CodeBlocks.lay(code, at: lane, of: block.assumingMemoryBound(to: UInt8.self))
        block.storeBytes(of: listed.owner, toByteOffset: owners + 4 * lane, as: UInt32.self)
        block.storeBytes(of: listed.size, toByteOffset: sizes + lane, as: UInt8.self)
        block.storeBytes(of: listed.turn, toByteOffset: turns + lane, as: UInt8.self)
    }

    /// Takes the code from a place of a section.
    static func takeCode(
        from place: Int, of section: UnsafeRawPointer, into room: UnsafeMutablePointer<UInt8>
    ) {
        CodeBlocks.take(
            from: place % DescriptorBlocks.size,
            of: (section + start(of: place)).assumingMemoryBound(to: UInt8.self), into: room)
    }
}
