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
        // Each is a new finding that opens a case.
        #expect(try await workspace.ledgerFeed().tell() == 1200)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        try await store(601...603, in: workspace)
        #expect(try await workspace.ledgerFeed().tell() == 6)
        let reader = try await workspace.ledger().reader()
        try reader.checkAll()
        #expect(reader.checkpoint.size == 1206)
        let text = try (1200..<1206).map {
            String(decoding: try reader.entry(at: $0), as: UTF8.self)
        }.joined()
        #expect(text.contains(Digest(of: "evidence 603").hex))
        #expect(text.contains("\"to\":\"review\""))
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
        try LedgerMarks(marks).set(99, of: Self.licensor, in: 5)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        #expect(try await workspace.ledger().reader().checkpoint.size == 10)
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

    @Test("A ledger that was put back is refused, and once the loss is accepted told everything")
    func putBack() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = FileManager.default
        let copy = folder + "-copy"
        defer { try? files.removeItem(atPath: copy) }
        do {
            let workspace = try Workspace(folder: folder, purpose: "test")
            try await store(1...3, in: workspace)
            try await workspace.ledgerFeed().tell()
            try files.copyItem(atPath: "\(folder)/ledger", toPath: copy)
            try await store(4...9, in: workspace)
            try await workspace.ledgerFeed().tell()
            #expect(try await workspace.ledger().reader().checkpoint.size == 18)
        }
        try files.removeItem(atPath: "\(folder)/ledger")
        try files.moveItem(atPath: copy, toPath: "\(folder)/ledger")
        do {
            let workspace = try Workspace(folder: folder, purpose: "test")
            await #expect {
                try await workspace.ledgerFeed().tell()
            } throws: {
                ($0 as? LedgerError)?.reason == .rolledBack
            }
        }
        try files.removeItem(atPath: "\(folder)/ledger-private/last-checkpoint")
        let workspace = try Workspace(folder: folder, purpose: "test")
        #expect(try await workspace.ledgerFeed().tell() == 12)
        #expect(try await workspace.ledger().reader().checkpoint.size == 18)
    }

    @Test("What is decided about a case is an entry that opens for those who are told")
    func cases() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder, purpose: "test")
        try await store(1...1, in: workspace)
        let finding = try #require(
            try await workspace.store.findings(licensor: nil, includingAuthorised: false).first)
        func decide(_ state: CaseState, by person: String = "Grace") async throws {
            try await workspace.store.take(
                CaseMove(
                    licensor: Self.licensor, case: finding.caseID, was: nil, became: state,
                    at: Instant(seconds: 9), actor: person, reason: "No agreement covers it."))
        }
        // From review a notice cannot be sent, and a step beyond it needs a person.
        await #expect(throws: StoreError.self) { try await decide(.noticeSent) }
        await #expect(throws: StoreError.self) { try await decide(.confirmed, by: "selvage") }
        try await decide(.confirmed)
        try await decide(.confirmed)
        #expect(try await workspace.ledgerFeed().tell() == 3)
        let opening = try #require(try await workspace.opening(ofCaseOf: finding))
        let reader = try await workspace.ledger().reader()
        let index = try #require(try opening.index(in: reader))
        let leaf = try #require(LedgerLeaf(reader.entry(at: index)))
        guard case .caseTransition(let moved) = leaf else {
            Issue.record("the entry is no step of a case")
            return
        }
        #expect(moved.from == "review" && moved.to == "confirmed")
        #expect(!String(decoding: leaf.bytes, as: UTF8.self).contains("Grace"))
        #expect(opening.values["decision"]?.value.contains("Grace") == true)
        var other = opening
        other.values["decision"]?.value = "{}"
        #expect(throws: LedgerError.self) { try other.check(against: leaf) }
        _ = try reader.proof(ofEntryAt: index)
    }

    @Test("Each change of an agreement is an entry, with the policy as it was then")
    func agreements() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workspace = try Workspace(folder: folder, purpose: "test")
        let uid = "https://licences.example/agreements/001"
        let licensing = try LicensingStore(folder: folder)
        func put(_ text: String, _ was: String?, _ became: String) async throws {
            try await licensing.write { books in
                let at = Instant(seconds: 5)
                try books.put(["text": .string(text)], uid: uid, state: became, of: "a", at: at)
                try books.change(
                    StoredStateChange(
                        agreement: uid, at: at, was: was, became: became, actor: "Grace",
                        reason: "Signed."), of: "a")
            }
        }
        try await put("first", nil, "active")
        #expect(try await workspace.ledgerFeed().tell() == 1)
        try await put("second", "active", "active")
        try await put("second", "active", "suspended")
        #expect(try await workspace.ledgerFeed().tell() == 2)
        #expect(try await workspace.ledgerFeed().tell() == 0)
        let reader = try await workspace.ledger().reader()
        let leaves = try (0..<3).map { LedgerLeaf(try reader.entry(at: $0)) }
        let states = leaves.compactMap { leaf -> [String?]? in
            guard case .agreementChange(let change) = leaf else { return nil }
            return [change.from, change.to]
        }
        #expect(states == [[nil, "active"], ["active", "active"], ["active", "suspended"]])
        let opening = try #require(try await workspace.opening(ofAgreement: uid))
        #expect(try opening.index(in: reader) == 2)
        #expect(opening.values["policy"]?.value.contains("second") == true)
        for leaf in leaves {
            let text = String(decoding: leaf?.bytes ?? [], as: UTF8.self)
            for name in ["Grace", "licences.example", "second"] { #expect(!text.contains(name)) }
        }
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
