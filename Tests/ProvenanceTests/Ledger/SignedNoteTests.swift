// Signed notes, keys, checkpoints and cosignatures: what is accepted, and what is refused.

import Crypto
import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Signed notes") struct SignedNoteTests {
    let moment = Instant(microseconds: 1_700_000_000_000_000)

    private func checkpoint(_ signers: NoteSigner...) throws -> SignedNote {
        let root = MerkleTree.leafHash([1])
        let text = try Checkpoint(origin: "studio.example/ledger", size: 1, root: root).text
        let log = try NoteSigner(
            name: "studio.example/ledger", kind: .signature, privateKey: ledgerKey(1))
        var note = try SignedNote(signing: text, by: log)
        for signer in signers { try note.sign(by: signer, at: moment) }
        return note
    }

    @Test(
        "The example of the specification is accepted",
        .enabled(if: LedgerSamples.areThere, "needs ../shared/samples/tlog"))
    func example() throws {
        let key = try NoteKey(LedgerSamples.line("tlog/c2sp-signed-note.vkey"))
        let note = try SignedNote(LedgerSamples.bytes("tlog/c2sp-signed-note.txt"))
        #expect(note.text == "This is an example message.\n")
        #expect(try note.signers(among: [key]).map(\.key) == [key])
    }

    @Test(
        "Given checkpoints are accepted, and the one with another size is refused",
        .enabled(if: LedgerSamples.areThere, "needs ../shared/samples/tlog"))
    func samples() throws {
        let policy = try CheckpointPolicy(log: NoteKey(LedgerSamples.line("tlog/vkey.txt")))
        for (name, size) in [("checkpoint", UInt64(300)), ("checkpoint.256", 256)] {
            let note = try SignedNote(LedgerSamples.bytes("tlog/\(name)"))
            #expect(try policy.verify(note).checkpoint.size == size)
        }
        let bad = try SignedNote(LedgerSamples.bytes("tlog/checkpoint.bad-size"))
        #expect { try policy.verify(bad) } throws: {
            ($0 as? LedgerError)?.reason == .badSignature
        }
    }

    @Test("A checkpoint comes back byte for byte, and any changed byte is refused")
    func everyByte() throws {
        let witness = try ledgerWitness("witness.example/w1", 2)
        let note = try checkpoint(witness)
        let policy = try ledgerPolicy(witnesses: [witness.key])
        #expect(try SignedNote(note.bytes) == note)
        #expect(try SignedNote(note.bytes).bytes == note.bytes)
        #expect(try policy.verify(note).witnesses.map(\.moment) == [moment])
        for place in note.bytes.indices {
            for change in [UInt8(1), 0x20, 0x80, 0xff] {
                var changed = note.bytes
                changed[place] ^= change
                #expect(throws: LedgerError.self, "byte \(place) ^ \(change)") {
                    try policy.verify(SignedNote(changed))
                }
            }
            var shorter = note.bytes
            shorter.remove(at: place)
            #expect(throws: LedgerError.self, "without byte \(place)") {
                try policy.verify(SignedNote(shorter))
            }
        }
    }

    @Test("Signatures of unknown keys are passed over, a wrong one of a known key is not")
    func unknown() throws {
        let stranger = try ledgerWitness("stranger.example", 9)
        let note = try checkpoint(stranger)
        #expect(try ledgerPolicy().verify(note).witnesses.isEmpty)
        let policy = try ledgerPolicy(witnesses: [stranger.key])
        var forged = note
        forged.append(
            NoteSignature(
                name: stranger.key.name, keyID: stranger.key.keyID,
                bytes: [UInt8](repeating: 0, count: 72)))
        #expect { try policy.verify(forged) } throws: {
            ($0 as? LedgerError)?.reason == .badSignature
        }
    }

    @Test("As many witnesses as the policy demands, none of them twice")
    func quorum() throws {
        let first = try ledgerWitness("witness.example/w1", 2)
        let second = try ledgerWitness("witness.example/w2", 3)
        let note = try checkpoint(first)
        let keys = [first.key, second.key]
        #expect(try ledgerPolicy(witnesses: keys, quorum: 1).verify(note).witnesses.count == 1)
        #expect { try ledgerPolicy(witnesses: keys).verify(note) } throws: {
            ($0 as? LedgerError)?.reason == .tooFewWitnesses(got: 1, wanted: 2)
        }
        let alias = try NoteKey(
            name: "other.example", kind: .cosignature, publicKey: first.key.publicKey)
        #expect(throws: LedgerError.self) { try ledgerPolicy(witnesses: [first.key, alias]) }
        #expect(throws: LedgerError.self) { try ledgerPolicy(witnesses: keys, quorum: 3) }
    }

    @Test("A witness's cosignature is over the header, the time and the text")
    func cosignature() throws {
        let witness = try ledgerWitness("witness.example/w1", 2)
        let note = try checkpoint(witness)
        let bytes = try #require(note.signatures.last).bytes
        #expect(bytes.count == 72)
        let message = "cosignature/v1\ntime 1700000000\n" + note.text
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: witness.key.publicKey)
        #expect(key.isValidSignature(bytes.dropFirst(8), for: Data(message.utf8)))
    }

    @Test("A key's text gives the key back, and any changed character is refused")
    func keys() throws {
        let signer = try ledgerWitness("witness.example/w1", 2)
        let text = signer.key.description
        #expect(try NoteKey(text) == signer.key)
        #expect(try NoteSigner(secret: signer.secret).key == signer.key)
        #expect(throws: LedgerError.self) { try NoteKey(signer.secret) }
        for place in text.utf8.indices {
            var changed = Array(text.utf8)
            changed[text.utf8.distance(from: text.startIndex, to: place)] ^= 1
            #expect(throws: LedgerError.self) {
                try NoteKey(String(decoding: changed, as: UTF8.self))
            }
        }
        #expect("\(signer)".contains(signer.key.description))
        #expect(!"\(signer)".contains(signer.secret))
    }

    @Test(
        "What is no note is refused",
        arguments: [
            "", "\n", "text\n", "text\n\n", "text\n\n\u{2014} a AAAAAAA=",
            "\n\n\u{2014} a AAAAAAA=\n",
            "text\n\n- a AAAAAAA=\n", "text\n\n\u{2014} a AAAA\n", "text\n\n\u{2014}  AAAAAAA=\n",
            "text\n\n\u{2014} a+b AAAAAAA=\n", "te\u{9}xt\n\n\u{2014} a AAAAAAA=\n",
            "text\n\n\u{2014} a AAAAAAB=\n", "text\n\n\u{2014} a AAAAAAA=\nmore\n",
        ])
    func malformed(text: String) {
        #expect(throws: LedgerError.self) { try SignedNote(Array(text.utf8)) }
    }

    @Test("A note may have empty lines, and a hundred signatures but not more")
    func limits() throws {
        let line = "\u{2014} a.example AAAAAAA=\n"
        let note = try SignedNote(
            Array(("one\n\ntwo\n\n" + String(repeating: line, count: 100)).utf8))
        #expect(note.text == "one\n\ntwo\n")
        #expect(note.signatures.count == 100)
        #expect(throws: LedgerError.self) {
            try SignedNote(Array(("one\n\n" + String(repeating: line, count: 101)).utf8))
        }
        #expect { try SignedNote([UInt8](repeating: 0x61, count: 1 << 20)) } throws: {
            ($0 as? LedgerError)?.reason == .tooLarge
        }
    }

    @Test(
        "What is no checkpoint is refused",
        arguments: [
            "", "log\n", "log\n1\n", "log\n01\n\(zero)\n", "log\n-1\n\(zero)\n",
            "log\n+1\n\(zero)\n",
            "log\n1\nAAAA\n", "\n1\n\(zero)\n", "log\n1\n\(zero)", "log\n1\n\(zero)\n\n",
            "log\n18446744073709551616\n\(zero)\n",
        ])
    func notCheckpoints(text: String) {
        #expect(throws: LedgerError.self) { try Checkpoint(text) }
    }

    @Test("A checkpoint of another log is refused, also when our key signed it")
    func otherLog() throws {
        let log = try NoteSigner(
            name: "studio.example/ledger", kind: .signature, privateKey: ledgerKey(1))
        let text = try Checkpoint(origin: "other.example", size: 1, root: MerkleTree.emptyRoot)
        let note = try SignedNote(signing: text.text, by: log)
        #expect { try ledgerPolicy().verify(note) } throws: {
            ($0 as? LedgerError)?.reason == .otherLog
        }
    }
}

private let zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
