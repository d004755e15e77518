// One secret in a file: encrypted and authenticated, bound to its kind and name.

internal import Crypto
internal import Foundation
internal import SelvageTypes

/// One secret in a file of the key folder.
///
/// AES-256-GCM with a random nonce; kind and name are associated data, so that a file put in
/// another's place does not open.
///
/// - Source: NIST SP 800-38D.
struct SealedRecord: Codable {
    /// What the names of these files end with.
    static let suffix = ".sealed"

    /// What a secret is for.
    enum Kind: String, Codable, CaseIterable {
        case webhook, signing, pin, watermark, manifest
    }

    private var format = 1
    private let kind: Kind
    private let name: String
    /// Nonce, ciphertext and tag.
    private let sealed: Data

    /// Encrypts a secret.
    init(_ secret: [UInt8], _ kind: Kind, named name: String, under key: KeyEncryptionKey)
        throws(StoreError)
    {
        self.kind = kind
        self.name = name
        do {
            let box = try AES.GCM.seal(
                secret, using: key.key, authenticating: Self.bound(kind, name))
            guard let combined = box.combined else { throw CryptoKitError.incorrectParameterSize }
            sealed = combined
        } catch {
            throw StoreError(.failed, at: name, detail: "The secret could not be encrypted.")
        }
    }

    /// The file of a secret.
    ///
    /// Names of servers and licensors have characters that file names must not have.
    static func file(_ kind: Kind, _ name: String) -> String {
        switch kind {
        case .pin, .watermark, .manifest:
            "\(kind.rawValue)-\(Data(SHA256.hash(data: Array(name.utf8))).hex)\(suffix)"
        case .webhook, .signing: "\(kind.rawValue)-\(name)\(suffix)"
        }
    }

    /// The names of all secrets of a kind whose files hide them, sorted.
    ///
    /// A file that is not one of ours, or does not stand under its own name, is passed over here;
    /// whoever opens it is told.
    static func names(_ kind: Kind, in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let names = files.compactMap { file -> String? in
            guard file.hasPrefix("\(kind.rawValue)-"), file.hasSuffix(suffix),
                let bytes = try? DurableFiles.read("\(folder)/\(file)"),
                let record = try? JSONDecoder().decode(SealedRecord.self, from: Data(bytes)),
                Self.file(kind, record.name) == file
            else { return nil }
            return record.name
        }
        return names.sorted()
    }

    /// Reads a file and decrypts it.
    ///
    /// - Returns: nil when there is no such secret.
    /// - Throws: `StoreError`; `.altered` when it does not open under this key.
    static func open(
        _ kind: Kind, named name: String, in folder: String, under key: KeyEncryptionKey
    ) throws(StoreError) -> [UInt8]? {
        let path = "\(folder)/\(file(kind, name))"
        guard DurableFiles.exists(path) else { return nil }
        let bytes = try DurableFiles.read(path)
        do {
            let record = try JSONDecoder().decode(SealedRecord.self, from: Data(bytes))
            let box = try AES.GCM.SealedBox(combined: record.sealed)
            return Array(
                try AES.GCM.open(box, using: key.key, authenticating: bound(kind, name)))
        } catch {
            throw StoreError(
                .altered, at: path,
                detail: "This secret does not open: the file was changed, or the key-encryption "
                    + "key is another one. Restore the file or the key.")
        }
    }

    /// Writes the secret, flushed, mode 0600.
    func write(in folder: String) throws(StoreError) {
        let path = "\(folder)/\(Self.file(kind, name))"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let text = try? encoder.encode(self) else {
            throw StoreError(.failed, at: path, detail: "The secret could not be written.")
        }
        try DurableFiles.write(Array(text) + [0x0a], to: path, mode: 0o600, through: folder)
    }

    private static func bound(_ kind: Kind, _ name: String) -> [UInt8] {
        Array("selvage-key-1\u{0}\(kind.rawValue)\u{0}\(name)".utf8)
    }
}
