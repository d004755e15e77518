// How long each stage of sealing took: shown while it lasts, told when it is asked for.

import Foundation
import Glibc
import Registering
import Synchronization

/// The stages of sealing one picture, as they begin.
final class SealStages: Sendable {
    private struct Stage {
        let name: String
        let begin: ContinuousClock.Instant
        /// Processor time of this process until then; decoders are processes of their own.
        let processor: Double
    }

    private let begun = Mutex<[Stage]>([Stage(name: "reading", begin: .now, processor: 0)])

    /// Notes that a stage begins, and shows it on a terminal.
    func begin(_ stage: SealStage) {
        let now = Stage(name: stage.rawValue, begin: .now, processor: Self.processorTime)
        begun.withLock { $0.append(now) }
        Terminal.progress("sealing: \(stage.rawValue)")
    }

    /// What each stage took, and the most memory that this process and its decoders had, in lines.
    func end() -> [String] {
        let end = Stage(name: "end", begin: .now, processor: Self.processorTime)
        let stages = begun.withLock { $0 } + [end]
        let lines = zip(stages, stages.dropFirst()).map { stage, next in
            let seconds = (next.begin - stage.begin) / .seconds(1)
            return stage.name.padding(toLength: 12, withPad: " ", startingAt: 0)
                + String(
                    format: "%6.2f s, of this process's processors %6.2f s", seconds,
                    next.processor - stage.processor)
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return lines + ["memory      \(usage.ru_maxrss >> 10) MiB at the most in this process"]
    }

    private static var processorTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
