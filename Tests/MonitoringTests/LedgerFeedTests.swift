// Findings become entries of the ledger, on a real disk: each once, none lost, none naming anybody.

import Foundation
import Persistence
import Provenance
import SelvageTypes
import Testing

@testable import Monitoring

@Suite("The ledger of a data folder")
struct LedgerFeedTests {
    private static let licensor = "https://studio.example/"
    private let folder = NSTemporaryDirectory() + "selvage-ledger-" + UUID().uuidString

    private func store(_ numbers: ClosedRange<Int>, in workspace: Workspace) async throws {
        for number in numbers {
            let deployment = Deployment(
                licensor: Self.licensor, asset: "asset-\(number)",
                actor: .stranger(key: "domain:ada-shop.example", name: "Ada"), product: nil,
                site: "shop.example", date: Instant(seconds: 1), action: "odrl:sell", facts: [],
                sightings: [])
            var finding = Finding(
                deployment: deployment, verdict: Verdict(.unauthorised, explanation: "None."),
                revision: 1, sightings: [], plan: "p", snapshot: Digest(of: "s"),
                catalogue: Digest(of: "c"), rights: [])
            finding.evidence = Digest(of: "evidence \(number)")
            try await workspace.store.store(
                finding, messages: [], at: Instant(seconds: Double(number)))
        }
    }

    @Test("What was stored is told once; what comes later is added; nobody is named")
    func tells() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder, purpose: "test")
        try await store(1...600, in: workspace)
        #expect(try await workspace.ledgerFeed().tell() == 600)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        try await store(601...603, in: workspace)
        #expect(try await workspace.ledgerFeed().tell() == 3)
        let reader = try await workspace.ledger().reader()
        try reader.checkAll()
        #expect(reader.checkpoint.size == 603)
        let text = String(decoding: try reader.entry(at: 602), as: UTF8.self)
        #expect(text.contains(Digest(of: "evidence 603").hex))
        for name in ["Ada", "ada-shop", "studio", "asset-603"] { #expect(!text.contains(name)) }
    }

    @Test("Marks that are lost, or beyond a restored history, cost work and change nothing")
    func lostMarks() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder, purpose: "test")
        try await store(1...5, in: workspace)
        try await workspace.ledgerFeed().tell()
        let marks = "\(folder)/ledger-private/marks"
        try FileManager.default.removeItem(atPath: marks)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        try LedgerMarks(marks).set(99, of: Self.licensor)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        #expect(try await workspace.ledger().reader().checkpoint.size == 5)
    }

    @Test("An entry opens with the stored finding and its salt, and with the salt erased never")
    func opens() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder, purpose: "test")
        try await store(1...1, in: workspace)
        try await workspace.ledgerFeed().tell()
        let record = try #require(
            try await workspace.store.history(of: Self.licensor, after: 0, limit: 1).first)
        let entry = try await workspace.ledger().reader().entry(at: 0)
        guard case .finding(let leaf) = LedgerLeaf(entry) else {
            Issue.record("the entry is no finding")
            return
        }
        let salts = try workspace.ledgerSalts()
        let subject = LedgerFeed.subject(of: record)
        let salt = try #require(
            try salts.kept(for: subject).flatMap { CommitmentSalt(kept: $0) })
        try leaf.finding.open(Array(record.body.utf8), salt: salt)
        try salts.erase(subject)
        #expect(try salts.kept(for: subject) == nil)
        _ = try await workspace.ledger().reader().proof(ofEntryAt: 0)
    }

    @Test("One ledger serves all copies of a workspace, and a later process finds it as it was")
    func oneLedger() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var key: NoteKey?
        do {
            let workspace = try Workspace(folder: folder, purpose: "test")
            let copy = workspace
            #expect(try workspace.ledger(origin: "studio.example/ledger") === copy.ledger())
            _ = try await copy.ledger().append(entries: [[1], [2], [3]])
            key = try await copy.ledger().key()
        }
        let workspace = try Workspace(folder: folder, purpose: "test")
        #expect(try await workspace.ledger().key() == key)
        #expect(try await workspace.ledger().append(entries: [[2], [4]]).map(\.index) == [1, 3])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(folder)/ledger").sorted()
                == ["checkpoint", "lock", "tile"])
        let tampered = URL(fileURLWithPath: "\(folder)/ledger/tile/0/000.p/4")
        try FileManager.default.removeItem(at: tampered)
        try Data(repeating: 7, count: 128).write(to: tampered)
        let files = LedgerFolder(reading: "\(folder)/ledger")
        let reader = try LedgerReader(files, policy: CheckpointPolicy(log: #require(key)))
        #expect { try reader.checkAll() } throws: {
            ($0 as? LedgerError)?.reason == .damaged("tile/0/000.p/4")
        }
    }
}
