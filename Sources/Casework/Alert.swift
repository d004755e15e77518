// Word of a finding to our own people: one calm line, or a command that is handed the facts.

internal import Foundation
public import SelvageTypes

/// Word of a finding to our own people.
public struct Alert: Hashable, Sendable {
    /// One line for a log; foreign text cannot break out of it.
    public let line: String
    /// The facts for a command's environment, `SELVAGE_…`.
    public let environment: [String: String]
    /// The event, JSON, for a command's standard input.
    public let event: String

    /// The alert of a finding.
    ///
    /// - Throws: `EvidenceError` with `unwritable` when the finding has no JSON form.
    public init(_ finding: Finding) throws(EvidenceError) {
        let deployment = finding.deployment
        let page = finding.sightings.map(\.page.description).min() ?? deployment.site
        let revision = finding.revision > 1 ? ", revision \(finding.revision)" : ""
        line = Self.oneLine(
            "\(finding.verdict.kind.rawValue): \(deployment.actor.name) uses "
                + "\(deployment.asset) on \(page)\(revision). \(finding.verdict.explanation)")
        environment = [
            "SELVAGE_FINDING": finding.id,
            "SELVAGE_REVISION": String(finding.revision),
            "SELVAGE_VERDICT": finding.verdict.kind.rawValue,
            "SELVAGE_ASSET": Self.oneLine(deployment.asset),
            "SELVAGE_SELLER": Self.oneLine(deployment.actor.name),
            "SELVAGE_PAGE": Self.oneLine(page),
            "SELVAGE_EVIDENCE": finding.evidence?.hex ?? "",
            "SELVAGE_PLAN": Self.oneLine(finding.plan),
        ]
        event = try FindingEvent(finding).body
    }

    /// Text without what could forge a second line or turn the reading direction around.
    private static func oneLine(_ text: String) -> String {
        let kept = text.unicodeScalars.map { scalar -> Character in
            let category = scalar.properties.generalCategory
            let isUnsafe =
                category == .control || category == .format || category == .lineSeparator
                || category == .paragraphSeparator
            return isUnsafe ? " " : Character(scalar)
        }
        return String(kept.prefix(1_000))
    }
}

/// A command that is run for each alert: the event on its standard input, the facts as variables.
public struct AlertCommand: Hashable, Sendable {
    /// The program, an absolute path.
    public var program: String
    /// Its arguments; no shell reads them.
    public var arguments: [String]
    /// A command that takes longer is ended.
    public var limitInMilliseconds = 30_000

    /// A command.
    public init(program: String, arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// An alert that was not passed on.
    ///
    /// Compare `reason`; `detail` is for people and may change.
    public struct Failure: Error, Hashable, Sendable {
        /// Why an alert was not passed on.
        public enum Reason: Hashable, Sendable {
            case notStarted
            case failed(status: Int)
            case timedOut(afterMilliseconds: Int)
        }

        /// What kind of failure it was.
        public let reason: Reason
        /// One sentence for people.
        public let detail: String
    }

    /// Runs the command for one alert and waits for its end without holding a thread.
    ///
    /// - Throws: `Failure`.
    public func send(_ alert: Alert) async throws(Failure) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = alert.environment.merging(
            ProcessInfo.processInfo.environment.filter { $0.key == "PATH" || $0.key == "LANG" },
            uniquingKeysWith: { first, _ in first })
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let input = Pipe()
        process.standardInput = input
        let ends = AsyncStream<Int> { stream in
            process.terminationHandler = { ended in
                let isOwn = ended.terminationReason == .exit
                stream.yield(isOwn ? Int(ended.terminationStatus) : -1)
                stream.finish()
            }
        }
        do {
            try process.run()
        } catch {
            throw Failure(reason: .notStarted, detail: "\(program) could not be started: \(error)")
        }
        feed(alert.event, to: input)
        try check(await status(of: process, ends))
    }

    /// Writes on a thread of its own: a command that does not read must not hold a pool thread.
    private func feed(_ event: String, to input: Pipe) {
        let handle = input.fileHandleForWriting
        Thread.detachNewThread {
            // A command that ends without reading would otherwise end us with SIGPIPE.
            var brokenPipe = sigset_t()
            sigemptyset(&brokenPipe)
            sigaddset(&brokenPipe, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &brokenPipe, nil)
            try? handle.write(contentsOf: Data(event.utf8))
            try? handle.close()
        }
    }

    private func status(of process: Process, _ ends: AsyncStream<Int>) async -> Int? {
        let limit = limitInMilliseconds
        let identifier = process.processIdentifier
        let watchdog = Task {
            try await Task.sleep(for: .milliseconds(limit))
            kill(identifier, SIGKILL)
            return true
        }
        var status = -1
        for await end in ends { status = end }
        watchdog.cancel()
        let wasKilled = (try? await watchdog.value) ?? false
        return wasKilled ? nil : status
    }

    private func check(_ status: Int?) throws(Failure) {
        guard let status else {
            throw Failure(
                reason: .timedOut(afterMilliseconds: limitInMilliseconds),
                detail: "\(program) took longer than \(limitInMilliseconds) ms and was ended")
        }
        guard status == 0 else {
            throw Failure(
                reason: .failed(status: status), detail: "\(program) ended with status \(status)")
        }
    }
}
