// The ledger of a data folder: opened when it is first needed, once for the whole process.

public import Persistence
public import Provenance
internal import Synchronization

extension Workspace {
    /// The ledger of the data folder, opened at its first use.
    ///
    /// - Parameter origin: The log's name; when left out, an existing log keeps its name and a new
    ///   one is named after its key.
    /// - Throws: `StoreError` when another process writes it or its key cannot be read.
    public func ledger(origin: String? = nil) throws -> Ledger {
        try ledgerRoom.ledger {
            Ledger(
                try LedgerFolder(writing: Self.ledgerPath(in: folder.path)),
                identity: LedgerIdentity(
                    try keys.signingKey(named: Self.ledgerKeyName, creating: true).privateKey),
                origin: origin,
                memory: try LedgerCheckpointFile(in: "\(folder.path)/ledger-private"))
        }
    }

    /// The salts of the ledger's commitments.
    ///
    /// - Throws: `StoreError`.
    public func ledgerSalts() throws(StoreError) -> LedgerSalts {
        try LedgerSalts("\(folder.path)/ledger-private/salts")
    }

    /// What tells the ledger of findings, cases, and the agreements of a licensing server here.
    ///
    /// - Throws: `StoreError` when another process writes it or its key cannot be read,
    ///   `LicensingStoreError`.
    public func ledgerFeed() throws -> LedgerFeed {
        LedgerFeed(
            store: store, licensing: try licensing(), ledger: try ledger(),
            salts: try ledgerSalts(), marks: try LedgerMarks("\(folder.path)/ledger-private/marks"))
    }

    /// The licensing server's books in this data folder; nil where there are none.
    ///
    /// - Throws: `LicensingStoreError`.
    public func licensing() throws -> LicensingStore? {
        guard LicensingStore.isThere(folder: folder.path) else { return nil }
        return try LicensingStore(folder: folder.path)
    }

    /// The folder of a data folder's ledger.
    public static func ledgerPath(in folder: String) -> String { "\(folder)/ledger" }

    /// The name of the ledger's key among the signing keys.
    public static let ledgerKeyName = "ledger"
}

/// The one ledger that all copies of a workspace share.
final class LedgerRoom: Sendable {
    // Two tasks may ask first at the same time; the second one then gets the first one's.
    private let opened = Mutex<Ledger?>(nil)

    func ledger(_ open: () throws -> Ledger) throws -> Ledger {
        try opened.withLock { known in
            if let known { return known }
            let ledger = try open()
            known = ledger
            return ledger
        }
    }
}
