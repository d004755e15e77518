// The last checkpoint of the ledger, in a file beside its folder.

internal import Foundation
public import SelvageTypes

/// The last checkpoint of a ledger, in a file beside the ledger's folder.
///
/// A ledger folder that is put back from an older backup does not continue it and is refused. Where
/// no newer backup is left, removing the file is how a person says that the loss is known.
public struct LedgerCheckpointFile: CheckpointMemory {
    private static let limitInBytes = 1 << 20
    /// The file's path.
    public let place: String
    private let folder: String

    /// Opens the folder that the file is kept in, or makes it.
    ///
    /// - Throws: `StoreError`.
    public init(in folder: String) throws(StoreError) {
        try DurableFiles.makeFolder(folder)
        self.folder = folder
        place = "\(folder)/last-checkpoint"
        DurableFiles.removeUnfinished(in: folder)
    }

    /// The checkpoint as it was remembered; nil when none ever was.
    ///
    /// - Throws: `StoreError`.
    public func remembered() throws -> [UInt8]? {
        guard DurableFiles.exists(place) else { return nil }
        let bytes = try DurableFiles.read(place)
        guard bytes.count <= Self.limitInBytes else {
            throw StoreError(
                .damaged, at: place, detail: "The remembered checkpoint is too long to be one.")
        }
        return bytes
    }

    /// Remembers a checkpoint in place of the last one.
    ///
    /// - Throws: `StoreError`.
    public func remember(_ checkpoint: [UInt8]) throws {
        try DurableFiles.write(checkpoint, to: place, mode: 0o600, through: folder)
    }
}
