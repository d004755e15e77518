// The whole road, run as a user runs it: found once, reported once, whatever is killed when.

import Foundation
import SelvageTypes
import Testing

@Suite("The demo", .serialized)
struct DemoTests {
    /// Ports for this test process, below those that the system gives out; the demo takes three from each.
    private static func port(_ offset: Int) -> String {
        String(20000 + Int(getpid()) % 12000 + offset)
    }

    private func demo(_ folder: Temporary, port: Int) throws -> JSONValue {
        let run = try Command.run("demo", "--json", "--port", Self.port(port), in: folder.path)
        #expect(run.status == 0, "\(run.errors)")
        return try #require(run.json, "\(run.output) \(run.errors)")
    }

    private func number(_ value: JSONValue?) -> Decimal { value?.decimal ?? -1 }

    @Test("Finds every whole image, accuses nobody falsely, and reports each finding once")
    func twice() throws {
        let folder = Temporary()
        let first = try demo(folder, port: 0)
        #expect(number(first["images"]) >= 600)
        #expect(number(first["pages"]) >= 200)
        #expect(number(first["wholeImageRecall"]) == 1)
        #expect(number(first["falseAccusations"]) == 0)
        #expect(number(first["findings"]) > 20)
        #expect(number(first["new"]) == number(first["findings"]) + number(first["authorised"]))
        #expect(number(first["reported"]) >= number(first["findings"]))
        #expect(number(first["received"]) == number(first["reported"]))
        #expect(first["tamperedEvidenceRefused"] == true)
        for verdict in [
            "authorised", "authorised-duty-open", "exceeds-tier", "out-of-scope", "unauthorised",
            "unknown",
        ] {
            #expect(number(first["verdicts"]?[verdict]) > 0, "\(verdict)")
        }
        for reason in ["robots", "refused", "gone", "undecodable", "unsupported-format"] {
            #expect(number(first["notChecked"]?[reason]) > 0, "\(reason)")
        }
        let second = try demo(folder, port: 0)
        #expect(number(second["new"]) == 0)
        #expect(number(second["reported"]) == 0)
        #expect(number(second["received"]) == number(first["received"]))
        #expect(second["verdicts"] == first["verdicts"])
    }

    @Test("Killed again and again, the scan goes on and ends with the same findings, none twice")
    func killed() throws {
        let folder = Temporary()
        for seconds in [2.5, 6, 9] {
            _ = try Command.run(
                ["demo", "--json", "--port", Self.port(4)], in: folder.path, killedAfter: seconds)
        }
        let last = try demo(folder, port: 4)
        #expect(number(last["wholeImageRecall"]) == 1)
        #expect(number(last["falseAccusations"]) == 0)
        let listed = try Command.run(
            "case", "list", "--all", "--json", "--data", "selvage-data/demo", in: folder.path)
        let found = listed.json?.elements ?? []
        #expect(Set(found.compactMap { $0["id"]?.string }).count == found.count)
        #expect(found.allSatisfy { $0["revision"] == 1 })
        #expect(Decimal(found.count) == number(last["findings"]) + number(last["authorised"]))
        let doctor = try Command.run("doctor", "--data", "selvage-data/demo", in: folder.path)
        #expect(doctor.status == 0, "\(doctor.output)")
    }
}

@Suite("The demo's catalogue")
struct DemoCatalogueTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    @Test("In the project is what the generator draws, byte for byte")
    func drawn() throws {
        let folder = Temporary()
        let run = try Command.run("demo", "--draw", folder.path)
        #expect(run.status == 0, "\(run.errors)")
        for part in ["Signatures/Catalogues/demo", "Crawlers/Plans/demo.yaml"] {
            let difference = Process()
            difference.executableURL = URL(fileURLWithPath: "/usr/bin/diff")
            difference.arguments = ["-r", "\(Self.root)/\(part)", "\(folder.path)/\(part)"]
            try difference.run()
            difference.waitUntilExit()
            #expect(difference.terminationStatus == 0, "\(part) differs; see `selvage demo --draw`")
        }
        let check = try Command.run("plan", "check", "\(Self.root)/Crawlers/Plans/demo.yaml")
        #expect(check.status == 0, "\(check.output)")
    }

    @Test("Verifies, and its agreements have no problem")
    func sound() throws {
        let catalogue = "\(Self.root)/Signatures/Catalogues/demo"
        let verified = try Command.run("catalogue", "verify", catalogue)
        #expect(verified.status == 0 && !verified.errors.contains("have no features"))
        for number in 1...6 {
            let file = "\(catalogue)/agreements/00\(number).jsonld"
            let run = try Command.run("agreement", "check", file)
            #expect(run.status == 0, "\(run.output)")
        }
        let shown = try Command.run(
            "asset", "show", "fern-trellis", "--catalogue", catalogue, "--json")
        let image = try #require(shown.json?["image"]?.string)
        let match = try Command.run(
            "match", "\(catalogue)/\(image)", "--catalogue", catalogue, "--json")
        let found = match.json?[0]?["recognition"]?["matches"]?[0]
        #expect(found?["asset"] == "https://assets.example/patterns/fern-trellis")
        #expect(found?["distance"] == 0)
    }
}
