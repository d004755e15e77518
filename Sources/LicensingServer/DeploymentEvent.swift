// A report of a scan: a CloudEvent that carries a finding.

internal import Foundation
internal import HTTPTypes
internal import Licensing
internal import SelvageTypes

/// A reported deployment, read from a CloudEvent's structured JSON.
///
/// - Source: CloudEvents 1.0.2, JSON event format section 3.
struct DeploymentEvent: Sendable {
    let id: String
    let type: String
    let source: String
    /// Whose asset it is; nil when the event does not say.
    let licensor: String?
    let asset: String
    /// The finding's id; a report without a finding goes by its case's or its own id.
    let finding: String
    let revision: Int
    let deployment: Deployment?
    let verdict: Verdict
    let data: JSONValue

    init(_ body: [UInt8]) throws(ProblemDetails) {
        guard let event = try? JSONValue(parsing: Data(body)), event.members != nil else {
            throw ProblemDetails(
                .badRequest, "The body is not a JSON object. Send one CloudEvent.", pointer: "")
        }
        func text(_ name: String) throws(ProblemDetails) -> String {
            guard let text = event[name]?.string, !text.isEmpty, text.utf8.count <= 2048 else {
                throw ProblemDetails(
                    .badRequest, "The event has no usable \"\(name)\".", pointer: "/\(name)")
            }
            return text
        }
        guard try text("specversion") == "1.0" else {
            throw ProblemDetails(
                .badRequest, "Only CloudEvents 1.0 is understood.", pointer: "/specversion")
        }
        id = try text("id")
        source = try text("source")
        type = try text("type")
        guard type.wholeMatch(of: /org\.selvage\.deployment\.[a-z-]+\.v1/) != nil else {
            throw ProblemDetails(
                .badRequest, "This server takes org.selvage.deployment.<verdict>.v1 events only.",
                pointer: "/type")
        }
        guard let data = event["data"], data.members != nil else {
            throw ProblemDetails(.badRequest, "The event has no data object.", pointer: "/data")
        }
        self.data = data
        deployment = try Self.part("deployment", of: data)
        verdict = try Self.verdict(data)
        finding =
            data["finding"]?.string ?? data["id"]?.string ?? deployment?.findingID
            ?? data["case"]?.string ?? id
        revision = data["revision"]?.decimal.map { NSDecimalNumber(decimal: $0).intValue } ?? 1
        licensor = deployment?.licensor ?? data["licensor"]?.string
        asset = deployment?.asset ?? event["subject"]?.string ?? ""
    }

    private static func verdict(_ data: JSONValue) throws(ProblemDetails) -> Verdict {
        if let name = data["verdict"]?.string {
            guard let kind = Verdict.Kind(rawValue: name) else {
                throw ProblemDetails(
                    .badRequest, "\"\(name)\" is not one of the eight verdicts.",
                    pointer: "/data/verdict")
            }
            return Verdict(kind, agreement: data["agreement"]?.string, explanation: "")
        }
        guard let verdict: Verdict = try part("verdict", of: data) else {
            throw ProblemDetails(
                .badRequest, "The report has no verdict.", pointer: "/data/verdict")
        }
        return verdict
    }

    /// A member as a type; nil when it is absent, a problem when it does not fit.
    private static func part<Value: Decodable>(
        _ name: String, of data: JSONValue
    ) throws(ProblemDetails) -> Value? {
        guard let member = data[name], member != .null else { return nil }
        do {
            return try member.decoded(as: Value.self)
        } catch let error as DecodingError {
            throw ProblemDetails(
                .badRequest, "The report's \(name) is not complete or not in its form.",
                pointer: "/data/\(name)" + place(error))
        } catch {
            throw ProblemDetails(
                .badRequest, "The report's \(name) cannot be read.", pointer: "/data/\(name)")
        }
    }

    private static func place(_ error: DecodingError) -> String {
        let path: [any CodingKey]
        switch error {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .dataCorrupted(let context):
            path = context.codingPath
        @unknown default: path = []
        }
        return path.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }
}
