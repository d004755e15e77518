// `selvage keys`: the secrets that reports are signed with and snapshots are read with.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import SelvageTypes

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Secrets of the data folder, kept encrypted.",
        discussion: """
            A scan that reports to a licensing server needs two: `licensing-webhook`, with which \
            reports are signed, and `licensing-read`, with which the agreements' snapshot is read. \
            `selvage serve` makes its own. A licensor's watermark and manifest keys are made when \
            something is first sealed, or here; they are encrypted and never shown.
            """,
        subcommands: [
            KeysListCommand.self, KeysNewCommand.self, KeysAddCommand.self,
            KeysRotateCommand.self, KeysCertificateCommand.self,
        ])
}

struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List names; nothing secret is shown.",
        discussion: "Example:\n  selvage keys list")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let keys = try Preparation.workspace(try data.folder(), for: "keys list").keys
        let names = keys.names()
        let rings = try keys.rings()
        if output.json {
            return try Terminal.json(
                Listing(
                    secrets: names.secrets, signingKeys: names.signingKeys,
                    licensorKeys: rings.flatMap(Listing.keys(of:))))
        }
        var table = TextTable("name", "kind", "whose")
        for name in names.secrets { table.add(name, "secret", "") }
        for name in names.signingKeys { table.add(name, "signing key", "") }
        for key in rings.flatMap(Listing.keys(of:)) {
            table.add(
                key.name, "\(key.purpose) key of \(key.created), \(key.isUsed ? "used" : "kept")",
                key.licensor)
        }
        Terminal.line(table.isEmpty ? "No keys yet." : table.text)
    }
}

extension KeysListCommand {
    private struct Listing: Encodable {
        let secrets: [String]
        let signingKeys: [String]
        let licensorKeys: [Key]

        struct Key: Encodable {
            let licensor: String
            let purpose: String
            let name: String
            let created: String
            let isUsed: Bool
        }

        static func keys(of ring: KeyRing) -> [Key] {
            ring.keys.map { key in
                Key(
                    licensor: ring.licensor, purpose: ring.purpose.rawValue, name: key.name,
                    created: key.created.iso8601, isUsed: key == ring.current)
            }
        }
    }
}

struct KeysNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a secret and show it once, for the other side.",
        discussion: """
            A licensor's watermark or manifest key is not shown.

            Examples:
              selvage keys new licensing-webhook
              selvage keys new --purpose watermark --licensor https://parties.example/studio-marlow
            """)

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "name"))
    var name: String?

    @OptionGroup var ring: RingOptions
    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let keys = try Preparation.workspace(try data.folder(), for: "keys new").keys
        guard let name else { return try ring.add(to: keys, isFirst: true) }
        guard ring.purpose == nil, ring.licensor == nil else {
            throw Failure.usage("give a secret's name, or --purpose and --licensor")
        }
        let secret = WebhookSecret()
        try keys.keep(secret, named: name)
        Terminal.line(secret.text)
    }
}

struct KeysAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Keep a secret that the other side gave; read from standard input.",
        discussion: "Example:\n  selvage keys add licensing-webhook < secret.txt")

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "name"))
    var name: String

    @Flag(help: "Replace a secret of this name.")
    var replace = false

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        guard let text = readLine(), let secret = WebhookSecret(text.filter { !$0.isWhitespace })
        else {
            throw Failure("standard input holds no secret: `whsec_` and 24 to 64 bytes in base64")
        }
        let keys = try Preparation.workspace(try data.folder(), for: "keys add").keys
        try keys.keep(secret, named: name, replacing: replace)
        Terminal.line("\(name): kept")
    }
}
