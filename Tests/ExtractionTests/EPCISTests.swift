// EPCIS events as image references: what was made, and which events are left out and why.

import SelvageTypes
import Testing

@testable import Extraction

private func document(_ text: String) throws -> EPCISDocument {
    try EPCISDocument(Array(text.utf8), address: try address("https://mill.example/events.jsonld"))
}

private func document(shared path: String) throws -> EPCISDocument {
    try EPCISDocument(
        try sharedFile(path), address: try address("https://mill.example/events.jsonld"))
}

/// One event in a document whose context declares the Selvage terms under another prefix.
private func event(_ members: String) -> String {
    """
    {"@context": [{"s": "https://w3id.org/selvage/ns#"}], "type": "EPCISDocument", "epcisBody":
     {"eventList": [{"type": "ObjectEvent", "action": "ADD", "eventTime": "2027-03-01T12:00:00Z",
      \(members)}]}}
    """
}

@Suite("EPCIS documents")
struct EPCISTests {
    /// The samples in which an event is taken back.
    static let withRetraction: Set<String> = [
        "ObjectEvent_all_possible_fields.json", "Combination_of_different_event.json",
    ]

    @Test(
        "The profile's run gives one reference for each event with a design image",
        .enabled(if: hasShared, "the shared samples are not on this machine"))
    func profile() throws {
        let found = try document(shared: "samples/selvage-profile/feeds/epcis-run.json")
        #expect(found.problems.isEmpty)
        #expect(found.retracted.isEmpty)
        #expect(
            found.references.map(\.address.target) == [
                "/art/fern-trellis.png", "/art/fern-trellis-blue.tif",
            ])
        let first = found.references[0]
        #expect(first.form == .event)
        let expected: [Fact.Name: String] = [
            .units: "400", .date: "2027-03-01T12:00:00Z", .businessStep: "commissioning",
            .eventIdentifier: "urn:uuid:2f6a9d5e-2f2c-4a57-9a0b-7a41a3d3f001",
            .sellerIdentifier: "gln:4012345000009", .category: "home-textile",
            .claimedAsset: "https://assets.example/patterns/fern-trellis",
            .claimedAgreement: "https://licences.example/agreements/001",
            .gtin: "04012345123456", .channel: "manufacturing",
        ]
        for (name, value) in expected { #expect(first.facts.best(name) == value) }
        #expect(first.facts.best(.unitCode) == nil)
        #expect(first.facts.best(.territory) == nil)
        #expect(first.facts.allSatisfy { $0.source == .event })
        #expect(first.facts[0].place == "https://mill.example/events.jsonld#eventList/0")
        #expect(found.references[1].facts.best(.units) == "182.5")
        #expect(found.references[1].facts.best(.unitCode) == "MTR")
    }

    @Test(
        "GS1's valid samples are read without a problem",
        .enabled(if: hasShared, "the shared samples are not on this machine"),
        arguments: (try? sharedFiles(in: "samples/epcis/valid", ending: ".json")) ?? [])
    func valid(file: String) throws {
        let found = try document(shared: "samples/epcis/valid/\(file)")
        #expect(found.problems.isEmpty)
        #expect(found.references.isEmpty)
        #expect(found.retracted.isEmpty == !Self.withRetraction.contains(file))
    }

    @Test(
        "GS1's invalid samples are left out, each with what is wrong",
        .enabled(if: hasShared, "the shared samples are not on this machine"),
        arguments: [
            ("ObjectEvent_with_invalid_action", "action “CREATE”"),
            ("ObjectEvent_with_quantity_as_text", "is no number"),
            ("ObjectEvent_without_action_and_eventTime", "no eventTime"),
        ])
    func invalid(file: String, said: String) throws {
        let found = try document(shared: "samples/epcis/invalid/\(file).json")
        #expect(found.references.isEmpty)
        #expect(found.problems.count == 1)
        #expect(found.problems[0].hasPrefix("Event 1 is left out: "))
        #expect(found.problems[0].contains(said))
    }

    @Test(
        "A document without a context is not EPCIS, nor is its XML form",
        .enabled(if: hasShared, "the shared samples are not on this machine"),
        arguments: ["invalid/EPCISDocument_without_context.json", "valid/ObjectEvent.xml"])
    func refused(file: String) {
        let error = #expect(throws: ExtractionError.self) {
            try document(shared: "samples/epcis/\(file)")
        }
        #expect(error?.reason == .wrongKind)
    }

    @Test(
        "What is no EPCIS document is refused",
        arguments: ["{}", "[]", "{\"type\": \"Thing\"}", "x"])
    func notEPCIS(text: String) {
        #expect(throws: ExtractionError.self) { try document(text) }
    }

    @Test(
        "The design image may be a text, an @id or an @value, by prefix or full address",
        arguments: [
            "\"s:designImage\": \"/a.png\"", "\"s:designImage\": {\"@id\": \"/a.png\"}",
            "\"slv:designImage\": {\"@value\": \"/a.png\"}",
            "\"https://w3id.org/selvage/ns#designImage\": [\"/a.png\"]",
        ])
    func spellings(member: String) throws {
        let found = try document(event("\"ilmd\": {\(member)}"))
        #expect(found.references.map(\.address.description) == ["https://mill.example/a.png"])
        let identifier = found.references.first?.facts.best(.eventIdentifier)
        #expect(identifier?.hasPrefix("sha256:") == true)
    }

    @Test("Units are the sum of quantities, else the count of instances")
    func units() throws {
        let image = "\"ilmd\": {\"s:designImage\": \"/a.png\"}"
        let sum = try document(
            event(
                "\(image), \"quantityList\": [{\"quantity\": 0.1}, {\"quantity\": 0.2}], \"epcList\": [\"a\"]"
            ))
        #expect(sum.references.first?.facts.best(.units) == "0.3")
        let count = try document(
            event("\(image), \"quantityList\": [], \"epcList\": [\"a\", \"b\"]"))
        #expect(count.references.first?.facts.best(.units) == "2")
        #expect(try document(event(image)).references.first?.facts.best(.units) == nil)
        let mixed = try document(
            event(
                "\(image), \"quantityList\": [{\"quantity\": 1, \"uom\": \"MTR\"}, {\"quantity\": 2}]"
            ))
        #expect(mixed.references.isEmpty && mixed.problems.count == 1)
    }

    @Test("An error declaration takes its event back")
    func retracted() throws {
        let body = "\"eventID\": \"urn:e:1\", \"ilmd\": {\"slv:designImage\": \"/a.png\"}"
        let plain =
            "{\"type\": \"ObjectEvent\", \"action\": \"ADD\", \"eventTime\": \"2027-03-01T12:00:00Z\", \(body)"
        let found = try document(
            """
            {"@context": "x", "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"resultsBody":
            {"eventList": [\(plain)}, \(plain), "errorDeclaration": {"declarationTime": "2027-03-02T12:00:00Z"}}]}}}}
            """)
        #expect(found.retracted == ["urn:e:1"])
        #expect(found.references.isEmpty)
    }

    @Test("A bare event and a transformation are read")
    func bare() throws {
        let found = try document(
            """
            {"@context": "x", "type": "TransformationEvent", "eventTime": "2027-03-01T12:00:00.5+01:00",
             "outputQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.1", "quantity": 7}],
             "bizLocation": {"id": "urn:epc:id:sgln:4012345.00000.0"}, "slv:designImage": "/a.png",
             "bizStep": "https://ref.gs1.org/cbv/BizStep-commissioning"}
            """)
        let facts = try #require(found.references.first?.facts)
        #expect(facts.best(.units) == "7")
        #expect(facts.best(.businessStep) == "commissioning")
        #expect(facts.best(.sellerIdentifier) == "gln:4012345000009")
        #expect(facts.best(.date) == "2027-03-01T11:00:00.500000Z")
    }

    @Test("A design image that is no web address is named as a problem")
    func badImage() throws {
        let found = try document(event("\"ilmd\": {\"s:designImage\": \"urn:design:1\"}"))
        #expect(found.references.isEmpty)
        #expect(found.problems.first?.contains("http or https") == true)
    }
}
