// Runs independent checkers written in Python, where they are installed.

import Foundation

enum Python {
    /// Whether a module can be imported; the tests that need one are skipped otherwise.
    static func has(_ module: String) -> Bool {
        (try? run(["-c", "import \(module)"]))?.status == 0
    }

    /// Runs Python with arguments and text on its standard input.
    static func run(_ arguments: [String], input: String = "") throws -> (
        status: Int32, output: String
    ) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        try stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = try stdout.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}

/// Material shared by the projects of the house, beside the project's own folder.
enum Shared {
    /// A file under `shared`; nil when the folder is not there.
    static func file(_ path: String, from source: String = #filePath) -> URL? {
        var folder = URL(fileURLWithPath: source).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let file = folder.appendingPathComponent("shared/\(path)")
            if FileManager.default.fileExists(atPath: file.path) { return file }
        }
        return nil
    }
}
