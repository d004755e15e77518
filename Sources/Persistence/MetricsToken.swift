// What a monitor has to know to read the metrics of a data folder.

internal import Foundation
internal import SelvageTypes

/// What a monitor has to know to read the metrics of a data folder, and nothing else.
///
/// It stays the same over restarts, and lies in a file of its own for its owner alone, so that
/// Prometheus can be given the file (`authorization: credentials_file`).
public struct MetricsToken: Sendable {
    /// The token: 64 hexadecimal digits.
    public let text: String
    /// The file that holds it.
    public let path: String

    /// The token of a data folder, made when there is none.
    ///
    /// - Throws: `StoreError`; `.damaged` when the file holds something else.
    public init(dataFolder folder: String) throws(StoreError) {
        path = "\(folder)/metrics-token"
        if !FileManager.default.fileExists(atPath: path) {
            var source = SystemRandomNumberGenerator()
            let token = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &source) }.hex
            do throws(StoreError) {
                try DurableFiles.write(
                    Array(token.utf8), to: path, mode: 0o600, through: folder, replacing: false)
            } catch let error where error.reason == .exists {
                // Another process made it in the meantime.
            }
        }
        let kept = FileManager.default.contents(atPath: path).map {
            String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let kept, kept.utf8.count == 64, kept.allSatisfy(\.isHexDigit) else {
            throw StoreError(
                .damaged, at: path,
                detail: "It holds no token for metrics. Delete it; the next start makes another.")
        }
        text = kept
    }
}
