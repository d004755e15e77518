// The profile's own evaluation cases, when they lie beside the project.

import Foundation
import Licensing
import SelvageTypes
import Testing

/// Material that lies beside the project, in a sibling folder `shared`.
enum Beside {
    static let profile: URL? = {
        var folder = URL(filePath: #filePath).deletingLastPathComponent()
        while folder.path().count > 1 {
            let shared = folder.deletingLastPathComponent()
                .appending(path: "shared/samples/selvage-profile")
            if FileManager.default.fileExists(atPath: shared.path()) { return shared }
            folder = folder.deletingLastPathComponent()
        }
        return nil
    }()

    static func json(_ path: String) throws -> JSONValue {
        let folder = try #require(profile)
        return try JSONValue(parsing: Data(contentsOf: folder.appending(path: path)))
    }
}

@Suite("The profile's evaluation cases", .enabled(if: Beside.profile != nil, "no ../shared"))
struct ProfileCaseTests {
    @Test("Each of the twenty cases gives the verdict derived by hand", arguments: 0..<20)
    func cases(index: Int) throws {
        let document = try Beside.json("evaluation/cases.json")
        let example = try #require(document["cases"]?[index])
        let agreement = try Agreement(jsonLD: Beside.json("policies/agreement-001.jsonld"))
        let verdict = evaluate(
            try CaseReading.request(example), in: CaseReading.world(example), against: [agreement])
        try CaseReading.expect(verdict, toBe: example)
    }

    @Test("There are twenty of them")
    func count() throws {
        #expect(try Beside.json("evaluation/cases.json")["cases"]?.elements.count == 20)
    }
}

/// How a case of `cases.json` is read and compared.
enum CaseReading {
    static func request(_ example: JSONValue) throws -> EvaluationRequest {
        let request = try #require(example["evaluationRequest"])
        return EvaluationRequest(
            action: try #require(request["requestedAction"]?.string),
            party: request["requestingParty"]?.string,
            target: try #require(request["requestedTarget"]?.string))
    }

    static func world(_ example: JSONValue) -> WorldState {
        var world = WorldState()
        for (name, value) in example["stateOfTheWorld"]?.members ?? [:] where name != "paid" {
            world.values[name] = [value.string ?? value.canonicalText]
        }
        for (duty, sum) in example["stateOfTheWorld"]?["paid"]?.members ?? [:] {
            world.paid[duty] = sum.decimal
        }
        return world
    }

    static func expect(_ verdict: Verdict, toBe example: JSONValue) throws {
        let expected = try #require(example["expected"])
        let title = Comment(rawValue: example["title"]?.string ?? "")
        #expect(verdict.kind.rawValue == expected["verdict"]?.string, title)
        func fragments(_ texts: [String]) -> [String] {
            texts.map { text in text.firstIndex(of: "#").map { String(text[$0...]) } ?? text }
        }
        func texts(_ name: String) -> [String]? { expected[name]?.elements.compactMap(\.string) }
        if let rules = texts("activeRules") { #expect(fragments(verdict.rules) == rules, title) }
        if let failed = texts("failedOperands") { #expect(verdict.failedOperands == failed, title) }
        if let missing = texts("undetermined") { #expect(verdict.missing == missing, title) }
        if let part = expected["failedComponent"]?.string {
            #expect(fragments([verdict.failedComponent ?? ""]) == [part], title)
        }
        if let overage = expected["overage"]?.decimal {
            #expect(verdict.overage == "\(overage)", title)
        }
        if let owed = expected["owed"]?.elements {
            #expect(
                verdict.owed.map { [$0.to, $0.amount, $0.currency] }
                    == owed.map { [$0["to"], $0["amount"], $0["currency"]].map { $0?.string } },
                title)
        }
        #expect(!verdict.explanation.isEmpty, title)
    }
}
