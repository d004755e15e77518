// What one commit changes in a scan's counters, gathered by host and written once.

internal import GRDB
internal import SelvageTypes

/// Changes of a scan's counters.
///
/// Counting again over all addresses would cost the whole frontier.
struct ScanTally {
    private struct Change {
        var pagesDone = 0, pagesPending = 0, imagesDone = 0, imagesPending = 0
        var bytes: Int64 = 0
        var matches = 0
        var unchanged = 0, assumed = 0
    }

    private struct Refusal: Hashable {
        let host: HostKey
        let reason: NotChecked
    }

    private var changes: [HostKey: Change] = [:]
    private var refusals: [Refusal: Int] = [:]

    /// Counts an address as still to fetch, or no longer.
    mutating func pending(_ host: HostKey, isImage: Bool, by number: Int) {
        changes[host, default: Change()][
            keyPath: isImage ? \Change.imagesPending : \Change.pagesPending] += number
    }

    /// Counts an address as looked at, or as not checked for a reason.
    mutating func ended(_ host: HostKey, isImage: Bool, reason: NotChecked?) {
        if let reason {
            refusals[Refusal(host: host, reason: reason), default: 0] += 1
        } else {
            changes[host, default: Change()][
                keyPath: isImage ? \Change.imagesDone : \Change.pagesDone] += 1
        }
    }

    /// Counts bytes of a body.
    mutating func received(_ host: HostKey, bytes: Int) {
        changes[host, default: Change()].bytes += Int64(bytes)
    }

    /// Counts an image that shows an asset.
    mutating func matched(_ host: HostKey) {
        changes[host, default: Change()].matches += 1
    }

    /// Counts what was taken over from an earlier scan, among what was looked at.
    mutating func carried(_ host: HostKey, isAssumed: Bool, by number: Int) {
        changes[host, default: Change()][
            keyPath: isAssumed ? \Change.assumed : \Change.unchanged] += number
    }

    /// Takes back that a page was looked at, by what was taken over.
    mutating func reopened(_ host: HostKey, wasAssumed: Bool) {
        changes[host, default: Change()].pagesDone -= 1
        carried(host, isAssumed: wasAssumed, by: -1)
    }

    /// Adds the changes to the scan's counters.
    func write(_ db: Database, scan: Int64) throws {
        let progress = try QuickStatement(db, Self.addProgress)
        for (host, change) in changes {
            try progress.run {
                $0.add(scan)
                $0.add(host.shard)
                $0.add(host.id)
                $0.add(change.pagesDone)
                $0.add(change.pagesPending)
                $0.add(change.imagesDone)
                $0.add(change.imagesPending)
                $0.add(change.bytes)
                $0.add(change.matches)
                $0.add(change.unchanged)
                $0.add(change.assumed)
            }
        }
        let refusal = try db.cachedStatement(sql: Self.addRefusals)
        for (key, number) in refusals {
            try refusal.execute(arguments: [
                scan, key.host.shard, key.host.id, key.reason.rawValue, number,
            ])
        }
    }

    private static let addProgress = """
        INSERT INTO progress(scan, shard, host_id, pages_done, pages_pending, images_done,
          images_pending, bytes, matches, unchanged, assumed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(scan, shard, host_id) DO UPDATE SET
          pages_done = pages_done + excluded.pages_done,
          pages_pending = pages_pending + excluded.pages_pending,
          images_done = images_done + excluded.images_done,
          images_pending = images_pending + excluded.images_pending,
          bytes = bytes + excluded.bytes, matches = matches + excluded.matches,
          unchanged = unchanged + excluded.unchanged, assumed = assumed + excluded.assumed
        """

    private static let addRefusals = """
        INSERT INTO not_checked(scan, shard, host_id, reason, addresses) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT(scan, shard, host_id, reason) DO UPDATE SET
          addresses = addresses + excluded.addresses
        """
}
