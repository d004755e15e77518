// How far each licensor's history of findings has been told to the ledger.

internal import Foundation
internal import SelvageTypes

/// How far histories have been told to the ledger, one file a history.
///
/// A mark only saves work: the ledger does not take the same entry twice, so a mark that is lost or
/// too low does no harm. One that is too high would, so a mark holds only for a ledger that has at
/// least the entries it had when the mark was set: of a ledger that was put back from an older
/// backup, everything is told again.
public struct LedgerMarks: Sendable {
    private let path: String

    /// Opens the folder, or makes it.
    ///
    /// - Throws: `StoreError`.
    public init(_ path: String) throws(StoreError) {
        try DurableFiles.makeFolder(path)
        self.path = path
        DurableFiles.removeUnfinished(in: path)
    }

    /// The last entry of a history that was told to a ledger; 0 for none.
    ///
    /// - Parameters:
    ///   - history: Whose history it is: a licensor, or another name that is used for one only.
    ///   - size: The entries that the ledger has.
    public func mark(of history: String, in size: UInt64) -> Int64 {
        guard let bytes = try? DurableFiles.read(file(history)) else { return 0 }
        let numbers = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard numbers.count == 2, let sequence = Int64(numbers[0]),
            let had = UInt64(numbers[1]), had <= size
        else { return 0 }
        return sequence
    }

    /// Notes the last entry that was told, and how many entries the ledger had then.
    ///
    /// - Throws: `StoreError`.
    public func set(
        _ sequence: Int64, of history: String, in size: UInt64
    ) throws(StoreError) {
        try DurableFiles.write(
            Array("\(sequence) \(size)".utf8), to: file(history), mode: 0o600, through: path)
    }

    private func file(_ history: String) -> String { "\(path)/\(Digest(of: history).hex)" }
}
