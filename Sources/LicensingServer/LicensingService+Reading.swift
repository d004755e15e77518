// What a licensor may read: the signed snapshot, agreements, deployments and a summary.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Licensing
internal import Persistence
internal import SelvageTypes

extension LicensingService {
    /// The licensor that the request's token may see.
    private func licensor(_ request: Request) throws(ProblemDetails) -> String {
        let parts = (request.headers[.authorization] ?? "").split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let licensor = licensors[Digest(of: String(parts[1]))]
        else {
            throw ProblemDetails(
                .unauthorized, "Send \"Authorization: Bearer <token>\" with a token of this server."
            )
        }
        if let asked = request.uri.queryParameters.get("licensor"), asked != licensor {
            throw ProblemDetails(.forbidden, "This token does not reach that licensor's data.")
        }
        return licensor
    }

    /// Reads after agreements whose time has run out were marked.
    private func read<Value: Sendable>(
        _ licensor: String, _ body: @escaping @Sendable (LicensingTransaction) throws -> Value
    ) async throws -> Value {
        let now = clock.now()
        let isStale = try await store.read {
            try !$0.lapsedAgreements(of: licensor, at: now).isEmpty
        }
        if isStale { try await store.write { try $0.expire(of: licensor, at: now) } }
        return try await store.read(body)
    }

    func snapshot(_ request: Request) async throws -> Response {
        let licensor = try licensor(request)
        let now = clock.now()
        let snapshot = try await read(licensor) { try $0.snapshot(of: licensor, at: now) }
        let content = try JSONValue(encoding: snapshot)
        let bytes = content.canonicalBytes
        let tag = "\"\(Digest(of: bytes).hex)\""
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        let known = (request.headers[.ifNoneMatch] ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespaces) }
        if known.contains(tag) || known.contains("W/" + tag) {
            return Response(status: .notModified, headers: headers)
        }
        let seal = try Seal(of: bytes, with: signingKey)
        return Self.json(
            ["snapshot": content, "seal": try JSONValue(encoding: seal)], headers: headers)
    }

    func agreements(_ request: Request) async throws -> Response {
        let licensor = try licensor(request)
        let list = try await read(licensor) { try $0.agreements(of: licensor) }
        return Self.json(["agreements": .array(list.map(Self.summary))])
    }

    /// One agreement by number or percent-encoded identifier, with usage, payments and history.
    func agreement(_ name: String, _ request: Request) async throws -> Response {
        let licensor = try licensor(request)
        let uid = name.removingPercentEncoding ?? name
        let found = try await read(licensor) { books -> JSONValue? in
            let all = try books.agreements(of: licensor)
            guard let one = all.first(where: { $0.uid == uid || String($0.number) == uid }) else {
                return nil
            }
            return try Self.details(one, books, licensor)
        }
        guard let found else {
            throw ProblemDetails(
                .notFound, "There is no such agreement. GET /agreements lists their numbers.")
        }
        return Self.json(found)
    }

    private static func summary(_ agreement: StoredAgreement) -> JSONValue {
        [
            "number": .number(Decimal(agreement.number)), "uid": .string(agreement.uid),
            "state": .string(agreement.state),
        ]
    }

    private static func details(
        _ agreement: StoredAgreement, _ books: LicensingTransaction, _ licensor: String
    ) throws -> JSONValue {
        var members = summary(agreement).members ?? [:]
        members["policy"] = agreement.policy
        members["usage"] = .array(
            try books.usage(of: licensor).filter { $0.agreement == agreement.uid }.map {
                [
                    "asset": .string($0.asset), "unit": .string($0.unit),
                    "units": .string($0.units),
                ]
            })
        members["payments"] = .array(
            try books.payments(of: licensor).filter { $0.agreement == agreement.uid }.map {
                [
                    "duty": .string($0.duty), "event": $0.event.map(JSONValue.string) ?? .null,
                    "amount": .string($0.amount), "at": .string($0.at.iso8601),
                    "actor": .string($0.actor),
                ]
            })
        members["history"] = .array(
            try books.history(of: agreement.uid, licensor: licensor).map {
                [
                    "at": .string($0.at.iso8601), "from": $0.was.map(JSONValue.string) ?? .null,
                    "to": .string($0.became), "actor": .string($0.actor),
                    "reason": .string($0.reason),
                ]
            })
        members["verdicts"] = counted(
            try books.verdicts(of: licensor, agreement: agreement.uid))
        return .object(members)
    }

    private static func counted(_ verdicts: [String: Int]) -> JSONValue {
        .object(verdicts.mapValues { .number(Decimal($0)) })
    }

    /// The newest thousand deployments.
    func deployments(_ request: Request) async throws -> Response {
        let licensor = try licensor(request)
        let list = try await read(licensor) { try $0.deployments(of: licensor, limit: 1000) }
        let items = list.map { deployment -> JSONValue in
            [
                "id": .string(deployment.id), "revision": .number(Decimal(deployment.revision)),
                "agreement": deployment.agreement.map(JSONValue.string) ?? .null,
                "verdict": .string(deployment.verdict), "asset": .string(deployment.asset),
                "actor": .string(deployment.actor),
                "event": deployment.event.map(JSONValue.string) ?? .null,
                "units": deployment.units.map(JSONValue.string) ?? .null,
                "date": .string(deployment.date.iso8601),
                "received": .string(deployment.received.iso8601), "report": deployment.body,
            ]
        }
        return Self.json(["deployments": .array(items)])
    }

    func status(_ request: Request) async throws -> Response {
        let licensor = try licensor(request)
        let answer = try await read(licensor) { books -> JSONValue in
            let states = Dictionary(
                try books.agreements(of: licensor).map { ($0.state, 1) }, uniquingKeysWith: +)
            return [
                "licensor": .string(licensor),
                "generation": .number(Decimal(try books.licensor(licensor).generation)),
                "events": .number(Decimal(try books.eventCount(licensor))),
                "agreements": Self.counted(states),
                "deployments": Self.counted(try books.verdicts(of: licensor)),
            ]
        }
        return Self.json(answer)
    }
}
