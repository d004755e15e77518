// What a host's name stands for: asked off the network loop, on a few threads, within a deadline.

internal import Glibc
internal import SelvageTypes
internal import Synchronization

/// What a host's name stands for.
///
/// The system's resolver blocks, so it is called on threads of our own; they end when nothing is
/// left to ask.
final class NameResolver: Sendable {
    private typealias Waiter = CheckedContinuation<[InternetAddress]?, Never>

    private struct State {
        var book = NameBook<Waiter>()
        var lastID = 0
    }

    private let state = Mutex(State())
    private let lookUp: @Sendable (String) -> [InternetAddress]
    /// Milliseconds of a monotonic clock, by which answers grow old.
    let present: @Sendable () -> Int

    /// A resolver that asks the system, or in tests a function that may block.
    init(
        lookUp: @escaping @Sendable (String) -> [InternetAddress] = systemAddresses,
        present: @escaping @Sendable () -> Int = { LoopClock.present }
    ) {
        self.present = present
        self.lookUp = lookUp
    }

    /// The addresses of a name.
    ///
    /// - Throws: `Fault` with `nameNotResolved`, `timedOut` or `cancelled`.
    func addresses(of name: String, within milliseconds: Int) async throws(Fault)
        -> [InternetAddress]
    {
        let now = present()
        let addresses: [InternetAddress]?
        if let known = state.withLock({ $0.book.addresses(of: name, at: now) }) {
            addresses = known
        } else {
            addresses = await ask(name, within: milliseconds)
        }
        guard let addresses else {
            if Task.isCancelled { throw .cancelled }
            throw Fault(
                .timedOut(afterMilliseconds: milliseconds),
                "The name servers had not answered after \(milliseconds) ms.")
        }
        guard !addresses.isEmpty else {
            throw Fault(.nameNotResolved, "The host's name is not known to the name servers.")
        }
        return addresses
    }

    private func ask(_ name: String, within milliseconds: Int) async -> [InternetAddress]? {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let reply = state.withLock { state in
                    state.book.ask(name, id: id, waiter, at: present())
                }
                if case .known(let addresses) = reply { waiter.resume(returning: addresses) }
                if Task.isCancelled { giveUp(name, id) }
                startWorker()
                // Set only now that there is somebody to wake; it ends by itself.
                Task {
                    try? await Task.sleep(for: .milliseconds(milliseconds))
                    giveUp(name, id)
                }
            }
        } onCancel: {
            giveUp(name, id)
        }
    }

    private func giveUp(_ name: String, _ id: Int) {
        state.withLock { $0.book.withdraw(name, id: id) }?.resume(returning: nil)
    }

    /// Starts a thread for the next name, if one may be asked.
    private func startWorker() {
        guard let name = state.withLock({ $0.book.next() }) else { return }
        let work = Unmanaged.passRetained(Work(self, name))
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                work.resolver.work(from: work.name)
                return nil
            }, work.toOpaque())
        guard code == 0 else {
            work.release()
            finish(name, [])
            return
        }
        pthread_detach(thread)
    }

    private func work(from first: String) {
        var name: String? = first
        while let current = name {
            finish(current, lookUp(current))
            name = state.withLock { $0.book.next() }
        }
    }

    private func finish(_ name: String, _ addresses: [InternetAddress]) {
        let waiters = state.withLock {
            $0.book.answered(name, addresses, at: present())
        }
        for waiter in waiters { waiter.resume(returning: addresses) }
    }

    private final class Work {
        let resolver: NameResolver
        let name: String

        init(_ resolver: NameResolver, _ name: String) {
            self.resolver = resolver
            self.name = name
        }
    }
}

/// What the system's resolver says a name stands for, best first; blocks.
///
/// `localhost` and names below it are this machine, whatever a name server says (RFC 6761 6.3).
private func systemAddresses(_ name: String) -> [InternetAddress] {
    if name == "localhost" || name.hasSuffix(".localhost") {
        return ["127.0.0.1", "::1"].compactMap { InternetAddress($0) }
    }
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    var addresses: [InternetAddress] = []
    var next = first
    while let entry = next, addresses.count < 16 {
        if let raw = entry.pointee.ai_addr,
            let address = InternetAddress(raw, count: Int(entry.pointee.ai_addrlen)),
            !addresses.contains(address)
        {
            addresses.append(address)
        }
        next = entry.pointee.ai_next
    }
    return addresses
}
