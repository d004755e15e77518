// How far each licensor's history of findings has been told to the ledger.

internal import Foundation
internal import SelvageTypes

/// How far histories have been told to the ledger, one file a history.
///
/// A mark only saves work: the ledger does not take the same entry twice, so a mark that is lost or
/// too low does no harm.
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

    /// The last entry of a licensor's history that was told; 0 for none.
    public func mark(of licensor: String) -> Int64 {
        guard let bytes = try? DurableFiles.read(file(licensor)) else { return 0 }
        return Int64(String(decoding: bytes, as: UTF8.self)) ?? 0
    }

    /// Notes the last entry that was told.
    ///
    /// - Throws: `StoreError`.
    public func set(_ sequence: Int64, of licensor: String) throws(StoreError) {
        try DurableFiles.write(
            Array("\(sequence)".utf8), to: file(licensor), mode: 0o600, through: path)
    }

    private func file(_ licensor: String) -> String { "\(path)/\(Digest(of: licensor).hex)" }
}
