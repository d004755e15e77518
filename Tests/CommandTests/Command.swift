// Runs the real command as a user does, and says what it printed and how it ended.

import Foundation
import SelvageTypes

/// One run of `selvage`.
struct Command: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// The JSON that it printed.
    var json: JSONValue? { try? JSONValue(parsing: Data(output.utf8)) }

    /// The command that was built beside the tests.
    static let executable: String = {
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return beside.appending(path: "selvage").path
    }()

    /// Runs the command to its end.
    static func run(_ arguments: String..., in folder: String? = nil) throws -> Command {
        try run(arguments, in: folder)
    }

    static func run(_ arguments: [String], in folder: String?, killedAfter seconds: Double? = nil)
        throws -> Command
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        let files = Temporary()
        let output = files.path + "/out", errors = files.path + "/err"
        for file in [output, errors] {
            _ = FileManager.default.createFile(atPath: file, contents: nil)
        }
        process.standardOutput = FileHandle(forWritingAtPath: output)
        process.standardError = FileHandle(forWritingAtPath: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        if let seconds {
            Thread.sleep(forTimeInterval: seconds)
            kill(process.processIdentifier, SIGKILL)
        }
        process.waitUntilExit()
        return Command(
            status: process.terminationReason == .exit ? process.terminationStatus : -1,
            output: (try? String(contentsOfFile: output, encoding: .utf8)) ?? "",
            errors: (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")
    }
}

/// A folder that is there as long as the value.
final class Temporary: Sendable {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "selvage-command-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func write(_ text: String, to name: String) -> String {
        let file = "\(path)/\(name)"
        _ = FileManager.default.createFile(atPath: file, contents: Data(text.utf8))
        return file
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
