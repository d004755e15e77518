// A network loop on a thread of its own, as the rest of the house sees it.

internal import Glibc
internal import SelvageTypes
internal import Synchronization

/// A network loop on a thread of its own.
final class RunningLoop: Sendable {
    /// Where its orders go.
    let inbox: Inbox
    private let thread: Mutex<pthread_t?>

    /// Starts a loop.
    ///
    /// - Returns: nil when the system gives no descriptor or thread.
    init?(_ settings: FetchSettings, _ timekeeper: any Timekeeper) {
        guard let inbox = Inbox(), let thread = startLoop(settings, inbox, timekeeper) else {
            return nil
        }
        self.inbox = inbox
        self.thread = Mutex(thread)
    }

    deinit { shutDown() }

    /// Ends the thread; what is still under way fails as cancelled.
    func shutDown() {
        inbox.close()
        let running = thread.withLock { thread in thread.take() }
        guard let running else { return }
        if pthread_equal(running, pthread_self()) != 0 {
            pthread_detach(running)
        } else {
            pthread_join(running, nil)
        }
    }
}

/// What the thread needs to make its loop.
private final class LoopParts {
    let settings: FetchSettings
    let inbox: Inbox
    let timekeeper: any Timekeeper

    init(_ settings: FetchSettings, _ inbox: Inbox, _ timekeeper: any Timekeeper) {
        self.settings = settings
        self.inbox = inbox
        self.timekeeper = timekeeper
    }
}

/// Starts the loop's thread.
///
/// - Returns: nil when the system gives no thread.
private func startLoop(
    _ settings: FetchSettings, _ inbox: Inbox, _ timekeeper: any Timekeeper
) -> pthread_t? {
    let parts = Unmanaged.passRetained(LoopParts(settings, inbox, timekeeper))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            let parts = Unmanaged<LoopParts>.fromOpaque(context).takeRetainedValue()
            blockBrokenPipes()
            if let watch = SocketWatch(),
                let loop = CurlLoop(
                    settings: parts.settings, inbox: parts.inbox, watch: watch,
                    timekeeper: parts.timekeeper)
            {
                loop.run()
            } else {
                refuseAll(parts.inbox)
            }
            return nil
        }, parts.toOpaque())
    guard code == 0 else {
        parts.release()
        return nil
    }
    return thread
}

/// A TLS library writes to sockets without saying that it wants no signal when the peer is gone.
private func blockBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}

/// Without a loop every request fails at once.
private func refuseAll(_ inbox: Inbox) {
    inbox.close()
    for case .start(_, _, let outcome) in inbox.collect().orders {
        let fault = Fault(.unreachable, "The system gave no descriptor for the network.")
        outcome.resume(returning: .failure(fault))
    }
}
