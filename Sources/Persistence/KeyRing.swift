// A licensor's keys of one purpose: the one that is used, and the former ones that still count.

internal import Foundation
public import SelvageTypes

/// A key of a ring, which never shows its secret.
public struct KeptKey: Hashable, Sendable {
    /// What it is called: the purpose and a number that counts up.
    public let name: String
    /// When it was made.
    public let created: Instant
    /// The secret.
    ///
    /// Never log it.
    public let secret: [UInt8]
}

extension KeptKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name, never the secret.
    public var description: String { "\(name) (not shown)" }
    /// The name, never the secret.
    public var debugDescription: String { description }
    /// A mirror that shows the name only.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// A licensor's keys of one purpose.
public struct KeyRing: Hashable, Sendable {
    /// What the keys are for.
    public enum Purpose: String, Hashable, Sendable, Codable, CaseIterable {
        /// Marks: 32 bytes.
        case watermark
        /// Manifests: a signing key with its certificates.
        case manifest
    }

    /// What the keys are for.
    public let purpose: Purpose
    /// Whose they are.
    public let licensor: String
    /// The keys, the one that is used first; never empty.
    public let keys: [KeptKey]

    /// The key that is used now.
    public var current: KeptKey { keys[0] }
}

extension KeyFolder {
    /// A licensor's keys of one purpose; nil when there are none.
    ///
    /// - Throws: `StoreError`.
    public func ring(_ purpose: KeyRing.Purpose, of licensor: String) throws(StoreError)
        -> KeyRing?
    {
        guard
            let bytes = try SealedRecord.open(
                purpose.kind, named: licensor, in: path, under: key)
        else { return nil }
        guard let stored = try? JSONDecoder().decode([StoredKey].self, from: Data(bytes)),
            !stored.isEmpty
        else {
            throw StoreError(
                .badKey, at: "\(path)/\(SealedRecord.file(purpose.kind, licensor))",
                detail: "This is not a ring of keys. Restore the file from a backup.")
        }
        return KeyRing(purpose: purpose, licensor: licensor, keys: stored.map(\.kept))
    }

    /// Gives a licensor a new key, which is used from now on; former ones are kept.
    ///
    /// What was marked or signed with a former key is still recognised by it.
    ///
    /// - Throws: `StoreError`; the ring is then as it was.
    @discardableResult
    public func add(
        _ secret: [UInt8], to purpose: KeyRing.Purpose, of licensor: String, at moment: Instant
    ) throws(StoreError) -> KeyRing {
        let former = try ring(purpose, of: licensor)?.keys ?? []
        let new = KeptKey(
            name: "\(purpose.rawValue)-\(former.count + 1)", created: moment, secret: secret)
        let all = [new] + former
        guard let text = try? JSONEncoder().encode(all.map(StoredKey.init)) else {
            throw StoreError(.failed, at: path, detail: "The key could not be written.")
        }
        let record = try SealedRecord(
            Array(text), purpose.kind, named: licensor, under: key)
        try record.write(in: path)
        return KeyRing(purpose: purpose, licensor: licensor, keys: all)
    }

    /// All rings, by purpose and licensor.
    ///
    /// - Throws: `StoreError` when one does not open.
    public func rings() throws(StoreError) -> [KeyRing] {
        var rings: [KeyRing] = []
        for purpose in KeyRing.Purpose.allCases {
            for licensor in SealedRecord.names(purpose.kind, in: path) {
                if let ring = try ring(purpose, of: licensor) { rings.append(ring) }
            }
        }
        return rings
    }
}

extension KeyRing.Purpose {
    fileprivate var kind: SealedRecord.Kind {
        switch self {
        case .watermark: .watermark
        case .manifest: .manifest
        }
    }
}

/// A key as it stands in its encrypted file.
private struct StoredKey: Codable {
    let name: String
    let created: Instant
    let secret: Data

    init(_ key: KeptKey) {
        (name, created, secret) = (key.name, key.created, Data(key.secret))
    }

    var kept: KeptKey { KeptKey(name: name, created: created, secret: Array(secret)) }
}
