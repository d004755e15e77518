// The folder of keys and secrets: each in its own file, encrypted under one key.

internal import Crypto
public import Foundation

/// A folder of keys and secrets, encrypted under one key-encryption key.
///
/// That key is `SELVAGE_KEK` (32 bytes in base64), or systemd's credential `selvage-kek`, or the
/// file `kek` here with mode 0600, made when it is missing and nothing depends on it. Names are
/// 1 to 64 of `a-z 0-9 . _ -`, not starting with a dot.
public struct KeyFolder: Sendable {
    /// The folder's path.
    public let path: String
    let key: KeyEncryptionKey

    /// Opens the folder, or makes it, mode 0700.
    ///
    /// - Throws: `StoreError`; `.keyExposed` when others can read the key file.
    public init(
        _ path: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(StoreError) {
        try DurableFiles.makeFolder(path)
        DurableFiles.removeUnfinished(in: path)
        self.path = path
        key = try KeyEncryptionKey(folder: path, environment: environment)
    }

    /// A webhook secret.
    ///
    /// - Parameter creating: Whether one is made when there is none.
    /// - Throws: `StoreError`; `.missing` when there is none.
    public func secret(named name: String, creating: Bool = false) throws(StoreError)
        -> WebhookSecret
    {
        if let bytes = try open(.webhook, name) { return WebhookSecret(stored: bytes) }
        guard creating else { throw missing(.webhook, name) }
        let secret = WebhookSecret()
        try keep(secret.bytes, .webhook, name)
        return secret
    }

    /// Keeps a secret that the other side gave.
    ///
    /// - Throws: `StoreError`; `.exists` when another one has this name and is not to be replaced.
    public func keep(_ secret: WebhookSecret, named name: String, replacing: Bool = false)
        throws(StoreError)
    {
        if !replacing, let known = try open(.webhook, name), known != secret.bytes {
            throw exists(.webhook, name)
        }
        try keep(secret.bytes, .webhook, name)
    }

    /// An Ed25519 signing key.
    ///
    /// - Parameter creating: Whether one is made when there is none.
    /// - Throws: `StoreError`; `.missing` when there is none.
    public func signingKey(named name: String, creating: Bool = true) throws(StoreError)
        -> SigningKey
    {
        if let bytes = try open(.signing, name) {
            guard let key = SigningKey(rawBytes: bytes) else {
                throw StoreError(
                    .badKey, at: place(.signing, name),
                    detail: "This is not an Ed25519 key. Restore the file from a backup.")
            }
            return key
        }
        guard creating else { throw missing(.signing, name) }
        let key = SigningKey()
        try keep(Array(key.privateKey.rawRepresentation), .signing, name)
        return key
    }

    /// Keeps a signing key that was made elsewhere.
    ///
    /// - Throws: `StoreError`; `.exists` when another one has this name and is not to be replaced.
    public func keep(_ key: SigningKey, named name: String, replacing: Bool = false)
        throws(StoreError)
    {
        let bytes = Array(key.privateKey.rawRepresentation)
        if !replacing, let known = try open(.signing, name), known != bytes {
            throw exists(.signing, name)
        }
        try keep(bytes, .signing, name)
    }

    /// The names of the webhook secrets and of the signing keys, sorted.
    public func names() -> (secrets: [String], signingKeys: [String]) {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        func names(_ kind: SealedRecord.Kind) -> [String] {
            files.filter { $0.hasPrefix("\(kind.rawValue)-") && $0.hasSuffix(SealedRecord.suffix) }
                .map {
                    String(
                        $0.dropFirst(kind.rawValue.count + 1).dropLast(SealedRecord.suffix.count))
                }
                .sorted()
        }
        return (names(.webhook), names(.signing))
    }
}

extension KeyFolder {
    /// Trusts the public key that a server shows first, and no other one after it.
    ///
    /// - Parameter publicKey: In base64, as `Seal` has it.
    /// - Throws: `StoreError`; `.pinChanged` when the server showed another key before.
    public func pin(_ server: String, _ publicKey: String) throws(StoreError) {
        guard let known = try pinnedKey(of: server) else {
            return try write(Array(publicKey.utf8), .pin, server)
        }
        guard known == publicKey else {
            throw StoreError(
                .pinChanged, at: server,
                detail: "This server shows another public key than before, so its word is not "
                    + "taken. Ask the people who run it; if they confirm the new key, forget the "
                    + "old one and try again.")
        }
    }

    /// The public key that a server was first seen with, in base64; nil when it is not known.
    public func pinnedKey(of server: String) throws(StoreError) -> String? {
        let bytes = try SealedRecord.open(.pin, named: server, in: path, under: key)
        return bytes.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Forgets the key of a server, so that the next one it shows is trusted.
    public func forgetPin(of server: String) throws(StoreError) {
        let file = "\(path)/\(SealedRecord.file(.pin, server))"
        guard unlink(file) == 0 || errno == ENOENT else {
            throw StoreError(errno: errno, at: file, doing: "remove the file")
        }
        try DurableFiles.flushFolder(path)
    }

    private func open(_ kind: SealedRecord.Kind, _ name: String) throws(StoreError) -> [UInt8]? {
        let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        guard (1...64).contains(name.count), !name.hasPrefix("."), name.allSatisfy(letters.contains)
        else {
            throw StoreError(
                .badKey, at: path,
                detail: "A key's name is 1 to 64 of a-z, 0-9, dot, underscore and hyphen, and does "
                    + "not start with a dot.")
        }
        return try SealedRecord.open(kind, named: name, in: path, under: key)
    }

    /// Opening first checks the name, and refuses to overwrite what cannot be read.
    private func keep(_ bytes: [UInt8], _ kind: SealedRecord.Kind, _ name: String)
        throws(StoreError)
    {
        _ = try open(kind, name)
        try write(bytes, kind, name)
    }

    private func write(_ bytes: [UInt8], _ kind: SealedRecord.Kind, _ name: String)
        throws(StoreError)
    {
        try SealedRecord(bytes, kind, named: name, under: key).write(in: path)
    }

    private func place(_ kind: SealedRecord.Kind, _ name: String) -> String {
        "\(path)/\(SealedRecord.file(kind, name))"
    }

    private func missing(_ kind: SealedRecord.Kind, _ name: String) -> StoreError {
        StoreError(
            .missing, at: place(kind, name),
            detail: "There is no key or secret named \(name). Make one with `selvage keys "
                + "new \(name)`, or keep the other side's with `selvage keys add \(name)`.")
    }

    private func exists(_ kind: SealedRecord.Kind, _ name: String) -> StoreError {
        StoreError(
            .exists, at: place(kind, name),
            detail: "Another key or secret is named \(name). Choose another name, or replace it "
                + "on purpose.")
    }
}
