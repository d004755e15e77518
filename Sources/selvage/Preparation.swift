// What several commands need before they begin: a data folder, a catalogue, decoders, a logger.

import Foundation
import Imaging
import Logging
import Matching
import Monitoring
import SelvageTypes

/// What several commands need before they begin.
enum Preparation {
    /// Opens the data folder.
    static func workspace(_ folder: String, for purpose: String) throws -> Workspace {
        // What we keep is for its owner, also in a folder that was made with wider rights.
        umask(0o077)
        return try Workspace(folder: folder, purpose: purpose)
    }

    /// Reads a catalogue and checks its digests.
    static func catalogue(_ folder: String) throws -> Catalogue {
        try Catalogue(folder: folder)
    }

    /// Decoders in child processes of this executable, as many as there are cores.
    static func decoders() -> DecoderPool {
        DecoderPool(
            executable: executable, arguments: ["decode-worker"],
            workers: max(1, ProcessInfo.processInfo.activeProcessorCount), limits: DecodeLimits())
    }

    /// One decoder for masters, which are one's own and as large as they are.
    static func masterDecoders() -> DecoderPool {
        DecoderPool(
            executable: executable, arguments: ["decode-worker"], workers: 1, limits: .masters)
    }

    /// This executable's own path, also when it was found through the search path.
    static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// A logger that writes to standard error, quiet unless asked.
    static func logger() -> Logger {
        var logger = Logger(label: "selvage") { StreamLogHandler.standardError(label: $0) }
        let level = ProcessInfo.processInfo.environment["SELVAGE_LOG"] ?? "warning"
        logger.logLevel = Logger.Level(rawValue: level) ?? .warning
        return logger
    }
}

/// Runs some work so that SIGINT and SIGTERM end it cleanly.
///
/// The first signal cancels the work, which stores what it has; a second one ends the process at
/// once, which loses nothing that was stored.
func stoppable<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let task = Task { try await work() }
    let sources = [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler {
            if task.isCancelled { _exit(1) }
            Terminal.endProgress()
            Terminal.note("selvage: stopping; what was done so far is kept")
            task.cancel()
        }
        source.resume()
        return source
    }
    defer { sources.forEach { $0.cancel() } }
    return try await task.value
}
