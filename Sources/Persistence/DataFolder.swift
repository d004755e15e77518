// The folder that holds everything durable, and the lock that gives it one writer.

internal import Foundation

/// A data folder, held by one process for as long as this value lives.
///
/// The lock is advisory (`flock`) and the system's: it ends with the process, however that ends, so
/// no stale lock ever needs to be removed. Stores of one process share one `DataFolder`.
public final class DataFolder: Sendable {
    /// The folder's path.
    public let path: String
    private let file: Int32

    /// Makes the folder when it is not there, mode 0700, and locks it.
    ///
    /// - Parameter purpose: What this process does, for the error that another one gets: `scan`.
    /// - Throws: `StoreError` with `.locked` and the holder's pid and purpose when it is in use.
    public init(_ path: String, purpose: String = "selvage") throws(StoreError) {
        try DurableFiles.makeFolder(path)
        file = try Self.lock("\(path)/lock", of: path)
        self.path = path
        // Only a help for people: the lock itself holds whether or not this can be written.
        let line = Array("\(getpid()) \(purpose.prefix(100))\n".utf8)
        if ftruncate(file, 0) == 0 { _ = write(file, line, line.count) }
    }

    deinit {
        _ = ftruncate(file, 0)
        close(file)
    }

    private static func lock(_ name: String, of path: String) throws(StoreError) -> Int32 {
        let file = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw StoreError(errno: errno, at: name, doing: "open the lock") }
        guard hold(file) else {
            let number = errno
            let holder = Self.holder(name)
            close(file)
            throw number == EWOULDBLOCK
                ? Self.locked(path, by: holder)
                : StoreError(errno: number, at: name, doing: "lock the folder")
        }
        return file
    }

    /// Takes the lock, with some patience.
    ///
    /// A child that another thread has just started has our descriptors until it runs its program,
    /// and so a lock that was given back lives on for some milliseconds.
    private static func hold(_ file: Int32) -> Bool {
        for attempt in 0..<10 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK, attempt < 9 else { return false }
            usleep(20_000)
        }
        return false
    }

    private static func holder(_ name: String) -> (pid: Int32?, purpose: String) {
        guard let bytes = try? DurableFiles.read(name) else { return (nil, "") }
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        let parts = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let purpose = parts.dropFirst().first.map { $0.filter { !$0.isNewline } } ?? ""
        return (parts.first.flatMap { Int32($0) }, purpose)
    }

    private static func locked(_ path: String, by holder: (pid: Int32?, purpose: String))
        -> StoreError
    {
        let who = holder.pid.map { "process \($0)" } ?? "another process"
        let what = holder.purpose.isEmpty ? "" : " (\(holder.purpose))"
        return StoreError(
            .locked(pid: holder.pid, purpose: holder.purpose), at: path,
            detail: "The data folder is in use by \(who)\(what). Wait until it has ended, or "
                + "choose another folder with --data.")
    }
}
