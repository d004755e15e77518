// The agreements' snapshots that scans worked with, one file a scan.

internal import Foundation
public import SelvageTypes

/// The agreements' snapshots that scans worked with.
///
/// A scan that is taken up again uses the snapshot it began with, so that its verdicts do not depend
/// on when it was stopped. The newest one also serves when the licensing server does not answer.
public struct SnapshotFolder: Sendable {
    private let path: String

    /// Opens the folder, or makes it.
    public init(_ path: String) throws(StoreError) {
        try DurableFiles.makeFolder(path)
        self.path = path
        DurableFiles.removeUnfinished(in: path)
    }

    /// Keeps the snapshot of a scan.
    ///
    /// - Throws: `StoreError` when it cannot be written.
    public func keep(_ snapshot: [UInt8], of scan: ScanRecord) throws(StoreError) {
        try DurableFiles.write(snapshot, to: file(scan.number), mode: 0o600, through: path)
    }

    /// The snapshot of a scan; nil when it has none yet.
    ///
    /// - Throws: `StoreError` when it is there and cannot be read.
    public func read(_ scan: ScanRecord) throws(StoreError) -> [UInt8]? {
        let name = file(scan.number)
        return DurableFiles.exists(name) ? try DurableFiles.read(name) : nil
    }

    /// The snapshots that are kept, newest scan first.
    public func newestFirst() -> [[UInt8]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { Int64($0.prefix { $0.isNumber }) }.sorted(by: >)
            .compactMap { try? DurableFiles.read(file($0)) }
    }

    private func file(_ number: Int64) -> String {
        "\(path)/\(number).json"
    }
}
