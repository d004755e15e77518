// Numbers for assets and their seals: the registry that traces a payload to its asset.

internal import Foundation
internal import GRDB
public import SelvageTypes

extension LicensingTransaction {
    /// The number of an asset, issued now when it has none.
    ///
    /// - Parameters:
    ///   - master: SHA-256 of the file that is to be sealed.
    ///   - request: SHA-256 of what is asked for.
    /// - Throws: `LicensingStoreError` when all numbers are issued.
    public func issueNumber(
        to asset: String, of licensor: String, master: Digest, request: Digest
    ) throws -> UInt32 {
        if let known = try seal(ofAsset: asset, licensor: licensor) { return known.number }
        let last =
            try Int64.fetchOne(
                database, sql: "SELECT MAX(number) FROM seal WHERE licensor = ?",
                arguments: [licensor]) ?? 0
        guard last < UInt32.max else {
            throw LicensingStoreError(
                reason: .failed, detail: "All 4,294,967,295 numbers of \(licensor) are issued.")
        }
        try database.execute(
            sql: """
                INSERT INTO seal (licensor, number, asset, master, request) VALUES (?, ?, ?, ?, ?)
                """, arguments: [licensor, last + 1, asset, master.hex, request.hex])
        return UInt32(last + 1)
    }

    /// Keeps an asset's seal, in place of a former one.
    ///
    /// The number has to be issued before. Former soft bindings stay, because copies that carry
    /// them do.
    public func complete(
        _ completion: StoredSeal.Completion, number: UInt32, of licensor: String, master: Digest,
        request: Digest, ledgerIndex: UInt64?
    ) throws {
        let seal = completion.seal
        let body: JSONValue = .object([
            "seal": try JSONValue(encoding: seal), "more": completion.body,
        ])
        try database.execute(
            sql: """
                UPDATE seal SET master = ?, request = ?, file = ?, manifest = ?, label = ?,
                    body = ?, store = ?, ledger = ? WHERE licensor = ? AND number = ?
                """,
            arguments: [
                master.hex, request.hex, seal.file.hex, seal.manifest.hex, seal.manifestLabel,
                body.canonicalText, Data(completion.manifestStore),
                ledgerIndex.map { Int64($0) }, licensor, Int64(number),
            ])
        for binding in completion.softBindings {
            try database.execute(
                sql: """
                    INSERT INTO soft_binding (algorithm, value, licensor, number)
                    VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [binding.algorithm, binding.value, licensor, Int64(number)])
        }
    }
}

extension LicensingTransaction {
    /// What was issued to an asset.
    public func seal(ofAsset asset: String, licensor: String) throws -> StoredSeal? {
        try seals("licensor = ? AND asset = ?", [licensor, asset]).first
    }

    /// What was issued with a number.
    public func seal(number: UInt32, licensor: String) throws -> StoredSeal? {
        try seals("licensor = ? AND number = ?", [licensor, Int64(number)]).first
    }

    /// The seals of a file: as a master that was sealed, or as what came of one.
    public func seals(ofFile digest: Digest, licensor: String) throws -> [StoredSeal] {
        try seals(
            "licensor = ? AND (master = ? OR file = ?)", [licensor, digest.hex, digest.hex])
    }

    /// All numbers that were issued to a licensor's assets.
    public func seals(of licensor: String) throws -> [StoredSeal] {
        try seals("licensor = ?", [licensor])
    }

    /// The completed seals that a watermark's payload or a fingerprint leads to.
    ///
    /// - Parameter limit: How many at the most.
    public func seals(
        algorithm: String, value: String, limit: Int
    ) throws -> [StoredSeal] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT seal.* FROM soft_binding JOIN seal USING (licensor, number)
                WHERE algorithm = ? AND value = ? AND body IS NOT NULL
                ORDER BY licensor, number LIMIT ?
                """, arguments: [algorithm, value, limit]
        ).map(seal)
    }

    /// The manifest store of a manifest's label; nil when nothing was sealed with it.
    public func manifestStore(label: String) throws -> [UInt8]? {
        try Data.fetchOne(
            database, sql: "SELECT store FROM seal WHERE label = ?", arguments: [label]
        ).map { Array($0) }
    }

    private func seals(_ condition: String, _ arguments: StatementArguments) throws -> [StoredSeal]
    {
        try Row.fetchAll(
            database, sql: "SELECT * FROM seal WHERE \(condition) ORDER BY number",
            arguments: arguments
        ).map(seal)
    }

    private func seal(_ row: Row) throws -> StoredSeal {
        let body = try document(row["body"])
        guard let master = Digest(hex: row["master"]), let request = Digest(hex: row["request"])
        else { throw Self.damaged }
        let number: Int64 = row["number"], ledger: Int64? = row["ledger"]
        return StoredSeal(
            licensor: row["licensor"], number: UInt32(clamping: number), asset: row["asset"],
            master: master, request: request,
            seal: try body?["seal"]?.decoded(as: AssetSeal.self), body: body?["more"],
            ledgerIndex: ledger.map { UInt64(clamping: $0) })
    }

    private static var damaged: LicensingStoreError {
        LicensingStoreError(
            reason: .damaged, detail: "A seal in licensing.sqlite is not what was written.")
    }
}
