// A deployment whose verdict is not "authorised", with its evidence.

/// A deployment with its verdict and its evidence.
///
/// It is a finding when not authorised.
public struct Finding: Hashable, Sendable, Codable {
    /// UUIDv5 of the deployment's key.
    public var id: String
    /// 1 for the first verdict; a changed verdict is the next revision.
    public var revision: Int
    /// What was judged.
    public var deployment: Deployment
    /// What the agreements say.
    public var verdict: Verdict
    /// The sightings, sorted by id.
    public var sightings: [Sighting]
    /// SHA-256 of the evidence file; nil for authorised deployments, which keep none.
    public var evidence: Digest?
    /// The plan that found it.
    public var plan: String
    /// SHA-256 of the agreements' snapshot that the verdict is from.
    public var snapshot: Digest
    /// SHA-256 of the catalogue's `assets.jsonl`.
    public var catalogue: Digest
    /// What a claim may rest on.
    public var rights: [RightReliedOn]

    /// A finding.
    public init(
        deployment: Deployment, verdict: Verdict, revision: Int = 1, sightings: [Sighting],
        evidence: Digest? = nil, plan: String, snapshot: Digest, catalogue: Digest,
        rights: [RightReliedOn]
    ) {
        id = deployment.findingID
        self.revision = revision
        self.deployment = deployment
        self.verdict = verdict
        self.sightings = sightings
        self.evidence = evidence
        self.plan = plan
        self.snapshot = snapshot
        self.catalogue = catalogue
        self.rights = rights
    }

    /// Whether it is one that people should look at: any verdict but *authorised*.
    public var isFinding: Bool { verdict.kind != .authorised }

    /// The id of the event that reports this revision; a repeated report has the same one.
    public var eventID: String {
        NameBasedID(parts: ["event", id, String(revision)]).text
    }
}
