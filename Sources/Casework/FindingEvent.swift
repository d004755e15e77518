// The report of a finding to the licensing server: one CloudEvent, the same bytes every time.

internal import Foundation
public import SelvageTypes

/// The event that reports one revision of a finding.
///
/// - Source: CloudEvents 1.0.2, JSON event format, structured mode. The body is canonical JSON
///   (RFC 8785), so that a repeated report is the same byte for byte.
public struct FindingEvent: Hashable, Sendable {
    /// `Finding.eventID`: the receiver applies an id once.
    public let id: String
    /// `org.selvage.deployment.<verdict>.v1`.
    public let type: String
    /// The event as JSON.
    public let value: JSONValue

    /// The media type of `body`.
    public static let mediaType = "application/cloudevents+json; charset=utf-8"

    /// The event of a finding's present revision.
    ///
    /// - Throws: `EvidenceError` with `unwritable` when the finding has no JSON form.
    public init(_ finding: Finding) throws(EvidenceError) {
        id = finding.eventID
        type = "org.selvage.deployment.\(finding.verdict.kind.rawValue).v1"
        let time = finding.sightings.map(\.seen).max() ?? finding.deployment.date
        do {
            value = .object([
                "specversion": "1.0",
                "id": .string(id),
                "type": .string(type),
                "source": .string(Self.source(finding)),
                "subject": .string(finding.deployment.asset),
                "time": .string(time.iso8601),
                "datacontenttype": "application/json",
                "data": try Self.data(finding),
            ])
        } catch {
            throw EvidenceError(.unwritable, "The finding cannot be written as JSON: \(error)")
        }
    }

    /// The event as canonical JSON text: the body of the message.
    public var body: String { value.canonicalText }

    /// The message that owes this event to a receiver from now on; its id is the event's.
    public func message(to receiver: WebAddress, licensor: String, at now: Instant)
        -> OutboxMessage
    {
        OutboxMessage(
            id: id, licensor: licensor, receiver: receiver.description, body: body, notBefore: now)
    }

    private static func source(_ finding: Finding) -> String {
        let allowed = CharacterSet(charactersIn: "-._~:/@")
            .union(.init(charactersIn: "0"..."9")).union(.init(charactersIn: "a"..."z"))
            .union(.init(charactersIn: "A"..."Z"))
        return "urn:selvage:"
            + [finding.plan, finding.deployment.licensor]
            .map { $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
            .filter { !$0.isEmpty }.joined(separator: ":")
    }

    /// Facts and sightings that an event lists at the most; the evidence holds all of them.
    ///
    /// A site that shows an asset on thousands of pages would else outgrow what receivers take.
    static let longestList = 200

    private static func data(_ finding: Finding) throws -> JSONValue {
        var deployment = finding.deployment
        deployment.facts = Array(deployment.facts.prefix(longestList))
        deployment.sightings = Array(deployment.sightings.prefix(longestList))
        var data: [String: JSONValue] = [
            "finding": .string(finding.id),
            "revision": .number(Decimal(finding.revision)),
            "plan": .string(finding.plan),
            "verdict": try JSONValue(encoding: finding.verdict),
            "deployment": try JSONValue(encoding: deployment),
            "rights": try JSONValue(encoding: finding.rights),
            "snapshot": .string(finding.snapshot.hex),
            "catalogue": .string(finding.catalogue.hex),
        ]
        if let event = finding.deployment.facts.best(.eventIdentifier) {
            data["eventIdentifier"] = .string(event)
        }
        if let evidence = finding.evidence { data["evidence"] = ["sha256": .string(evidence.hex)] }
        if let first = finding.sightings.min(by: { ($0.seen, $0.id) < ($1.seen, $1.id) }) {
            data["observed"] = try observed(first, finding)
        }
        let surest = finding.sightings.map(\.match).min {
            ($0.falseMatchProbability, $0.symmetry?.rawValue ?? "", -($0.score ?? 0))
                < ($1.falseMatchProbability, $1.symmetry?.rawValue ?? "", -($1.score ?? 0))
        }
        if let surest { data["match"] = try match(surest) }
        return .object(data)
    }

    private static func observed(_ sighting: Sighting, _ finding: Finding) throws -> JSONValue {
        var observed: [String: JSONValue] = [
            "page": .string(sighting.page.description),
            "image": .string(sighting.image.description),
            "firstSeen": .string(sighting.seen.iso8601),
            "sightings": .number(Decimal(finding.sightings.count)),
        ]
        if let channel = finding.deployment.channel { observed["channel"] = .string(channel) }
        if let terms = sighting.terms { observed["terms"] = try JSONValue(encoding: terms) }
        return .object(observed)
    }

    private static func match(_ match: Match) throws -> JSONValue {
        // Decimal ends at 1e-127; a bound that small says no more than 1e-100 does.
        let probability = Decimal(
            string: "\(max(match.falseMatchProbability, 1e-100))",
            locale: Locale(identifier: "en_US_POSIX"))
        var members: [String: JSONValue] = [
            "method": .string(match.method.rawValue),
            "grade": .string(match.grade.rawValue),
            "probability": probability.map(JSONValue.number) ?? nil,
        ]
        if let symmetry = match.symmetry { members["symmetry"] = .string(symmetry.rawValue) }
        if let distance = match.distance { members["distance"] = .number(Decimal(distance)) }
        if let score = match.score { members["score"] = try JSONValue(encoding: score) }
        if let component = match.component { members["component"] = .string(component) }
        if let placement = match.placement {
            members["placement"] = try JSONValue(encoding: placement)
        }
        if let mark = match.mark { members["mark"] = try JSONValue(encoding: mark) }
        if let credentials = match.credentials {
            members["credentials"] = try JSONValue(encoding: credentials)
        }
        return .object(members)
    }
}
