// The threads that run a crawl's tasks: as few as keep up, so that they need not be woken.

internal import Dispatch
internal import Glibc
internal import Synchronization

/// Threads that run a crawl's tasks.
///
/// The usual pool wakes a thread for almost every answer that comes. Here one that is at work takes
/// what has come meanwhile, in the order of its coming.
public final class CrawlWorkers: TaskExecutor {
    private struct Jobs {
        var waiting: [UnownedJob] = []
        /// Threads that sleep, or are about to.
        var sleepers = 0
        var isClosed = false
    }

    private let jobs = Mutex(Jobs())
    private let bell = DispatchSemaphore(value: 0)
    private let threads: Int

    /// Starts the threads.
    ///
    /// - Parameter threads: How many; nil for one less than the processors, and at least one.
    /// - Returns: nil when the system gives no thread.
    public init?(threads: Int? = nil) {
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        self.threads = max(1, threads ?? processors - 1)
        for _ in 0..<self.threads where !start() {
            shutDown()
            return nil
        }
    }

    /// Ends the threads when nothing is left to run.
    public func shutDown() {
        jobs.withLock { $0.isClosed = true }
        for _ in 0..<threads { bell.signal() }
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustRing = jobs.withLock { jobs in
            jobs.waiting.append(job)
            guard jobs.sleepers > 0 else { return false }
            jobs.sleepers -= 1
            return true
        }
        if mustRing { bell.signal() }
    }

    private func start() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<CrawlWorkers>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func run() {
        while true {
            let (batch, isClosed) = take()
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            guard batch.isEmpty else { continue }
            if isClosed { return }
            bell.wait()
        }
    }

    /// This thread's share of what waits; with nothing it counts as a sleeper from now on.
    private func take() -> (batch: [UnownedJob], isClosed: Bool) {
        jobs.withLock { jobs in
            if threads == 1, !jobs.waiting.isEmpty {
                defer { jobs.waiting = [] }
                return (jobs.waiting, jobs.isClosed)
            }
            let count = (jobs.waiting.count + threads - 1) / threads
            let batch = Array(jobs.waiting.prefix(count))
            jobs.waiting.removeFirst(count)
            if batch.isEmpty { jobs.sleepers += 1 }
            return (batch, jobs.isClosed)
        }
    }
}
