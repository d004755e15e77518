// The tables of an index: where each repeat and each list lies, and what it must digest to.

internal import Recognition
internal import SelvageTypes

/// A repeat of an index, as its table has it.
struct RepeatIndexRow {
    var width: UInt32 = 0
    var height: UInt32 = 0
    var first = 0
    var count = 0
    var lumaWidth = 0
    var lumaHeight = 0
    var swatchWidth = 0
    var swatchHeight = 0
    /// Where its luma begins, counted from the section's start; its colours follow.
    var picture = 0
    /// The SHA-256 of its features' file; zeros where there is none.
    var features = RepeatIndexForm.noDigest
    /// The SHA-256 of the digests of its keypoints, descriptors and pictures.
    var digest = RepeatIndexForm.noDigest

    var places: Range<Int> { first..<first + DescriptorBlocks.places(for: count) }
    var lumaBytes: Int { lumaWidth * lumaHeight }
    var pictureBytes: Int { lumaBytes + swatchWidth * swatchHeight * 3 }

    func write(_ memory: RepeatIndexMemory, at place: Int) {
        memory.store(width, at: place)
        memory.store(height, at: place + 4)
        memory.store(UInt64(first), at: place + 8)
        memory.store(UInt64(picture), at: place + 16)
        let sizes = [count, lumaWidth, lumaHeight, swatchWidth, swatchHeight]
        for (number, value) in sizes.enumerated() {
            memory.store(UInt32(value), at: place + 24 + 4 * number)
        }
        memory.store(features, at: place + 48)
        memory.store(digest, at: place + 80)
    }

    init() {}

    /// Reads a row; its digests only where they are needed.
    init(_ memory: RepeatIndexMemory, at place: Int, digests: Bool = true) {
        func number(_ offset: Int) -> Int { Int(memory.number(place + offset, UInt32.self)) }
        func long(_ offset: Int) -> Int {
            Int(min(memory.number(place + offset, UInt64.self), 1 << 48))
        }
        width = memory.number(place, UInt32.self)
        height = memory.number(place + 4, UInt32.self)
        first = long(8)
        picture = long(16)
        (count, lumaWidth, lumaHeight) = (number(24), number(28), number(32))
        (swatchWidth, swatchHeight) = (number(36), number(40))
        guard digests else { return }
        features = Array(memory.bytes(place + 48..<place + 80))
        digest = Array(memory.bytes(place + 80..<place + 112))
    }

    /// Whether it lies within the sections of an index.
    func isPlausible(in form: RepeatIndexForm) -> Bool {
        (1...1_000_000).contains(width) && (1...1_000_000).contains(height)
            && count <= RepeatSignature.mostKeypoints && first % DescriptorBlocks.size == 0
            && places.upperBound <= form.places
            && (1...RepeatSignature.longestSide).contains(lumaWidth)
            && (1...RepeatSignature.longestSide).contains(lumaHeight)
            && (1...RepeatSignature.longestSide).contains(swatchWidth)
            && (1...RepeatSignature.longestSide).contains(swatchHeight)
            && picture + pictureBytes <= form[.pictures].count
    }
}

/// A list of an index, as its table has it.
struct RepeatIndexList {
    var first = 0
    var count = 0
    /// The SHA-256 of its blocks.
    var digest = RepeatIndexForm.noDigest

    var places: Range<Int> { first..<first + DescriptorBlocks.places(for: count) }

    func write(_ memory: RepeatIndexMemory, at place: Int) {
        memory.store(UInt64(first), at: place)
        memory.store(UInt64(count), at: place + 8)
        memory.store(digest, at: place + 16)
    }

    init(first: Int, count: Int) { (self.first, self.count) = (first, count) }

    /// Reads a row; its digest only where it is needed.
    init(_ memory: RepeatIndexMemory, at place: Int, digests: Bool = true) {
        first = Int(min(memory.number(place, UInt64.self), 1 << 48))
        count = Int(min(memory.number(place + 8, UInt64.self), 1 << 48))
        guard digests else { return }
        digest = Array(memory.bytes(place + 16..<place + 48))
    }

    func isPlausible(in form: RepeatIndexForm) -> Bool {
        first % DescriptorBlocks.size == 0 && places.upperBound <= form.listPlaces
    }
}

/// A group of lists: which they are, and where their centres begin.
struct RepeatIndexGroup: Sendable {
    var first: Int
    var count: Int
    /// The place of the first centre in the section, which begins a block.
    var centre: Int

    func write(_ memory: RepeatIndexMemory, at place: Int) {
        memory.store(UInt32(first), at: place)
        memory.store(UInt32(count), at: place + 4)
        memory.store(UInt64(centre), at: place + 8)
    }

    init(first: Int, count: Int, centre: Int) {
        (self.first, self.count, self.centre) = (first, count, centre)
    }

    init(_ memory: RepeatIndexMemory, at place: Int) {
        first = Int(memory.number(place, UInt32.self))
        count = Int(memory.number(place + 4, UInt32.self))
        centre = Int(min(memory.number(place + 8, UInt64.self), 1 << 48))
    }

    func isPlausible(in form: RepeatIndexForm) -> Bool {
        first + count <= form.lists && centre % DescriptorBlocks.size == 0
            && (centre + DescriptorBlocks.places(for: count)) * LocalFeatures.descriptorBytes
                <= form[.centres].count
    }
}
