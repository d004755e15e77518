// What the report of a finding promises to its receiver.

import Foundation
import SelvageTypes
import Testing

@testable import Casework

@Suite("Finding event")
struct FindingEventTests {
    @Test("Deployment and verdict arrive as they were sent, and a repeat is the same byte for byte")
    func roundTrip() throws {
        let finding = try Fixtures.fern().finding
        let event = try FindingEvent(finding)
        let value = try JSONValue(parsing: Data(event.body.utf8))
        let data = try #require(value["data"])
        #expect(try data["deployment"]?.decoded(as: Deployment.self) == finding.deployment)
        #expect(try data["verdict"]?.decoded(as: Verdict.self) == finding.verdict)
        #expect(value["type"]?.string == "org.selvage.deployment.unauthorised.v1")
        #expect(
            value["source"]?.string
                == "urn:selvage:high-street-fabric:https://parties.example/studio-marlow")
        #expect(data["match"]?["probability"]?.decimal == Decimal(string: "0.000000000025"))
        #expect(data["eventIdentifier"]?.string == "urn:uuid:1")
        #expect(try FindingEvent(finding).body == event.body)
    }

    @Test("A changed verdict is an event of its own; the same revision keeps its id")
    func identity() throws {
        var finding = try Fixtures.fern().finding
        let first = try FindingEvent(finding)
        #expect(first.id == finding.eventID)
        finding.revision = 2
        finding.verdict.kind = .authorisedDutyOpen
        let second = try FindingEvent(finding)
        #expect(second.id != first.id)
        #expect(second.type == "org.selvage.deployment.authorised-duty-open.v1")
    }

    @Test(
        "The official CloudEvents schema accepts the event",
        .enabled(
            if: Python.has("jsonschema")
                && Shared.file("samples/cloudevents/cloudevents.json") != nil,
            "the Python package jsonschema or the shared schema is missing"))
    func schema() throws {
        let schema = try #require(Shared.file("samples/cloudevents/cloudevents.json"))
        let program = """
            import json, sys, jsonschema
            jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])),
                format_checker=jsonschema.FormatChecker())
            """
        var finding = try Fixtures.fern(title: "\u{202e}\"</script>").finding
        finding.evidence = Digest(of: "evidence")
        finding.plan = "plan with spaces & Ünïcode"
        let body = try FindingEvent(finding).body
        let check = try Python.run(["-c", program, schema.path], input: body)
        #expect(check.status == 0, "\(check.output)")
    }

    @Test("An alert is one line, whatever the seller calls himself")
    func alert() throws {
        let finding = try Fixtures.fern(sellerName: "Evil\nERROR root\u{202e}gpj.exe").finding
        let alert = try Alert(finding)
        #expect(!alert.line.contains("\n") && !alert.line.unicodeScalars.contains("\u{202e}"))
        #expect(alert.line.hasPrefix("unauthorised: Evil ERROR root gpj.exe uses https://assets"))
        #expect(alert.environment["SELVAGE_VERDICT"] == "unauthorised")
    }

    @Test("A command gets the event on its standard input; one that fails or hangs is reported")
    func alertCommand() async throws {
        let alert = try Alert(try Fixtures.fern().finding)
        let shell = "/bin/sh"
        let reads = AlertCommand(
            program: shell, arguments: ["-c", "grep -q org.selvage.deployment.$SELVAGE_VERDICT"])
        try await reads.send(alert)
        let fails = AlertCommand(program: shell, arguments: ["-c", "exit 7"])
        await #expect(throws: AlertCommand.Failure.self) { try await fails.send(alert) }
        var hangs = AlertCommand(program: "/bin/sleep", arguments: ["600"])
        hangs.limitInMilliseconds = 50
        let error = await #expect(throws: AlertCommand.Failure.self) { try await hangs.send(alert) }
        #expect(error?.reason == .timedOut(afterMilliseconds: 50))
        let absent = AlertCommand(program: "/nonexistent/program")
        let second = await #expect(throws: AlertCommand.Failure.self) {
            try await absent.send(alert)
        }
        #expect(second?.reason == .notStarted)
    }
}
