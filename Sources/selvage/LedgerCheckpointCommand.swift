// `selvage ledger checkpoint`: the signed head of the log, and the witnesses that cosign it.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import Provenance
import SelvageTypes

struct LedgerCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "Print the signed checkpoint; have it cosigned.",
        discussion: """
            A witness whose key is a file here cosigns with --cosign. For one that is reached over \
            HTTP (C2SP tlog-witness), print the request, send it, and add what it answers:
              selvage ledger checkpoint --request 0 > request
              curl --data-binary @request https://witness.example/add-checkpoint > lines
              selvage ledger checkpoint --add lines --witness witness.example+1f2e3d4c+BA…

            Example:
              selvage ledger checkpoint
            """)

    @Option(help: ArgumentHelp("Begin a log of this name, if there is none.", valueName: "name"))
    var origin: String?

    @Option(help: ArgumentHelp("Cosign as the witness of this private key.", valueName: "file"))
    var cosign: String?

    @Option(
        help: ArgumentHelp(
            "Print the request to a witness that last cosigned at this size (0 for never).",
            valueName: "size"))
    var request: UInt64?

    @Option(help: ArgumentHelp("Add a witness's answer.", valueName: "file"))
    var add: String?

    @Option(help: ArgumentHelp("A witness's public key, or its file.", valueName: "vkey"))
    var witness: [String] = []

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard [cosign, add].compactMap({ $0 }).count + (request == nil ? 0 : 1) <= 1 else {
            throw ValidationError("Give one of --cosign, --request and --add.")
        }
        guard (add == nil) == witness.isEmpty else {
            throw ValidationError("--add needs the witness's key with --witness.")
        }
    }

    func run() async throws {
        let bytes = try isReading ? read() : await changed().bytes
        LedgerInput.printed(bytes)
    }

    /// Whether the log is only read, and so may be in use by another process.
    private var isReading: Bool {
        request != nil || (origin == nil && cosign == nil && add == nil)
    }

    private func read() throws -> [UInt8] {
        let reader = try OwnLedger(try data.folder()).reader
        guard let request else { return reader.note.bytes }
        return try WitnessRequest(reader, since: request).bytes
    }

    private func changed() async throws -> SignedNote {
        let ledger = try Preparation.workspace(try data.folder(), for: "ledger checkpoint")
            .ledger(origin: origin)
        if let add {
            return try await ledger.addCosignatures(LedgerInput.bytes(add), of: try witnessKeys())
        }
        if let cosign { return try await LocalWitness(cosign).cosign(ledger) }
        return try await ledger.reader().note
    }

    // The optimiser of Swift 6.3.1 fails on a throwing `map` inside a function that waits.
    @inline(never)
    private func witnessKeys() throws -> [NoteKey] {
        try witness.map { try LedgerInput.key($0) }
    }
}

/// A witness whose key is a file on this machine, with its memory in a file beside it.
struct LocalWitness {
    private let file: String
    private let signer: NoteSigner
    private var memory: String { "\(file).seen" }

    init(_ file: String) throws {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw Failure(
                "\(file): others can read this private key (mode \(String(mode, radix: 8))); run chmod 600 on it"
            )
        }
        self.file = file
        let text = String(decoding: try LedgerInput.bytes(file), as: UTF8.self)
        signer = try NoteSigner(
            secret: text.trimmingCharacters(in: .whitespacesAndNewlines), as: .cosignature)
    }

    /// Cosigns a ledger's checkpoint when it continues what was cosigned before.
    ///
    /// What was seen is kept before the cosignature leaves: else another history could be cosigned
    /// after a stop.
    func cosign(_ ledger: Ledger) async throws -> SignedNote {
        let log = try await ledger.key()
        let reader = try await ledger.reader()
        let last = try last(of: log)
        if let last, last.size > reader.checkpoint.size {
            throw refusal("it has seen \(last.size) entries, and the log shows fewer")
        }
        let request = try WitnessRequest(reader, since: last?.size ?? 0)
        let answer = try LedgerWitness(signer, of: log).answer(
            request, last: last, at: SystemTimekeeper().now())
        guard case .cosigned(let signature, _) = answer else {
            throw refusal("the checkpoint does not continue the one it cosigned before")
        }
        try LedgerInput.write(reader.note.bytes, to: memory, mode: 0o600)
        return try await ledger.addCosignatures(Array(signature.line.utf8), of: [signer.key])
    }

    private func last(of log: NoteKey) throws -> Checkpoint? {
        guard FileManager.default.fileExists(atPath: memory) else { return nil }
        let note = try SignedNote(try LedgerInput.bytes(memory))
        let seen = try Checkpoint(note.text)
        guard seen.origin == log.name else {
            throw refusal("it is the witness of \(seen.origin), not of \(log.name)")
        }
        return try CheckpointPolicy(log: log).verify(note).checkpoint
    }

    private func refusal(_ reason: String) -> Failure {
        Failure("the witness \(signer.key.name) does not cosign: \(reason)")
    }
}
