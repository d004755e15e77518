// The thread that the network loop lives on.

internal import Glibc
internal import SelvageTypes

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
func startLoop(
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
