// The licensed repeats of a catalogue with their features, as they are searched.

internal import Recognition
internal import SelvageTypes

/// Licensed repeats with their features, ready to be searched.
///
/// It lies in one piece of memory, which is a file's that many processes share, or its own.
public struct RepeatIndex: Sendable {
    /// One repeat.
    struct Entry: Sendable {
        /// The repeat's columns, in the pixels that keypoints refer to.
        let width: Float
        /// The repeat's rows.
        let height: Float
        /// The places of its keypoints in the index; the last ones may be unused.
        let points: Range<Int>
        /// How many keypoints it has.
        let count: Int
        /// The licensed luma, for the comparison pixel by pixel.
        let luma: Luma
    }

    /// The luma of a repeat, where the index has it.
    struct Luma: Sendable {
        let width: Int
        let height: Int
        fileprivate let memory: RepeatIndexMemory
        fileprivate let range: Range<Int>

        /// `width * height` bytes, rows from the top.
        var samples: UnsafeBufferPointer<UInt8> { memory.bytes(range) }
    }

    /// The repeats of an index by their numbers.
    struct Entries: Sendable {
        fileprivate let memory: RepeatIndexMemory
        fileprivate let form: RepeatIndexForm

        var count: Int { form.entries }
        var indices: Range<Int> { 0..<form.entries }

        subscript(number: Int) -> Entry {
            let row = row(number)
            let luma = form[.pictures].lowerBound + row.picture
            return Entry(
                width: Float(row.width), height: Float(row.height), points: row.places,
                count: row.count,
                luma: Luma(
                    width: row.lumaWidth, height: row.lumaHeight, memory: memory,
                    range: luma..<luma + row.lumaBytes))
        }

        func row(_ number: Int, digests: Bool = false) -> RepeatIndexRow {
            precondition(indices.contains(number), "A repeat of the index.")
            return RepeatIndexRow(
                memory, at: form[.entries].lowerBound + number * RepeatIndexForm.entryBytes,
                digests: digests)
        }
    }

    /// The keypoints of an index by their places.
    struct Points: Sendable {
        private let memory: RepeatIndexMemory
        private let range: Range<Int>

        init(_ memory: RepeatIndexMemory, _ form: RepeatIndexForm) {
            self.memory = memory
            range = form[.points]
        }

        subscript(place: Int) -> LocalFeatures.Keypoint {
            let start = range.lowerBound + place * RepeatIndexForm.pointBytes
            precondition(place >= 0 && start < range.upperBound, "A place of the index.")
            func number(_ part: Int) -> Float {
                Float(bitPattern: memory.number(start + 4 * part, UInt32.self))
            }
            return LocalFeatures.Keypoint(
                x: number(0), y: number(1), scale: number(2), angle: number(3),
                flips: UInt8(truncatingIfNeeded: memory.number(start + 16, UInt32.self)) & 3)
        }
    }

    let memory: RepeatIndexMemory
    let form: RepeatIndexForm
    /// The repeats, in the order in which their signatures were given.
    let entries: Entries
    /// The keypoints by their places; unused places hold nothing.
    let points: Points
    let checks: RepeatIndexChecks
    let lists: RepeatCoarseIndex

    init(_ memory: RepeatIndexMemory, _ form: RepeatIndexForm, checks: RepeatIndexChecks) {
        self.memory = memory
        self.form = form
        self.checks = checks
        entries = Entries(memory: memory, form: form)
        points = Points(memory, form)
        lists = RepeatCoarseIndex(memory, form)
    }

    /// An index over repeats, in memory of its own.
    public init(_ signatures: [RepeatSignature]) {
        do throws(RepeatIndexError) {
            var builder = try RepeatIndexBuilder(signatures)
            for signature in signatures { try builder.append(signature) }
            self = try builder.finished()
        } catch {
            preconditionFailure("There is no memory for an index of \(signatures.count) repeats.")
        }
    }

    /// The bytes of a part of a section, in records.
    func part(_ section: RepeatIndexForm.Section, _ places: Range<Int>, each size: Int) -> Range<
        Int
    > {
        let start = form[section].lowerBound
        return start + places.lowerBound * size..<start + places.upperBound * size
    }

    /// The colours of a repeat, at `RepeatSignature.swatchSide`.
    func swatch(of entry: Int) -> Picture {
        let row = entries.row(entry)
        let start = form[.pictures].lowerBound + row.picture + row.lumaBytes
        let count = row.swatchWidth * row.swatchHeight * 3
        return Picture(
            width: row.swatchWidth, height: row.swatchHeight,
            pixels: Array(memory.bytes(start..<start + count)))
    }
}

/// The luma of a repeat at falling sizes: half, a quarter and an eighth of the sides.
///
/// It is made when a fit is compared; a byte a sample is all that is kept of the other repeats.
struct RepeatLevels: Sendable {
    private let entry: RepeatIndex.Entry
    private let whole: LumaPlane
    private var made: [RepeatLevel?]
    static let count = 4

    init(_ entry: RepeatIndex.Entry) {
        self.entry = entry
        whole = LumaPlane(
            width: entry.luma.width, height: entry.luma.height,
            samples: entry.luma.samples.map { Float($0) } + [Float](repeating: 0, count: 64))
        made = Array(repeating: nil, count: Self.count)
    }

    /// Columns of the first level for each column of the repeat.
    var across: Float { Float(whole.width) / entry.width }

    /// The luma at a level, which is made once.
    mutating func level(_ level: Int) -> RepeatLevel {
        if let known = made[level] { return known }
        let fresh = making(level)
        made[level] = fresh
        return fresh
    }

    private func making(_ level: Int) -> RepeatLevel {
        let factor = 1 << level
        let width = max(8, (whole.width + factor / 2) / factor)
        let height = max(8, (whole.height + factor / 2) / factor)
        return RepeatLevel(
            plane: level == 0 ? whole : whole.resized(width: width, height: height, wraps: true),
            across: Float(level == 0 ? whole.width : width) / entry.width,
            down: Float(level == 0 ? whole.height : height) / entry.height)
    }
}

/// The luma of a repeat at one size.
struct RepeatLevel: Sendable {
    let plane: LumaPlane
    /// Its columns for each column of the repeat.
    let across: Float
    /// Its rows for each row of the repeat.
    let down: Float
}
