// The thread that a ledger's files are read and written on.

internal import Dispatch

/// A thread of a ledger's own: waiting for a disk must not hold up other tasks.
final class LedgerThread: SerialExecutor {
    private let queue = DispatchQueue(label: "org.selvage.ledger")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
