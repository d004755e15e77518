// libcurl's easy handles: idle ones kept for the next exchange, fields that many share.

internal import CCurl
internal import SelvageTypes

/// libcurl's easy handles that are idle, and the lists of fields that exchanges share.
final class EasyPool {
    private static let keptLimit = 256

    private let settings: FetchSettings
    private let guardian: SocketGuard
    private var idle: [EasyHandle] = []
    private var lists: [FetchRequest.Purpose: FieldList] = [:]

    /// A pool of handles that ask as the settings say and open sockets through a guard.
    init(_ settings: FetchSettings, _ guardian: SocketGuard) {
        self.settings = settings
        self.guardian = guardian
    }

    /// Frees all handles.
    ///
    /// None is in use any more.
    func empty() { idle = [] }

    /// A handle that has taken an exchange on.
    ///
    /// - Returns: nil when there is no memory.
    func take(for transfer: Transfer) -> EasyHandle? {
        guard let handle = idle.popLast() ?? EasyHandle(settings, guardian) else { return nil }
        handle.begin(transfer, list(for: transfer.exchange))
        return handle
    }

    private func list(for exchange: Exchange) -> FieldList? {
        guard let purpose = exchange.plainPurpose else { return nil }
        if let list = lists[purpose] { return list }
        let list = FieldList(exchange)
        lists[purpose] = list
        return list
    }

    /// Takes a handle back.
    ///
    /// Its kept connections stay with the multi handle.
    func giveBack(_ handle: EasyHandle) {
        if handle.end(), idle.count < Self.keptLimit { idle.append(handle) }
    }
}
