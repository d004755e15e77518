// The one key under which all others are kept: from the environment, a credential, or a file.

internal import Crypto
internal import Foundation

/// The key-encryption key.
struct KeyEncryptionKey: Sendable {
    let key: SymmetricKey

    /// Finds the key: `SELVAGE_KEK`, then systemd's `$CREDENTIALS_DIRECTORY/selvage-kek`, then the
    /// file `kek` of the key folder, which is made when neither it nor any sealed key is there.
    init(folder: String, environment: [String: String]) throws(StoreError) {
        if let text = environment["SELVAGE_KEK"], !text.isEmpty {
            key = try Self.parse(text, from: "SELVAGE_KEK")
            return
        }
        if let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty {
            let path = "\(directory)/selvage-kek"
            if DurableFiles.exists(path) {
                key = try Self.parse(Self.text(of: path), from: path)
                return
            }
        }
        key = try Self.fromFile(folder)
    }

    private static func fromFile(_ folder: String) throws(StoreError) -> SymmetricKey {
        let path = "\(folder)/kek"
        guard let mode = DurableFiles.mode(of: path) else { return try make(path, folder) }
        guard mode & 0o077 == 0 else {
            throw StoreError(
                .keyExposed, at: path,
                detail:
                    "Others than its owner can use this key file (mode \(String(mode, radix: 8))"
                    + "). Run chmod 600 on it, and renew the secrets if somebody may have read it.")
        }
        return try parse(text(of: path), from: path)
    }

    private static func make(_ path: String, _ folder: String) throws(StoreError) -> SymmetricKey {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard !names.contains(where: { $0.hasSuffix(SealedRecord.suffix) }) else {
            throw StoreError(
                .missing, at: path,
                detail: "There are sealed keys here, but not the key that opens them. Restore this "
                    + "file, or give the key in SELVAGE_KEK.")
        }
        let key = SymmetricKey(size: .bits256)
        let text = key.withUnsafeBytes { Data($0) }.base64EncodedString() + "\n"
        do throws(StoreError) {
            try DurableFiles.write(
                Array(text.utf8), to: path, mode: 0o600, through: folder, replacing: false)
        } catch  where error.reason == .exists {
            // Another process made one meanwhile; what it sealed must stay readable.
            return try parse(Self.text(of: path), from: path)
        }
        return key
    }

    private static func text(of path: String) throws(StoreError) -> String {
        String(decoding: try DurableFiles.read(path).prefix(1024), as: UTF8.self)
    }

    private static func parse(_ text: String, from place: String) throws(StoreError) -> SymmetricKey
    {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Data(base64Encoded: trimmed), bytes.count == 32 else {
            throw StoreError(
                .badKey, at: place,
                detail: "The key-encryption key has to be 32 bytes in base64. Make one with: "
                    + "head -c 32 /dev/urandom | base64")
        }
        return SymmetricKey(data: bytes)
    }
}
