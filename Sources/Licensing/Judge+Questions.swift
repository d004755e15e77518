// How a deployment becomes a question and a state of the world.

internal import Foundation
public import SelvageTypes

extension Judge {
    /// Agreements whose own dates decide: those in force, and those that have run out or have been
    /// followed by another since.
    ///
    /// A use inside their time stays what it was.
    var inForce: [Agreement] {
        standings.filter { standing in
            standing.record.state.isInForce
                || [.expired, .superseded].contains(standing.record.state)
                    && standing.agreement.end != nil
        }.map(\.agreement)
    }

    /// The question about a deployment as if a party were behind it.
    func ask(
        _ deployment: Deployment, as party: String?, _ running: inout RunningTotals
    ) -> Verdict {
        if ["odrl:sell", "odrl:distribute"].contains(deployment.action) {
            return offer(deployment, as: party, among: inForce)
        }
        let isProduction = deployment.isProduction
        let world = world(deployment, running)
        var charges: [Charge] = []
        let verdict = Evaluator(
            request: request(deployment, deployment.action, party), world: world,
            agreements: inForce, ignored: [], countingDuties: true
        ).verdict(charges: &charges)
        if isProduction { count(deployment, verdict, charges, &running) }
        return verdict
    }

    /// An offer: the rules for it, else those for making the goods; and those for showing them.
    func offer(
        _ deployment: Deployment, as party: String?, among agreements: [Agreement],
        leavingOut ignored: Set<String> = []
    ) -> Verdict {
        let world = world(deployment, RunningTotals(before: 0))
        func answer(_ action: String, _ more: Set<String> = []) -> Verdict {
            evaluate(
                request(deployment, action, party), in: world, against: agreements,
                leavingOut: ignored.union(more), countingDuties: false)
        }
        var verdict = answer(deployment.action)
        for action in ["slv:manufacture", "odrl:reproduce"] where !verdict.isCovering(party) {
            let made = answer(action, Vocabulary.quantities)
            if made.isCovering(party) { verdict = made }
        }
        guard verdict.isCovering(party), deployment.product?.hasPrefix("event:") != true else {
            return verdict
        }
        let shown = answer("odrl:display")
        return shown.isCovering(party) && shown.severity > verdict.severity ? shown : verdict
    }

    func request(
        _ deployment: Deployment, _ action: String, _ party: String?
    ) -> EvaluationRequest {
        var request = EvaluationRequest(
            action: action, party: party, target: deployment.asset,
            components: components[deployment.asset] ?? [])
        let known = party.flatMap { snapshot.parties.party($0)?.name }
        request.partyName = known ?? deployment.actor.name
        return request
    }

    /// What the deployment's facts show.
    ///
    /// A category or channel that agreements cannot be compared
    /// with counts as not observed.
    func world(_ deployment: Deployment, _ running: RunningTotals) -> WorldState {
        var world = WorldState()
        world.now = snapshot.issued
        world.values["dateTime"] = [deployment.date.iso8601]
        world.values["spatial"] = territories(deployment)
        world.values["product"] = deployment.category.map {
            categories.codes(of: $0, known: codes.products)
        }
        // What feeds and plans say in general is no channel of an agreement unless one names it.
        if let channel = deployment.channel,
            !["web-shop", "manufacturing"].contains(channel) || codes.channels.contains(channel)
        {
            world.values["deliveryChannel"] = [channel]
        }
        world.values["slv:colourway"] = deployment.facts.best(.colourway).map { [$0] }
        // A manifest that says nothing is known to: "none" is no name that can be required.
        world.values["slv:manifest"] = statements[deployment.asset].map {
            $0.isEmpty ? ["none"] : $0
        }
        observeUnits(deployment, running, in: &world)
        return world
    }

    /// The best source's territories, each a place of use.
    ///
    /// Regions and names are not places.
    private func territories(_ deployment: Deployment) -> [String] {
        let facts = deployment.facts.filter { $0.name == .territory }
        let best = facts.map(\.source.rank).min()
        var all = facts.filter { $0.source.rank == best }.map { Regions.code($0.value) }
        if all.isEmpty { all = deployment.territory.map { [Regions.code($0)] } ?? [] }
        let places = Set(all).filter { code in
            code.wholeMatch(of: /[A-Z]{2}(-[A-Z0-9]{1,3})?/) != nil && Regions.members[code] == nil
        }
        return places.count == Set(all).count ? places.sorted() : []
    }

    private func observeUnits(
        _ deployment: Deployment, _ running: RunningTotals, in world: inout WorldState
    ) {
        let base = UnitCode.base(of: deployment.unitCode)
        world.unitCode = base.code
        for standing in standings {
            let uid = standing.agreement.uid
            let counted = deployment.countedKey.flatMap { standing.record.counted[$0] }
            let paid = counted?.paid ?? standing.record.paid
            for (duty, sum) in paid {
                guard let sum = plainDecimal(sum) else { continue }
                world.paid[duty] = counted == nil ? running.remainder(of: sum, for: duty) : sum
            }
            world.overdue.formUnion(standing.record.overdue)
            guard deployment.isProduction, let units = deployment.units else { continue }
            let run = units * base.factor
            let earlier = standing.record.counted(before: deployment, unit: base.code)
            let total =
                standing.record.unitsWithoutEvent(of: deployment.asset, unit: base.code)
                + earlier.units + running.units(uid, deployment.asset, base.code) + run
            world.valuesUnder[uid] = [
                "slv:runSize": ["\(run)"], "slv:cumulativeUnits": ["\(total)"],
                "count": ["\(earlier.events + running.runs(uid, deployment.asset) + 1)"],
            ]
        }
    }

    private func count(
        _ deployment: Deployment, _ verdict: Verdict, _ charges: [Charge],
        _ running: inout RunningTotals
    ) {
        guard verdict.countsUnits, let units = deployment.units else { return }
        let base = UnitCode.base(of: deployment.unitCode)
        let uids = Judge.agreements(behind: verdict, among: inForce)
        for standing in standings where uids.contains(standing.agreement.uid) {
            if let key = deployment.countedKey, standing.record.counted[key] != nil { continue }
            running.count(
                units * base.factor, standing.agreement.uid, deployment.asset, base.code)
            let duties = Set(
                standing.agreement.permissions.flatMap { $0.duties.map(\.uid) })
            running.spend(charges.filter { duties.contains($0.duty) })
        }
    }
}

extension LicensingSnapshot.AgreementRecord {
    /// The counted events of a deployment's asset that took place before it; events of the same
    /// moment go by their identifiers, so that the order is the same in every scan.
    func counted(before deployment: Deployment, unit: String) -> (units: Decimal, events: Int) {
        let place = (deployment.date, deployment.countedKey ?? "")
        let earlier = counted.filter {
            $0.value.asset == deployment.asset && $0.value.unit == unit
                && ($0.value.date, $0.key) < place
        }
        return (earlier.values.reduce(0) { $0 + (plainDecimal($1.units) ?? 0) }, earlier.count)
    }

    /// Usage that no event stands for, as an earlier system may have left it.
    func unitsWithoutEvent(of asset: String, unit: String) -> Decimal {
        let usage = self.usage[LicensingSnapshot.usageKey(asset, unit: unit)]
        return counted.values.filter { $0.asset == asset && $0.unit == unit }
            .reduce(usage.flatMap(plainDecimal) ?? 0) { $0 - (plainDecimal($1.units) ?? 0) }
    }
}

extension Deployment {
    /// Whether units were made.
    public var isProduction: Bool {
        action == "slv:manufacture" || action == "odrl:reproduce"
    }

    /// Where the snapshot counts it; nil for a page.
    var countedKey: String? {
        event.map { LicensingSnapshot.countedKey($0, asset: asset) }
    }

    /// The identifier of the event that the deployment is; nil for a page.
    public var event: String? {
        guard let product, product.hasPrefix("event:") else { return nil }
        return String(product.dropFirst(6))
    }
}

extension Verdict {
    /// Whether units of production with this verdict are units under the agreement.
    public var countsUnits: Bool {
        isPermission || kind == .exceedsTier
    }

    /// Whether some rule speaks about the question: for nobody, a rule for everyone that permits.
    func isCovering(_ party: String?) -> Bool {
        party == nil ? isPermission : kind != .unauthorised
    }

    /// How much worse one answer is than another.
    var severity: Int {
        let order: [Kind] = [
            .authorised, .authorisedDutyOpen, .breach, .exceedsTier, .unknown, .outOfScope,
            .unauthorised, .prohibited,
        ]
        return order.firstIndex(of: kind) ?? 0
    }
}
