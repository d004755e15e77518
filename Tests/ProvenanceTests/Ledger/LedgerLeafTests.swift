// Entries as canonical JSON, and commitments that say nothing once their salt is gone.

import Foundation
import SelvageTypes
import Testing

@testable import Provenance

@Suite("Ledger leaves") struct LedgerLeafTests {
    let moment = Instant(microseconds: 1_800_000_000_000_000)
    let commitment = Commitment(published: Digest(of: "a commitment"))

    @Test("An entry is canonical JSON with its kind, the same bytes every time")
    func canonical() {
        let leaf = LedgerLeaf.finding(
            .init(finding: commitment, evidence: Digest(of: "evidence"), at: moment))
        #expect(
            String(decoding: leaf.bytes, as: UTF8.self)
                == """
                {"at":"2027-01-15T08:00:00Z","evidence":"\(Digest(of: "evidence").hex)",\
                "finding":"\(commitment.digest.hex)","type":"finding"}
                """)
        #expect(leaf.names(Digest(of: "evidence").hex))
        #expect(!leaf.names("finding"))
    }

    @Test("Every kind of entry is read back, and unknown ones are kept as they are")
    func readBack() throws {
        let digest = Digest(of: "file")
        let leaves: [LedgerLeaf] = [
            .assetSeal(
                .init(
                    asset: "https://assets.example/fern", file: digest, manifest: digest,
                    licensor: commitment, at: moment)),
            .assetSeal(
                .init(asset: "fern", file: digest, manifest: nil, licensor: commitment, at: moment)),
            .evidence(.init(evidence: digest, at: moment)),
            .finding(.init(finding: commitment, evidence: nil, at: moment)),
            .caseTransition(
                .init(
                    case: commitment, from: "review", to: "confirmed", decision: commitment,
                    at: moment)),
            .agreementChange(
                .init(
                    agreement: commitment, policy: commitment, from: nil, to: "active", at: moment)),
            .other(["type": "something-new", "n": 5]),
            .other(["type": "evidence", "evidence": "no digest"]),
            .other([
                "at": "2027-01-15T08:00:00Z", "evidence": .string(digest.hex), "more": 1,
                "type": "evidence",
            ]),
        ]
        for leaf in leaves {
            #expect(LedgerLeaf(leaf.bytes) == leaf)
            #expect(leaf.bytes == (try JSONValue(parsing: leaf.bytes).canonicalBytes))
        }
        #expect(Set(leaves.map(\.kind)).count == 6)
        for text in ["", "5", "[]", "{", "\u{0}"] { #expect(LedgerLeaf(Array(text.utf8)) == nil) }
    }

    @Test("A commitment opens with its salt and value, and with no other")
    func commitments() throws {
        let salt = CommitmentSalt()
        let commitment = Commitment(to: "Ada Lovelace", salt: salt)
        try commitment.open(Array("Ada Lovelace".utf8), salt: salt)
        #expect { try commitment.open(Array("Ada Byron".utf8), salt: salt) } throws: {
            ($0 as? LedgerError)?.reason == .notCommitted
        }
        #expect(throws: LedgerError.self) {
            try commitment.open(Array("Ada Lovelace".utf8), salt: CommitmentSalt())
        }
        #expect(commitment.digest == Digest(of: salt.bytes + Array("Ada Lovelace".utf8)))
    }

    @Test("Without the salt, the same value looks like any other; a salt never shows itself")
    func hiding() throws {
        let commitments = (0..<100).map { _ in Commitment(to: "yes", salt: CommitmentSalt()) }
        #expect(Set(commitments).count == 100)
        let salt = try #require(CommitmentSalt(kept: [UInt8](repeating: 0xab, count: 32)))
        #expect(!"\(salt) \(String(reflecting: salt))".contains("171"))
        #expect(!"\(salt)".contains("ab"))
        #expect(CommitmentSalt(kept: [1, 2, 3]) == nil)
    }
}
