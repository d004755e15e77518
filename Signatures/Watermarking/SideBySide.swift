// Work on the parts of a whole, some at a time on all processors, put together in order.

internal import Dispatch
internal import Foundation
internal import Synchronization

/// Work on the parts of a whole, some at a time on all processors, put together in order.
enum SideBySide {
    /// How many parts are worked on at a time, at the most: each band of a large master takes tens of
    /// megabytes.
    private static let most = 4

    /// Computes something of each part, and takes each result in the order of the parts.
    ///
    /// What comes of it does not depend on how many processors there are. Blocks its thread.
    static func each<Part: Sendable, Result: Sendable>(
        of parts: [Part], compute: @Sendable (Part) -> Result, then take: (Part, Result) -> Void
    ) {
        let width = min(most, ProcessInfo.processInfo.activeProcessorCount)
        guard width > 1, parts.count > 1 else { return parts.forEach { take($0, compute($0)) } }
        for first in stride(from: 0, to: parts.count, by: width) {
            let some = Array(parts[first..<min(first + width, parts.count)])
            let results = Mutex([Result?](repeating: nil, count: some.count))
            DispatchQueue.concurrentPerform(iterations: some.count) { place in
                let result = compute(some[place])
                results.withLock { $0[place] = result }
            }
            for (part, result) in zip(some, results.withLock { $0 }) {
                if let result { take(part, result) }
            }
        }
    }
}
