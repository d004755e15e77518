// From sightings to judged uses: facts joined, uses assembled, verdicts given; no effects.

internal import Licensing
internal import SelvageTypes

/// Judges what a scan saw.
///
/// The same sightings and snapshot give the same answer, byte for byte.
struct Judging {
    let plan: Plan
    let licensor: String
    let catalogue: Digest
    let assets: [String: Asset]
    let snapshot: LicensingSnapshot

    /// Every use with its verdict, by finding id; of sightings that are matches.
    ///
    /// - Throws: `AgreementError` when a policy of the snapshot cannot be read.
    func uses(of sightings: [Sighting]) throws -> [Finding] {
        let known = sightings.map { sighting in
            var sighting = sighting
            sighting.facts += plan.impliedFacts(of: sighting.page)
            return sighting
        }
        let byID = Dictionary(known.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let deployments = DeploymentAssembler(licensor: licensor, registry: snapshot.parties)
            .deployments(from: known)
        let verdicts = try Judge(snapshot).verdicts(on: deployments)
        let digest = snapshot.digest
        return zip(deployments, verdicts).map { deployment, verdict in
            Finding(
                deployment: deployment, verdict: verdict,
                sightings: deployment.sightings.sorted().compactMap { byID[$0] },
                plan: plan.name, snapshot: digest, catalogue: catalogue,
                rights: assets[deployment.asset]?.rights ?? [])
        }.sorted { $0.id < $1.id }
    }
}

extension Finding {
    /// Whether a newer judgement of the same use says something that has to be reported again.
    func differs(from older: Finding) -> Bool {
        let new = verdict, old = older.verdict
        return new.kind != old.kind || new.agreement != old.agreement || new.rules != old.rules
            || new.failedOperands != old.failedOperands || new.missing != old.missing
            || new.failedComponent != old.failedComponent || new.overage != old.overage
            || new.owed != old.owed || new.possibleResale != old.possibleResale
            || deployment.units != older.deployment.units
            || deployment.unitCode != older.deployment.unitCode
            || deployment.units != nil && deployment.date != older.deployment.date
    }

    /// Whether the licensing server has to hear of it: every finding, and authorised production,
    /// since units count whoever is in the right.
    var isReported: Bool {
        isFinding || deployment.units != nil
    }
}
