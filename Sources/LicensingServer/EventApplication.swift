// The effect of one report: deployment, counted units and agreement states, in one transaction.

internal import Foundation
internal import HTTPTypes
internal import Licensing
internal import Persistence
internal import SelvageTypes

/// What applying an event did.
struct EventReceipt: Hashable, Sendable {
    let id: String
    let applied: Bool
    /// States of the agreements that the report concerned, by identifier.
    var states: [String: String] = [:]

    var json: JSONValue {
        .object([
            "id": .string(id), "applied": .bool(applied),
            "agreements": .object(states.mapValues(JSONValue.string)),
        ])
    }
}

/// Applies one event to the books.
struct EventApplication: Sendable {
    let event: DeploymentEvent
    let digest: Digest
    let now: Instant

    /// Takes the event into the inbox and, when it is new, gives it its effect.
    ///
    /// The caller's transaction makes both happen or neither.
    func apply(to books: LicensingTransaction) throws -> EventReceipt {
        let licensor = try licensor(books)
        let isNew = try books.receive(
            event.id, type: event.type, source: event.source, digest: digest, licensor: licensor,
            at: now)
        guard isNew else { return EventReceipt(id: event.id, applied: false) }
        var receipt = EventReceipt(id: event.id, applied: true)
        let old = try books.deployment(event.finding, of: licensor)
        // A report that was overtaken by a newer revision has nothing left to say.
        if let old, old.revision > event.revision { return receipt }
        try books.countGeneration(licensor, at: now)
        let agreements = try books.agreements(of: licensor).map { stored in
            (stored, try Agreement(jsonLD: stored.policy))
        }
        // What somebody else does with a licensee's goods is no use by the licensee.
        let concerned =
            event.verdict.possibleResale
            ? [] : Set(Judge.agreements(behind: event.verdict, among: agreements.map(\.1)))
        try books.put(stored, of: licensor)
        for (standing, agreement) in agreements {
            let isConcerned = concerned.contains(standing.uid)
            guard isConcerned || old?.agreement == standing.uid || old?.event != nil else {
                continue
            }
            try count(isConcerned, standing.uid, licensor, books)
            let state = try advance(standing, agreement, licensor, books)
            if isConcerned { receipt.states[standing.uid] = state }
        }
        return receipt
    }

    /// The event's licensor: as it says, else the one whose agreements speak about the asset.
    private func licensor(_ books: LicensingTransaction) throws -> String {
        if let licensor = event.licensor { return licensor }
        let known = try books.licensors()
        for licensor in known {
            let policies = try books.agreements(of: licensor).map(\.policy)
            for policy in policies where try Agreement(jsonLD: policy).assets.contains(event.asset)
            {
                return licensor
            }
        }
        throw ProblemDetails(
            .badRequest, "The report names no licensor, and no agreement is about its subject.",
            pointer: "/data/deployment/licensor")
    }

    private var stored: StoredDeployment {
        let seen = event.deployment
        return StoredDeployment(
            id: event.finding, revision: event.revision,
            agreement: event.verdict.possibleResale ? nil : event.verdict.agreement,
            verdict: event.verdict.kind.rawValue, asset: event.asset,
            actor: seen?.actor.key ?? Deployment.Actor.nobody.key, event: seen?.event,
            units: seen?.units.map { "\($0)" }, unit: seen?.unitCode, date: seen?.date ?? now,
            received: now, body: event.data)
    }

    /// Counts a production event's units under an agreement, or takes the count back.
    private func count(
        _ isConcerned: Bool, _ agreement: String, _ licensor: String, _ books: LicensingTransaction
    ) throws {
        guard let use = event.deployment, use.isProduction, let id = use.event else { return }
        if isConcerned, event.verdict.countsUnits, let units = use.units {
            let base = UnitCode.base(of: use.unitCode)
            try books.count(
                units * base.factor, unit: base.code, event: id, at: use.date,
                asset: use.asset, agreement: agreement, licensor: licensor)
        } else {
            try books.uncount(
                event: id, asset: use.asset, agreement: agreement, licensor: licensor)
        }
    }

    private func advance(
        _ standing: StoredAgreement, _ agreement: Agreement, _ licensor: String,
        _ books: LicensingTransaction
    ) throws -> String {
        let verdicts = try books.verdicts(of: licensor, agreement: standing.uid)
        let next = AgreementState(rawValue: standing.state).flatMap { state in
            AgreementLifecycle.next(
                after: state, verdicts: Set(verdicts.keys.compactMap(Verdict.Kind.init)),
                end: agreement.end, at: now)
        }
        guard let next else { return standing.state }
        try books.change(
            StoredStateChange(
                agreement: standing.uid, at: now, was: standing.state, became: next.state.rawValue,
                actor: "selvage", reason: "\(next.reason) (event \(event.id))"),
            of: licensor)
        return next.state.rawValue
    }
}
