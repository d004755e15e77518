// Findings and their reports are stored together, once, in a history that shows every change.

import Foundation
import GRDB
import SelvageTypes
import Testing

@testable import Persistence

@Suite struct FindingTests {
    let folder = TemporaryFolder()
    let studio = "https://studio.example/"

    private func outboxCounts(_ store: SelvageStore) async throws -> [Int] {
        let counts = try await store.outboxCounts()
        return [counts.owed, counts.delivered, counts.refused]
    }

    @Test("A finding reads back as it was stored, newest revision first, per licensor")
    func revisions() async throws {
        let store = try SelvageStore(folder: folder.path)
        let first = Finding.about("fern", evidence: Digest(of: "evidence"))
        let second = Finding.about("fern", revision: 2, verdict: .exceedsTier)
        let other = Finding.about("moss", licensor: "https://other.example/")
        let fine = Finding.about("reed", verdict: .authorised)
        for (index, finding) in [first, other, second, fine].enumerated() {
            try await store.store(finding, messages: [], at: at(Int64(index)))
        }
        #expect(try await store.finding(id: first.id, licensor: studio) == second)
        #expect(try await store.finding(id: first.id, licensor: "https://other.example/") == nil)
        let all = try await store.findings(licensor: nil, includingAuthorised: true)
        #expect(all == [fine, second, other])
        let own = try await store.findings(licensor: studio, includingAuthorised: false)
        #expect(own == [second])
        #expect(
            try await store.history(ofFinding: first.id, licensor: studio) == [first, second])
    }

    @Test("Storing a finding again owes nothing again, also after the receiver took the report")
    func onceOnly() async throws {
        let store = try SelvageStore(folder: folder.path)
        let finding = Finding.about("fern")
        for _ in 1...2 {
            try await store.store(finding, messages: [finding.report], at: at(1))
        }
        #expect(try await outboxCounts(store) == [1, 0, 0])
        try await store.delivered(finding.report, at: at(2))
        try await store.store(finding, messages: [finding.report], at: at(3))
        #expect(try await outboxCounts(store) == [0, 1, 0])
        #expect(try await store.chainHeads().map(\.sequence) == [1])
    }

    @Test("A finding whose report cannot be stored is not stored either")
    func oneTransaction() async throws {
        let store = try SelvageStore(folder: folder.path)
        try await store.file.write { try $0.execute(sql: "DROP TABLE refused") }
        let finding = Finding.about("fern")
        let failed = await reason {
            try await store.store(finding, messages: [finding.report], at: at(1))
        }
        #expect(failed == .failed)
        #expect(try await store.finding(id: finding.id, licensor: studio) == nil)
        #expect(try await store.chainHeads() == [])
    }

    @Test(
        "Every kind of damage to the history is found, and the first damaged entry is named",
        arguments: [
            ("UPDATE history SET body = replace(body, 'shop', 'shap') WHERE sequence = 2", 2),
            ("UPDATE history SET at = at + 1 WHERE sequence = 3", 3),
            ("UPDATE history SET licensor = 'x' WHERE sequence = 3", 3),
            ("DELETE FROM finding WHERE sequence = 2; DELETE FROM history WHERE sequence = 2", 2),
            ("DELETE FROM finding WHERE sequence = 4; DELETE FROM history WHERE sequence = 4", 4),
            ("UPDATE history SET sequence = 7 - sequence WHERE sequence = 3", 3),
            ("UPDATE finding SET verdict = 'authorised' WHERE sequence = 3", 3),
            ("UPDATE finding SET newest = 0 WHERE sequence = 4", 4),
            ("DELETE FROM finding WHERE sequence = 1", 1),
            ("UPDATE evidence SET digest = zeroblob(32)", 1),
            ("UPDATE chain SET sequence = 3", 5),
        ])
    func damage(sql: String, entry: Int64) async throws {
        let store = try SelvageStore(folder: folder.path)
        for (index, asset) in ["fern", "moss", "reed", "oak"].enumerated() {
            let evidence = index == 0 ? Digest(of: "evidence") : nil
            try await store.store(
                .about(asset, evidence: evidence), messages: [], at: at(Int64(index)))
        }
        #expect(try await store.verifyChain() == nil)
        try await store.file.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF")
            // Swapping two keys passes through a moment at which both are the same.
            try? db.execute(sql: sql)
        }
        if sql.contains("7 - sequence") {
            try await store.file.pool.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        UPDATE history SET sequence = 9 WHERE sequence = 3;
                        UPDATE history SET sequence = 3 WHERE sequence = 4;
                        UPDATE history SET sequence = 4 WHERE sequence = 9
                        """)
            }
        }
        let damage = try await store.verifyChain()
        #expect(damage?.sequence == entry)
        #expect(damage?.licensor == studio)
    }

    @Test("Messages are owed by moment, postponed with their tries, and refused for people to see")
    func outbox() async throws {
        let store = try SelvageStore(folder: folder.path)
        var reports: [OutboxMessage] = []
        for (index, asset) in ["fern", "moss", "reed"].enumerated() {
            var report = Finding.about(asset).report
            report.notBefore = at(Int64(10 - index))
            reports.append(report)
            try await store.store(.about(asset), messages: [report], at: at(0))
        }
        #expect(try await store.nextDue() == at(8))
        #expect(
            try await store.dueMessages(at: at(9), limit: 9).map(\.id) == [
                reports[2].id, reports[1].id,
            ])
        try await store.postpone(reports[2], until: at(50), because: "503")
        let late = try await store.dueMessages(at: at(50), limit: 9)
        #expect(late.map(\.tries) == [0, 0, 1] && late.last?.notBefore == at(50))
        #expect(try await store.dueMessages(at: at(50), limit: 1).count == 1)
        try await store.refuse(reports[0], at: at(51), because: "400 Bad Request")
        let refused = try await store.refusedMessages(licensor: studio)
        #expect(refused.map(\.detail) == ["400 Bad Request"])
        #expect(refused.first?.message.body == reports[0].body)
        #expect(try await store.refusedMessages(licensor: "x") == [])
        #expect(try await outboxCounts(store) == [2, 0, 1])
    }
}
