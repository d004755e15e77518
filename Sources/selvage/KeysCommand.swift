// `selvage keys`: the secrets that reports are signed with and snapshots are read with.

import ArgumentParser
import Foundation
import Monitoring
import Persistence

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Secrets of the data folder, kept encrypted.",
        discussion: """
            A scan that reports to a licensing server needs two: `licensing-webhook`, with which \
            reports are signed, and `licensing-read`, with which the agreements' snapshot is read. \
            `selvage serve` makes its own.
            """,
        subcommands: [KeysListCommand.self, KeysNewCommand.self, KeysAddCommand.self])
}

struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List names; nothing secret is shown.",
        discussion: "Example:\n  selvage keys list")

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let names = try Preparation.workspace(try data.folder(), for: "keys list").keys.names()
        if output.json {
            return try Terminal.json(
                ["secrets": names.secrets, "signingKeys": names.signingKeys])
        }
        var table = TextTable("name", "kind")
        for name in names.secrets { table.add(name, "secret") }
        for name in names.signingKeys { table.add(name, "signing key") }
        Terminal.line(table.isEmpty ? "No keys yet." : table.text)
    }
}

struct KeysNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a secret and show it once, for the other side.",
        discussion: "Example:\n  selvage keys new licensing-webhook")

    @Argument(help: ArgumentHelp("The secret's name.", valueName: "name"))
    var name: String

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        let keys = try Preparation.workspace(try data.folder(), for: "keys new").keys
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
