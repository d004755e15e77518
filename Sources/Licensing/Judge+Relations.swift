// Parties without an agreement of their own: sublicensees, makers, retailers, and lapsed licences.

internal import Foundation
internal import SelvageTypes

extension Judge {
    private static let resaleActions: Set<String> = [
        "odrl:sell", "odrl:display", "odrl:distribute",
    ]

    /// What a registered party may do through a relation to a licensee; nil when nothing.
    func byRelation(
        _ deployment: Deployment, party: String, name: String, _ running: inout RunningTotals
    ) -> Verdict? {
        func related(_ kind: PartyRegistry.Relation.Kind) -> [String] {
            snapshot.parties.related(party, kind, at: deployment.date)
        }
        var principals = related(.sublicenseeOf).map { ($0, "sublicensee of") }
        if deployment.isProduction {
            principals += related(.manufacturerFor).map { ($0, "manufacturer for") }
        }
        for (principal, relation) in principals {
            var verdict = ask(deployment, as: principal, &running)
            guard verdict.kind != .unauthorised else { continue }
            verdict.explanation =
                "\(name) acts as \(relation) \(partyName(principal)). \(verdict.explanation)"
            return verdict
        }
        for licensee in related(.retailerOf) {
            if let verdict = resale(deployment, of: licensee, by: name) { return verdict }
        }
        for parent in related(.subsidiaryOf) {
            var copy = running
            guard ask(deployment, as: parent, &copy).kind != .unauthorised else { continue }
            var verdict = Verdict(
                .unknown,
                explanation:
                    "\(name) is a subsidiary of the licensee \(partyName(parent)). Whether "
                    + "the licence reaches it has to be read in the agreement.")
            verdict.missing = ["assignee"]
            return verdict
        }
        return nil
    }

    /// Resale by a registered retailer: the licensee's territory and category have to fit.
    private func resale(
        _ deployment: Deployment, of licensee: String, by name: String
    ) -> Verdict? {
        guard Self.resaleActions.contains(deployment.action) else { return nil }
        let agreements = standings.filter {
            $0.record.state.isInForce || [.expired, .superseded].contains($0.record.state)
        }.map(\.agreement)
        let operands = agreements.flatMap { $0.permissions + $0.prohibitions }
            .flatMap { $0.constraints + $0.actions.flatMap(\.refinements) }
            .flatMap(\.comparisons).map(\.operand)
        var asked = deployment
        asked.action = "odrl:sell"
        var verdict = offer(
            asked, as: licensee, among: agreements,
            leavingOut: Set(operands).subtracting(["spatial", "product"]))
        guard verdict.kind != .unauthorised else { return nil }
        verdict.possibleResale = verdict.kind != .authorised
        verdict.explanation =
            "\(name) is a registered retailer of \(partyName(licensee)); its goods may be resold "
            + "within the licence. \(verdict.explanation)"
        return verdict
    }

    /// An agreement that would cover the use, were it in force.
    func lapsed(_ deployment: Deployment, party: String) -> Verdict? {
        // A draft or an offer has never permitted anything.
        for standing in standings
        where !standing.record.state.isInForce
            && ![.draft, .offered].contains(standing.record.state)
        {
            let agreement = standing.agreement
            let world = world(deployment, RunningTotals(before: 0))
            let actions =
                deployment.action == "odrl:sell"
                ? ["odrl:sell", "slv:manufacture", "odrl:reproduce"] : [deployment.action]
            let answers = actions.map {
                evaluate(
                    request(deployment, $0, party), in: world, against: [agreement],
                    countingDuties: false)
            }
            guard answers.contains(where: { $0.kind != .unauthorised }) else { continue }
            let state = standing.record.state
            var verdict = Verdict(
                state == .expired ? .outOfScope : .unauthorised, agreement: agreement.uid,
                explanation: "Agreement \(agreement.uid) would cover this use, but it is "
                    + "\(state.rawValue), so it permits nothing at present.")
            if state == .expired { verdict.failedOperands = ["dateTime"] }
            return verdict
        }
        return nil
    }

    /// Facts that point to a licensee's goods which somebody else sells on; nil when none do.
    ///
    /// Resale of licensed goods is considered before any accusation.
    func resaleByStranger(_ deployment: Deployment) -> Verdict? {
        guard Self.resaleActions.contains(deployment.action) else { return nil }
        let licensees =
            standings
            .filter { ![.draft, .offered].contains($0.record.state) }
            .filter { $0.agreement.assets.contains(deployment.asset) }
            .flatMap(\.agreement.assignees)
        for id in Set(licensees).sorted() {
            guard let licensee = snapshot.parties.party(id),
                let sign = sign(of: licensee, in: deployment)
            else { continue }
            var verdict = Verdict(
                .unknown,
                explanation: "\(deployment.actor.name) holds no agreement, but \(sign). These may "
                    + "be licensed goods that are sold on; where they came from has to be shown.")
            verdict.possibleResale = true
            return verdict
        }
        return nil
    }

    private func sign(of licensee: PartyRegistry.Party, in deployment: Deployment) -> String? {
        let names = Set(
            ([licensee.name] + licensee.names + licensee.brands)
                .map(PartyName.normalised))
        for brand in deployment.facts.values(of: .brand)
        where names.contains(PartyName.normalised(brand)) {
            return "the brand \(brand) is \(licensee.name)'s"
        }
        for gtin in deployment.facts.values(of: .gtin).map(PartyName.gtin) {
            let known = licensee.gtins.map(PartyName.gtin).filter { $0.count >= 5 }
            if known.contains(where: gtin.hasPrefix) {
                return "the GTIN \(gtin) is one of \(licensee.name)'s"
            }
        }
        for seller in deployment.facts.values(of: .seller)
        where names.contains(PartyName.normalised(seller)) {
            return "the seller calls itself \(seller), as \(licensee.name) does"
        }
        return nil
    }

    private func partyName(_ id: String) -> String {
        snapshot.parties.party(id)?.name ?? id
    }
}
