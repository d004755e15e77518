// A licensor's keys as sealing and verifying use them, opened from the key folder.

internal import Foundation
public import Persistence
public import Provenance
public import SelvageTypes
public import Watermarking

/// A watermark key with the payloads that were issued with it.
public struct MarkingKey: Sendable {
    /// The key.
    public let key: WatermarkKey
    /// The payloads that were issued with it.
    public let issue: PayloadIssue

    /// A key by its name and its 32 secret bytes.
    public init(name: String, secret: [UInt8]) {
        key = WatermarkKey(id: name, secret: secret)
        issue = PayloadIssue(secret: secret)
    }

    /// A licensor's watermark keys, the one that is used first; former ones still detect.
    ///
    /// - Throws: `StoreError`, or `RegisteringError` when a key cannot be used.
    public static func keys(of licensor: String, in folder: KeyFolder) throws -> [MarkingKey] {
        try (folder.ring(.watermark, of: licensor)?.keys ?? []).map { kept in
            guard kept.secret.count == 32 else {
                throw RegisteringError(
                    .unusableKey, "The key \(kept.name) of \(licensor) is damaged; restore it.")
            }
            return MarkingKey(name: kept.name, secret: kept.secret)
        }
    }

    /// Gives a licensor a new watermark key, which is used from now on.
    ///
    /// - Throws: `StoreError`.
    @discardableResult
    public static func rotate(
        of licensor: String, in folder: KeyFolder, at moment: Instant,
        using random: inout some RandomNumberGenerator
    ) throws -> String {
        let secret = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return try folder.add(secret, to: .watermark, of: licensor, at: moment).current.name
    }
}

/// The key that signs a licensor's manifests, with its certificates.
public struct ManifestIdentity: Sendable {
    /// Who signs.
    public let signer: ManifestSigner
    /// The key's name in the key folder.
    public let name: String
    /// Whether the certificates are our own, so that others see a valid signature of an unknown
    /// signer.
    public let isDevelopment: Bool
    /// The certificates in PEM, the signer's first.
    public let chain: String
    /// The certificate of our own authority in PEM; nil when another authority vouches.
    public let authority: String?

    /// Every identity of a licensor, the one that is used first.
    ///
    /// - Throws: `StoreError`, `ManifestError`, or `RegisteringError` when one is damaged.
    public static func identities(of licensor: String, in folder: KeyFolder) throws -> [Self] {
        try (folder.ring(.manifest, of: licensor)?.keys ?? []).map { kept in
            guard
                let stored = try? JSONDecoder().decode(
                    StoredIdentity.self, from: Data(kept.secret))
            else {
                throw RegisteringError(
                    .unusableKey, "The key \(kept.name) of \(licensor) is damaged; restore it.")
            }
            return Self(
                signer: try ManifestSigner(
                    key: ManifestSigner.Key(pem: stored.key), chain: stored.chain),
                name: kept.name, isDevelopment: stored.authorityKey != nil, chain: stored.chain,
                authority: stored.authority)
        }
    }

    /// Gives a licensor a new signing key with certificates of our own.
    ///
    /// Others see a valid signature of an unknown signer until they trust the authority's
    /// certificate, or a key from a known authority is kept instead.
    ///
    /// - Parameter organisation: The house that signs, as certificates name it.
    /// - Throws: `StoreError`, `ManifestError`.
    public static func makeDevelopment(
        of licensor: String, organisation: String, in folder: KeyFolder, at moment: Instant,
        using random: inout some RandomNumberGenerator
    ) throws {
        let made = try DevelopmentCertificates.make(
            organisation: organisation, name: "\(organisation) sealing", at: moment,
            using: &random)
        try keep(
            StoredIdentity(
                key: made.key, chain: made.chain, authority: made.authority,
                authorityKey: made.authorityKey), of: licensor, in: folder, at: moment)
    }

    /// Keeps a signing key with certificates from another authority, used from now on.
    ///
    /// - Parameters:
    ///   - key: The private key in PEM.
    ///   - chain: The certificates in PEM, the key's own first.
    /// - Throws: `StoreError`, or `ManifestError` when they do not belong together.
    public static func keep(
        key: String, chain: String, of licensor: String, in folder: KeyFolder, at moment: Instant
    ) throws {
        _ = try ManifestSigner(key: ManifestSigner.Key(pem: key), chain: chain)
        try keep(
            StoredIdentity(key: key, chain: chain, authority: nil, authorityKey: nil),
            of: licensor, in: folder, at: moment)
    }

    private static func keep(
        _ identity: StoredIdentity, of licensor: String, in folder: KeyFolder, at moment: Instant
    ) throws {
        let secret = Array(try JSONEncoder().encode(identity))
        try folder.add(secret, to: .manifest, of: licensor, at: moment)
    }
}

/// An identity as its encrypted file has it.
private struct StoredIdentity: Codable {
    let key: String
    let chain: String
    let authority: String?
    let authorityKey: String?
}

/// What sealing needs of a licensor's keys.
public struct LicensorKeys: Sendable {
    /// The key that marks.
    public let marking: MarkingKey
    /// The key that signs.
    public let identity: ManifestIdentity

    /// Keys by themselves.
    public init(marking: MarkingKey, identity: ManifestIdentity) {
        (self.marking, self.identity) = (marking, identity)
    }

    /// A licensor's keys; those that are missing are made.
    ///
    /// - Throws: `StoreError`, `ManifestError`, `RegisteringError`.
    public static func opened(
        of licensor: String, in folder: KeyFolder, at moment: Instant
    ) throws -> LicensorKeys {
        // Keys must not be guessed: no other source of randomness is ever used here.
        var random = SystemRandomNumberGenerator()
        if try folder.ring(.watermark, of: licensor) == nil {
            try MarkingKey.rotate(of: licensor, in: folder, at: moment, using: &random)
        }
        if try folder.ring(.manifest, of: licensor) == nil {
            try ManifestIdentity.makeDevelopment(
                of: licensor, organisation: organisation(of: licensor), in: folder, at: moment,
                using: &random)
        }
        guard let marking = try MarkingKey.keys(of: licensor, in: folder).first,
            let identity = try ManifestIdentity.identities(of: licensor, in: folder).first
        else { throw RegisteringError(.unusableKey, "The keys of \(licensor) are missing.") }
        return LicensorKeys(marking: marking, identity: identity)
    }

    /// How certificates name a licensor: the last word of its address, at most 64 characters.
    public static func organisation(of licensor: String) -> String {
        let last = licensor.split(whereSeparator: { $0 == "/" || $0 == ":" }).last ?? "licensor"
        return String(last.prefix(50))
    }
}
