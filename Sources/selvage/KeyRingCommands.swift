// `selvage keys rotate` and `keys certificate`: a licensor's watermark and manifest keys.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import Provenance
import Registering
import SelvageTypes

/// Options that name a licensor's keys of one purpose.
struct RingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What a licensor's key is for: watermark or manifest.", valueName: "purpose"))
    var purpose: Purpose?

    @Option(help: ArgumentHelp("Whose key, an address.", valueName: "party"))
    var licensor: String?

    @Option(
        help: ArgumentHelp(
            "A manifest key in PEM from elsewhere, with --chain; without it one of our own is made.",
            valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Its certificates in PEM, the key's own first.", valueName: "file"))
    var chain: String?

    /// What a licensor's key is for.
    enum Purpose: String, ExpressibleByArgument, CaseIterable {
        case watermark, manifest

        var ring: KeyRing.Purpose { self == .watermark ? .watermark : .manifest }
    }

    /// Adds a key to the ring.
    ///
    /// - Parameter isFirst: Whether there must be none yet.
    func add(to folder: KeyFolder, isFirst: Bool) throws {
        guard let purpose = purpose?.ring, let licensor else {
            throw Failure.usage("--purpose and --licensor belong together; give both")
        }
        guard (key == nil) == (chain == nil), key == nil || purpose == .manifest else {
            throw Failure.usage("--key and --chain belong together, for manifest keys only")
        }
        let known = try folder.ring(purpose, of: licensor)
        guard !isFirst || known == nil else {
            throw Failure(
                "\(licensor): there is a \(purpose.rawValue) key; `selvage keys rotate` makes a new one and keeps the former"
            )
        }
        guard isFirst || known != nil else {
            throw Failure(
                "\(licensor): there is no \(purpose.rawValue) key; see `selvage keys new`")
        }
        try make(purpose, licensor, folder)
        let ring = try folder.ring(purpose, of: licensor)
        let kept = (ring?.keys.count ?? 1) - 1
        Terminal.line(
            "\(licensor): \(ring?.current.name ?? "") is used from now on"
                + (kept > 0 ? "; \(kept) former kept" : ""))
    }

    private func make(_ purpose: KeyRing.Purpose, _ licensor: String, _ folder: KeyFolder) throws {
        let now = SystemTimekeeper().now()
        // Keys must not be guessed: no other source of randomness is ever used here.
        var random = SystemRandomNumberGenerator()
        switch purpose {
        case .watermark:
            try MarkingKey.rotate(of: licensor, in: folder, at: now, using: &random)
        case .manifest:
            guard let key, let chain else {
                return try ManifestIdentity.makeDevelopment(
                    of: licensor, organisation: LicensorKeys.organisation(of: licensor),
                    in: folder, at: now, using: &random)
            }
            try ManifestIdentity.keep(
                key: Self.text(key), chain: Self.text(chain), of: licensor, in: folder, at: now)
        }
    }

    private static func text(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Failure("\(path): cannot be read; check the path and its permissions")
        }
        return text
    }
}

struct KeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a licensor's new watermark or manifest key; former ones are kept.",
        discussion: """
            Marks of former keys are still found, and manifests signed with them still hold.

            Example:
              selvage keys rotate --purpose watermark --licensor https://parties.example/studio-marlow
            """)

    @OptionGroup var ring: RingOptions
    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let keys = try Preparation.workspace(try data.folder(), for: "keys rotate").keys
        try ring.add(to: keys, isFirst: false)
    }
}

struct KeysCertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate",
        abstract: "Print the certificate by which others can trust a licensor's manifests.",
        discussion: """
            Of our own authority where one is used; else the signer's chain. Nothing secret.

            Example:
              selvage keys certificate --licensor https://parties.example/studio-marlow > marlow.pem
              selvage asset verify fern.sealed.png --catalogue catalogue --trust marlow.pem
            """)

    @Option(help: ArgumentHelp("Whose certificate, an address.", valueName: "party"))
    var licensor: String

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let keys = try Preparation.workspace(try data.folder(), for: "keys certificate").keys
        guard let identity = try ManifestIdentity.identities(of: licensor, in: keys).first else {
            throw Failure("\(licensor): there is no manifest key; see `selvage keys new`")
        }
        Terminal.line((identity.authority ?? identity.chain).trimmingCharacters(in: .newlines))
    }
}
