// `selvage ledger prove` and `verify`: a proof goes out, and a proof is checked offline.

import ArgumentParser
import Foundation
import Monitoring
import Persistence
import Provenance
import SelvageTypes

struct LedgerProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Prove that something is in the log.",
        discussion: """
            The proof carries the entry and the signed checkpoint; whoever has the log's public key \
            (`selvage ledger key`) checks it offline, with Selvage or with other tools for \
            c2sp.org/tlog-proof.

            Examples:
              selvage ledger prove 17 --out seal.tlog-proof
              selvage ledger prove 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
              selvage ledger prove --asset https://assets.example/patterns/fern
              selvage ledger prove --agreement https://licences.example/001 --out a.tlog-proof --reveal a.json
            """)

    @Argument(
        help: ArgumentHelp(
            "An entry's number, or a SHA-256: of evidence, of a sealed file, or of an entry.",
            valueName: "entry"))
    var entry: String?

    @Option(help: ArgumentHelp("The newest seal of this asset.", valueName: "asset"))
    var asset: String?

    @Option(help: ArgumentHelp("The newest change of this agreement.", valueName: "agreement"))
    var agreement: String?

    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(
            "The newest step of the case of this finding; its id, or how it begins.",
            valueName: "finding"))
    var finding: String?

    @Option(help: ArgumentHelp("Write the proof here.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Write what the entry commits to here, for those who are to know.", valueName: "file"))
    var reveal: String?

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard [entry, asset, agreement, finding].count(where: { $0 != nil }) == 1 else {
            throw ValidationError(
                "Give one of an entry's number, a SHA-256, --asset, --agreement and --case.")
        }
        guard reveal == nil || agreement != nil || finding != nil else {
            throw ValidationError("--reveal belongs to --agreement or --case.")
        }
    }

    func run() async throws {
        let folder = try data.folder()
        let opening = try await opening(folder)
        let reader = try OwnLedger(folder).reader
        let proof = try reader.proof(ofEntryAt: try opening?.index(in: reader) ?? index(in: reader))
        if let reveal, let opening {
            let json = try JSONValue(encoding: opening).canonicalBytes
            try LedgerInput.write(json + [0x0a], to: reveal, mode: 0o600)
        }
        guard let out else { return LedgerInput.printed(proof.bytes) }
        try LedgerInput.write(proof.bytes, to: out)
        Terminal.line(
            "\(out): entry \(proof.index) of \(reader.checkpoint.origin), \(reader.checkpoint.size) entries"
        )
    }

    /// What the wanted entry commits to; nil when it is named in the open.
    private func opening(_ folder: String) async throws -> LedgerOpening? {
        guard agreement != nil || finding != nil else { return nil }
        let workspace = try Preparation.workspace(folder, for: "ledger prove")
        var found: LedgerOpening?
        if let agreement { found = try await workspace.opening(ofAgreement: agreement) }
        if let finding {
            found = try await workspace.opening(
                ofCaseOf: try await workspace.finding(beginning: finding))
        }
        guard let found else {
            throw Failure(
                "\(agreement ?? finding ?? ""): the ledger was told of no such thing, or what it says was erased"
            )
        }
        return found
    }

    private func index(in reader: LedgerReader) throws -> UInt64 {
        if let name = agreement ?? finding {
            throw Failure("\(name): the ledger has no entry of its newest change yet")
        }
        if let asset {
            let found = try reader.lastIndex { _, entry in
                guard case .assetSeal(let seal) = LedgerLeaf(entry) else { return false }
                return seal.asset == asset
            }
            guard let found else { throw Failure("\(asset): the ledger has no seal of this asset") }
            return found
        }
        let text = entry ?? ""
        if let number = UInt64(text) { return number }
        guard let digest = Digest(hex: text) else {
            throw Failure.usage("\(text): neither an entry's number nor 64 hexadecimal digits")
        }
        let found = try reader.lastIndex { _, entry in
            MerkleTree.leafHash(entry) == digest
                || LedgerLeaf(entry)?.names(digest.hex) == true
        }
        guard let found else { throw Failure("\(text): the ledger has no entry that names it") }
        return found
    }
}

struct LedgerVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a proof, an older checkpoint, or a whole log.",
        discussion: """
            Works offline. Exit status 1, with the reason, when anything is not as it was signed. \
            With --log the log has to continue the proof's checkpoint; without a proof every file \
            of the log is checked.

            Examples:
              selvage ledger verify seal.tlog-proof --key studio.example/ledger+1f2e3d4c+AT…
              selvage ledger verify seal.tlog-proof --file fern.png --witness w1.vkey
              selvage ledger verify --log /backup/ledger --key ledger.vkey
            """)

    @Argument(help: ArgumentHelp("A .tlog-proof, or a checkpoint.", valueName: "proof"))
    var proof: String?

    @Option(
        help: ArgumentHelp(
            "The log's public key, or its file; this data folder's when left out.",
            valueName: "vkey"))
    var key: String?

    @Option(help: ArgumentHelp("The entry, when the proof does not carry it.", valueName: "file"))
    var entry: String?

    @Option(help: ArgumentHelp("A file that the entry has to name by SHA-256.", valueName: "file"))
    var file: String?

    @Option(
        help: ArgumentHelp(
            "What the entry commits to, as `ledger prove --reveal` wrote it.", valueName: "file"))
    var revealed: String?

    @Option(
        help: ArgumentHelp("A witness that has to have cosigned; repeatable.", valueName: "vkey"))
    var witness: [String] = []

    @Option(help: ArgumentHelp("How many of the witnesses suffice.", valueName: "number"))
    var quorum: Int?

    @Option(help: ArgumentHelp("The folder of the log.", valueName: "folder"))
    var log: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard proof != nil || log != nil else {
            throw ValidationError("Give a proof, a checkpoint, or --log.")
        }
        guard proof != nil || (entry == nil && file == nil && revealed == nil) else {
            throw ValidationError("--entry, --file and --revealed belong to a proof.")
        }
    }

    mutating func run() throws {
        do {
            try check()
        } catch let error as LedgerError {
            throw Failure("\(proof ?? log ?? ""): refused: \(error.detail)")
        }
    }

    private func check() throws {
        let logKey = try key.map { try LedgerInput.key($0) } ?? ownKey()
        let policy = try CheckpointPolicy(
            log: logKey, witnesses: try witness.map { try LedgerInput.key($0) }, quorum: quorum)
        guard let proof else { return try checkLog(policy, logKey) }
        let bytes = try LedgerInput.bytes(proof)
        if bytes.starts(with: Array("c2sp.org/tlog-proof@v1\n".utf8)) {
            try checkProof(LedgerProof(bytes), policy, logKey)
        } else {
            guard entry == nil, file == nil, revealed == nil else {
                throw Failure(
                    "\(proof): this is a checkpoint; --entry, --file and --revealed need a proof")
            }
            let verified = try policy.verify(SignedNote(bytes))
            try checkContinuation(of: verified.checkpoint, logKey)
            try say(verified, index: nil, leaf: nil)
        }
    }

    private func checkProof(
        _ proof: LedgerProof, _ policy: CheckpointPolicy, _ logKey: NoteKey
    ) throws {
        let content = try entry.map { try LedgerInput.bytes($0) }
        let verified = try proof.verify(entry: content, policy: policy)
        let leaf = (content ?? proof.extra).flatMap { LedgerLeaf($0) }
        if let file {
            let digest = Digest(of: try LedgerInput.bytes(file))
            guard leaf?.names(digest.hex) == true else {
                throw Failure(
                    "\(file): refused: the proven entry is not about this file; its SHA-256 is \(digest)"
                )
            }
        }
        try checkContinuation(of: verified.checkpoint, logKey)
        let opening = try opened(leaf)
        try say(verified, index: proof.index, leaf: leaf)
        guard let opening, !output.json else { return }
        for (member, opened) in opening.values.sorted(by: { $0.key < $1.key }) {
            Terminal.line(TextTable.printable("  \(member): \(opened.value)"))
        }
    }

    /// What the entry was revealed to say, checked against its commitments.
    private func opened(_ leaf: LedgerLeaf?) throws -> LedgerOpening? {
        guard let revealed else { return nil }
        guard
            let opening = try? JSONValue(parsing: LedgerInput.bytes(revealed))
                .decoded(as: LedgerOpening.self)
        else { throw Failure("\(revealed): this is not what `ledger prove --reveal` writes") }
        guard let leaf else { throw Failure("\(revealed): the proven entry is not Selvage's") }
        try opening.check(against: leaf)
        return opening
    }

    private func checkLog(_ policy: CheckpointPolicy, _ logKey: NoteKey) throws {
        guard let log else { return }
        let reader = try LedgerReader(LedgerFolder(reading: log), policy: policy)
        try reader.checkAll()
        try say(policy.verify(reader.note), index: nil, leaf: nil)
    }

    private func checkContinuation(of older: Checkpoint, _ logKey: NoteKey) throws {
        guard let log else { return }
        let reader = try LedgerReader(
            LedgerFolder(reading: log), policy: CheckpointPolicy(log: logKey))
        _ = try reader.consistency(from: (older.size, older.root))
    }

    private func ownKey() throws -> NoteKey {
        let folder = try data.folder()
        guard FileManager.default.fileExists(atPath: "\(folder)/keys") else {
            throw Failure.usage("give the log's public key with --key; there is no ledger here")
        }
        return try OwnLedger(folder).key
    }

    private func say(_ verified: VerifiedCheckpoint, index: UInt64?, leaf: LedgerLeaf?) throws {
        let head = verified.checkpoint
        if output.json {
            return Terminal.line(
                JSONValue.object([
                    "origin": .string(head.origin), "size": .string(String(head.size)),
                    "root": .string(head.root.hex),
                    "index": index.map { .string(String($0)) } ?? .null,
                    "entry": leaf?.json ?? .null,
                    "witnesses": .array(
                        verified.witnesses.map {
                            ["name": .string($0.name), "at": .string($0.moment.iso8601)]
                        }),
                ]).canonicalText)
        }
        let what = index.map { "entry \($0) is in the log" } ?? "good"
        Terminal.line("\(proof ?? log ?? ""): \(what); \(head.origin), \(head.size) entries")
        for witness in verified.witnesses {
            Terminal.line("  cosigned by \(witness.name), \(witness.moment.iso8601)")
        }
        if let leaf { Terminal.line("  \(leaf.json.canonicalText)") }
    }
}
