// The licensing server over real HTTP: signatures, once-only effects, snapshots, refusals.

import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Licensing
import LicensingServer
import NIOCore
import Persistence
import Provenance
import SelvageTypes
import Testing

/// A clock that stands still.
private struct StoppedClock: Timekeeper {
    let moment: Instant
    func now() -> Instant { moment }
    func sleep(until moment: Instant) async throws {}
}

/// A server with one agreement in a folder of its own.
private struct Desk {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let studio = "https://parties.example/studio"
    static let mill = "https://parties.example/mill"
    static let asset = "https://assets.example/patterns/reed"
    static let uid = "https://licences.example/agreements/reed"
    static let now = Instant(microseconds: 1_804_241_473_000_000)

    let store: LicensingStore
    let service: LicensingService

    init(end: String? = nil) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "selvage-licensing-\(UUID().uuidString)").path()
        store = try LicensingStore(folder: folder)
        var constraint: [JSONValue] = [
            ["leftOperand": "slv:cumulativeUnits", "operator": "lteq", "rightOperand": 1000]
        ]
        if let end {
            constraint.append(
                ["leftOperand": "dateTime", "operator": "lteq", "rightOperand": .string(end)])
        }
        let policy: JSONValue = [
            "@type": "Agreement", "uid": .string(Self.uid), "target": .string(Self.asset),
            "assigner": .string(Self.studio), "assignee": .string(Self.mill),
            "permission": [
                "uid": .string(Self.uid + "#make"), "action": "slv:manufacture",
                "constraint": .array(constraint),
            ],
        ]
        _ = try await store.importAgreement(
            policy, licensor: Self.studio, actor: "Ada Marlow", at: Self.now)
        service = LicensingService(
            store: store, webhookSecrets: [Self.secret],
            readTokens: ["studio-token": Self.studio, "other-token": "https://parties.example/x"],
            signingKey: try Curve25519.Signing.PrivateKey(rawRepresentation: Array(1...32)),
            clock: StoppedClock(moment: Self.now))
    }

    func serving<Value: Sendable>(
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        let application = Application(
            router: service.router(), configuration: .init(address: .hostname("127.0.0.1", port: 0))
        )
        return try await application.test(.live) { try await body($0) }
    }

    /// A report of a production run.
    static func report(
        _ event: String, units: Int, verdict kind: Verdict.Kind, revision: Int = 1
    ) throws -> (id: String, body: String) {
        var deployment = Deployment(
            licensor: studio, asset: asset, actor: .party(id: mill, name: "Mill"),
            product: "event:\(event)", site: "feeds.example", date: now,
            action: "slv:manufacture", facts: [], sightings: [])
        deployment.units = Decimal(units)
        deployment.unitCode = "C62"
        var verdict = Verdict(kind, agreement: uid, explanation: "As reported.")
        verdict.rules = [uid + "#make"]
        let finding = Finding(
            deployment: deployment, verdict: verdict, revision: revision, sightings: [],
            plan: "test", snapshot: Digest(of: "s"), catalogue: Digest(of: "c"), rights: [])
        let body: JSONValue = [
            "specversion": "1.0", "id": .string(finding.eventID),
            "source": "https://monitor.example/scans/1",
            "type": .string("org.selvage.deployment.\(kind.rawValue).v1"),
            "data": [
                "finding": .string(finding.id), "revision": .number(Decimal(revision)),
                "verdict": try JSONValue(encoding: verdict),
                "deployment": try JSONValue(encoding: deployment),
            ],
        ]
        return (finding.eventID, body.canonicalText)
    }

    static func headers(_ id: String, _ body: String, secret: String = secret) -> HTTPFields {
        var headers = HTTPFields()
        let stamp = now.microseconds / 1_000_000
        let signature = StandardWebhook.sign(
            id: id, timestamp: stamp, body: body.utf8, secret: secret)
        for (name, value) in [
            ("webhook-id", id), ("webhook-timestamp", String(stamp)),
            ("webhook-signature", signature ?? ""),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return headers
    }

    static func send(_ report: (id: String, body: String), _ client: any TestClientProtocol)
        async throws -> JSONValue
    {
        try await client.execute(
            uri: "/events", method: .post, headers: headers(report.id, report.body),
            body: ByteBuffer(string: report.body)
        ) { response in
            #expect(response.status == .ok)
            return try JSONValue(parsing: Data(response.body.readableBytesView))
        }
    }

    static func read(
        _ uri: String, _ client: any TestClientProtocol, token: String = "studio-token"
    ) async throws -> TestResponse {
        try await client.execute(
            uri: uri, method: .get, headers: [.authorization: "Bearer \(token)"])
    }

    static func json(_ response: TestResponse) throws -> JSONValue {
        try JSONValue(parsing: Data(response.body.readableBytesView))
    }
}

@Suite("The licensing server")
struct ServerTests {
    @Test("The names that agreements may require are those that an audit knows")
    func manifestNames() {
        #expect(
            Vocabulary.manifestStatements
                == Set(ManifestRule.Requirement.allCases.map(\.rawValue)))
    }

    @Test("A report has its effect once, however often it comes")
    func once() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            let report = try Desk.report("e1", units: 400, verdict: .authorised)
            #expect(try await Desk.send(report, client)["applied"] == true)
            #expect(try await Desk.send(report, client)["applied"] == false)
            let agreement = try Desk.json(await Desk.read("/agreements/1", client))
            #expect(agreement["usage"]?[0]?["units"] == "400")
            let status = try Desk.json(await Desk.read("/status", client))
            #expect(status["events"] == 1)
            #expect(status["deployments"]?["authorised"] == 1)
        }
    }

    @Test("The same report sent ten times at once is applied once")
    func concurrently() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            let report = try Desk.report("e1", units: 25, verdict: .authorised)
            let applied = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<10 {
                    group.addTask { try await Desk.send(report, client)["applied"] == true }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(applied == 1)
        }
        let usage = try await desk.store.read { try $0.usage(of: Desk.studio) }
        #expect(usage.map(\.units) == ["25"])
    }

    @Test("A failure in the middle leaves neither inbox row nor effect")
    func rolledBack() async throws {
        struct Killed: Error {}
        let desk = try await Desk()
        await #expect(throws: Killed.self) {
            try await desk.store.write { books in
                _ = try books.receive(
                    "e", type: "t", source: "s", digest: Digest(of: ""), licensor: Desk.studio,
                    at: Desk.now)
                try books.count(
                    5, unit: "C62", event: "e", at: Desk.now, asset: Desk.asset,
                    agreement: Desk.uid, licensor: Desk.studio)
                throw Killed()
            }
        }
        let left = try await desk.store.read { books in
            try books.eventCount(Desk.studio) + books.usage(of: Desk.studio).count
        }
        #expect(left == 0)
    }

    @Test("States follow the reports: due, in cure, active again; a person's word stays")
    func states() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            func state(_ event: String, _ units: Int, _ kind: Verdict.Kind, _ revision: Int = 1)
                async throws -> JSONValue?
            {
                let report = try Desk.report(event, units: units, verdict: kind, revision: revision)
                return try await Desk.send(report, client)["agreements"]?[Desk.uid]
            }
            #expect(try await state("e1", 400, .authorisedDutyOpen) == "due")
            #expect(try await state("e2", 700, .exceedsTier) == "in-cure")
            #expect(try await state("e2", 500, .authorised, 2) == "due")
            #expect(try await state("e1", 400, .authorised, 2) == "active")
            let agreement = try Desk.json(await Desk.read("/agreements/1", client))
            #expect(agreement["usage"]?[0]?["units"] == "900")
            #expect(agreement["history"]?.elements.count == 5)
            #expect(agreement["history"]?[0]?["actor"] == "Ada Marlow")
            _ = try await desk.store.decide(
                .suspended, agreement: Desk.uid, licensor: Desk.studio, actor: "Ada Marlow",
                reason: "Unpaid since January.", at: Desk.now)
            #expect(try await state("e3", 1, .authorised) == "suspended")
        }
    }

    @Test("A run that turns out not to be under the agreement is taken back")
    func retracted() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            for (kind, revision) in [(Verdict.Kind.authorised, 1), (.outOfScope, 2)] {
                let report = try Desk.report("e1", units: 40, verdict: kind, revision: revision)
                _ = try await Desk.send(report, client)
            }
        }
        let usage = try await desk.store.read { try $0.usage(of: Desk.studio) }
        #expect(usage.map(\.units) == ["0"])
    }

    @Test("The snapshot is sealed, stays the same while nothing changes, and judges")
    func snapshot() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            let answer = try await Desk.read("/snapshot", client)
            let tag = try #require(answer.headers[.eTag])
            let signed = try SignedSnapshot(
                verifying: Array(answer.body.readableBytesView), trusting: nil)
            #expect(tag == "\"\(signed.snapshot.digest.hex)\"")
            #expect(try Judge(signed.snapshot).verdicts(on: []).isEmpty)
            let again = try await client.execute(
                uri: "/snapshot", method: .get,
                headers: [.authorization: "Bearer studio-token", .ifNoneMatch: tag])
            #expect(again.status == .notModified)
            _ = try await Desk.send(
                Desk.report("e1", units: 400, verdict: .authorised), client)
            let later = try await Desk.read("/snapshot", client)
            #expect(later.headers[.eTag] != tag)
            let record = try Desk.json(later)["snapshot"]?["agreements"]?[0]
            #expect(record?["usage"]?[Desk.asset] == "400")
            #expect(record?["counted"]?["e1|\(Desk.asset)"]?["units"] == "400")
        }
    }

    @Test("An agreement whose time ran out is expired, with a dated reason")
    func expiry() async throws {
        let desk = try await Desk(end: "2027-01-01")
        try await desk.serving { client in
            let agreement = try Desk.json(
                await Desk.read(
                    "/agreements/https%3A%2F%2Flicences.example%2Fagreements%2Freed", client))
            #expect(agreement["state"] == "expired")
            #expect(agreement["history"]?[1]?["at"] == .string(Desk.now.iso8601))
        }
    }

    @Test("A token sees one licensor, and no token nothing")
    func tokens() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            #expect(try await client.execute(uri: "/status", method: .get).status == .unauthorized)
            #expect(try await Desk.read("/status", client, token: "guess").status == .unauthorized)
            let other = try await Desk.read("/agreements", client, token: "other-token")
            #expect(try Desk.json(other)["agreements"] == [])
            let asked = "/snapshot?licensor=https://parties.example/studio"
            #expect(try await Desk.read(asked, client, token: "other-token").status == .forbidden)
            #expect(try await client.execute(uri: "/health", method: .get).status == .ok)
        }
    }

    @Test("Every refusal is a problem document that gives nothing away")
    func problems() async throws {
        let desk = try await Desk()
        try await desk.serving { client in
            func post(_ body: String, secret: String = Desk.secret) async throws -> TestResponse {
                try await client.execute(
                    uri: "/events", method: .post, headers: Desk.headers("m", body, secret: secret),
                    body: ByteBuffer(string: body))
            }
            let wrongType = """
                {"specversion":"1.0","id":"a","source":"s","type":"com.example.x","data":{}}
                """
            let incomplete = """
                {"specversion":"1.0","id":"a","source":"s",
                 "type":"org.selvage.deployment.unknown.v1",
                 "data":{"verdict":"unknown","deployment":{"licensor":"x"}}}
                """
            let refused: [(TestResponse, Int, String?)] = [
                (try await post("{}", secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), 401, nil),
                (try await post("not json"), 400, ""), (try await post("{}"), 400, "/specversion"),
                (try await post(wrongType), 400, "/type"),
                (try await post(incomplete), 400, "/data/deployment/asset"),
                (try await post(String(repeating: " ", count: (1 << 20) + 1)), 413, nil),
                (try await client.execute(uri: "/nothing", method: .get), 404, nil),
                (try await client.execute(uri: "/snapshot", method: .delete), 405, nil),
                (try await Desk.read("/agreements/99", client), 404, nil),
            ]
            for (response, status, pointer) in refused {
                let problem = try Desk.json(response)
                #expect(response.status.code == status)
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(problem["status"]?.decimal == Decimal(status))
                #expect(problem["pointer"]?.string == pointer)
                #expect(problem["detail"]?.string?.isEmpty == false)
            }
        }
    }

    @Test("Importing the same again changes nothing; a change counts the generation up")
    func imports() async throws {
        let desk = try await Desk()
        let registry = PartyRegistry(parties: [.init(id: Desk.mill, name: "Mill")])
        let first = try await desk.store.importParties(
            registry, licensor: Desk.studio, at: Desk.now)
        let second = try await desk.store.importParties(
            registry, licensor: Desk.studio, at: Desk.now)
        #expect(first == ImportResult(generation: 2, changed: true))
        #expect(second == ImportResult(generation: 2, changed: false))
    }
}
