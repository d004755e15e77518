// The mill: its production runs as EPCIS 2.0 events, and what should come of each.

internal import Foundation
internal import SelvageTypes

/// The mill's supply-chain events.
struct DemoMill {
    /// The mill's place among the addresses.
    static let host = 4
    /// The mill's Global Location Number.
    static let gln = "4012345000009"
    /// Where its events lie.
    static let eventsPath = "/epcis/events.jsonld"

    /// `http://127.0.10.5:18470`.
    let origin: String

    /// One production run, or a step after it.
    struct Run: Hashable, Sendable {
        var number: Int
        var design: DemoImage.Subject
        var date: String
        var step = "commissioning"
        var units: Int
        var agreement: String?
        var storage = DemoImage.Storage.png
        var side = 512
        var isRetracted = false
        var verdict: Verdict.Kind?
        var failedOperand: String?

        /// `urn:uuid:…`, as the document has it.
        var eventID: String {
            "urn:uuid:" + NameBasedID(parts: ["demo event", String(number)]).text
        }

        var image: DemoImage {
            DemoImage(
                path: "/art/run-\(number).\(storage.fileExtension)", subject: design,
                treatment: .whole(side: side), storage: storage)
        }
    }

    /// The events by number: three runs of a hybrid, of which the third moves into the second
    /// tier; a shipment; three runs of lemons, of which the last goes above the top tier; a run
    /// for which nothing is owed; a run that was booked by mistake and retracted; an own design.
    static let runs: [Run] = [
        Run(
            number: 101, design: .pattern("fern-trellis"), date: "2026-02-10T14:20:00Z", units: 600,
            agreement: "004", verdict: .authorisedDutyOpen),
        Run(
            number: 102, design: .pattern("fern-trellis"), date: "2026-04-14T09:05:00Z", units: 300,
            agreement: "004", storage: .init(format: .jpeg, quality: 82),
            verdict: .authorisedDutyOpen),
        Run(
            number: 103, design: .pattern("fern-trellis"), date: "2026-06-23T15:40:00Z", units: 400,
            agreement: "004", side: 640, verdict: .authorisedDutyOpen),
        Run(
            number: 104, design: .pattern("fern-trellis"), date: "2026-06-30T07:30:00Z",
            step: "shipping", units: 400, agreement: "004",
            storage: .init(format: .webp, quality: 80)),
        Run(
            number: 105, design: .pattern("lemon-grove"), date: "2026-03-05T11:00:00Z", units: 1800,
            agreement: "005", storage: .init(format: .jpeg, quality: 90),
            verdict: .authorisedDutyOpen),
        Run(
            number: 106, design: .pattern("lemon-grove"), date: "2026-05-20T10:15:00Z", units: 2600,
            agreement: "005", verdict: .authorisedDutyOpen),
        Run(
            number: 107, design: .pattern("lemon-grove"), date: "2026-08-11T16:45:00Z", units: 900,
            agreement: "005", storage: .init(format: .webp, quality: 75), verdict: .exceedsTier,
            failedOperand: "slv:cumulativeUnits"),
        Run(
            number: 108, design: .pattern("songbirds"), date: "2026-07-02T13:10:00Z", units: 500,
            agreement: "006", verdict: .authorised),
        Run(
            number: 109, design: .pattern("songbirds"), date: "2026-07-09T13:10:00Z", units: 40000,
            agreement: "006", storage: .init(format: .jpeg, quality: 76), isRetracted: true),
        Run(
            number: 110, design: .lookalike("pebble-bed", number: 3), date: "2026-07-20T08:00:00Z",
            units: 750),
    ]

    /// The document at `eventsPath`.
    var document: JSONValue {
        var events = Self.runs.map { event($0) }
        for run in Self.runs where run.isRetracted {
            guard case .object(var again) = event(run) else { continue }
            again["errorDeclaration"] = [
                "declarationTime": "2026-07-09T15:00:00Z",
                "reason": "https://ref.gs1.org/cbv/ER-did_not_occur",
            ]
            events.append(.object(again))
        }
        return [
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                ["slv": "https://w3id.org/selvage/ns#"],
            ],
            "type": "EPCISDocument", "schemaVersion": "2.0",
            "creationDate": "2026-08-12T06:00:00Z", "epcisBody": ["eventList": .array(events)],
        ]
    }

    private func event(_ run: Run) -> JSONValue {
        let place: JSONValue = .object(["id": .string("https://id.gs1.org/414/\(Self.gln)")])
        let goods = "https://id.gs1.org/01/04012345123456/10/RUN-\(run.number)"
        let isMade = run.step == "commissioning"
        var event: [String: JSONValue] = [
            "type": "ObjectEvent", "action": isMade ? "ADD" : "OBSERVE",
            "bizStep": .string(run.step), "disposition": isMade ? "active" : "in_transit",
            "eventTime": .string(run.date), "eventTimeZoneOffset": "+01:00",
            "eventID": .string(run.eventID), "epcList": [],
            "quantityList": [
                ["epcClass": .string(goods), "quantity": .number(Decimal(run.units))]
            ],
            "readPoint": place, "bizLocation": place,
            "bizTransactionList": [
                [
                    "type": "prodorder",
                    "bizTransaction": .string("urn:example:prodorder:2026-\(run.number)"),
                ]
            ],
        ]
        var about: [String: JSONValue] = [
            "slv:designImage": .string(origin + run.image.path),
            "slv:productCategory": "home-textile",
        ]
        if case .pattern(let name) = run.design {
            about["slv:pattern"] = .string("https://assets.example/patterns/\(name)")
        }
        if let agreement = run.agreement {
            about["slv:agreement"] = .string(DemoAgreement.id(agreement))
        }
        if isMade {
            event["ilmd"] = .object(about)
        } else {
            event.merge(about) { $1 }
        }
        return .object(event)
    }
}
