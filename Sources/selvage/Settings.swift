// Where settings come from: flags, then environment, then selvage.yml, then defaults.

import ArgumentParser
import Foundation
import Monitoring

/// Options that every command with a data folder has.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The data folder (environment SELVAGE_DATA, selvage.yml `data`; default ./selvage-data).",
            valueName: "folder"))
    var data: String?

    /// The data folder that is in force.
    func folder() throws -> String {
        try Settings.read().value("data", flag: data) ?? "selvage-data"
    }
}

/// Options for output.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON for programs instead of text for people.")
    var json = false
}

/// Settings from the environment and `selvage.yml` in the working folder.
struct Settings {
    private let file: [String: String]

    /// Reads `selvage.yml` when there is one.
    static func read() throws -> Settings {
        guard FileManager.default.fileExists(atPath: "selvage.yml") else {
            return Settings(file: [:])
        }
        do {
            return Settings(
                file: try SettingsFile.read(path: "selvage.yml", keys: ["data"]))
        } catch {
            throw Failure.usage("\(error)")
        }
    }

    /// The value in force; nil for the default.
    func value(_ key: String, flag: String?) -> String? {
        flag ?? ProcessInfo.processInfo.environment["SELVAGE_\(key.uppercased())"] ?? file[key]
    }
}
