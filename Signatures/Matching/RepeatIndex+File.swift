// An index as a file: opened and verified, or written beside its place and moved there.

internal import Foundation
internal import Glibc
internal import SelvageTypes

extension RepeatIndex {
    /// What names the index of some features: they, in their order, and the form.
    static func key(of features: [[UInt8]]) -> [UInt8] {
        var bytes = RepeatIndexForm.mark
        bytes.append(number: RepeatIndexForm.version)
        bytes.reserveCapacity(bytes.count + features.count * RepeatIndexForm.digestBytes)
        for one in features { bytes += one }
        return Digest(of: bytes).bytes
    }

    /// Opens the index of some features.
    ///
    /// Head and tables are verified; lists and repeats are when they are first used.
    ///
    /// - Throws: `RepeatIndexError` for a file that is no index of these features, or damaged.
    init(file path: String, features: [Digest]) throws(RepeatIndexError) {
        let memory = try RepeatIndexMemory(reading: path)
        let form = try RepeatIndexForm(
            Array(memory.bytes(0..<RepeatIndexForm.headBytes)), size: memory.count)
        guard form.key == Self.key(of: features.map(\.bytes)) else { throw .stale }
        try self.init(verifying: memory, form)
    }

    /// Opens whatever index a file is, to take repeats over from it.
    init(file path: String) throws(RepeatIndexError) {
        let memory = try RepeatIndexMemory(reading: path)
        try self.init(
            verifying: memory,
            RepeatIndexForm(
                Array(memory.bytes(0..<RepeatIndexForm.headBytes)), size: memory.count))
    }

    private init(
        verifying memory: RepeatIndexMemory, _ form: RepeatIndexForm
    ) throws(RepeatIndexError) {
        try memory.hold(form.tables)
        for (section, digest) in zip(RepeatIndexForm.Section.tables, form.tableDigests) {
            guard memory.digest(form[section]) == digest else { throw .damaged }
        }
        self.init(memory, form, checks: RepeatIndexChecks(form))
        let isPlausible =
            entries.indices.allSatisfy { entries.row($0).isPlausible(in: form) }
            && (0..<form.lists).allSatisfy { lists.list($0).isPlausible(in: form) }
            && lists.groups.allSatisfy { $0.isPlausible(in: form) }
            && lists.groups.reduce(0, { $1.first == $0 ? $0 + $1.count : -1 }) == form.lists
        guard isPlausible else { throw .damaged }
    }

    /// Verifies every part.
    func isWhole() -> Bool {
        hasSoundLists() && entries.indices.allSatisfy { isSound(entry: $0) }
    }

    /// Verifies the lists.
    func hasSoundLists() -> Bool {
        let all = Array(0..<form.lists)
        return checks.sound(all) { verified(list: $0) }.count == all.count
    }

    /// Makes the index of some features.
    ///
    /// A file is made under another name and moved to its place when it is whole and durable; of
    /// two processes that write at once, one file stays, and both are the same.
    ///
    /// - Parameters:
    ///   - path: The file; nil for an index in memory of its own.
    ///   - features: The digests of the repeats, in their order, with their numbers of keypoints.
    ///   - old: An index from which those that it has are taken over.
    ///   - signature: Reads the others, by their numbers.
    /// - Throws: `RepeatIndexError`, or what reading throws; nothing is left behind.
    static func made(
        in path: String?, features: [(digest: Digest, keypoints: Int)], old: RepeatIndex? = nil,
        signature: (Int) throws -> RepeatSignature
    ) throws -> RepeatIndex {
        let temporary = path.map { "\($0).\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp" }
        var isPlaced = false
        defer { if !isPlaced, let temporary { unlink(temporary) } }
        var builder = try RepeatIndexBuilder(
            keypoints: features.map(\.keypoints),
            pictureBytes: features.count * RepeatIndexBuilder.mostPictureBytes, file: temporary,
            old: old)
        let known = old?.numbers ?? [:]
        for (number, one) in features.enumerated() {
            if let old, let place = known[one.digest.bytes], old.isSound(entry: place) {
                try builder.append(place, of: old)
            } else {
                try builder.append(signature(number), features: one.digest)
            }
        }
        let index = try builder.finished()
        if let path, let temporary {
            guard rename(temporary, path) == 0 else { throw RepeatIndexError.unwritable }
            isPlaced = true
            try index.memory.hold(index.form.tables)
        }
        return index
    }

    /// The numbers of the repeats by the digests of their features.
    private var numbers: [[UInt8]: Int] {
        var numbers: [[UInt8]: Int] = [:]
        for number in entries.indices {
            numbers[entries.row(number, digests: true).features] = number
        }
        return numbers
    }
}
