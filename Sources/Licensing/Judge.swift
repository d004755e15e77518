// The verdict on each deployment: which question is asked of the agreements, and for whom.

public import Foundation
public import SelvageTypes

/// The verdict on one deployment.
///
/// - Parameter unitsBefore: Units of other production events, in the deployment's base unit, that
///   the snapshot's usage does not hold yet.
/// - Throws: `AgreementError` when a policy of the snapshot cannot be read.
public func judge(
    _ deployment: Deployment, with snapshot: LicensingSnapshot, unitsBefore: Decimal = 0
) throws(AgreementError) -> Verdict {
    try Judge(snapshot).verdict(on: deployment, unitsBefore: unitsBefore)
}

/// Judges deployments with one snapshot.
///
/// Which question is asked:
/// - An offer (`odrl:sell`, also `odrl:distribute`) is judged by the agreement's own rules for it.
///   Where it has none, by its rules for `slv:manufacture`, else `odrl:reproduce`: goods lawfully
///   made may be sold within the same scope. Then limits on quantities are left out, because a sale
///   does not show how many were made, and so are royalties, because production owed them.
/// - An offer on a page also shows the picture: the agreement's rules for `odrl:display` have to
///   hold too, where it has some.
/// - Production is judged with the units of all events before it, those that the snapshot has
///   counted and those of this scan, in time order; so a verdict does not depend on the order in
///   which reports arrived. Units count when the verdict is authorised, duty open, exceeds tier or
///   breach.
/// - Everything else is asked as it is.
public struct Judge: Sendable {
    struct Standing: Sendable {
        let record: LicensingSnapshot.AgreementRecord
        let agreement: Agreement
    }

    let snapshot: LicensingSnapshot
    let standings: [Standing]
    let components: [String: Set<String>]
    /// What the manifests of assets say.
    let statements: [String: [String]]
    let codes: (products: Set<String>, channels: Set<String>)
    let categories: Categories

    /// A judge with a snapshot.
    ///
    /// - Throws: `AgreementError` when a policy of the snapshot cannot be read.
    public init(_ snapshot: LicensingSnapshot) throws(AgreementError) {
        self.snapshot = snapshot
        var standings: [Standing] = []
        for record in snapshot.agreements {
            standings.append(
                Standing(record: record, agreement: try Agreement(jsonLD: record.policy)))
        }
        self.standings = standings
        components = Dictionary(
            snapshot.assets.map { ($0.id, Set($0.components.map(\.id))) },
            uniquingKeysWith: { $0.union($1) })
        statements = Dictionary(
            snapshot.assets.compactMap { asset in asset.statements.map { (asset.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        func codes(_ operand: String) -> Set<String> {
            Set(
                standings.flatMap { $0.agreement.permissions + $0.agreement.prohibitions }
                    .flatMap(\.constraints).flatMap(\.comparisons)
                    .filter { $0.operand == operand }.flatMap(\.right))
        }
        self.codes = (codes("product"), codes("deliveryChannel"))
        categories = Categories(table: snapshot.categories)
    }

    /// The verdict on one deployment.
    public func verdict(on deployment: Deployment, unitsBefore: Decimal = 0) -> Verdict {
        var running = RunningTotals(before: unitsBefore)
        return verdict(on: deployment, &running)
    }

    /// The verdicts on the deployments of one scan, in the order given.
    ///
    /// Production events are counted in time order, so each sees the ones before it.
    public func verdicts(on deployments: [Deployment]) -> [Verdict] {
        var running = RunningTotals(before: 0)
        let order = deployments.indices.sorted { a, b in
            let left = deployments[a]
            let right = deployments[b]
            return (left.date, left.product ?? "", left.findingID)
                < (right.date, right.product ?? "", right.findingID)
        }
        var verdicts: [Int: Verdict] = [:]
        for index in order { verdicts[index] = verdict(on: deployments[index], &running) }
        return deployments.indices.compactMap { verdicts[$0] }
    }

    /// The agreements that a verdict rests on: of its deciding rules.
    public static func agreements(behind verdict: Verdict, among agreements: [Agreement])
        -> [String]
    {
        agreements.filter { agreement in
            agreement.uid == verdict.agreement
                || (agreement.permissions + agreement.prohibitions).contains {
                    verdict.rules.contains($0.uid)
                }
        }.map(\.uid)
    }

    func verdict(on deployment: Deployment, _ running: inout RunningTotals) -> Verdict {
        switch deployment.actor {
        case .nobody:
            return ask(deployment, as: nil, &running)
        case .stranger(let key, _):
            let verdict = ask(deployment, as: key, &running)
            guard verdict.kind == .unauthorised else { return verdict }
            return resaleByStranger(deployment) ?? verdict
        case .party(let id, let name):
            let verdict = ask(deployment, as: id, &running)
            guard verdict.kind == .unauthorised else { return verdict }
            return byRelation(deployment, party: id, name: name, &running)
                ?? resaleByStranger(deployment) ?? lapsed(deployment, party: id) ?? verdict
        }
    }
}

/// What the events of one scan add to the snapshot's usage.
struct RunningTotals: Sendable {
    /// Units that the caller knows of beside the snapshot's usage.
    let before: Decimal
    private var units: [[String]: Decimal] = [:]
    private var runs: [[String]: Int] = [:]
    private var spent: [String: Decimal] = [:]

    init(before: Decimal) {
        self.before = before
    }

    func units(_ agreement: String, _ asset: String, _ unit: String) -> Decimal {
        before + (units[[agreement, asset, unit]] ?? 0)
    }

    func runs(_ agreement: String, _ asset: String) -> Int {
        runs[[agreement, asset]] ?? 0
    }

    mutating func count(_ amount: Decimal, _ agreement: String, _ asset: String, _ unit: String) {
        units[[agreement, asset, unit], default: 0] += amount
        runs[[agreement, asset], default: 0] += 1
    }

    /// What is left of a payment on account.
    func remainder(of paid: Decimal, for duty: String) -> Decimal {
        max(0, paid - (spent[duty] ?? 0))
    }

    mutating func spend(_ charges: [Charge]) {
        for charge in charges { spent[charge.duty, default: 0] += charge.sum }
    }
}
