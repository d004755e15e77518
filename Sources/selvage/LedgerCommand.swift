// `selvage ledger`: the tamper-evident log of what was sealed, found and decided.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import Provenance
import SelvageTypes

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "The tamper-evident log: checkpoints, proofs, witnesses.",
        discussion: """
            What is sealed, found and decided is an entry of a log that nobody can change unseen: \
            its checkpoint, signed by this data folder's key, vouches for every entry. A proof shows \
            to anybody, offline, that an entry is in the log.

            First steps:
              selvage ledger checkpoint --origin studio.example/ledger   name a new log
              selvage ledger list                                        what stands in it
              selvage ledger prove 17 --out seal.tlog-proof              prove entry 17
              selvage ledger verify seal.tlog-proof                      check the proof
            """,
        subcommands: [
            LedgerCheckpointCommand.self, LedgerProveCommand.self, LedgerVerifyCommand.self,
            LedgerListCommand.self, LedgerKeyCommand.self, LedgerWitnessCommand.self,
        ])
}

/// The data folder's own ledger, read beside whoever writes it.
struct OwnLedger {
    let reader: LedgerReader
    let key: NoteKey

    /// Reads the ledger of a data folder and checks its checkpoint's signature.
    init(_ folder: String) throws {
        let files = LedgerFolder(reading: Workspace.ledgerPath(in: folder))
        guard try !files.isEmpty() else {
            throw Failure(
                "\(folder): there is no ledger yet; the first scan begins one, or name one with `selvage ledger checkpoint --origin studio.example/ledger`"
            )
        }
        key = try Self.key(folder, files)
        reader = try LedgerReader(files, policy: CheckpointPolicy(log: key))
    }

    /// The key of a data folder's ledger.
    static func key(_ folder: String, _ files: LedgerFolder) throws -> NoteKey {
        let keys = try KeyFolder("\(folder)/keys")
        let secret = try keys.signingKey(named: Workspace.ledgerKeyName, creating: false)
        let origin = try Checkpoint(LedgerReader.publishedNote(files).text).origin
        return try LedgerIdentity(secret.privateKey).key(named: origin)
    }
}

/// Files and keys that the ledger's commands are given.
enum LedgerInput {
    /// The bytes of a file.
    static func bytes(_ path: String) throws -> [UInt8] {
        guard let content = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path): cannot be read; check the path")
        }
        return Array(content)
    }

    /// A public key, as it stands or in a file.
    static func key(_ text: String) throws -> NoteKey {
        guard FileManager.default.fileExists(atPath: text) else { return try NoteKey(text) }
        let line = String(decoding: try bytes(text), as: UTF8.self)
        return try NoteKey(line.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// A file that is there whole or not at all.
    static func write(_ bytes: [UInt8], to path: String, mode: Int = 0o644) throws {
        do {
            let url = URL(fileURLWithPath: path)
            try Data(bytes).write(to: url, options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        } catch {
            throw Failure("\(path): cannot be written: \(error.localizedDescription)")
        }
    }

    /// Text that ends with a line feed, on standard output as it is.
    static func printed(_ bytes: [UInt8]) {
        Terminal.line(String(decoding: bytes.dropLast(), as: UTF8.self))
    }
}

struct LedgerListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List entries, newest first.",
        discussion: "Example:\n  selvage ledger list --limit 50")

    @Option(help: ArgumentHelp("How many entries.", valueName: "number"))
    var limit = 20

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else {
            throw ValidationError("--limit is from 1 to 100000.")
        }
    }

    mutating func run() throws {
        let reader = try OwnLedger(try data.folder()).reader
        var found: [(index: UInt64, leaf: LedgerLeaf?, entry: [UInt8])] = []
        let limit = limit
        _ = try reader.lastIndex { index, entry in
            found.append((index, LedgerLeaf(entry), entry))
            return found.count == limit
        }
        if output.json { return Terminal.line(Self.json(reader, found).canonicalText) }
        var table = TextTable("entry", "kind", "when", "names")
        for (index, leaf, _) in found {
            let members = leaf?.json.members ?? [:]
            let names =
                ["asset", "evidence", "file", "finding", "case", "agreement"]
                .compactMap { members[$0]?.string }.first ?? ""
            table.add(
                String(index), leaf?.kind ?? "not Selvage's", members["at"]?.string ?? "", names)
        }
        Terminal.line("\(reader.checkpoint.origin): \(reader.checkpoint.size) entries")
        if !table.isEmpty { Terminal.line(table.text) }
    }

    private static func json(
        _ reader: LedgerReader, _ found: [(index: UInt64, leaf: LedgerLeaf?, entry: [UInt8])]
    ) -> JSONValue {
        [
            "origin": .string(reader.checkpoint.origin),
            "size": .string(String(reader.checkpoint.size)),
            "entries": .array(
                found.map { index, leaf, entry in
                    [
                        "index": .string(String(index)),
                        "leafHash": .string(MerkleTree.leafHash(entry).hex),
                        "entry": leaf?.json ?? .null,
                    ]
                }),
        ]
    }
}

struct LedgerKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Print the log's public key, for others to check it with.",
        discussion: "Example:\n  selvage ledger key > ledger.vkey")

    @OptionGroup var data: DataOptions

    mutating func run() throws {
        Terminal.line(try OwnLedger(try data.folder()).key.description)
    }
}

struct LedgerWitnessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "Make a witness's key and print its public half.",
        discussion: """
            A witness is somebody else: another house, another machine. It cosigns a checkpoint when \
            that continues the one it cosigned before, so that a log cannot show different people \
            different histories.

            Example:
              selvage ledger witness archive.example/w1 w1.key
              selvage ledger checkpoint --cosign w1.key
            """)

    @Argument(help: ArgumentHelp("The witness's name.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("The file for its private key.", valueName: "file"))
    var file: String

    mutating func run() throws {
        guard !FileManager.default.fileExists(atPath: file) else {
            throw Failure("\(file): exists already and is not replaced; choose another name")
        }
        let signer = try NoteSigner(
            name: name, kind: .cosignature, privateKey: SigningKey().privateKey)
        umask(0o077)
        try LedgerInput.write(Array((signer.secret + "\n").utf8), to: file, mode: 0o600)
        Terminal.line(signer.key.description)
    }
}
