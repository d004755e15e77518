// What one run of a plan did: looked at, not looked at, found, told.

public import Casework
public import SelvageTypes

/// What one run of a plan did.
public struct ScanReport: Sendable, Codable {
    /// The scan.
    public var scan: ScanRecord
    /// Who licenses the catalogue's assets.
    public var licensor: String
    /// How far it came.
    public var counts: ScanCounts
    /// What was looked at and what was not, by site.
    public var coverage: [SiteCoverage]
    /// What the run did on the network; nil when it asked nobody.
    public var statistics: CrawlStatistics?
    /// The newest revisions of what this scan saw and is not authorised, in stable order.
    public var findings: [Finding]
    /// What this scan saw and an agreement covers.
    public var authorised: [Finding]
    /// Ids of findings that are new, or whose verdict changed, in this run.
    public var new: [String]
    public var changed: [String]
    /// Pictures that only share the geometry of a pattern, or carry the mark of one that they do
    /// not look like, for people to look at.
    ///
    /// They alert nobody and are no findings. Those that belong to a use which a finding or an
    /// authorised use names already are left out.
    public var review: [Sighting]
    /// What became of the plan's open findings that this scan did not see again.
    public var takedowns: [TakedownCheck] = []
    /// Messages to the licensing server; nil when the plan names none.
    public var delivery: DeliveryReport?
    /// The agreements' snapshot that verdicts are from.
    public var snapshot: SnapshotUse
    /// Things that people should know.
    public var notes: [String]

    /// Which snapshot of the agreements was used.
    public struct SnapshotUse: Hashable, Sendable, Codable {
        /// Where it is from: the server's address or a folder.
        public var source: String
        /// The server's generation.
        public var generation: Int64
        /// SHA-256 of the canonical snapshot.
        public var digest: Digest
    }

    /// Sightings that share an asset's geometry or its mark and no more, for people to look at.
    ///
    /// A page that shows the asset for certain needs no look at what is like it; a mark of ours on
    /// another picture is looked at wherever it is.
    public static func review(of sightings: [Sighting]) -> [Sighting] {
        let certain = Set(
            sightings.filter { $0.match.grade == .match }.map { "\($0.page) \($0.match.asset)" })
        return sightings.filter { sighting in
            switch sighting.match.grade {
            case .match: false
            case .sameGeometry: !certain.contains("\(sighting.page) \(sighting.match.asset)")
            case .unconfirmedMark: true
            }
        }
    }

    /// Addresses that were not checked, by reason, over all sites.
    public var notChecked: [(reason: NotChecked, count: Int)] {
        NotChecked.allCases.compactMap { reason in
            let count = coverage.reduce(0) { $0 + ($1.notChecked[reason] ?? 0) }
            return count > 0 ? (reason, count) : nil
        }
    }
}

/// A scan that could not be carried out.
///
/// Compare `reason`; `detail` is for people and may change.
public struct ScanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a scan could not be carried out.
    public enum Reason: Hashable, Sendable {
        case noCatalogue, noAgreements, snapshotRefused, stopped, storeFailed, captureGone, settings
        case noTimeStamp
    }

    /// What kind of failure it was.
    public var reason: Reason
    /// What, where, what to do.
    public var detail: String

    /// A scan that could not be carried out.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    public var description: String { detail }
}
