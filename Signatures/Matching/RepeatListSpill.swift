// What goes into the lists of an index, sorted roughly until the lists are laid out.

internal import CMapped
internal import Glibc
internal import Recognition

/// What goes into the lists of an index, in ranges of lists, until the lists are laid out.
///
/// Descriptors come by repeat and are laid out by list, and those of a million repeats do not fit in memory:
/// so each range of lists has its records one after another, in a file once they are many.
final class RepeatListSpill {
    /// The records of a range, in the order in which they came.
    struct Records {
        fileprivate let bytes: [UInt8]

        var count: Int { bytes.count / recordBytes }

        /// The list of a record.
        func list(of number: Int) -> Int {
            bytes.withUnsafeBytes {
                Int($0.loadUnaligned(fromByteOffset: number * recordBytes, as: UInt32.self))
            }
        }

        /// What is known of the descriptor of a record.
        func listed(of number: Int) -> RepeatListed {
            bytes.withUnsafeBytes {
                $0.loadUnaligned(fromByteOffset: number * recordBytes + 4, as: RepeatListed.self)
            }
        }

        /// Hands out the code of a record.
        func withCode(of number: Int, _ body: (UnsafePointer<UInt8>) -> Void) {
            precondition(number < count, "A record of the range.")
            bytes.withUnsafeBufferPointer {
                guard let start = $0.baseAddress else { return }
                body(start + number * recordBytes + codeOffset)
            }
        }
    }

    private static let codeOffset = 4 + MemoryLayout<RepeatListed>.size
    private static let recordBytes = codeOffset + DescriptorCodebook.codeBytes
    /// Bytes of records in a range, on average.
    private static let rangeBytes = 64 << 20
    /// Whole records of about half a megabyte, which are written at once.
    private static let partBytes = (512 << 10) / recordBytes * recordBytes

    /// Lists in each range.
    private let listsInRange: Int
    private let path: String?
    private var file: Int32 = -1
    private var end = 0
    private var held: [[UInt8]]
    private var parts: [[Int]]

    /// Room for records.
    ///
    /// - Parameters:
    ///   - lists: How many lists there are.
    ///   - expected: About how many records will come.
    ///   - path: The name of a file that is made when they are many, and is gone from its folder at once;
    ///     nil keeps them in memory.
    init(lists: Int, expected: Int, path: String?) {
        let ranges = max(1, min(lists, expected * Self.recordBytes / Self.rangeBytes + 1))
        listsInRange = max(1, (lists + ranges - 1) / ranges)
        self.path = ranges > 1 ? path : nil
        held = Array(repeating: [], count: ranges)
        parts = Array(repeating: [], count: ranges)
    }

    deinit { if file >= 0 { close(file) } }

    /// The ranges of lists, in rising order.
    var ranges: Range<Int> { held.indices }

    /// The lists of a range, of so many.
    func lists(of range: Int, among lists: Int) -> Range<Int> {
        min(lists, range * listsInRange)..<min(lists, (range + 1) * listsInRange)
    }

    /// Adds a record.
    func append(
        list: Int, _ listed: RepeatListed, code: UnsafePointer<UInt8>
    ) throws(RepeatIndexError) {
        let range = list / listsInRange
        withUnsafeBytes(of: UInt32(list)) { held[range].append(contentsOf: $0) }
        withUnsafeBytes(of: listed) { held[range].append(contentsOf: $0) }
        held[range].append(
            contentsOf: UnsafeBufferPointer(start: code, count: DescriptorCodebook.codeBytes))
        if path != nil, held[range].count >= Self.partBytes { try write(range) }
    }

    private func write(_ range: Int) throws(RepeatIndexError) {
        if file < 0, let path {
            file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .unwritable }
            unlink(path)
        }
        var done = 0
        while done < held[range].count {
            let written = held[range].withUnsafeBytes {
                pwrite(file, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(end + done))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .unwritable }
            done += written
        }
        parts[range].append(end)
        end += held[range].count
        held[range].removeAll(keepingCapacity: true)
    }

    /// Takes the records of a range out; the file gives its room back where it can.
    func take(_ range: Int) throws(RepeatIndexError) -> Records {
        guard !parts[range].isEmpty else {
            defer { held[range] = [] }
            return Records(bytes: held[range])
        }
        let written = parts[range].count * Self.partBytes
        var bytes = [UInt8](repeating: 0, count: written + held[range].count)
        for (number, start) in parts[range].enumerated() {
            var done = 0
            while done < Self.partBytes {
                let read = bytes.withUnsafeMutableBytes {
                    pread(
                        file, $0.baseAddress.map { $0 + number * Self.partBytes + done },
                        Self.partBytes - done, off_t(start + done))
                }
                if read < 0, errno == EINTR { continue }
                guard read > 0 else { throw .unreadable }
                done += read
            }
            selvage_give_room_back(file, start, Self.partBytes)
        }
        bytes.replaceSubrange(written..., with: held[range])
        (held[range], parts[range]) = ([], [])
        return Records(bytes: bytes)
    }
}
